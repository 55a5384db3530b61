"""Rotations as a person writes them: few turns about fixed axes, in degrees, snapped to plain angles."""

from __future__ import annotations

from itertools import permutations
from typing import Final

import numpy as np

from shapelang.io.turns import AXES as AXES
from shapelang.io.turns import Turns as Turns
from shapelang.io.turns import angles_about as angles_about
from shapelang.io.turns import exact_turns as exact_turns
from shapelang.io.turns import matrix_of as matrix_of
from shapelang.io.turns import turn_matrix as turn_matrix
from shapelang.syntax.tree import AxisName

SNAP: Final = 1.0
"""Degrees within which an angle becomes a multiple of 15."""


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


def _near(a: np.ndarray, b: np.ndarray) -> bool:
    # Three snapped angles, each up to SNAP off.
    return bool((a * b).sum() > 1.0 + 2.0 * np.cos(np.radians(3.0 * SNAP)))
