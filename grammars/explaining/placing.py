"""Where a mesh stands that a grammar makes elsewhere: quarter turns about up, a shift, and a size if it is told so."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any, Final, final

import numpy as np

from shapelang.deadline import NEVER
from shapelang.diagnostics import ProgramError
from shapelang.execution.constrain import constrain
from shapelang.metrics.chamfer import surface_distances
from shapelang.metrics.triangles import Triangles, triangles
from shapelang.representations.surface import flattened
from shapelang.semantics.program import Program

_RUNS: Final = 6
"""Runs of the program that a mesh is laid on."""

_SAMPLES: Final = 400
"""Points on each surface that runs and mesh are compared at."""

_AS_GOOD: Final = 1.25
"""A mesh stays where it stands, and unturned, if nothing else makes it so many times nearer to a run."""


@final
@dataclass(frozen=True, slots=True)
class Place:
    """x ↦ R(scale · x) + shift, R so many quarter turns about +Y, right-handed; metres."""

    quarters: int = 0
    scale: float = 1.0
    shift: tuple[float, float, float] = (0.0, 0.0, 0.0)

    def row(self) -> dict[str, Any]:
        """As JSON."""
        return {"at": list(self.shift), "rotate_y": 90 * self.quarters, "scale": self.scale}

    def written(self) -> Place:
        """In micrometres, and six digits of the size: what a text of it says, run again."""
        x, y, z = (round(value, 6) + 0.0 for value in self.shift)
        return Place(self.quarters, float(f"{self.scale:.6g}"), (x, y, z))

    def then_inside(self, shift: Sequence[float], scale: float) -> Place:
        """This place after x ↦ scale · x + shift."""
        moved = self.scale * (_turned(np.array(shift, np.float64)[None], self.quarters)[0]) + np.array(self.shift)
        x, y, z = moved.tolist()
        return Place(self.quarters, self.scale * scale, (x, y, z))

    def done(self, mesh: Triangles) -> Triangles:
        """What stands in the grammar's place brought to this one."""
        return Triangles(self.scale * _turned(mesh.positions, self.quarters) + np.array(self.shift), mesh.faces)

    def undone(self, mesh: Triangles) -> Triangles:
        """A mesh brought to where the grammar makes things."""
        back = _turned(mesh.positions - np.array(self.shift), -self.quarters) / self.scale
        return Triangles(back, mesh.faces)


HERE: Final = Place()
"""Where the grammar makes things."""


def places(
    program: Program, mesh: Triangles, seed: int, scaled: bool, late: Callable[[], bool] = NEVER.late
) -> list[Place]:
    """How a mesh may lie on what a program makes, the nearest first; `HERE` alone comes first where it does well.

    Boxes are laid on one another by the middles of their floors. From when it is `late`, no further run is looked at.
    """
    found: dict[int, tuple[float, int, Place]] = {}
    here = inf
    for run in _runs(program, seed):
        here = min(here, _apart(mesh, run))
        for quarters in range(4):
            laid = _laid(run, mesh, quarters, scaled)
            apart = _apart(laid.undone(mesh), run) * (1.0 if quarters == 0 else _AS_GOOD)
            if quarters not in found or apart < found[quarters][0]:
                found[quarters] = apart, quarters, laid
        if late():
            break
    if not found:
        return [HERE]
    ordered = sorted(found.values(), key=lambda one: one[:2])
    others = [place for _, _, place in ordered]
    return [HERE, *others] if here <= _AS_GOOD * ordered[0][0] else others


def _runs(program: Program, seed: int) -> Iterator[Triangles]:
    for k in range(_RUNS):
        try:
            trace, _ = constrain(program, {}, seed + k)
        except ProgramError:
            continue
        flat = flattened(trace.assembly)
        if len(flat.faces):
            yield triangles(flat.positions, flat.faces)


def _laid(run: Triangles, mesh: Triangles, quarters: int, scaled: bool) -> Place:
    low, high = run.bounds
    scale = mesh.diagonal / run.diagonal if scaled else 1.0
    floor = np.array([0.5 * (low[0] + high[0]), low[1], 0.5 * (low[2] + high[2])])
    a, b = mesh.bounds
    ground = np.array([0.5 * (a[0] + b[0]), a[1], 0.5 * (a[2] + b[2])])
    x, y, z = (ground - scale * _turned(floor[None], quarters)[0]).tolist()
    return Place(quarters, scale, (x, y, z))


def _apart(mesh: Triangles, run: Triangles) -> float:
    return surface_distances(mesh, run, _SAMPLES).chamfer


def _turned(points: np.ndarray, quarters: int) -> np.ndarray:
    """Points (n, 3) after exact quarter turns about +Y: z goes to x, x to −z."""
    x, y, z = points.T
    match quarters % 4:
        case 1:
            return np.stack([z, y, -x], axis=1)
        case 2:
            return np.stack([-x, y, -z], axis=1)
        case 3:
            return np.stack([-z, y, x], axis=1)
        case _:
            return points
