"""Outlines of bitmaps as polygons of few corners."""

from __future__ import annotations

import numpy as np

from shapelang.inference.sampling.cells import Cells
from shapelang.inference.sampling.samples import Samples


def outline(mask: np.ndarray, xs: np.ndarray, ys: np.ndarray, tolerance: float) -> np.ndarray | None:
    """(k, 2) the largest outline of a mask (i, j) over cell bounds xs, ys; None when nothing is set.

    Counter-clockwise; holes are not seen. Simplified so that no corner leaves
    the polygon by more than the tolerance.
    """
    loops = _loops(np.pad(mask, 1))
    if not loops:
        return None
    largest = max(loops, key=lambda loop: abs(polygon_area(loop)))
    points = np.stack([xs[largest[:, 0]], ys[largest[:, 1]]], axis=1)
    return simplified(_cut_corners(points), tolerance)


def polygon_area(points: np.ndarray) -> float:
    """Signed area; positive when counter-clockwise."""
    x, y = points[:, 0].astype(np.float64), points[:, 1].astype(np.float64)
    return 0.5 * float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum())


def _loops(mask: np.ndarray) -> list[np.ndarray]:
    """Closed walks along the edges of set cells, the set side to the left, as lattice points of the unpadded mask."""
    onward: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for (di, dj), start, end in (
        ((0, -1), (0, 0), (1, 0)),
        ((1, 0), (1, 0), (1, 1)),
        ((0, 1), (1, 1), (0, 1)),
        ((-1, 0), (0, 1), (0, 0)),
    ):
        edge = mask & ~np.roll(mask, (-di, -dj), axis=(0, 1))
        for i, j in np.argwhere(edge).tolist():
            onward.setdefault((i + start[0], j + start[1]), []).append((i + end[0], j + end[1]))
    loops: list[np.ndarray] = []
    while onward:
        start = next(iter(onward))
        walk, here = [start], _step(onward, start)
        while here != start:
            walk.append(here)
            here = _step(onward, here)
        loops.append(np.array(walk) - 1)
    return loops


def _step(onward: dict[tuple[int, int], list[tuple[int, int]]], here: tuple[int, int]) -> tuple[int, int]:
    ahead = onward[here].pop()
    if not onward[here]:
        del onward[here]
    return ahead


def _cut_corners(points: np.ndarray) -> np.ndarray:
    """The middles of the edges of a staircase, and its long straight edges' ends: a slope becomes straight."""
    ahead = np.roll(points, -1, axis=0)
    before = np.roll(points, 1, axis=0)
    on, back = ahead - points, points - before
    lengths = np.sqrt((on**2).sum(axis=1) * (back**2).sum(axis=1))
    straight = np.abs(on[:, 0] * back[:, 1] - on[:, 1] * back[:, 0]) < 1e-9 * lengths
    turn = points[~straight]
    ahead = np.roll(turn, -1, axis=0)
    length = np.sqrt(((ahead - turn) ** 2).sum(axis=1))
    short = 4.0 * np.sqrt(((np.roll(points, -1, axis=0) - points) ** 2).sum(axis=1)).max()
    rows: list[np.ndarray] = []
    for k in range(len(turn)):
        if length[k] >= short:
            rows += [turn[k], ahead[k]]
        else:
            rows.append(0.5 * (turn[k] + ahead[k]))
    return np.array(rows)


def simplified(points: np.ndarray, tolerance: float) -> np.ndarray:
    """A closed polygon with fewer corners: Douglas and Peucker (1973) on its two halves, then neighbours joined."""
    far = int(((points - points[0]) ** 2).sum(axis=1).argmax())
    ring = np.vstack([points, points[:1]])
    keep = sorted({*_kept(ring, 0, far, tolerance), *_kept(ring, far, len(points), tolerance)} - {len(points)})
    found = points[keep]
    if len(found) > 3:
        # The place where the walk began need not be a corner.
        before, after = found[-1], found[1]
        if _distance(found[:1], before, after)[0] < tolerance:
            found = found[1:]
    return found


def _kept(points: np.ndarray, first: int, last: int, tolerance: float) -> list[int]:
    kept = {first, last}
    stack = [(first, last)]
    while stack:
        a, b = stack.pop()
        if b - a < 2:
            continue
        away = _distance(points[a + 1 : b], points[a], points[b])
        worst = int(away.argmax())
        if away[worst] > tolerance:
            middle = a + 1 + worst
            kept.add(middle)
            stack += [(a, middle), (middle, b)]
    return sorted(kept)


def _distance(points: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    along = b - a
    square = float((along**2).sum())
    if square == 0.0:
        return np.sqrt(((points - a) ** 2).sum(axis=1))
    t = np.clip(((points - a) @ along) / square, 0.0, 1.0)
    return np.sqrt(((points - a - t[:, None] * along) ** 2).sum(axis=1))


def pixel_bounds(low: float, high: float, pixels: int) -> np.ndarray:
    """(pixels + 4,) the bounds of pixels, so many of them from low to high and one and a half more at each end."""
    pad = 1.5 * (high - low) / pixels
    return np.linspace(low - pad, high + pad, pixels + 4)


def own_points(cells: Cells, region: np.ndarray, samples: Samples, points: np.ndarray) -> np.ndarray:
    """(n,) whether points of the samples' frame are inside the body and belong to the region."""
    world = points @ samples.frame.T
    found = cells.inside(world)
    found[found] = region[cells.cell_of(world[found] @ cells.frame)]
    return found
