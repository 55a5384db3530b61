"""Batched fields on tensors: the reference's values, finite differences' slopes, whatever stands in one batch."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from shapelang.assembly.assembly import Assembly
from shapelang.diagnostics import UsageError
from shapelang.execution.differentiate import differentiate
from shapelang.execution.simulate import simulate
from shapelang.fields.batched.field import batched_field, leaf_slopes, nearest_leaves
from shapelang.fields.batched.occupancy import soft_occupancy
from shapelang.fields.batched.tables import lane_tables, tables_of
from shapelang.fields.batched.tape import batch_tape
from shapelang.fields.packed import pack
from shapelang.representations.field import FieldError, nearest
from shapelang.semantics.check import check_text, load

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = sorted((ROOT / "examples").glob("*.shape"))
DEVICES = [
    "cpu",
    pytest.param("cuda", marks=pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")),
]

NEAR = 1e-12
"""Of float64: dozens of operations on lengths of some metres."""

SINGLE = 3e-5
"""Of float32 and lengths of some metres: powers lose a dozen of its units in the last place."""

TERMINALS = {
    "cuboid": "cuboid(0.6, 0.4, 0.9)",
    "sphere": "sphere(0.4)",
    "ellipsoid": "ellipsoid(0.6, 0.4, 0.9)",
    "cylinder": "cylinder(0.3, 0.8)",
    "cone": "cone(radius: 0.4, top_radius: 0.1, height: 0.7)",
    "capsule": "capsule(0.2, 0.9)",
    "torus": "torus(radius: 0.4, tube: 0.1)",
    "arc": "torus(radius: 0.4, tube: 0.1, arc: 200)",
    "wedge": "wedge(0.6, 0.4, 0.9)",
    "prism": "prism(0.6, sides: 5, radius: 0.4)",
    "polygon": "prism(0.6, points: [(0, 0), (0.7, 0), (0.3, 0.2), (0, 0.9)])",
    "obelisk": "prism(0.6, sides: 5, radius: 0.4, taper: 0.4)",
    "roof": "prism(0.6, points: [(0, 0), (0.7, 0), (0.3, 0.2), (0, 0.9)], taper: 1.3)",
    "pyramid": "prism(0.6, points: [(0, 0), (0.7, 0.1), (0.8, 0.9), (0.1, 0.7)], taper: 0)",
    "lathe": "lathe([(0.3, 0), (0.1, 0.2), (0.4, 0.8)])",
    "superquadric": "superquadric(0.6, 0.4, 0.9, e1: 0.3, e2: 1.4)",
    "tapered": "superquadric(0.6, 0.4, 0.9, e1: 0.7, e2: 0.5, taper_x: 0.3, taper_z: -0.2)",
    "bent": "superquadric(0.3, 0.9, 0.3, e1: 0.7, e2: 0.5, bend: 60)",
    "union": "union { cuboid(0.6, 0.4, 0.3); sphere(0.3) at (0.2, 0.2, 0) }",
    "blend": "union blend 0.1 { cuboid(0.6, 0.4, 0.3); sphere(0.3) at (0.2, 0.2, 0) }",
    "difference": "difference { cuboid(0.6, 0.4, 0.3); cylinder(0.1, 1) rotate z 30 }",
    "intersection": "intersection { cuboid(0.6, 0.4, 0.3); sphere(0.3) at (0.1, 0, 0) }",
    "hull": "hull { cuboid(0.3, 0.4, 0.3); sphere(0.3) at (0.4, 0, 0) }",
}
POSE = " rotate x 20, y 30 scale 1.3 at (0.2, 0.1, -0.3)"


def cloud(assembly: Assembly, count: int = 300) -> np.ndarray:
    rng = np.random.default_rng(7)
    low, high = np.array(assembly.root.box.low), np.array(assembly.root.box.high)
    return rng.uniform(low - 0.2 * (high - low), high + 0.2 * (high - low), (count, 3))


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.stem)
def test_every_example_in_one_batch_of_three_seeds(path: Path, device: str) -> None:
    program = load(path)
    assemblies = [simulate(program, seed).assembly for seed in range(3)]
    points = np.stack([cloud(a) for a in assemblies])
    for dtype, near in ((torch.float64, NEAR), (torch.float32, SINGLE)):
        tables = tables_of(assemblies, dtype, device)
        value, owner = batched_field(tables, torch.tensor(points, dtype=dtype, device=device))
        # What the gradient is taken of is the same field again, through the graph.
        for table in tables.tables:
            for place, _, field, _ in leaf_slopes(table, torch.tensor(points, dtype=dtype, device=device), owner):
                # Examples are up to ten times as large as the metres of NEAR and SINGLE.
                assert torch.allclose(field, value.reshape(-1)[place], rtol=0, atol=near * 10)
        for k, assembly in enumerate(assemblies):
            expected, _ = nearest(tuple(assembly.leaves()), points[k])
            assert np.abs(value[k].cpu().numpy() - expected).max() < near * 10
            assert set(tables.owner[owner[k]].tolist()) == {k}


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("name", [k for k in TERMINALS if k != "hull"])
def test_slopes_to_points_and_to_every_real(name: str, device: str) -> None:
    assembly = simulate(check_text(TERMINALS[name] + POSE)).assembly
    tables = tables_of([assembly], torch.float64, device)
    (table,) = tables.tables
    points = torch.tensor(cloud(assembly, 60)[None], device=device, requires_grad=True)
    table.columns.requires_grad_()
    value, owner = batched_field(tables, points)
    to_points, to_columns = torch.autograd.grad(value.sum(), [points, table.columns])
    step = 1e-6
    bad = 0
    for axis in range(3):
        shift = torch.zeros(3, dtype=torch.float64, device=device)
        shift[axis] = step
        above, below = nearest_leaves(tables, points + shift)[0], nearest_leaves(tables, points - shift)[0]
        slope = ((above - below) / (2 * step))[0]
        bad += int((torch.abs(slope - to_points[0, :, axis]) > 1e-5).sum())
    # A point within a step of an edge of the field has no slope there. Elsewhere rounding of 1e-16 over the step is
    # 1e-10, and the square of the step 1e-12 times third derivatives, which grow beside edges.
    assert bad <= 1
    ((place, row, held, slopes),) = leaf_slopes(table, points.detach(), owner)
    assert torch.allclose(held, value.detach().reshape(-1)[place], rtol=0, atol=NEAR)
    # Sums of the same slopes in another order; those to exponents are large where a superquadric is nearly edged.
    assert torch.allclose(torch.zeros_like(to_columns).index_add_(0, row, slopes), to_columns, atol=1e-9)
    # Without a taper or bend the field is another, which has no slope to them: 0 of a superquadric, 1 of a prism.
    moved = (table.columns[0] != 0) & (table.columns[0] != 1)
    for column in torch.nonzero(moved).reshape(-1).tolist():
        with torch.no_grad():
            before = table.columns[0, column].clone()
            table.columns[0, column] = before + step
            above = nearest_leaves(tables, points)[0]
            table.columns[0, column] = before - step
            below = nearest_leaves(tables, points)[0]
            table.columns[0, column] = before
        slope = ((above - below) / (2 * step)).reshape(-1)[place]
        assert int((torch.abs(slope - slopes[:, column]) > 1e-5).sum()) <= 1, column


def test_the_slope_is_at_most_one() -> None:
    """The declared bound, for every terminal, near and far."""
    for name, text in TERMINALS.items():
        assembly = simulate(check_text(text + POSE)).assembly
        points = torch.tensor(cloud(assembly, 400)[None] * 3, requires_grad=True)
        value, _ = batched_field(tables_of([assembly], torch.float64), points)
        (slope,) = torch.autograd.grad(value.sum(), points)
        assert float(slope.norm(dim=-1).max()) < 1 + 1e-9, name


def test_lanes_of_one_structure_carry_gradients_to_the_params() -> None:
    program = check_text("param a = 0.5\nparam b = 0.3\ncuboid(a, b, 1)\nsphere(b) at (a * 3, 0, 0)")
    a = torch.tensor([0.5, 0.7], dtype=torch.float64, requires_grad=True)
    (made,) = differentiate(program, {"a": a}, {}).structures
    tables = lane_tables(made.assembly, 2, torch.float64)
    points = torch.tensor([[[1.0, 0.0, 0.0], [1.4, 0.0, 0.0]]], dtype=torch.float64)
    value, _ = batched_field(tables, points)
    # Lane 0: 1 − a/2 to the cuboid, 1.5 − 1.4 − 0.3 to the sphere; lane 1: 1 − 0.35, and 2.1 − 1.4 − 0.3; 64 bits.
    assert torch.allclose(value, torch.tensor([[0.2, -0.2], [0.65, 0.4]], dtype=torch.float64), atol=1e-12)
    (slope,) = torch.autograd.grad(value[:, 1].sum(), a)
    assert torch.allclose(slope, torch.tensor([3.0, 3.0], dtype=torch.float64))


def test_ragged_batches_and_an_assembly_of_nothing() -> None:
    texts = ["sphere(1)", "", "sphere(1)\ncuboid(1, 1, 1) at (3, 0, 0)"]
    tables = tables_of([simulate(check_text(t)).assembly for t in texts], torch.float64)
    assert tables.owner.tolist() == [0, 2, 2]
    assert tables.rank.tolist() == [0, 0, 1]
    value, owner = batched_field(tables, torch.tensor([[[3.0, 0.0, 0.0]]], dtype=torch.float64))
    assert value.tolist() == [[2.0], [float("inf")], [-0.5]]
    assert owner.tolist() == [[0], [-1], [2]]


def test_a_hull_of_lanes_is_refused() -> None:
    program = check_text("param a = 0.5\nhull { cuboid(a, 1, 1); sphere(1) at (1, 0, 0) }")
    (made,) = differentiate(program, {"a": torch.tensor([0.5], dtype=torch.float64)}, {}).structures
    with pytest.raises(FieldError, match="the field of a hull has no gradient"):
        batched_field(lane_tables(made.assembly, 1, torch.float64), torch.zeros(1, 1, 3, dtype=torch.float64))


def test_soft_occupancy_has_its_step_at_the_surface() -> None:
    tables = tables_of([simulate(check_text("sphere(1)")).assembly], torch.float64)
    points = torch.tensor(
        [[[1.0, 0.0, 0.0], [0.9, 0.0, 0.0], [3.0, 0.0, 0.0]]], dtype=torch.float64, requires_grad=True
    )
    found = soft_occupancy(tables, points, 0.1)
    assert torch.allclose(found, torch.tensor([[0.5, 1 / (1 + np.exp(-1)), 1 / (1 + np.exp(20))]], dtype=torch.float64))
    (slope,) = torch.autograd.grad(found.sum(), points)
    # The logistic function's slope at its middle is a quarter, over the width.
    assert float(slope[0, 0, 0]) == pytest.approx(-2.5)
    with pytest.raises(ValueError, match="positive length"):
        soft_occupancy(tables, points, 0.0)


@pytest.mark.parametrize("name", ["cuboid", "sphere", "ellipsoid", "cylinder", "cone", "capsule", "superquadric"])
def test_columns_give_the_kernels_the_numbers_of_single_leaves(name: str) -> None:
    """Packed column by column and leaf by leaf: two ways to one tape."""
    assembly = simulate(check_text(f"{TERMINALS[name]}{POSE}\n{TERMINALS[name]} at (1, 0, 0)")).assembly
    tables = tables_of([assembly], torch.float64)
    tape, firsts, leaves = batch_tape(tables, list(tables.tables))
    single = pack(tuple(assembly.leaves()))
    assert firsts.tolist() == [0, 2]
    assert leaves.tolist() == [0, 1]
    assert tape.codes.tolist() == single.codes.tolist()
    # Turns, in two orders of operations; numbers of the tape are rounded to 32 bits.
    assert np.allclose(tape.frames, single.frames, rtol=0, atol=1e-15)
    width = len(single.numbers) // 2
    assert np.allclose(tape.numbers.reshape(2, -1)[:, :width], single.numbers.reshape(2, -1), rtol=2.0**-23)


def test_what_is_no_batch_is_refused() -> None:
    with pytest.raises(UsageError, match="at least one assembly"):
        tables_of([])
    tables = tables_of([simulate(check_text("sphere(1)", "a.shape")).assembly] * 3)
    for shape in ((2, 5, 3), (3, 5, 2), (5, 3)):
        with pytest.raises(UsageError, match="points of 3 assemblies"):
            nearest_leaves(tables, torch.zeros(shape))
    with pytest.raises(UsageError, match="not finite"):
        nearest_leaves(tables, torch.full((1, 2, 3), torch.nan))


def test_points_may_lie_in_any_order_in_memory() -> None:
    tables = tables_of([simulate(check_text("sphere(1)", "a.shape")).assembly] * 2, torch.float64)
    points = torch.rand((2, 3, 7), dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    turned = points.transpose(1, 2).detach().requires_grad_()
    plain = points.transpose(1, 2).contiguous().requires_grad_()
    for given in (turned, plain):
        batched_field(tables, given)[0].sum().backward()
    assert turned.grad is not None and plain.grad is not None
    assert torch.equal(turned.grad, plain.grad)
