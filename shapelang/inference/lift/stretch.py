"""The overall sizes of a model as parameters, and how each number of the program follows from them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from itertools import pairwise, permutations
from typing import Final, final

from shapelang.inference.lift.following import Cut, Spread, spreads_of
from shapelang.inference.lift.forms import Form
from shapelang.inference.lift.pieces import Frame, Piece, Read

AXES: Final = ("width", "height", "depth")
"""What the sizes along them are called."""

_OPEN: Final = 0.1
"""Of a size: where a model is changed at one place, there are no faces for so long."""

_LARGE: Final = 0.6
"""Of a size: a round thing that is as large makes the two sizes about its axis one."""


@final
@dataclass(frozen=True, slots=True)
class Overall:
    """An overall size: what the slots grow by for each metre that it grows; `extents` are those that are a piece's."""

    name: str
    value: float
    shares: dict[int, float]
    extents: frozenset[int]


def overall(read: Read, near: float) -> list[Sequence[Overall]]:
    """The overall sizes of the frame that most pieces stand in, each in the ways in which the numbers may follow, the
    likelier first; of what is round one for the two about its axis.

    `near`: metres within which two planes are one.
    """
    frames = Counter(piece.frame.number for piece in read.pieces)
    if not frames:
        return []
    main = max(frames, key=lambda k: (frames[k], -k))
    pieces = [piece for piece in read.pieces if piece.frame.number == main]
    plan = _round_plan(pieces, read.values, near)
    sizes = [_along(pieces, read.values, axis, plan, near) for axis in range(3)]
    if plan and all(sizes[axis] for axis in plan):
        first, second = plan
        sizes[first] = [
            replace(one, shares={**other.shares, **one.shares})
            for one, other in zip(sizes[first], sizes[second], strict=True)
        ]
        sizes[second] = []
    return [size for size in sizes if size]


def cut_sizes(read: Read, near: float) -> list[Overall]:
    """The overall sizes along all axes, changed at one place only: each where something reaches through that place, and
    nothing that keeps its size does.
    """
    frames = Counter(piece.frame.number for piece in read.pieces)
    main = max(frames, key=lambda k: (frames[k], -k), default=0)
    pieces = [piece for piece in read.pieces if piece.frame.number == main]
    return [size for axis in range(3) for size in _cuts(pieces, read.values, axis, near)]


def _cuts(pieces: Sequence[Piece], values: Sequence[float], axis: int, near: float) -> Iterator[Overall]:
    stiff = {id(piece) for piece in pieces if piece.extents[axis] is None or _tied(piece, axis, ())}
    reaches = [
        (id(piece) in stiff or _across(piece, values, axis), *reach)
        for piece in pieces
        for reach in _reaches(piece, values, axis)
    ]
    places = sorted(place for _, low, high in reaches for place in (low, high))
    if not places:
        return
    symmetric = _mirrored(pieces, values, axis, near) or abs(places[0] + places[-1]) <= 2.0 * near
    for below, above in pairwise(places):
        start = max(below, 0.0) if symmetric else below
        cut = Cut(0.5 * (start + above), symmetric)
        if above - start <= max(4.0 * near, _OPEN * (places[-1] - places[0])):
            continue
        through = [rigid for rigid, low, high in reaches if cut.share(low) != cut.share(high)]
        if through and not any(through):
            yield _overall(pieces, values, axis, places[-1] - places[0], cut, stiff)


def _across(piece: Piece, values: Sequence[float], axis: int) -> bool:
    """Whether a piece is a board across the axis, which keeps its thickness."""
    mine = piece.extents[axis]
    others = [e.at(values) for k, e in enumerate(piece.extents) if k != axis and e is not None]
    return mine is not None and bool(others) and mine.at(values) < 0.9 * min(others)


def _overall(
    pieces: Sequence[Piece], values: Sequence[float], axis: int, size: float, spread: Spread, stiff: AbstractSet[int]
) -> Overall:
    shares = _shares(pieces, values, axis, spread, stiff)
    extents = (piece.extents[axis] for piece in pieces)
    alone = {slot for e in extents if e is not None and len(e.terms) == 1 for slot, c in e.terms.items() if c == 1}
    return Overall(AXES[axis], size, shares, frozenset(alone & shares.keys()))


def _mirrored(pieces: Sequence[Piece], values: Sequence[float], axis: int, near: float) -> bool:
    """Whether some pieces have images across the origin."""
    return any(
        across == axis and abs(place.at(values)) <= near for piece in pieces for across, place in piece.frame.mirrored
    )


def _round_plan(pieces: Sequence[Piece], values: Sequence[float], near: float) -> tuple[int, ...]:
    """The two axes along which a model is as large since something round makes it so, or none."""
    for plan in ((0, 2), (1, 2), (0, 1)):
        reaches = [[r for piece in pieces for r in _reaches(piece, values, axis)] for axis in plan]
        one, other = (max(high for _, high in along) - min(low for low, _ in along) for along in reaches)
        if abs(one - other) <= 2.0 * near and any(_makes_round(piece, values, plan, one) for piece in pieces):
            return plan
    return ()


def _makes_round(piece: Piece, values: Sequence[float], plan: tuple[int, int], whole: float) -> bool:
    one, other = (piece.extents[axis] for axis in plan)
    same = one is not None and other is not None and not one.terms.keys().isdisjoint(other.terms)
    return same and one is not None and one.at(values) > _LARGE * whole


def _tied(piece: Piece, axis: int, free: tuple[int, ...]) -> bool:
    """Whether the size along an axis is that along another as well, as of what is round; but for the `free` axes."""
    mine = piece.extents[axis]
    mates = free if axis in free else ()
    others = [e for k, e in enumerate(piece.extents) if k != axis and k not in mates and e is not None]
    return mine is not None and any(not mine.terms.keys().isdisjoint(e.terms) for e in others)


def _along(
    pieces: Sequence[Piece], values: Sequence[float], axis: int, plan: tuple[int, ...], near: float
) -> Sequence[Overall]:
    """The overall size along an axis, in the ways in which numbers may follow; none where nothing can."""
    stiff = {id(piece) for piece in pieces if piece.extents[axis] is None or _tied(piece, axis, plan)}
    free = [r for piece in pieces if id(piece) not in stiff for r in _reaches(piece, values, axis)]
    rigid = [r for piece in pieces if id(piece) in stiff for r in _reaches(piece, values, axis)]
    if not free:
        return ()
    meeting = _meeting([piece for piece in pieces if id(piece) not in stiff], values, axis)
    size, spreads = spreads_of(free, rigid, meeting, _mirrored(pieces, values, axis, near), near)
    if size <= 4.0 * near:
        return ()
    return [_overall(pieces, values, axis, size, spread, stiff) for spread in spreads]


def _meeting(
    pieces: Sequence[Piece], values: Sequence[float], axis: int
) -> Iterator[tuple[tuple[float, float], float]]:
    """From where to where a piece reaches, and where within it another ends that is longer along the axis."""
    boxes = [box for piece in pieces if (box := _box(piece, values)) is not None]
    for board, other in permutations(boxes, 2):
        (low, high), (start, end) = board[axis], other[axis]
        across = (k for k in range(3) if k != axis)
        if end - start > high - low and all(board[k][0] < other[k][1] and other[k][0] < board[k][1] for k in across):
            yield from (((low, high), place) for place in (start, end) if low < place < high)


def _box(piece: Piece, values: Sequence[float]) -> list[tuple[float, float]] | None:
    """From where to where a piece itself reaches along each axis; None where that is not known."""
    if None in piece.extents:
        return None
    return [next(_reaches(piece, values, axis)) for axis in range(3)]


def _shares(
    pieces: Sequence[Piece], values: Sequence[float], axis: int, spread: Spread, stiff: AbstractSet[int]
) -> dict[int, float]:
    shares: dict[int, float] = {}
    for piece in sorted(pieces, key=lambda p: _order(p, values, axis)):
        _follow(piece, values, axis, spread, id(piece) in stiff, shares)
    return {slot: share for slot, share in shares.items() if abs(share) > 1e-9}


def _order(piece: Piece, values: Sequence[float], axis: int) -> tuple[bool, float]:
    """What has no place of its own within its block first, then the largest: the block goes with it."""
    extent = piece.extents[axis]
    own = piece.centre[axis] - piece.frame.offset[axis]
    return bool(own.terms), -(0.0 if extent is None else extent.at(values))


def _follow(
    piece: Piece, values: Sequence[float], axis: int, spread: Spread, stiff: bool, shares: dict[int, float]
) -> None:
    """The slots of a piece, of the block that it stands in and of the rows about that, where none is told yet."""
    low, high = next(_reaches(piece, values, axis))
    ends = spread.share(low), spread.share(high)
    extent = piece.extents[axis]
    if extent is not None and not stiff:
        _set(extent, ends[1] - ends[0], shares)
    elif ends[0] != ends[1]:
        middle = spread.share(0.5 * (low + high))
        ends = middle, middle
    for across, place in piece.frame.mirrored:
        if across == axis:
            # The plane of a mirror goes on with the middle of both images, and they go apart.
            plane = 2.0 * place.at(values)
            images = spread.share(plane - low), spread.share(plane - high)
            _set(place, 0.25 * (ends[0] + ends[1] + images[0] + images[1]), shares)
    _set(piece.frame.offset[axis], 0.5 * (ends[0] + ends[1]), shares)
    _set(piece.centre[axis], 0.5 * (ends[0] + ends[1]), shares)
    for last in piece.frame.last:
        if last[axis].terms:
            by = last[axis].at(values)
            _set(last[axis], 0.5 * (spread.share(low + by) + spread.share(high + by) - ends[0] - ends[1]), shares)


def _set(form: Form, share: float, shares: dict[int, float]) -> None:
    """The last slot of a form that is not told yet takes what the others leave."""
    left = share - sum(float(c) * shares[s] for s, c in form.terms.items() if s in shares)
    new = [s for s in form.terms if s not in shares]
    for slot in new[:-1]:
        shares[slot] = 0.0
    if new:
        shares[new[-1]] = left / float(form.terms[new[-1]])


def _reaches(piece: Piece, values: Sequence[float], axis: int) -> Iterator[tuple[float, float]]:
    """From where to where the images of a piece reach: its own first, then the last ones of rows, then reflections."""
    extent = piece.extents[axis]
    half = 0.0 if extent is None else 0.5 * extent.at(values)
    for centre in _images(piece.frame, piece.centre[axis], axis):
        middle = centre.at(values)
        yield middle - half, middle + half


def _images(frame: Frame, centre: Form, axis: int) -> Iterator[Form]:
    ends = [centre, *(centre + last[axis] for last in frame.last if last[axis].terms)]
    yield from ends
    for across, place in frame.mirrored:
        if across == axis:
            yield from (place * 2 - end for end in ends)
