"""What a fit is worth, measured on the shapes of the text that it wrote."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import Any, Final, final

from shapelang.assembly.assembly import Assembly
from shapelang.fitting.fit import Fitted, Moved
from shapelang.metrics.chamfer import surface_distances
from shapelang.metrics.fscore import fscore_of
from shapelang.metrics.iou import solid_iou
from shapelang.metrics.triangles import Triangles, triangles
from shapelang.representations.surface import flattened

SAMPLES: Final = 20_000


@final
@dataclass(frozen=True, slots=True)
class Worth:
    """iou64: solid IoU at 64³ · chamfer: % of the mesh's diagonal · fscore: at 1 % of it (see `metrics`)."""

    iou64: float
    chamfer: float
    fscore: float


def worth(assembly: Assembly, mesh: Triangles, seed: int = 0) -> Worth:
    """An assembly beside the mesh it was fitted to; of a fit, that of its text (`rewrite.rerun`)."""
    flat = flattened(assembly)
    made = triangles(flat.positions, flat.faces)
    distances = surface_distances(mesh, made, SAMPLES, seed)
    return Worth(solid_iou(mesh, made), distances.chamfer, fscore_of(distances))


def report(fitted: Fitted, found: Worth, undecided: tuple[str, ...]) -> dict[str, Any]:
    """Everything, with stable keys; a standard error is null where the mesh says nothing about the value."""
    return {
        "params": [_row(m) for m in fitted.moved if not m.drawn],
        "draws": [_row(m) for m in fitted.moved if m.drawn],
        "fixed": dict(fitted.structure.fixed),
        "choices": dict(fitted.structure.decided),
        "not_in_text": list(undecided),
        "iou64": found.iou64,
        "chamfer": found.chamfer,
        "fscore": found.fscore,
        "rms": fitted.rms,
        "log_prob": fitted.trace.log_prob,
        "rivals": [{"rms": rms, "choices": dict(choices)} for rms, choices in fitted.rivals],
        "starts": fitted.starts,
        "steps": fitted.steps,
        "seconds": fitted.seconds,
        "outcome": fitted.outcome.value,
    }


def _row(moved: Moved) -> dict[str, Any]:
    return {"name": moved.name, "value": moved.value, "error": moved.error if isfinite(moved.error) else None}
