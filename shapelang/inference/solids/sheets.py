"""Open surfaces without an inside, as thin boxes and prisms: one for each flat stretch."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

import numpy as np

from shapelang.inference.sampling.frames import snapped
from shapelang.inference.solids.kinds import Cuboid, Fit, Prism, in_polygon
from shapelang.inference.solids.outline import outline, polygon_area
from shapelang.inference.solids.plain import plain
from shapelang.metrics.connected import connected
from shapelang.metrics.triangles import Triangles, cross_products
from shapelang.primitives.polygon import simple

THICKNESS: Final = 0.002
"""Of the model's diagonal."""

_BEND: Final = 0.9
"""Cosine of the angle to which a stretch may turn away from its largest face."""

_FLAT: Final = 0.1
"""Stretches that leave their plane by more than this part of their lesser side are boxes."""

_RECTANGLE: Final = 0.9
"""Outlines that fill their rectangle more than this are rectangles."""

_PIXELS: Final = 48
_CORNERS: Final = 24

_LEVEL: Final = 0.99
"""Cosine of the angle to which a stretch may turn away when it would bulge: 8 degrees."""

_LEAST: Final = 0.03
"""Stretches with less than this part of the area are left out."""


def sheet_fits(shell: Triangles, diagonal: float, most: int, late: Callable[[], bool]) -> list[Fit]:
    """Thin boxes along the flat stretches of a surface, the largest first; prisms where a stretch is no rectangle.

    When it is `late` there is no other one after the first.
    """
    cross = cross_products(shell)
    area = np.sqrt((cross**2).sum(axis=1))
    if not (area > 0).any():
        return []
    normals = cross / np.maximum(area, 1e-300)[:, None]
    left = area > 0
    found: list[Fit] = []
    while left.any() and len(found) < most and not (found and late()):
        seed = int(np.where(left, area, -1.0).argmax())
        offset = np.abs((shell.corners[:, 0] - shell.corners[seed, 0]) @ normals[seed])
        level = left & (np.abs(normals @ normals[seed]) > _BEND)
        level[seed] = True
        stretch = _reached(shell, level, seed) | (level & (offset < THICKNESS * diagonal))
        if _bulge(shell.corners[stretch], normals[seed]) > _FLAT:
            level &= np.abs(normals @ normals[seed]) > _LEVEL
            level[seed] = True
            flat = _reached(shell, level, seed)
            stretch = flat if area[flat].sum() >= _LEAST * area.sum() else stretch
        left &= ~stretch
        if area[stretch].sum() < _LEAST * area.sum() and found:
            continue
        found.append(_plate(shell.corners[stretch], normals[seed], diagonal))
    return found


def thickness_notes(fits: Iterable[Fit], diagonal: float, grid: float) -> tuple[str, ...]:
    """A note of how thick those fits are written, in metres, that have the thickness of sheets; none without any."""
    for fit in fits:
        # It is the very number: what is thicker by itself keeps its own.
        flat = min(fit.kind.size) == THICKNESS * diagonal
        if flat or fit.sheet is not None:
            written = min(plain(fit, 0, grid).kind.size) if flat else fit.sheet
            return (f"Sheets are written {written:.3g} m thick: the mesh tells no thickness of them.",)
    return ()


def _bulge(corners: np.ndarray, normal: np.ndarray) -> float:
    """How far triangles reach along a normal, as a part of the root of their area."""
    area = 0.5 * np.sqrt((np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]) ** 2).sum(axis=1))
    return float(np.ptp(corners.reshape(-1, 3) @ normal)) / max(float(np.sqrt(area.sum())), 1e-300)


def _reached(shell: Triangles, among: np.ndarray, seed: int) -> np.ndarray:
    """(f,) the faces that are joined to a seed by shared corners, among some."""
    a, b, c = shell.faces[among].T
    part = connected(len(shell.positions), np.r_[a, a], np.r_[b, c])
    return among & (part[shell.faces[:, 0]] == part[shell.faces[seed, 0]])


def _plate(corners: np.ndarray, normal: np.ndarray, diagonal: float) -> Fit:
    """The thin box of triangles (f, 3, 3), or the thin prism of their outline where the box is too large."""
    box = _thin_box(corners.reshape(-1, 3), normal, diagonal)
    thin = int(np.argmin(box.kind.size))
    # The prism's y is across the sheet; (x, y, z) is right-handed when x comes before y in cyclic order.
    order = [(thin + 2) % 3, thin, (thin + 1) % 3]
    wide, thick, deep = (box.kind.size[k] for k in order)
    if thick > _FLAT * min(wide, deep):
        return box
    frame = box.frame[:, order]
    flat = ((corners.reshape(-1, 3) - box.centre) @ frame)[:, [0, 2]].reshape(-1, 3, 2)
    points = _outline(flat, np.array([wide, deep]))
    if points is None or abs(polygon_area(points)) > _RECTANGLE * wide * deep:
        return box
    low, high = points.min(axis=0), points.max(axis=0)
    middle = 0.5 * (low + high)
    kind = Prism(tuple((float(x), float(z)) for x, z in points - middle), thick)
    return Fit(kind, frame, box.centre + frame[:, 0] * middle[0] + frame[:, 2] * middle[1], 1.0, 0.0)


def _outline(flat: np.ndarray, size: np.ndarray) -> np.ndarray | None:
    """The outline (k, 2) of triangles of a plane (f, 3, 2) in a rectangle about 0; None when it is too jagged."""
    bounds = [np.linspace(-0.5 * s, 0.5 * s, _PIXELS + 1) for s in size]
    x, y = (m.reshape(-1) for m in np.meshgrid(*(0.5 * (b[1:] + b[:-1]) for b in bounds), indexing="ij"))
    points = np.stack([x, y], axis=1)
    covered = np.zeros(len(points), bool)
    first, last = ((end / size + 0.5) * _PIXELS - 0.5 for end in (flat.min(axis=1), flat.max(axis=1)))
    # Small triangles reach the middle of one pixel, or of none.
    for triangle in flat[(np.ceil(first - 1e-9) <= np.floor(last + 1e-9)).all(axis=1)]:
        covered |= in_polygon(triangle, points)
    pixel = float(size.max()) / _PIXELS
    found = outline(covered.reshape(_PIXELS, _PIXELS), bounds[0], bounds[1], 0.75 * pixel)
    if found is None or not 3 <= len(found) <= _CORNERS:
        return None
    return found if simple([(float(a), float(b)) for a, b in found]) else None


def _thin_box(points: np.ndarray, normal: np.ndarray, diagonal: float) -> Fit:
    """The box of points with one axis along a normal and the least area across it."""
    frame = snapped(_flat_frame(points, normal))
    local = points @ frame
    low, high = local.min(axis=0), local.max(axis=0)
    x, y, z = np.maximum(high - low, THICKNESS * diagonal).tolist()
    return Fit(Cuboid((x, y, z)), frame, frame @ (0.5 * (low + high)), 1.0, 0.0)


def _flat_frame(points: np.ndarray, normal: np.ndarray) -> np.ndarray:
    """The frame with z along the normal and x along the side of the least rectangle about the points."""
    start = np.eye(3)[int(np.abs(normal).argmin())]
    u = start - (start @ normal) * normal
    u /= np.sqrt((u**2).sum())
    v = np.cross(normal, u)
    flat = np.stack([points @ u, points @ v], axis=1)
    angles = np.radians(np.arange(0.0, 90.0, 1.0))
    wide = np.ptp(flat @ np.stack([np.cos(angles), np.sin(angles)]), axis=0)
    deep = np.ptp(flat @ np.stack([-np.sin(angles), np.cos(angles)]), axis=0)
    best = float(angles[int((wide * deep + 1e-9 * angles).argmin())])
    x = np.cos(best) * u + np.sin(best) * v
    return np.stack([x, np.cross(normal, x), normal], axis=1)
