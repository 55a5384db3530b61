"""Where operands have faces in one plane manifold3d is at its weakest; a second opinion, with the operands apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np

from shapelang.arrays import AnyArray
from shapelang.representations.solids.apart import boxes, boxes_meet
from shapelang.representations.solids.planes import shared
from shapelang.representations.solids.shell import Placed, Shell

if TYPE_CHECKING:
    from manifold3d import Manifold

_APART: Final = 2.0**-30
"""Of the reach: how far operands are moved, a thousand times what manifold3d joins."""

_MARGIN: Final = 1e-8
"""Of the reach: boxes of faces that are nearer meet."""

Evaluate: TypeAlias = "Callable[[Sequence[Manifold]], Manifold]"


def agreed(operands: Sequence[Placed], evaluate: Evaluate, reach: float) -> Manifold:
    """A boolean of operands that reach so far, metres.

    Where faces of two lie in one plane it is made again with the operands moved a little in odd directions; where the
    volumes differ by more than the moving explains, the second has it.
    """
    made = evaluate([operand.manifold for operand in operands])
    if len(operands) < 2 or not _share_a_plane(operands, reach):
        return made
    step = _APART * reach
    again = evaluate([o.manifold.translate((_direction(k) * step).tolist()) for k, o in enumerate(operands)])
    explained = step * sum(operand.manifold.surface_area() for operand in operands)
    return made if abs(made.volume() - again.volume()) <= explained else again


def _direction(number: int) -> AnyArray:
    """Points of a spiral on the unit ball: no two operands move alike, none along an axis."""
    turn, height = 2.399963 * (number + 1), 1.0 - (2.0 * number + 1.0) / (2.0 * number + 3.0)
    away = np.sqrt(1.0 - height * height)
    # Any directions do, as long as they are the same on every machine: sums of products of literals.
    u = turn - 6.25 * np.floor(turn / 6.25) - 3.125
    across = u / (1.0 + np.abs(u))
    return np.array([away * across, height, away * (1.0 - np.abs(across))])


def _share_a_plane(operands: Sequence[Placed], reach: float) -> bool:
    """Whether faces of two operands lie in one plane and near each other: their boxes meet."""
    shells = [shell for operand in operands for shell in operand.shells]
    owner = np.repeat(np.arange(len(operands)), [len(operand.shells) for operand in operands])
    if not shells:
        return False
    near = _near_another(shells, owner, _MARGIN * reach)
    shells, owner = [shells[k] for k in near], owner[near]
    return any(
        _meet([shells[k].corners(faces) for k, faces in sides], owner[[k for k, _ in sides]], _MARGIN * reach)
        for sides in shared([shell.planes for shell in shells], owner, reach)
    )


def _near_another(shells: Sequence[Shell], owner: AnyArray, margin: float) -> AnyArray:
    """The numbers of the shells (one operand's in a row) whose boxes meet that of another operand."""
    low, high = boxes([shell.points for shell in shells])
    tops = np.maximum.reduceat(high, starts := np.flatnonzero(np.diff(owner, prepend=-1)))
    bottoms = np.minimum.reduceat(low, starts)
    others = (low[:, None] <= tops + margin) & (high[:, None] >= bottoms - margin)
    return np.flatnonzero((others.all(axis=2) & (owner[:, None] != np.arange(len(starts)))).any(axis=1))


def _meet(corners: Sequence[AnyArray], owner: AnyArray, margin: float) -> bool:
    """Whether the boxes of the faces (f, 3, 3) of two owners meet."""
    return bool((boxes_meet(*boxes(corners), margin) & (owner[:, None] != owner)).any())
