"""Whether two programs make the same instances in the same places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from shapelang.assembly.part import Geometry, Solid
from shapelang.diagnostics import ProgramError
from shapelang.execution.simulate import simulate
from shapelang.geometry.pose import EYE, Pose
from shapelang.numbers import FLOAT
from shapelang.semantics.check import check_text
from shapelang.syntax import tree
from shapelang.syntax.printer import print_module


def alike(before: tree.Module, after: tree.Module, near: float) -> bool:
    """Whether all instances, in order, have the same kinds, and boxes whose corners are within `near` metres."""
    try:
        first, second = _corners(before), _corners(after)
    except ProgramError:
        return False
    return len(first) == len(second) and all(
        kind == other and bool(np.abs(a - b).max() <= near) for (kind, a), (other, b) in zip(first, second, strict=True)
    )


def extent(module: tree.Module) -> float:
    """The largest side of the box about all instances of a program of one block, metres, in the block's own frame."""
    shapes = (replace(s, shape=replace(s.shape, modifiers=())) if isinstance(s, tree.ShapeStatement) else s
              for s in module.statements)  # fmt: skip
    corners = [box for _, box in _corners(replace(module, statements=tuple(shapes)))]
    return float(np.ptp(np.concatenate(corners), axis=0).max()) if corners else 0.0


def instances(module: tree.Module) -> int:
    """Terminals after execution; every operand of a solid counts."""
    return len(_corners(module))


def _corners(module: tree.Module) -> list[tuple[str, np.ndarray]]:
    assembly = simulate(check_text(print_module(module), "<inferred>")).assembly
    found: list[tuple[str, np.ndarray]] = []
    for leaf in assembly.leaves():
        found += _boxes(leaf.geometry, [leaf.pose])
    return found


def _boxes(geometry: Geometry, poses: Sequence[Pose]) -> list[tuple[str, np.ndarray]]:
    """The kind and the eight corners (8, 3) of each terminal, after poses from the inside out."""
    if isinstance(geometry, Solid):
        return [box for o in geometry.operands for box in _boxes(o.geometry, [o.pose, *poses])]
    size = np.array(geometry.size(FLOAT), np.float64)
    corners = np.array([(i, j, k) for i in (-0.5, 0.5) for j in (-0.5, 0.5) for k in (-0.5, 0.5)]) * size
    for pose in poses:
        corners = pose.scale * corners @ np.array(pose.rotation or EYE).reshape(3, 3).T + np.array(pose.offset)
    return [(type(geometry).__name__, corners)]
