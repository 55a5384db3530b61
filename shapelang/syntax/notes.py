"""Comments within brackets: between which items of the written text they go."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import accumulate

from shapelang.syntax.pieces import Note, Pieces, Place
from shapelang.syntax.tree import Comment

_NOWHERE = -1


def noted(pieces: Pieces, comments: Sequence[Comment], same_line: Callable[[int, int], bool]) -> tuple[Pieces, int]:
    """Pieces with comments where those stand, and how many comments these are: all up to the last within a bracket.

    Comments keep their order: one that stands in no bracket, or in the text of an item, joins the one before it, or
    goes above the item; one before all brackets goes to the beginning of the first that has one. `same_line` tells of
    two offsets whether no newline parts them.
    """
    places = [(index, piece) for index, piece in enumerate(pieces) if isinstance(piece, Place)]
    landings = _landings([place for _, place in places])
    own = [landings[k] if k >= 0 else _NOWHERE for k in _last_before(places, comments)]
    count = max((k + 1 for k, place in enumerate(own) if place != _NOWHERE), default=0)
    first = _opening(landings, next((place for place in own if place != _NOWHERE), 0))
    notes: dict[int, list[Note]] = {}
    for k, slot in enumerate(accumulate((max(first, place) for place in own[:count]), max)):
        index, place = places[slot]
        here = notes.setdefault(index, [])
        beside = place.side == "behind" and slot == own[k] and not comments[k].own_line and not here
        trails = beside and same_line(place.offset, comments[k].span.start)
        here.append(Note(comments[k].text, trails))
    kept: Pieces = []
    for index, piece in enumerate(pieces):
        kept += notes.get(index, []) if isinstance(piece, Place) else [piece]
    return kept, count


def _last_before(places: Sequence[tuple[int, Place]], comments: Sequence[Comment]) -> list[int]:
    """For each comment the last place that begins before it, or -1."""
    found: list[int] = []
    index = 0
    for comment in comments:
        while index < len(places) and places[index][1].offset <= comment.span.start:
            index += 1
        found.append(index - 1)
    return found


def _landings(places: Sequence[Place]) -> list[int]:
    """For each place itself; for one behind a bracket that above the item which the bracket is in, or -1."""
    found: list[int] = []
    items: list[int] = []
    for index, place in enumerate(places):
        if place.side == "above":
            items.append(index)
        elif place.side == "behind":
            items.pop()
        found.append(index if place.side != "outside" else items[-1] if items else _NOWHERE)
    return found


def _opening(landings: Sequence[int], index: int) -> int:
    """The first place of the outermost bracket that a place is in."""
    while index > 0 and landings[index - 1] != _NOWHERE:
        index -= 1
    return index
