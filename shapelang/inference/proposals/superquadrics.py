"""Superquadrics grown from the signed distance of a body, where it is deepest first.

After the idea of Liu, Wu, Ruan, Chirikjian, "Marching-Primitives: Shape Abstraction from Signed Distance Function"
(CVPR 2023): what is deeper than a level falls into connected regions, each the seed of a superquadric that is fitted to
the clipped signed distance about it; what it explains is taken away, and the next level follows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

import numpy as np

from shapelang.deadline import Deadline
from shapelang.inference.sampling.cells import Cells
from shapelang.inference.solids.kinds import Fit, Superquadric

_CELLS: Final = 44
"""Of the longest extent."""

_ROUNDS: Final = 10
_LEVEL: Final = 0.6
"""What is deeper than this part of the greatest depth that is left is a seed."""

_LEFT: Final = 0.02
"""Part of the body that may stay unexplained."""

_POINTS: Final = 700
"""Of the lattice, for one superquadric."""

_ABOUT: Final = 2.5
"""How far about a seed they lie, in its depths."""

_WITHIN: Final = 0.5
"""Part of a superquadric that must be inside the body."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Grown:
    """Superquadrics, all seeds of a level fitted at once on a `device` of torch."""

    device: str = "cpu"

    def propose(self, cells: Cells, most: int, deadline: Deadline) -> list[Fit]:
        """At most so many, the deepest first."""
        from shapelang.inference.proposals.batched import fitted

        lattice = _lattice(cells)
        left = lattice.depth > 0.0
        total = int(left.sum())
        found: list[Fit] = []
        for _ in range(_ROUNDS):
            if deadline.late() or len(found) >= most or left.sum() <= _LEFT * total:
                break
            seeds = _seeds(lattice, left)[: most - len(found)]
            if not seeds:
                break
            starts, points = np.stack([seed.start for seed in seeds]), np.stack([seed.points for seed in seeds])
            depth, free = np.stack([seed.depth for seed in seeds]), np.stack([seed.free for seed in seeds])
            rows = fitted(starts, points, depth, free, self.device).cpu().numpy()
            before = int(left.sum())
            for row in rows:
                fit = _fit(row, cells.frame)
                inside = fit.inside(lattice.points @ cells.frame.T).reshape(left.shape)
                if (inside & left).sum() > _WITHIN * max(int(inside.sum()), 1):
                    found.append(fit)
                left &= ~inside
            if left.sum() == before:
                break
        return found


@final
@dataclass(frozen=True, slots=True, eq=False)
class _Lattice:
    """Points (n, 3) of the cells' frame, `step` apart; `depth` (i, j, k) inside the body, negative outside; lengths."""

    points: np.ndarray
    depth: np.ndarray
    step: float


@final
@dataclass(frozen=True, slots=True, eq=False)
class _Seed:
    """Points (n, 3) about a region, their clipped `depth` (n,) in [−1, 1], and which are `free` (n,): those count in
    full whatever happens. `start` (12,): centre, turn, half extents and two exponents, of the region's moments, and its
    unit of depth.
    """

    points: np.ndarray
    depth: np.ndarray
    free: np.ndarray
    start: np.ndarray


def _lattice(cells: Cells) -> _Lattice:
    from scipy.ndimage import distance_transform_edt

    low, high = (np.array([p[k] for p in cells.planes]) for k in (0, -1))
    step = float((high - low).max()) / _CELLS
    axes = [np.arange(a - 2.5 * step, b + 3.0 * step, step) for a, b in zip(low, high, strict=True)]
    points = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1)
    full = cells.inside(points.reshape(-1, 3) @ cells.frame.T).reshape(points.shape[:3])
    inner, outer = (np.asarray(distance_transform_edt(mask)) for mask in (full, ~full))
    depth = step * (np.where(full, inner - 0.5, 0.5 - outer))
    return _Lattice(points.reshape(-1, 3), depth, step)


def _seeds(lattice: _Lattice, left: np.ndarray) -> list[_Seed]:
    """The regions of what is `left` (i, j, k) that are deeper than the level, the largest first."""
    from scipy.ndimage import distance_transform_edt, label

    own = lattice.step * np.asarray(distance_transform_edt(left))
    regions = np.zeros(left.shape, np.int32)
    label(own > _LEVEL * own.max(), output=regions)
    flat, depth = regions.reshape(-1), lattice.depth.reshape(-1)
    order = sorted(range(1, int(flat.max()) + 1), key=lambda k: -int((flat == k).sum()))
    found: list[_Seed] = []
    for number in order:
        members = lattice.points[flat == number]
        deepest = float(own.reshape(-1)[flat == number].max())
        low, high = members.min(axis=0) - _ABOUT * deepest, members.max(axis=0) + _ABOUT * deepest
        about = np.flatnonzero(((lattice.points >= low) & (lattice.points <= high)).all(axis=1))
        # What is explained already says nothing: it may be covered or not.
        about = about[(depth[about] <= 0.0) | left.reshape(-1)[about]]
        about = about[np.linspace(0, len(about) - 1, _POINTS).astype(int)]
        clipped = np.clip(depth[about], -deepest, deepest) / deepest
        found.append(_Seed(lattice.points[about], clipped, depth[about] <= 0.0, _start(members, deepest)))
    return found


def _start(members: np.ndarray, deepest: float) -> np.ndarray:
    from scipy.spatial.transform import Rotation

    middle = members.mean(axis=0)
    apart = members - middle
    axes = np.linalg.eigh(apart.T @ apart)[1] if len(members) > 3 else np.eye(3)
    axes[:, 2] *= np.sign(np.linalg.det(axes))
    half = np.abs(apart @ axes).max(axis=0) + 0.8 * deepest
    return np.concatenate([middle, Rotation.from_matrix(axes).as_rotvec(), half, [0.8, 0.8], [deepest]])


def _fit(row: np.ndarray, frame: np.ndarray) -> Fit:
    from scipy.spatial.transform import Rotation

    a, b, c, e1, e2 = (float(v) for v in row[6:11])
    own = frame @ Rotation.from_rotvec(row[3:6]).as_matrix()
    kind = Superquadric((2.0 * a, 2.0 * b, 2.0 * c), round(e1, 2), round(e2, 2))
    return Fit(kind, own, frame @ row[:3], 0.0, 0.0)
