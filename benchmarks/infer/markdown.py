"""Tables as Markdown."""

from __future__ import annotations

from collections.abc import Sequence


def markdown(heads: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """A table, or nothing where there are no lines."""
    if not lines:
        return ""
    every = [heads, ["---"] * len(heads), *lines]
    return "\n".join("| " + " | ".join(line) + " |" for line in every)
