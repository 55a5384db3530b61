"""Whether a program that was read back has the parameters of the one that was known: both are scaled, and compared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, final

from benchmarks.infer.instances import instances
from benchmarks.infer.known import Known
from shapelang.assembly.assembly import Leaf
from shapelang.diagnostics import ShapelangError
from shapelang.execution.simulate import simulate
from shapelang.metrics.iou import solid_iou
from shapelang.metrics.triangles import Triangles, joined, triangles
from shapelang.semantics.check import check_text
from shapelang.semantics.program import Program
from shapelang.semantics.types import Type

_FACTOR: Final = 1.2
"""By which a parameter is scaled, here and there; an int to the next one at least."""

ANSWERED: Final = 0.95
"""The solid IoU from which the scaled program answers the scaled truth."""

_LOOK: Final = 32
"""Cells along an axis to find the best answer by; it is judged on twice as many."""

_WORTH: Final = 3
"""Answers that are judged."""


@final
@dataclass(frozen=True, slots=True)
class Edit:
    """A param of the true program: `unchanged`, the IoU of the program scaled with itself as it was, and `best`, with
    the program read back whose best parameter was scaled; 0 where that has none.
    """

    name: str
    unchanged: float
    best: float


def edits(known: Known, text: str) -> list[Edit]:
    """Every number among the params of a known program whose scaled value that takes.

    Where a model stands says nothing of its size, so that an answer may be moved to the middle of the truth's box.
    """
    was = _surface(known.leaves())
    answers = list(_answers(known, text))
    found: list[Edit] = []
    for name, given in scaled(check_text(known.text, "<known>"), known.values()):
        try:
            true = _surface(known.leaves({name: given}))
        except ShapelangError:
            continue
        found.append(Edit(name, solid_iou(true, was, 2 * _LOOK), _best(true, answers)))
    return found


def scaled(program: Program, values: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """The params that are numbers, by name, with their scaled values."""
    for param in program.params:
        value = values.get(param.name)
        match program.param_type(param), value:
            case Type.INT, int() if not isinstance(value, bool):
                yield param.name, max(value + 1, round(_FACTOR * value))
            case Type.REAL, float() | int() if value:
                yield param.name, _FACTOR * value
            case _:
                pass


def _answers(known: Known, text: str) -> Iterator[Triangles]:
    """What the program read back makes with each of its params scaled, where the known one stands."""
    program = check_text(text, "<predicted>")
    values = dict(simulate(program).assembly.parameters)
    for name, value in scaled(program, values):
        try:
            # A solid may have no surface for a value that the program takes.
            made = _surface(tuple(simulate(program, 0, {name: value}).assembly.leaves()))
        except ShapelangError:
            continue
        yield known.undone(made)


def _best(true: Triangles, answers: Sequence[Triangles]) -> float:
    shown = [form for answer in answers for form in (answer, _centred(answer, true))]
    order = sorted(shown, key=lambda form: -solid_iou(true, form, _LOOK))
    return max((solid_iou(true, form, 2 * _LOOK) for form in order[:_WORTH]), default=0.0)


def _centred(mesh: Triangles, on: Triangles) -> Triangles:
    (low, high), (to_low, to_high) = mesh.bounds, on.bounds
    return triangles(mesh.positions + 0.5 * (to_low + to_high - low - high), mesh.faces)


def _surface(leaves: Sequence[Leaf]) -> Triangles:
    return joined(instances(tuple(leaves)))
