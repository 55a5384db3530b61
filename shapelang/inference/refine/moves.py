"""The numbers of a solid that may move, in lengths, so that one step is as large for a size as for a turn."""

from __future__ import annotations

from typing import Final, assert_never

import numpy as np

from shapelang.inference.solids.bows import POINTED, SQUARE, Bent, Bow
from shapelang.inference.solids.kinds import (
    Capsule,
    Carved,
    Cone,
    Cuboid,
    Ellipsoid,
    Fit,
    Joined,
    Kind,
    Lathe,
    Placed,
    Plain,
    Prism,
    Superquadric,
    Tapered,
    Torus,
    Tube,
)
from shapelang.primitives.polygon import simple

_ALIKE: Final = 0.03
"""Two radii nearer than this part of the larger stay equal."""

_LEAST: Final = 0.02
"""No size falls below this part of the largest."""


def reach(fit: Fit) -> float:
    """Half the largest extent: what a turn by one radian moves, and a change of an exponent by one."""
    return 0.5 * max(fit.kind.size)


def freedom(fit: Fit) -> int:
    """How many numbers `moved` takes."""
    return 3 + len(turning(fit)) + _numbers(fit.kind)


def moved(fit: Fit, step: np.ndarray) -> Fit | None:
    """A solid moved by lengths (d,): its centre along its own axes, its axes where they were turned before, its sizes.

    None where what comes out is no solid. `iou` and `error` are those of before.
    """
    turns = len(turning(fit))
    found = _resized(fit.kind, step[3 + turns :], reach(fit))
    if found is None:
        return None
    kind, shift = found
    centre = fit.centre + fit.frame @ (step[:3] + shift)
    return Fit(kind, _turned(fit.frame, step[3 : 3 + turns] / reach(fit)), centre, fit.iou, fit.error)


def sound(kind: Kind) -> bool:
    """Whether no outline of a kind cuts itself; `moved` does not ask, since that takes longer than the move."""
    match kind:
        case Prism(points, _) | Lathe(points):
            return simple(points)
        case Carved(whole, holes):
            return sound(whole) and all(sound(hole.kind) for hole in holes)
        case _:
            return True


def turning(fit: Fit) -> list[int]:
    """Axes of a solid that it turns about: none where it stands along those of the world, which is plainer to write."""
    if (np.abs(fit.frame) > 1.0 - 1e-9).sum() == 3:
        return []
    return [0, 2] if isinstance(fit.kind, Cone | Lathe | Capsule | Torus | Tube) else [0, 1, 2]


def _turned(frame: np.ndarray, angles: np.ndarray) -> np.ndarray:
    """A frame turned by a vector of radians about its own axes; of round solids, about x and z."""
    if len(angles) == 0:
        return frame
    from shapelang.inference.solids.superquadric_kernels import rotation_about

    x, y, z = angles if len(angles) == 3 else (angles[0], 0.0, angles[1])
    return frame @ rotation_about(np.array([x, y, z]))


def _numbers(kind: Kind) -> int:
    match kind:
        case Cuboid() | Ellipsoid():
            return 3
        case Cone(radius, top, _):
            return 2 if _tied(radius, top) else 3
        case Superquadric() | Tube():
            return 5
        case Capsule() | Torus():
            return 2
        case Prism(points):
            return 2 * len(points) + 1
        case Lathe(points):
            return 2 * len(points)
        case Tapered() | Bent() | Bow():
            return 0
        case Carved(whole, holes):
            return _numbers(whole) + sum(3 + _numbers(hole.kind) for hole in holes)
        case Joined():
            return 0
        case _:
            assert_never(kind)


def _tied(radius: float, top: float) -> bool:
    return top == 0.0 or abs(radius - top) < _ALIKE * max(radius, top)


def _resized(kind: Kind, step: np.ndarray, unit: float) -> tuple[Kind, np.ndarray] | None:
    """A kind with its numbers moved, and by what its middle lies elsewhere in its frame."""
    if isinstance(kind, Carved):
        return _carved(kind, step, unit)
    if isinstance(kind, Joined):
        return kind, np.zeros(3)
    return _plain(kind, step, unit)


def _plain(kind: Plain, step: np.ndarray, unit: float) -> tuple[Plain, np.ndarray] | None:
    still, least = np.zeros(3), _LEAST * unit
    s: list[float] = step.tolist()
    match kind:
        case Cuboid(size):
            a, b, c = np.maximum(np.array(size) + step, np.minimum(least, size)).tolist()
            return Cuboid((a, b, c)), still
        case Ellipsoid(size):
            a, b, c = np.maximum(np.array(size) + step, np.minimum(least, size)).tolist()
            return Ellipsoid((a, b, c)), still
        case Cone(radius, top, height):
            # The language wants the lower radius above 0.
            low = max(radius + s[0], 0.5 * least)
            high = top / max(radius, 1e-300) * low if _tied(radius, top) else max(top + s[1], 0.0)
            if max(low, high) < least or height + s[-1] < least:
                return None
            return Cone(low, high, height + s[-1]), still
        case Superquadric(size, e1, e2):
            a, b, c = np.maximum(np.array(size) + step[:3], np.minimum(least, size)).tolist()
            shape = [min(max(e + d / unit, SQUARE), POINTED) for e, d in zip((e1, e2), s[3:], strict=True)]
            return Superquadric((a, b, c), shape[0], shape[1]), still
        case Capsule(radius, height):
            wide = max(radius + s[0], min(least, radius))
            return Capsule(wide, max(height + s[1], 2.0 * wide)), still
        case Torus(radius, tube):
            thin = max(tube + s[1], min(least, tube))
            return (Torus(radius + s[0], thin), still) if radius + s[0] > thin else None
        case Tube(radius, top, hole, top_hole, height):
            a, b, c, d, e = (np.array([radius, top, hole, top_hole, height]) + step).tolist()
            return (Tube(a, b, c, d, e), still) if min(c, d, a - c, b - d) > 0.0 and e > least else None
        case Prism(points, height):
            return _prism(np.array(points) + step[:-1].reshape(-1, 2), max(height + s[-1], min(least, height)))
        case Tapered() | Bent() | Bow():
            return kind, still
        case Lathe(points):
            return _lathe(np.array(points), step.reshape(-1, 2), least)
        case _:
            assert_never(kind)


def _prism(points: np.ndarray, height: float) -> tuple[Plain, np.ndarray]:
    middle = 0.5 * (points.min(axis=0) + points.max(axis=0))
    corners = tuple((float(x), float(z)) for x, z in points - middle)
    return Prism(corners, height), np.array([middle[0], 0.0, middle[1]])


def _lathe(points: np.ndarray, step: np.ndarray, least: float) -> tuple[Plain, np.ndarray]:
    """What stands on the axis stays there, and nothing else comes to it."""
    placed = points + step
    off = np.maximum(placed[:, 0], np.minimum(least, points[:, 0]))
    placed[:, 0] = np.where(points[:, 0] == 0.0, 0.0, off)
    middle = 0.5 * float(placed[:, 1].min() + placed[:, 1].max())
    profile = tuple((float(r), float(y - middle)) for r, y in placed)
    return Lathe(profile), np.array([0.0, middle, 0.0])


def _carved(kind: Carved, step: np.ndarray, unit: float) -> tuple[Carved, np.ndarray] | None:
    used = _numbers(kind.whole)
    outer = _plain(kind.whole, step[:used], unit)
    if outer is None:
        return None
    holes: list[Placed] = []
    for hole in kind.holes:
        end = used + 3 + _numbers(hole.kind)
        inner = _hollow(hole.kind, step[used + 3 : end], unit)
        if inner is None:
            return None
        x, y, z = (np.array(hole.centre) + hole.matrix @ (step[used : used + 3] + inner[1]) - outer[1]).tolist()
        holes.append(Placed(inner[0], hole.frame, (x, y, z)))
        used = end
    return Carved(outer[0], tuple(holes)), outer[1]


def _hollow(kind: Plain | Carved, step: np.ndarray, unit: float) -> tuple[Plain | Carved, np.ndarray] | None:
    return _carved(kind, step, unit) if isinstance(kind, Carved) else _plain(kind, step, unit)
