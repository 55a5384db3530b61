"""Gauss–Newton on the numbers of all solids at once.

The field of a union is that of its nearest solid, so that a point has a slope to the numbers of one solid only: the
normal matrix of all is one block for each. The damping is Marquardt's (SIAM J. 11, 1963).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol, TypeVar, final

import numpy as np

from shapelang.deadline import Deadline
from shapelang.inference.refine.distance import corner_slopes, distance, kind_distance
from shapelang.inference.refine.moves import freedom, moved, reach, sound, turning
from shapelang.inference.solids.kinds import Fit, Lathe, Prism

NUDGE: Final = 1e-4
"""Step of a slope, in shares of the solid."""

_LARGEST: Final = 5.0
"""No number moves further at once, in widths of the soft step: beyond it says nothing."""

_LITTLE: Final = 2
"""Steps in a row that bring next to nothing, after which the descent ends."""

_FAR: Final = 30.0
"""Widths from a surface at which a soft step is over."""


FLAT: Final = 1e-4
"""Slopes of a residual below this, in widths of the soft step, say nothing."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """What is to be explained: points (n, 3) of the world, the first `on` of them on the surface.

    `inside` (n,) is 1 or 0, and nothing on the surface. `group` (n,) is the material there, −1 in free space: only
    solids of a point's material answer for it.
    """

    points: np.ndarray
    on: int
    inside: np.ndarray
    group: np.ndarray


@final
@dataclass(frozen=True, slots=True)
class Softness:
    """`width` of the step from inside to outside, a length; `surface`: weight of all points of the surface against
    all others.
    """

    width: float
    surface: float


@final
@dataclass(frozen=True, slots=True, eq=False)
class _State:
    """Solids with their distances (k, n), +inf where a solid does not answer, and the soft cost."""

    fits: tuple[Fit, ...]
    fields: np.ndarray
    cost: float


def descended(
    fits: Sequence[Fit], groups: Sequence[int], target: Target, softness: Softness, steps: int, deadline: Deadline
) -> tuple[Fit, ...]:
    """The solids after at most so many steps, the cost never rising."""
    answers = (target.group[None, :] < 0) | (np.array(groups)[:, None] == target.group[None, :])

    def next_state(state: _State, damping: float) -> _State:
        return _state(_moved(state, target, softness, damping), answers, target, softness)

    return damped(_state(fits, answers, target, softness), next_state, steps, deadline).fits


class Costly(Protocol):
    """Where a descent stands."""

    @property
    def cost(self) -> float:
        """What is to fall."""
        ...


State = TypeVar("State", bound=Costly)


def damped(state: State, next_state: Callable[[State, float], State], steps: int, deadline: Deadline) -> State:
    """The best state after at most so many steps, each made with a damping that falls where one is better."""
    damping, little = 1e-2, 0
    for _ in range(steps):
        if deadline.late():
            break
        trial = next_state(state, damping)
        if trial.cost < state.cost:
            little = little + 1 if state.cost - trial.cost < 1e-3 * state.cost else 0
            state, damping = trial, max(0.2 * damping, 1e-4)
            if little >= _LITTLE:
                break
        else:
            damping *= 8.0
            if damping > 1e3:
                break
    return state


def _state(fits: Sequence[Fit], answers: np.ndarray, target: Target, softness: Softness) -> _State:
    fields = np.where(answers, np.stack([distance(fit, target.points) for fit in fits]), np.inf)
    residual, _ = residuals(fields.min(axis=0), target, softness)
    return _State(tuple(fits), fields, float(residual @ residual))


def residuals(field: np.ndarray, target: Target, softness: Softness) -> tuple[np.ndarray, np.ndarray]:
    """(n,) residuals, and their slopes to the field.

    Beside the surface a soft step less what is there; on it the distance, of which what is far away counts little more
    than what is near (Geman and McClure, 1987).
    """
    x = np.clip(field / softness.width, -_FAR, _FAR)
    soft = 1.0 / (1.0 + np.exp(x))
    share = softness.surface / max(target.on, 1) * (len(x) - target.on)
    near = 1.0 / np.sqrt(1.0 + x * x)
    on = np.arange(len(x)) < target.on
    residual = np.where(on, np.sqrt(share) * x * near, soft - target.inside)
    slope = np.where(on, np.sqrt(share) * near**3, -soft * (1.0 - soft))
    return residual, np.where(np.abs(x) < _FAR, slope / softness.width, 0.0)


def _moved(state: _State, target: Target, softness: Softness, damping: float) -> list[Fit]:
    owner = state.fields.argmin(axis=0)
    residual, slope = residuals(state.fields.min(axis=0), target, softness)
    found: list[Fit] = []
    for number, fit in enumerate(state.fits):
        own = np.flatnonzero((owner == number) & (np.abs(slope) * softness.width > FLAT))
        if len(own) == 0:
            found.append(fit)
            continue
        rows = _slopes(fit, target.points[own]) * slope[own, None]
        found.append(stepped(fit, rows.T @ rows, rows.T @ residual[own], softness, damping))
    return found


def stepped(fit: Fit, normal: np.ndarray, gradient: np.ndarray, softness: Softness, damping: float) -> Fit:
    """A solid after the damped step of its own block of the normal equations (d, d) and (d,)."""
    scale = np.diag(normal) + 1e-3 * max(float(np.diag(normal).max()), 1e-300)
    step = -np.linalg.solve(normal + damping * np.diag(scale), gradient)
    limit = _LARGEST * softness.width / max(float(np.abs(step).max()), 1e-300)
    made = moved(fit, step * min(1.0, limit))
    return fit if made is None or not sound(made.kind) else made


def _slopes(fit: Fit, points: np.ndarray) -> np.ndarray:
    """(n, d) of the distance to each number: by differences, of an outline's corners by formula.

    A solid that is moved or turned sees the points move the other way: all that follows from the slope in its frame.
    """
    local = (points - fit.centre) @ fit.frame
    here, unit, turns = kind_distance(fit.kind, local), reach(fit), turning(fit)
    nudge = NUDGE * unit
    found = np.zeros((len(points), freedom(fit)))
    beside = (kind_distance(fit.kind, local - nudge * way) for way in np.eye(3))
    found[:, :3] = np.stack([(there - here) / nudge for there in beside], axis=1)
    found[:, 3 : 3 + len(turns)] = np.cross(local, found[:, :3])[:, turns] / unit
    first = 3 + len(turns)
    if isinstance(fit.kind, Prism | Lathe):
        given = 2 * len(fit.kind.points)
        found[:, first : first + given] = corner_slopes(fit.kind, local)
        first += given
    for k in range(first, found.shape[1]):
        step = np.zeros(found.shape[1])
        step[k] = nudge
        other = moved(fit, step)
        if other is not None:
            found[:, k] = (distance(other, points) - here) / nudge
    return found
