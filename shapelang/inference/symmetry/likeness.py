"""When two solids are the same but for their place: compared by the points that matter."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, final

import numpy as np

from shapelang.inference.solids.bows import Bent, Bow
from shapelang.inference.solids.kinds import (
    Capsule,
    Carved,
    Cone,
    Cuboid,
    Ellipsoid,
    Joined,
    Kind,
    Lathe,
    Placed,
    Prism,
    Superquadric,
    Tapered,
    Torus,
    Tube,
)
from shapelang.inference.solids.outline import polygon_area
from shapelang.inference.solids.plain import Solid

_OF_THICKNESS: Final = 0.25
"""Of its least extent a solid may be moved when it becomes one with another."""

_NEAR: Final = 0.008
"""Of the diagonal, and"""

_OF_SIZE: Final = 0.12
"""of its largest extent: more no solid may be moved for that."""

_CORNERS: Final = 12
"""Of an outline that is compared corner by corner; of one with more not all may have been found."""

_LEAST: Final = 0.001
"""Of the diagonal: what the rounding of numbers may move."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Marks:
    """`points` (k, 4): x, y, z and a radius; equal sets of them mean equal solids in equal places.

    `word` names what cannot be compared by distance. `near` is how far points may be apart.
    """

    points: np.ndarray
    word: tuple[str, int]
    near: float

    @property
    def centre(self) -> np.ndarray:
        """(3,) the mean of the points."""
        return self.points[:, :3].mean(axis=0)

    def moved(self, matrix: np.ndarray, offset: np.ndarray) -> np.ndarray:
        """(k, 4) the points under x ↦ matrix · x + offset; a mirror is allowed."""
        return np.concatenate([self.points[:, :3] @ matrix.T + offset, self.points[:, 3:]], axis=1)


def marks_of(solid: Solid, look: int, diagonal: float) -> Marks:
    """The marks of a solid with a look (the number of its material).

    `near` is 0.8 % of the model's diagonal, or less for what is small or thin itself: a board that is moved by its own
    thickness is another board.
    """
    local = _local(solid)
    points = np.concatenate([local[:, :3] @ solid.frame.T + solid.centre, local[:, 3:]], axis=1)
    size = solid.kind.size
    near = max(min(_NEAR * diagonal, _OF_SIZE * max(size), _OF_THICKNESS * _thickness(solid.kind)), _LEAST * diagonal)
    return Marks(points, (_word(solid.kind), look), min(near, _OF_SIZE * max(size)))


def _thickness(kind: Kind) -> float:
    """The least extent of a solid, or of the thinnest that it is made of."""
    match kind:
        case Joined(parts):
            return min(_thickness(part.kind) for part in parts)
        case Bent(extents):
            return min(extents)
        case Bow(_, tube, _):
            return 2.0 * tube
        case _:
            return min(kind.size)


def _word(kind: Kind) -> str:
    match kind:
        case Superquadric(_, e1, e2):
            return f"Superquadric {e1:.1f} {e2:.1f}"
        case Carved(whole, holes):
            return " ".join(["Carved", _word(whole), *sorted(_word(hole.kind) for hole in holes)])
        case Joined(parts):
            return " ".join(["Joined", *sorted(_word(part.kind) for part in parts)])
        case _:
            return type(kind).__name__


def spread(marks: Marks) -> np.ndarray:
    """(m,) sorted distances between the points: equal for what is equal up to moving, turning and mirroring."""
    p = marks.points
    apart = np.sqrt(((p[:, None] - p[None]) ** 2).sum(axis=2))
    return np.sort(apart[np.triu_indices(len(p), 1)])


def _local(solid: Solid) -> np.ndarray:
    match solid.kind:
        case Cuboid((a, b, c)):
            return _corners(a, b, c)
        case Ellipsoid((a, b, c)) if a == b == c:
            # A ball is the same however it is turned, and its tips are not.
            return np.array([[0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.5 * a]])
        case Ellipsoid((a, b, c)):
            tips = np.diag([a, b, c]) * 0.5
            return np.pad(np.concatenate([tips, -tips]), ((0, 0), (0, 1)))
        case Cone(radius, top, height):
            return np.array([[0.0, -0.5 * height, 0.0, radius], [0.0, 0.5 * height, 0.0, top]])
        case Superquadric((a, b, c)):
            return _corners(a, b, c)
        case Bent((a, b, c)):
            # Its corners, and its middle on the side that it is bent away from.
            reach = 0.5 * solid.kind.size[0]
            belly = np.array([[-np.sign(solid.kind.bend) * reach, 0.0, 0.0, 0.0]])
            return np.concatenate([_corners(a, b, c), belly])
        case Bow(radius, tube, _):
            # Its corners, and the middle of its circle.
            return np.concatenate([_corners(*solid.kind.size), np.array([[solid.kind.hub, 0.0, 0.0, radius]])])
        case Capsule(radius, height):
            return np.array([[0.0, -0.5 * height, 0.0, radius], [0.0, 0.5 * height, 0.0, radius]])
        case Torus(radius, tube):
            return np.array([[0.0, -tube, 0.0, radius], [0.0, tube, 0.0, radius]])
        case Tube(radius, top, hole, top_hole, height):
            ends = [(-0.5, radius), (0.5, top), (-0.4, hole), (0.4, top_hole)]
            return np.array([[0.0, y * height, 0.0, r] for y, r in ends])
        case Carved(whole, holes):
            return np.concatenate([_local(replace(solid, kind=whole)), *(_placed(solid, hole) for hole in holes)])
        case Joined(parts):
            return np.concatenate([_placed(solid, part) for part in parts])
        case Tapered(points, height, taper):
            foot, hub = np.array(points), solid.kind.hub
            ends = ((1.0, -0.5), (taper, 0.5))
            rows = [np.insert(hub + s * (foot - hub), 1, y * height, axis=1) for s, y in ends]
            return np.pad(np.concatenate(rows), ((0, 0), (0, 1)))
        case Prism(points, height) if len(points) <= _CORNERS:
            # Those of its box would change as it is turned about its own axis.
            rows = [(x, y, z, 0.0) for x, z in points for y in (-0.5 * height, 0.5 * height)]
            return np.array(rows)
        case Prism(points, height):
            wide, _, deep = solid.kind.size
            middle = np.array(points).mean(axis=0) * min(
                1.0, abs(polygon_area(np.array(points))) / max(wide * deep, 1e-300)
            )
            hub = np.array([[middle[0], y, middle[1], 0.0] for y in (-0.5 * height, 0.5 * height)])
            return np.concatenate([_corners(wide, height, deep), hub])
        case Lathe(points):
            wide, height, _ = solid.kind.size
            lean = float(np.average([y for _, y in points], weights=[r + 1e-9 for r, _ in points]))
            return np.array(
                [[0.0, -0.5 * height, 0.0, 0.5 * wide], [0.0, 0.5 * height, 0.0, 0.5 * wide], [0.0, lean, 0.0, 0.0]]
            )


def _placed(solid: Solid, part: Placed) -> np.ndarray:
    rows = _local(replace(solid, kind=part.kind))
    return np.column_stack([rows[:, :3] @ part.matrix.T + np.array(part.centre), rows[:, 3:]])


def _corners(a: float, b: float, c: float) -> np.ndarray:
    signs = np.array([[i, j, k] for i in (-0.5, 0.5) for j in (-0.5, 0.5) for k in (-0.5, 0.5)])
    return np.pad(signs * np.array([a, b, c]), ((0, 0), (0, 1)))
