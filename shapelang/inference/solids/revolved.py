"""Bodies that are a profile turned about an axis, read from their sections: thin walls too, and without a sample."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import numpy as np

from shapelang.inference.sampling.frames import body_frame
from shapelang.inference.sampling.rims import signed_volume
from shapelang.inference.solids.half_planes import HALVES, TURNS, faced, off_path
from shapelang.inference.solids.kinds import Carved, Fit, Lathe, Placed
from shapelang.inference.solids.outline import simplified
from shapelang.inference.solids.sections import pieces_between
from shapelang.inference.solids.spin import Axis, exact_axes, frame_about
from shapelang.metrics.triangles import Triangles

if TYPE_CHECKING:
    from manifold3d import CrossSection

_CORNERS: Final = 5
"""Of a profile: fewer are a cone or a cylinder, which are told by themselves."""

MOST_CORNERS: Final = 40
"""Of a profile: more are nobody's."""

_NEAR: Final = 1.5e-3
"""Of the reach: how far a corner must stand off the line between its neighbours, and how near the axis is the axis."""

_ON: Final = 0.97
"""The share of the surface that must lie on the profile."""

_OUT, _HANDLE = 0.02, 0.003
"""Of the reach, how far what stands out does at least; the share of the points that may."""

_VOLUME: Final = 0.05
"""Of the body's volume: by how much what is turned may differ from it."""

_CONVEX: Final = 0.97
"""Of the area of its hull: from here on an outline is convex. Barrels, capsules and rings are told by themselves."""

_CRUMB: Final = 0.01
"""Of the area of a section: a piece with less is none."""

_BEYOND: Final = 0.1
"""A hole goes on by this part of the height, so that no skin is left."""

_UPRIGHT: Final = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)


def revolved_fit(shell: Triangles) -> Fit | None:
    """The lathe, or lathe less another, that a closed shell is all of; None where it is none, or a convex one.

    Of sections by planes through its axis that one is the profile whose solid has the volume of the shell: sides that
    are flat lie within the circle that they stand for.
    """
    if abs(signed_volume(shell)) <= 0.0:
        return None
    found = (_about(shell, axis) for axis in exact_axes(shell, body_frame(shell)))
    return next((fit for fit in found if fit is not None), None)


def _about(shell: Triangles, axis: Axis) -> Fit | None:
    volume = abs(signed_volume(shell))
    frame = frame_about(axis.direction)
    local = (shell.positions - axis.point) @ frame
    found = list(_profiles(local, shell.faces))
    if len(found) < HALVES:
        return None
    profile = min(found, key=lambda one: abs(_turned_volume(one) - volume))
    reach = float(profile[:, 0].max())
    if abs(_turned_volume(profile) - volume) > _VOLUME * volume or not _all_on(
        Triangles(local, shell.faces), profile, reach
    ):
        return None
    outline = simplified(profile, _NEAR * reach)
    made = turned_kind(outline, _NEAR * reach) if _CORNERS <= len(outline) <= MOST_CORNERS else None
    if made is None:
        return None
    kind, height = made
    return Fit(kind, frame, axis.point + frame @ np.array([0.0, height, 0.0]), 1.0, 0.0)


def _profiles(local: np.ndarray, faces: np.ndarray) -> Iterator[np.ndarray]:
    """The outlines of half sections, until one is convex."""
    for turn in TURNS:
        for half in _halves(local, faces, turn):
            if not _bends_inward(half):
                return
            yield half


def _halves(local: np.ndarray, faces: np.ndarray, turn: float) -> list[np.ndarray]:
    """The two outlines (k, 2) as (away, along) that a plane through the axis +Y cuts; fewer where one is in pieces."""
    from manifold3d import CrossSection, FillRule

    points = faced(local, turn)
    pieces = pieces_between(points, faces, 0.0, 0.0)
    if pieces is None:
        return []
    loops = [loop.foot for piece in pieces for loop in (piece.outer, *piece.holes)]
    whole = CrossSection(loops, FillRule.EvenOdd)
    reach = 2.0 * float(np.abs(points).max()) + 1e-300
    right = CrossSection.square((reach, 2.0 * reach)).translate((0.0, -reach))
    left = right.mirror((1.0, 0.0))
    halves = (_only(whole ^ right), _only((whole ^ left).mirror((1.0, 0.0))))
    return [half for half in halves if half is not None]


def _only(section: CrossSection) -> np.ndarray | None:
    """The outline (k, 2), counter-clockwise, of a section that is one piece without holes, but for crumbs."""
    large = [one for one in section.decompose() if one.area() > _CRUMB * section.area()]
    loops = [np.asarray(loop) for one in large for loop in one.to_polygons()]
    return loops[0] if len(loops) == 1 else None


def _turned_volume(outline: np.ndarray) -> float:
    """The volume of an outline (k, 2) turned about the axis: Pappus' theorem."""
    (r, y), (s, z) = outline.T, np.roll(outline, -1, axis=0).T
    return abs(float(np.pi / 3.0 * ((r * z - s * y) * (r + s)).sum()))


def _bends_inward(outline: np.ndarray) -> bool:
    """Whether an outline (k, 2) is clearly not convex."""
    from manifold3d import CrossSection, FillRule

    section = CrossSection([outline], FillRule.Positive)
    return section.area() < _CONVEX * section.hull().area()


def _all_on(local: Triangles, profile: np.ndarray, reach: float) -> bool:
    """Whether a surface about +Y lies on a profile, and nothing stands out."""
    off = off_path(local, np.concatenate([profile, profile[:1]]))
    return float((off < _NEAR * reach).mean()) >= _ON and float((off > _OUT * reach).mean()) < _HANDLE


def turned_kind(outline: np.ndarray, near: float) -> tuple[Lathe | Carved, float] | None:
    """What an outline (k, 2) turns into, counter-clockwise as (away, along), and the height of its middle.

    What is `near` the axis lies on it. None of what is in several pieces then.
    """
    middle = 0.5 * float(outline[:, 1].min() + outline[:, 1].max())
    outline = _on_axis(outline, near) - (0.0, middle)
    whole = _path(outline)
    if whole is not None:
        return Lathe(whole), middle
    return _ring(outline, near, middle)


def _path(outline: np.ndarray) -> tuple[tuple[float, float], ...] | None:
    """The way round from the axis back to it, upward; None of what does not touch it along one stretch."""
    on = outline[:, 0] == 0.0
    if int((on & ~np.roll(on, 1)).sum()) != 1 or int(on.sum()) < 2 or on.all():
        return None
    first = int(np.flatnonzero(~on & np.roll(on, 1))[0])
    turned = np.roll(outline, 1 - first, axis=0)
    last = int(np.flatnonzero(turned[:, 0] == 0.0)[1])
    return tuple((float(r), float(y)) for r, y in turned[: last + 1])


def _on_axis(outline: np.ndarray, near: float) -> np.ndarray:
    """An outline (k, 2) whose corners near the axis lie on it."""
    return np.stack([np.where(outline[:, 0] < near, 0.0, outline[:, 0]), outline[:, 1]], axis=1)


def _section_path(section: CrossSection, near: float) -> tuple[tuple[float, float], ...] | None:
    """The way round a section from the axis back to it; None of one in pieces."""
    outline = _only(section)
    return None if outline is None else _path(simplified(_on_axis(outline, near), near))


def _ring(outline: np.ndarray, near: float, middle: float) -> tuple[Carved, float] | None:
    """What leaves the axis free from end to end: all that it goes round, less what is free."""
    from manifold3d import CrossSection, FillRule, OpType

    ring = CrossSection([outline], FillRule.NonZero)
    quads = [
        CrossSection([np.array([(0.0, b[1]), (0.0, a[1]), a, b])], FillRule.NonZero)
        for a, b in zip(outline, np.roll(outline, -1, axis=0), strict=True)
        if abs(a[1] - b[1]) > 1e-6 * near
    ]
    filled = CrossSection.batch_boolean([ring, *quads], OpType.Add)
    free = filled - ring
    whole, hole = _section_path(filled, near), _section_path(free, near)
    if whole is None or hole is None or len(hole) < 3:
        return None
    reach = _BEYOND * float(np.ptp(outline[:, 1]))
    (_, low), *wall, (_, high) = hole
    points = ((0.0, low - reach), (wall[0][0], low - reach), *wall, (wall[-1][0], high + reach), (0.0, high + reach))
    return Carved(Lathe(whole), (Placed(Lathe(points), _UPRIGHT, (0.0, 0.0, 0.0)),)), middle
