"""A section of a solid as a place where a part may end, and how much of its outline says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, final

import numpy as np

from shapelang.inference.contacts.creases import SAME, Plane, Segments
from shapelang.inference.contacts.solids import across

if TYPE_CHECKING:
    from manifold3d import CrossSection

_STEP: Final = 0.004
"""Of the diagonal: how far points of an outline are apart."""

_ON: Final = 1e-4
"""Of the diagonal: an edge so near to an outline is part of it."""

_BESIDE: Final = 0.005
"""Of the diagonal: a crease so near says that a part ends about there, as it does where parts overlap a little."""

_THICK: Final = 1.5
"""Of that, the area of a section by its outline at least: the two sides of a thin board are no news of each other."""

_BURIED: Final = 0.2
"""Of an outline, what is at most left out of account, being in the plane of another cut, where nothing can show."""

_CREASED: Final = 0.25
"""Of an outline: what must be creases. Seams alone may be chance."""

_SMALLEST: Final = 1e-7
"""Of the diagonal squared: the area of a section."""

ENOUGH: Final = 0.9
"""Of an outline: what must be edges of the mesh."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Section:
    """`points` (n, 3) on the outline and their `weights` (n,); `on` and `beside` are numbers of segments near it."""

    plane: Plane
    area: CrossSection
    points: np.ndarray
    weights: np.ndarray
    on: np.ndarray
    beside: np.ndarray


@final
@dataclass(frozen=True, slots=True, order=True)
class Support:
    """Shares of an outline: `clear` are edges in its plane, `said` creases beside it as well, `creased` creases."""

    clear: float
    said: float
    creased: float

    @property
    def enough(self) -> bool:
        """Whether a part ends here."""
        return self.said >= ENOUGH and self.creased >= _CREASED


def sections_of(areas: Sequence[CrossSection], plane: Plane, segments: Segments) -> list[Section]:
    """The sections in a plane with the segments about them, without those that are tiny or have too few creases."""
    large = [area for area in areas if area.area() >= _SMALLEST]
    near = np.flatnonzero(segments.within(plane, _BESIDE)) if large else np.zeros(0, np.int64)
    if len(near) == 0:
        return []
    flat = across(plane)[:2].T
    start, end = segments.start[near] @ flat, segments.end[near] @ flat
    close = _Near(near, start, end, segments.within(plane, SAME)[near], segments.creases[near])
    found = [_section_of(area, plane, close) for area in large]
    return [section for section in found if section is not None]


@final
@dataclass(frozen=True, slots=True, eq=False)
class _Near:
    """Segments about a plane: numbers (n,), ends (n, 2) in its axes, which lie in it (n,), which are creases (n,)."""

    number: np.ndarray
    start: np.ndarray
    end: np.ndarray
    within: np.ndarray
    creases: np.ndarray


def _section_of(area: CrossSection, plane: Plane, close: _Near) -> Section | None:
    """A section with the segments about it; None where it has too few creases for a part to end there."""
    polygons = [np.asarray(polygon) for polygon in area.to_polygons()]
    corners = np.concatenate(polygons)
    low, high = corners.min(axis=0) - _BESIDE, corners.max(axis=0) + _BESIDE
    about = ((np.maximum(close.start, close.end) >= low) & (np.minimum(close.start, close.end) <= high)).all(axis=1)
    on = about & close.within
    creased = np.linalg.norm((close.end - close.start)[on & close.creases], axis=1) + 2.0 * _ON
    around = sum(float(np.linalg.norm(np.roll(one, -1, axis=0) - one, axis=1).sum()) for one in polygons)
    # A crease is as long as what it covers of an outline, or half as long where the outline folds about it.
    if 2.0 * creased.sum() < _CREASED * around:
        return None
    walks = [_along(polygon) for polygon in polygons]
    flat, weights = (np.concatenate(some) for some in zip(*walks, strict=True))
    thick = area.area() / around > _THICK * _BESIDE
    near = about & close.creases if thick else np.zeros(len(about), bool)
    points = flat @ across(plane)[:2] + plane.offset * plane.normal
    return Section(plane, area, points, weights, close.number[on], close.number[near])


def support(section: Section, segments: Segments, unused: np.ndarray, cut: list[Plane]) -> Support:
    """What segments (`unused` (n,) says which count) say for a section, beside the planes that are cut already."""
    on = section.on[unused[section.on]]
    clear = _near(section, segments, on, _ON)
    creased = _near(section, segments, on[segments.creases[on]], _ON)
    said = clear | _near(section, segments, section.beside[unused[section.beside]], _BESIDE)
    buried = np.zeros(len(clear), bool)
    for plane in cut:
        buried |= np.abs(section.points @ plane.normal - plane.offset) < SAME
    total = float(section.weights.sum())
    shares = [float(section.weights[some].sum()) / total for some in (clear, said, creased)]
    hidden = [min(_BURIED, float(section.weights[buried & ~some].sum()) / total) for some in (clear, said)]
    return Support(shares[0] / (1.0 - hidden[0]), shares[1] / (1.0 - hidden[1]), shares[2])


def on_outline(section: Section, segments: Segments) -> np.ndarray:
    """The numbers of the segments that are part of a section's outline."""
    axes = across(section.plane)
    polygons = [np.asarray(polygon) for polygon in section.area.to_polygons()]
    start = np.concatenate(polygons)
    end = np.concatenate([np.roll(polygon, -1, axis=0) for polygon in polygons])
    found = np.ones(len(section.on), bool)
    for t in (0.1, 0.5, 0.9):
        points = ((1.0 - t) * segments.start[section.on] + t * segments.end[section.on]) @ axes[:2].T
        found &= _within(points, start, end, _ON)
    return section.on[found]


def _near(section: Section, segments: Segments, which: np.ndarray, reach: float) -> np.ndarray:
    return _within(section.points, segments.start[which], segments.end[which], reach)


def _within(points: np.ndarray, start: np.ndarray, end: np.ndarray, reach: float) -> np.ndarray:
    from shapelang.inference.contacts.kernels import near_segments

    return near_segments(*(np.ascontiguousarray(some) for some in (points, start, end)), reach)


def _along(polygon: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Points along a closed polygon, and how much of it each stands for."""
    following = np.roll(polygon, -1, axis=0)
    length = np.linalg.norm(following - polygon, axis=1)
    counts = np.maximum(np.ceil(length / _STEP).astype(np.int64), 1)
    edge = np.repeat(np.arange(len(polygon)), counts)
    number = np.arange(len(edge)) - np.repeat(np.cumsum(counts) - counts, counts)
    t = ((number + 0.5) / counts[edge])[:, None]
    return (1.0 - t) * polygon[edge] + t * following[edge], (length / counts)[edge]
