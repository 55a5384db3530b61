"""Rotations as the language writes them: turns about fixed axes, in degrees."""

from __future__ import annotations

from itertools import permutations
from typing import Final, TypeAlias

import numpy as np

from shapelang.syntax.tree import AxisName

Turns: TypeAlias = tuple[tuple[AxisName, float], ...]

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


def exact_turns(frame: np.ndarray) -> Turns:
    """The shortest turns that give a rotation (3, 3) to a millionth of a degree, nothing snapped."""
    options: list[Turns] = []
    for order in permutations(range(3)):
        angles = angles_about(frame, order)
        turns: Turns = tuple((AXES[k], round(a, 6) + 0.0) for k, a in zip(order, angles, strict=True))
        options.append(tuple(turn for turn in turns if turn[1] != 0.0))
    return min(options, key=lambda turns: (np.abs(matrix_of(turns) - frame).max() > _EXACT, len(turns)))


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
