"""All solids of a body refined together, and what they gained measured without softness."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, final

import numpy as np

from shapelang.deadline import Deadline
from shapelang.inference.refine.descent import BLOCKS, Descent
from shapelang.inference.refine.distance import distance
from shapelang.inference.refine.steps import Softness, Target
from shapelang.inference.sampling.cells import Cells
from shapelang.inference.sampling.samples import Samples
from shapelang.inference.solids.kinds import Cuboid, Fit
from shapelang.metrics.sampling import surface_samples

_CHAINS: Final = ((0.02, 0.008, 0.003), (0.005, 0.002))
"""Widths of the soft step, in shares of the body's diagonal: from far off, and from near."""

_STEPS: Final = 8
"""For each width."""

_SURFACE: Final = 0.3
"""Weight of the surface."""

_ON: Final = 1500

_TELLING: Final = 0.06
"""Samples further from all surfaces than this share of the diagonal, and on the right side, are left out."""

_NEAR: Final = 0.01
"""Further than this share of the diagonal from all solids a point of the surface is as good as unexplained."""

_LITTLE: Final = 0.0005
"""A solid is moved for more than this share of the samples inside."""

_STILL: Final = 0.004
"""A face of an unturned box that has moved by less, in shares of the diagonal, stays where it was."""


def target_of(cells: Cells, samples: Samples) -> Target:
    """The body as samples: points of its surface, and those spread about it."""
    on, face = surface_samples(cells.shell, _ON)
    group = cells.group.reshape(-1)
    beside = samples.points @ samples.frame.T
    within = samples.gain > 0.0
    return Target(
        np.concatenate([on, beside]),
        len(on),
        np.concatenate([np.zeros(len(on)), within]),
        np.concatenate(
            [group[cells.face_cell[face]], np.where(within, group[cells.cell_of(beside @ cells.frame)], -1)]
        ),
    )


def refined(
    fits: Sequence[Fit], groups: Sequence[int], target: Target, deadline: Deadline, descent: Descent = BLOCKS
) -> list[Fit]:
    """The solids, those of them moved that explain more of the samples so; never fewer are explained than before.

    `groups`: the material of each solid. `descent` moves them.
    """
    low, high = target.points.min(axis=0), target.points.max(axis=0)
    diagonal = float(np.sqrt(((high - low) ** 2).sum()))
    best = list(fits)
    telling = _telling(fits, target, _TELLING * diagonal)
    for chain in _CHAINS:
        now: Sequence[Fit] = best
        for width in chain:
            now = descent(now, groups, telling, Softness(width * diagonal, _SURFACE), _STEPS, deadline)
        best = _chosen(
            best, [_stuck(a, b, _STILL * diagonal) for a, b in zip(best, now, strict=True)], target, _NEAR * diagonal
        )
    return best


def _telling(fits: Sequence[Fit], target: Target, near: float) -> Target:
    """The target without the free space, and the inside, that no small move would change."""
    field = np.min([distance(fit, target.points) for fit in fits], axis=0)
    kept = (np.abs(field) < near) | ((field < 0.0) != (target.inside > 0.5))
    kept[: target.on] = True
    return Target(target.points[kept], target.on, target.inside[kept], target.group[kept])


def _stuck(before: Fit, after: Fit, near: float) -> Fit:
    """A box in the world's axes keeps the faces that have hardly moved: they stand where the mesh has corners."""
    if not (isinstance(before.kind, Cuboid) and isinstance(after.kind, Cuboid) and after.frame is before.frame):
        return after
    half, was = 0.5 * np.array(after.kind.size), 0.5 * np.array(before.kind.size)
    centre, old = after.centre @ after.frame, before.centre @ after.frame
    low = np.where(np.abs(centre - half - old + was) < near, old - was, centre - half)
    high = np.where(np.abs(centre + half - old - was) < near, old + was, centre + half)
    if (high - low <= 0.0).any():
        return before
    x, y, z = (high - low).tolist()
    return Fit(Cuboid((x, y, z)), after.frame, after.frame @ (0.5 * (low + high)), before.iou, before.error)


def _chosen(before: Sequence[Fit], after: Sequence[Fit], target: Target, near: float) -> list[Fit]:
    """Each solid as it was or as it has become, whichever explains more; as it was where both explain as much."""
    old, new = _Seen.of(before, target), _Seen.of(after, target)
    moved = np.full(len(before), _miss(new, target, near) < _miss(old, target, near))
    for k in range(len(before)):
        other = moved.copy()
        other[k] = not moved[k]
        gain = _miss(_mixed(old, new, moved), target, near) - _miss(_mixed(old, new, other), target, near)
        if gain > (-_LITTLE if moved[k] else _LITTLE) * target.inside.sum():
            moved = other
    return [b if m else a for a, b, m in zip(before, after, moved, strict=True)]


@final
@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    """What each solid covers beside the surface (k, n), and its distances on the surface (k, on)."""

    covers: np.ndarray
    away: np.ndarray

    @staticmethod
    def of(fits: Sequence[Fit], target: Target) -> _Seen:
        points = target.points[target.on :]
        return _Seen(
            np.stack([fit.inside(points) for fit in fits]),
            np.stack([distance(fit, target.points[: target.on]) for fit in fits]),
        )


def _mixed(old: _Seen, new: _Seen, moved: np.ndarray) -> _Seen:
    pick = moved[:, None]
    return _Seen(np.where(pick, new.covers, old.covers), np.where(pick, new.away, old.away))


def _miss(seen: _Seen, target: Target, near: float) -> float:
    """Samples on the wrong side, and how far the surface is from the solids': `near`, a length, or more counts full."""
    wrong = (seen.covers.any(axis=0) != (target.inside[target.on :] > 0.5)).sum()
    off = np.minimum(np.abs(seen.away.min(axis=0)) / near, 1.0).sum() / max(target.on, 1)
    return float(wrong) + _SURFACE * float(target.inside.sum()) * float(off)


def needed(fits: Sequence[Fit], worth: Sequence[float], target: Target) -> list[int]:
    """The solids that explain more samples than they are `worth`, all others given; the least useful goes first."""
    points = target.points[target.on :]
    inside = target.inside[target.on :] > 0.5
    covers = np.stack([fit.inside(points) for fit in fits])
    kept = list(range(len(fits)))
    while len(kept) > 1:
        count = covers[kept].sum(axis=0)
        alone = covers[kept] & (count == 1)
        gain = (alone & inside).sum(axis=1) - (alone & ~inside).sum(axis=1) - np.array(worth)[kept]
        least = int(gain.argmin())
        if gain[least] >= 0.0:
            break
        del kept[least]
    return kept
