"""Fields of thousands of assemblies at once, forward and backward, beside plain eager torch; and `fit`."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final, TypeAlias

import torch

from benchmarks.__main__ import Row
from benchmarks.timing import shown
from shapelang.execution.simulate import simulate
from shapelang.fields.batched.field import batched_field
from shapelang.fields.batched.numbers import TensorNumbers
from shapelang.fields.batched.skeleton import rebuilt
from shapelang.fields.batched.tables import Table, Tables, tables_of
from shapelang.representations.field import posed_field
from shapelang.semantics.check import check_text

Tensor: TypeAlias = torch.Tensor

PARTS: Final = 16
POINTS: Final = 4096
ASSEMBLIES: Final = 4096

PROGRAM: Final = """
for i in 0..16 {
  let x ~ uniform(-1, 1)
  let y ~ uniform(-1, 1)
  let z ~ uniform(-1, 1)
  let a ~ uniform(0.1, 0.4)
  let b ~ uniform(0.1, 0.4)
  let c ~ uniform(0.1, 0.4)
  let t ~ uniform(0, 360)
  KIND rotate x t, y t at (x, y, z)
}
"""
KINDS: Final = {"cuboids": "cuboid(a, b, c)", "superquadrics": "superquadric(a, b, c, e1: 0.3 + a, e2: 0.3 + b)"}


def scene(kind: str, assemblies: int, device: str) -> tuple[Tables, Tensor]:
    """Assemblies of 16 rotated parts, and points (assemblies, 4096, 3) in their cube."""
    program = check_text(PROGRAM.replace("KIND", KINDS[kind]))
    made = [simulate(program, seed).assembly for seed in range(64)]
    tables = tables_of([made[k % 64] for k in range(assemblies)], torch.float32, device)
    generator = torch.Generator().manual_seed(0)
    points = (torch.rand(assemblies, POINTS, 3, generator=generator) * 2.4 - 1.2).to(device)
    for table in tables.tables:
        table.columns.requires_grad_()
    return tables, points


def ours(tables: Tables, points: Tensor) -> Callable[[], list[Tensor]]:
    """Field and gradients to every real."""

    def run() -> list[Tensor]:
        value, _ = batched_field(tables, points)
        return list(torch.autograd.grad(value.sum(), [t.columns for t in tables.tables]))

    return run


def eager(tables: Tables, points: Tensor, chunk: int) -> Callable[[], list[Tensor]]:
    """The same formulas by plain torch: all parts at all points, the minimum, and its graph; some assemblies a time."""

    def run() -> list[Tensor]:
        (table,) = tables.tables
        total = torch.zeros_like(table.columns)
        for start in range(0, tables.count, chunk):
            rows = slice(start * PARTS, (start + chunk) * PARTS)
            total[rows] = _eager(table, rows, points[start : start + chunk])
        return [total]

    return run


def _eager(table: Table, rows: slice, points: Tensor) -> Tensor:
    columns = table.columns[rows].detach().reshape(len(points), PARTS, -1).requires_grad_()
    at = points[:, None]
    geometry, pose = rebuilt(table.skeleton, [c[..., None] for c in columns.unbind(2)])
    value = posed_field(geometry, pose, (at[..., 0], at[..., 1], at[..., 2]), TensorNumbers(torch.float32))
    (slope,) = torch.autograd.grad(value.amin(dim=1).sum(), columns)
    return slope.reshape(len(points) * PARTS, -1)


def seconds(call: Callable[[], object], device: str, runs: int = 3) -> float:
    """The least of some runs, the device having finished; once before to warm up."""

    def once() -> float:
        start = time.perf_counter()
        call()
        if device != "cpu":
            torch.cuda.synchronize()
        return time.perf_counter() - start

    once()
    return min(once() for _ in range(runs))


def rows() -> list[Row]:
    """On the CPU a share of the assemblies, since the time is proportional; on CUDA all of them, where there is one."""
    found: list[Row] = []
    for device, count in (("cpu", 128), ("cuda", ASSEMBLIES)):
        for kind in KINDS:
            work = f"{count:,} assemblies × {PARTS} {kind} × {POINTS:,} points, forward and backward, {device}"
            if device == "cuda" and not torch.cuda.is_available():
                found.append(Row(work, "**shapelang**", "no CUDA device", "–", "≥ 3× eager torch"))
                continue
            tables, points = scene(kind, count, device)
            own = seconds(ours(tables, points), device, 5)
            chunk, other = min(((c, seconds(eager(tables, points, c), device)) for c in (1, 4, 16)), key=lambda r: r[1])
            found.append(Row(work, "**shapelang**", _pace(own, count), "1", "≥ 3× eager torch"))
            name = f"torch eager, the same formulas, {chunk} assemblies a time"
            found.append(Row(work, name, _pace(other, count), f"{other / own:.2g}×", ""))
    return found


def _pace(taken: float, count: int) -> str:
    return f"{shown(taken)}, {count * POINTS / taken / 1e6:.3g} M points/s"
