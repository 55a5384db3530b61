"""Rotations as the language writes them: few turns about fixed axes, in degrees, snapped to plain angles."""

from __future__ import annotations

from itertools import permutations
from typing import Final, TypeAlias

import numpy as np

from shapelang.syntax.tree import AxisName

Turns: TypeAlias = tuple[tuple[AxisName, float], ...]

SNAP: Final = 1.0
"""Degrees within which an angle becomes a multiple of 15."""

_EXACT: Final = 1e-6
"""Largest difference of two rotation matrices that are the same but for the rounding of angles."""

AXES: Final[tuple[AxisName, AxisName, AxisName]] = ("x", "y", "z")


def turn_matrix(axis: AxisName, angle: float) -> np.ndarray:
    """(3, 3) rotation about an axis by degrees."""
    u, v = {"x": (1, 2), "y": (2, 0), "z": (0, 1)}[axis]
    c, s = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    matrix = np.eye(3)
    matrix[u, u] = matrix[v, v] = c
    matrix[u, v], matrix[v, u] = -s, s
    return matrix


def matrix_of(turns: Turns) -> np.ndarray:
    """(3, 3) rotation of turns in the order written, about fixed axes."""
    matrix = np.eye(3)
    for axis, angle in turns:
        matrix = turn_matrix(axis, angle) @ matrix
    return matrix


def plain_angle(angle: float) -> float:
    """An angle in (-180, 180], on a multiple of 15 when near one, else on a tenth."""
    angle = -((-angle + 180.0) % 360.0 - 180.0)
    step = 15.0 * round(angle / 15.0)
    found = step if abs(angle - step) < SNAP else round(angle, 1)
    return 180.0 if found == -180.0 else found + 0.0


def turns_of(frame: np.ndarray) -> Turns:
    """The shortest turns that give a rotation, to within the snapping."""
    best: tuple[tuple[int, float], Turns] | None = None
    for order in permutations(range(3)):
        angles = angles_about(frame, order)
        turns: Turns = tuple(
            (AXES[k], plain_angle(a)) for k, a in zip(order, angles, strict=True) if plain_angle(a) != 0.0
        )
        cost = (len(turns), sum((abs(a) for _, a in turns), 0.0))
        if (best is None or cost < best[0]) and _near(matrix_of(turns), frame):
            best = (cost, turns)
    return best[1] if best is not None else ()


def exact_turns(frame: np.ndarray) -> Turns:
    """The shortest turns that give a rotation (3, 3) to a millionth of a degree, nothing snapped."""
    options: list[Turns] = []
    for order in permutations(range(3)):
        angles = angles_about(frame, order)
        turns: Turns = tuple((AXES[k], round(a, 6) + 0.0) for k, a in zip(order, angles, strict=True))
        options.append(tuple(turn for turn in turns if turn[1] != 0.0))
    return min(options, key=lambda turns: (np.abs(matrix_of(turns) - frame).max() > _EXACT, len(turns)))


def turns_to(axis: np.ndarray) -> Turns:
    """The shortest turns that bring +Y to a direction; a tilt about x or z, then at most one turn about y."""
    x, y, z = axis / np.sqrt((axis**2).sum())
    tilt = float(np.degrees(np.arccos(np.clip(y, -1.0, 1.0))))
    if plain_angle(tilt) == 0.0:
        return ()
    about = float(np.degrees(np.arctan2(z, -x)))
    options: list[Turns] = []
    for first, lean, spin in (
        ("z", tilt, about),
        ("z", -tilt, about - 180.0),
        ("x", tilt, about - 90.0),
        ("x", -tilt, about + 90.0),
    ):
        turns: list[tuple[AxisName, float]] = [("x" if first == "x" else "z", plain_angle(lean))]
        if plain_angle(spin) != 0.0:
            turns.append(("y", plain_angle(spin)))
        options.append(tuple(turns))
    return min(options, key=lambda t: (len(t), sum(abs(a) for _, a in t)))


def angles_about(frame: np.ndarray, order: tuple[int, ...]) -> tuple[float, float, float]:
    """Angles about the fixed axes i, then j, then k that give a rotation."""
    i, j, k = order
    sign = 1.0 if (j - i) % 3 == 1 else -1.0
    middle = float(np.degrees(np.arcsin(np.clip(-sign * frame[k, i], -1.0, 1.0))))
    if abs(frame[k, i]) > 0.999999:
        first = 0.0
        last = float(np.degrees(np.arctan2(-sign * frame[i, j], frame[j, j])))
        return first, middle, last
    first = float(np.degrees(np.arctan2(sign * frame[k, j], frame[k, k])))
    last = float(np.degrees(np.arctan2(sign * frame[j, i], frame[i, i])))
    return first, middle, last


def _near(a: np.ndarray, b: np.ndarray) -> bool:
    # Three snapped angles, each up to SNAP off.
    return bool((a * b).sum() > 1.0 + 2.0 * np.cos(np.radians(3.0 * SNAP)))
