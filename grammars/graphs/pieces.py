"""Pieces: the leaves of an assembly as labelled oriented boxes, what part graphs are made of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias, final

from shapelang.assembly.assembly import Assembly
from shapelang.assembly.material import Material
from shapelang.assembly.part import Geometry
from shapelang.geometry.box import Box
from shapelang.geometry.oriented import oriented, touches
from shapelang.geometry.pose import Pose
from shapelang.numbers import FLOAT

CLOSE: Final = 0.02
"""Of the diagonal of all: how near boxes must be to hang together."""

Pair: TypeAlias = tuple[int, int]


@final
@dataclass(frozen=True, slots=True)
class Piece:
    """A leaf: what it is called, its geometry with the box of that in its own frame, its pose in metres, its colour."""

    label: str
    geometry: Geometry
    box: Box
    pose: Pose
    material: Material

    @property
    def bounds(self) -> Box:
        """The axis-aligned box around it."""
        own = oriented((self.pose, self.box))
        (x, y, z), (a, b, c) = own.centre, own.reach()
        return Box((x - a, y - b, z - c), (x + a, y + b, z + c))


def pieces_of(assembly: Assembly) -> tuple[Piece, ...]:
    """All leaves, each called as in its program, without indices."""
    return tuple(
        Piece(leaf.path[0].partition("[")[0], leaf.geometry, leaf.part.box, leaf.pose, leaf.material)
        for leaf in assembly.leaves()
        if leaf.path
    )


def around(pieces: Sequence[Piece]) -> Box:
    """The axis-aligned box around pieces, of which there is one at least."""
    boxes = [piece.bounds for piece in pieces]
    low = (min(b.low[0] for b in boxes), min(b.low[1] for b in boxes), min(b.low[2] for b in boxes))
    high = (max(b.high[0] for b in boxes), max(b.high[1] for b in boxes), max(b.high[2] for b in boxes))
    return Box(low, high)


def diagonal(box: Box) -> float:
    """Its length in metres."""
    return sum(float(side) * float(side) for side in box.size) ** 0.5


def attached(pieces: Sequence[Piece]) -> Iterator[Pair]:
    """Pairs, by number, whose boxes are within `CLOSE` of the whole's diagonal of each other."""
    near = CLOSE * diagonal(around(pieces)) if pieces else 0.0
    for j, second in enumerate(pieces):
        for i in range(j):
            if touches(FLOAT, (pieces[i].pose, pieces[i].box), (second.pose, second.box), near):
                yield i, j


def connected(pieces: Sequence[Piece]) -> bool:
    """Whether all hang together, one way or another."""
    neighbours: dict[int, list[int]] = {k: [] for k in range(len(pieces))}
    for i, j in attached(pieces):
        neighbours[i].append(j)
        neighbours[j].append(i)
    seen, waiting = {0}, [0]
    while waiting:
        for other in neighbours.get(waiting.pop(), []):
            if other not in seen:
                seen.add(other)
                waiting.append(other)
    return len(seen) >= len(pieces)
