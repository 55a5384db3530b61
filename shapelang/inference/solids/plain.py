"""Fits as a person would write them: turned as little as possible, plain angles, numbers on a grid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import permutations, product
from typing import Final, final

import numpy as np

from shapelang.inference.rounding.grid import rounded, short
from shapelang.inference.rounding.turns import Turns, matrix_of, turns_of, turns_to
from shapelang.inference.solids.bows import Bent, Bow
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
    Prism,
    Superquadric,
    Tapered,
    Torus,
    Tube,
)
from shapelang.inference.solids.regular import prism_turns
from shapelang.numbers import FLOAT
from shapelang.primitives import lathe as primitive_lathe
from shapelang.primitives import prism as primitive_prism

_TIP: Final = 0.02
"""Of the wider end of a cone: what is less is no end."""

_ALIKE: Final = 0.03
"""Two radii, or all extents of an ellipsoid, nearer than this part of the larger are written as one."""

_THIN: Final = 40.0
"""Steps of the grid: what has an extent below that is thin."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Solid:
    """A kind with its pose in the form that is written, and the mesh group that it came from; `part` as of a fit."""

    kind: Kind
    turns: Turns
    centre: np.ndarray
    group: int
    part: int | None = None

    @property
    def frame(self) -> np.ndarray:
        """(3, 3) its axes as columns."""
        return matrix_of(self.turns)

    @property
    def bounds(self) -> tuple[np.ndarray, np.ndarray]:
        """(3,) lowest and highest corner of its box in the world."""
        reach = 0.5 * (np.abs(self.frame) * np.array(self.kind.size)).sum(axis=1)
        return self.centre - reach, self.centre + reach


def plain(fit: Fit, group: int, grid: float) -> Solid:
    """A fit in the plainest of its equivalent forms."""
    return replace(_plain(fit, group, grid), part=fit.part)


def _plain(fit: Fit, group: int, grid: float) -> Solid:
    match fit.kind:
        case Cuboid(size):
            turns, size = _box_turns(fit.frame, size)
            return _on_grid(Cuboid(size), turns, fit.centre, group, grid)
        case Ellipsoid(size):
            if max(size) - min(size) < _ALIKE * max(size):
                mean = float(np.mean(size))
                return _on_grid(Ellipsoid((mean, mean, mean)), (), fit.centre, group, grid)
            turns, size = _box_turns(fit.frame, size)
            return _on_grid(Ellipsoid(size), turns, fit.centre, group, grid)
        case Cone() | Lathe() | Capsule() | Torus() | Tube():
            return _on_grid(*_upright(fit.kind, fit.frame[:, 1]), fit.centre, group, grid)
        case Superquadric(size, e1, e2):
            turns, size = _quarter_turns(fit.frame, size)
            return _on_grid(Superquadric(size, e1, e2), turns, fit.centre, group, grid)
        case Bent(extents, bend):
            turns, bend = _bent_turns(fit.frame, bend)
            return _on_grid(Bent(extents, bend), turns, fit.centre, group, grid)
        case Bow():
            frame = fit.frame * np.array((fit.kind.side, 1.0, fit.kind.side))
            return _on_grid(replace(fit.kind, side=1.0), _bow_turns(frame), fit.centre, group, grid)
        case Prism() | Tapered():
            return _on_grid(*prism_turns(fit.kind, fit.frame), fit.centre, group, grid)
        case Carved(whole, holes):
            body = _plain(replace(fit, kind=whole), group, grid)
            return replace(body, kind=_carved(body, fit, holes, grid))
        case Joined():
            raise AssertionError("solids are joined after they are written plainly")


def _carved(body: Solid, fit: Fit, holes: Sequence[Placed], grid: float) -> Kind:
    """The holes of a fit in the frame of its solid as it is written."""
    assert not isinstance(body.kind, Carved | Joined), "what is carved is plain"
    made: list[Placed] = []
    for hole in holes:
        frame = body.frame.T @ fit.frame @ hole.matrix
        centre = body.frame.T @ (fit.centre + fit.frame @ np.array(hole.centre) - body.centre)
        written = plain(Fit(hole.kind, frame, centre, 0.0, 0.0), body.group, grid)
        if not isinstance(written.kind, Carved | Joined):
            x, y, z = written.centre.tolist()
            made.append(Placed(written.kind, tuple(written.frame.reshape(-1).tolist()), (x, y, z)))
    return Carved(body.kind, tuple(made))


def _box_turns(frame: np.ndarray, size: tuple[float, float, float]) -> tuple[Turns, tuple[float, float, float]]:
    """The shortest turns of the 24 that give one box, with the extents in their order."""
    across = np.abs(frame) > 0.5
    if np.abs(np.abs(frame) - across).max() < 1e-9:
        x, y, z = (across * np.array(size)).sum(axis=1).tolist()
        return (), (x, y, z)
    best: tuple[tuple[int, float], Turns, tuple[float, float, float]] | None = None
    for order in permutations(range(3)):
        for signs in product((1.0, -1.0), repeat=3):
            turned = frame[:, order] * np.array(signs)
            if np.linalg.det(turned) < 0.0:
                continue
            turns = turns_of(turned)
            cost = (len(turns), sum(abs(a) for _, a in turns))
            if best is None or cost < best[0]:
                best = (cost, turns, (size[order[0]], size[order[1]], size[order[2]]))
    assert best is not None, "half of all signed orders are rotations"
    return best[1], best[2]


def _upright(kind: Cone | Lathe | Capsule | Torus | Tube, axis: np.ndarray) -> tuple[Kind, Turns]:
    """A round kind with its axis pointing upward, else to the front or the left."""
    lead = next((float(axis[k]) for k in (1, 2, 0) if abs(axis[k]) > 0.02), 1.0)
    match kind:
        case Cone(radius, top, _) if min(radius, top) <= _TIP * max(radius, top):
            # No cone stands on its tip: its radius must be above 0.
            lead = radius - top
        case _:
            pass
    if lead > 0.0:
        return _even(kind), turns_to(axis)
    match kind:
        case Cone(radius, top, height):
            return _even(Cone(top, radius, height)), turns_to(-axis)
        case Lathe(points):
            return Lathe(tuple((r, -y) for r, y in reversed(points))), turns_to(-axis)
        case Tube(radius, top, hole, top_hole, height):
            return _even(Tube(top, radius, top_hole, hole, height)), turns_to(-axis)
        case Capsule() | Torus():
            return kind, turns_to(-axis)


def _quarter_turns(frame: np.ndarray, size: tuple[float, float, float]) -> tuple[Turns, tuple[float, float, float]]:
    """The shortest turns of the eight that give one superquadric, with the extents in their order."""
    x, y, z = frame.T
    forms = [np.stack(axes, axis=1) for a, b in ((x, z), (-x, -z)) for axes in ((a, y, b), (-a, -y, b))]
    quarter = [np.stack([-f[:, 2], f[:, 1], f[:, 0]], axis=1) for f in forms]
    a, b, c = size
    options = [(turns_of(f), (a, b, c)) for f in forms] + [(turns_of(f), (c, b, a)) for f in quarter]
    return min(options, key=lambda o: (len(o[0]), sum(abs(angle) for _, angle in o[0])))


def _bent_turns(frame: np.ndarray, bend: float) -> tuple[Turns, float]:
    """The shortest turns of the four that give one bent bar, with the bend that goes with them."""
    signs = ((1.0, 1.0, 1.0), (1.0, -1.0, -1.0), (-1.0, 1.0, -1.0), (-1.0, -1.0, 1.0))
    options = [(turns_of(frame * np.array(sign)), bend * sign[0]) for sign in signs]
    return min(options, key=lambda o: (len(o[0]), sum(abs(angle) for _, angle in o[0])))


def _bow_turns(frame: np.ndarray) -> Turns:
    """The shorter turns of the two that give one bow."""
    options = [turns_of(frame), turns_of(frame * np.array((1.0, -1.0, -1.0)))]
    return min(options, key=lambda turns: (len(turns), sum(abs(angle) for _, angle in turns)))


def _even(kind: Cone | Lathe | Capsule | Torus | Tube) -> Kind:
    match kind:
        case Cone(radius, top, height) if abs(radius - top) < _ALIKE * max(radius, top):
            return Cone(0.5 * (radius + top), 0.5 * (radius + top), height)
        case _:
            return kind


def _on_grid(kind: Kind, turns: Turns, centre: np.ndarray, group: int, grid: float) -> Solid:
    """Numbers on the grid; an unturned box keeps its faces on the grid, so that what touches still touches.

    Outlines that are thin, and their places, are on a finer one: a wall may be no thicker than the grid.
    """
    fine = 0.1 * grid if isinstance(kind, Prism | Tapered) and min(kind.size) < _THIN * grid else grid
    match kind:
        case Cuboid(size) if not turns:
            low = np.round((centre - 0.5 * np.array(size)) / grid) * grid
            high = np.round((centre + 0.5 * np.array(size)) / grid) * grid
            a, b, c = (
                short(h - lo, grid) if h - lo > 4 * grid else short(s, grid)
                for h, lo, s in zip(high, low, size, strict=True)
            )
            middle = np.where(high - low > 4 * grid, 0.5 * (low + high), centre)
            return Solid(Cuboid((a, b, c)), turns, _points_on(middle, 0.1 * grid), group)
        case Cuboid((a, b, c)):
            made: Kind = Cuboid((short(a, grid), short(b, grid), short(c, grid)))
        case Ellipsoid((a, b, c)):
            made = Ellipsoid((short(a, grid), short(b, grid), short(c, grid)))
        case Cone(radius, top, height):
            made = Cone(short(radius, grid), short(top, grid) if top > _TIP * radius else 0.0, short(height, grid))
        case Superquadric((a, b, c), e1, e2):
            made = Superquadric((short(a, grid), short(b, grid), short(c, grid)), e1, e2)
        case Bent((a, b, c), bend):
            made = Bent((short(a, grid), short(b, grid), short(c, grid)), round(bend, 2))
        case Bow(radius, tube, arc):
            made = Bow(short(radius, grid), short(tube, grid), round(arc, 2))
        case Capsule(radius, height):
            made = Capsule(short(radius, grid), max(short(height, grid), 2.0 * short(radius, grid)))
        case Torus(radius, tube):
            made = Torus(short(radius, grid), short(tube, grid))
        case Tube(radius, top, hole, top_hole, height):
            made = Tube(*(short(r, grid) for r in (radius, top, hole, top_hole, height)))
        case Prism(_, height):
            made = _valid(
                kind, [Prism(_outline(kind.points, step), short(height, grid)) for step in _finer(fine)], grid
            )
        case Tapered(_, height, taper):
            end = _taper(taper, max(kind.size), grid)
            forms = [Tapered(_outline(kind.points, step), short(height, grid), end) for step in _finer(fine)]
            made = _valid(kind, forms, grid)
        case Carved() | Joined():
            raise AssertionError("a compound solid is written by its parts")
        case Lathe():
            made = _valid(kind, [Lathe(_outline(kind.points, step)) for step in _finer(grid)], grid)
    return Solid(made, turns, _points_on(centre, fine), group)


def _finer(grid: float) -> tuple[float, float, float]:
    return grid, 0.1 * grid, 0.01 * grid


def _outline(points: tuple[tuple[float, float], ...], grid: float) -> tuple[tuple[float, float], ...]:
    """Points on a grid; neighbours that become one are written once."""
    made = [(rounded(a, grid), rounded(b, grid)) for a, b in points]
    return tuple(p for k, p in enumerate(made) if p != made[k - 1])


def _taper(taper: float, size: float, grid: float) -> float:
    """As few digits as keep the top within half a step of the grid; 0 where the language takes no less."""
    if taper < primitive_prism.LEAST_TAPER:
        return 0.0
    return next(t for k in range(1, 9) if 0.5 * size * abs((t := round(taper, k)) - taper) <= 0.5 * grid or k == 8)


def _valid(
    kind: Prism | Tapered | Lathe, forms: Sequence[Prism] | Sequence[Tapered] | Sequence[Lathe], grid: float
) -> Kind:
    """The first form that the language takes: rounding can make edges of an outline cross. At last, its box."""
    for form in forms:
        if not _refused(form):
            return form
    a, b, c = kind.size
    return Cuboid((short(a, grid), short(b, grid), short(c, grid)))


def _refused(kind: Prism | Tapered | Lathe) -> bool:
    match kind:
        case Prism(points, height):
            made = primitive_prism.Prism(height, 0, 0.0, points)
        case Tapered(points, height, taper):
            made = primitive_prism.Prism(height, 0, 0.0, points, taper)
        case Lathe(points):
            made = primitive_lathe.Lathe(points)
    return any(refusal[0] for refusal in made.refusals(FLOAT))


def _points_on(point: np.ndarray, grid: float) -> np.ndarray:
    return np.array([rounded(float(c), grid) for c in point])
