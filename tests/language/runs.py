"""Short ways to run a program and to look at what it made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shapelang.assembly.part import Placed
from shapelang.diagnostics import ProgramError
from shapelang.execution.simulate import simulate
from shapelang.execution.trace import Trace
from shapelang.semantics.check import check, examine
from shapelang.semantics.loader import TextLoader
from shapelang.semantics.program import Program
from shapelang.syntax.source import Source


def program(text: str, **files: str) -> Program:
    """A checked program named `t`; further texts are used as `name.shape`."""
    return check(Source("t", text), TextLoader({f"{name}.shape": body for name, body in files.items()}))


def run(text: str, seed: int = 0, given: Mapping[str, Any] | None = None, **files: str) -> Trace:
    """One run of a text."""
    return simulate(program(text, **files), seed, given)


def message(text: str, given: Mapping[str, Any] | None = None, **files: str) -> str:
    """The whole text of the error of a program; fails when there is none."""
    try:
        run(text, 1, given, **files)
    except ProgramError as error:
        return str(error)
    raise AssertionError("the program runs")


def warnings(text: str) -> str:
    """The whole text of the warnings of a program."""
    return "\n".join(d.render() for d in examine(Source("t", text), TextLoader({}))[1])


def places(trace: Trace) -> dict[str, tuple[float, float, float]]:
    """Where the leaves stand: the origin of each, rounded to 1e-12 m, by path."""
    return {"/".join(leaf.path): rounded(leaf.pose.offset) for leaf in trace.assembly.leaves()}


def rounded(point: Any) -> tuple[float, float, float]:
    """A point to 1e-12 m: sums of decimals are a last bit away from the decimals one writes."""
    x, y, z = (round(float(v), 12) + 0.0 for v in point)
    return x, y, z


def sizes(trace: Trace) -> dict[str, tuple[float, float, float]]:
    """The extents of the leaves' own boxes, by path."""
    return {"/".join(leaf.path): rounded(leaf.part.box.size) for leaf in trace.assembly.leaves()}


def box(trace: Trace) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
    """The low and high corner of the box of everything."""
    whole = trace.assembly.root.box
    return rounded(whole.low), rounded(whole.high)


def child(trace: Trace, label: str) -> Placed:
    """A child of the root."""
    return next(c for c in trace.assembly.root.children if c.label == label)


def drawn(trace: Trace) -> dict[str, Any]:
    """The choices, by address."""
    return {address: choice.value for address, choice in trace.choices.items()}
