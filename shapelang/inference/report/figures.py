"""Figures as a person reads them, in tables and on the page."""

from __future__ import annotations


def share_text(share: float | None) -> str:
    """A part of 1 as percent; a dash where there is none."""
    return "–" if share is None else f"{100.0 * share:.1f} %"


def percent_text(percent: float | None) -> str:
    """A distance that is in percent of the diagonal already; a dash where there is none."""
    return "–" if percent is None else f"{percent:.3f} %"
