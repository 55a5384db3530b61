"""The most probable derivation of what is seen, as a tree of rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from grammars.charts.weights import Drew, Took, Way


@final
@dataclass(frozen=True, slots=True)
class Parsed:
    """A rule applied: what it drew that shows, and what its calls became.

    Calls that became nothing are told too; the order of calls is not promised.
    """

    left: str
    rule: int
    drawn: tuple[Drew, ...]
    children: tuple[Parsed, ...]


def parsed(way: Way) -> Parsed:
    """The tree of a way."""
    took = next(event for event in way if isinstance(event, Took))
    drawn = sorted((event for event in way if isinstance(event, Drew)), key=lambda event: event.draw)
    children = tuple(parsed(part) for part in way if isinstance(part, tuple))
    return Parsed(took.left, took.rule, tuple(drawn), children)
