"""Programs fitted to their own meshes and to others, and the parts that a fit is made of."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from shapelang.diagnostics import ProgramError, UsageError
from shapelang.execution.simulate import simulate
from shapelang.fitting.fit import fit
from shapelang.fitting.latents import Structure, structure_of
from shapelang.fitting.levenberg import advance, begun
from shapelang.fitting.model import posed
from shapelang.fitting.report import worth
from shapelang.fitting.residuals import residuals
from shapelang.fitting.rewrite import rerun, rewritten
from shapelang.fitting.target import target_of
from shapelang.metrics.triangles import Triangles, triangles
from shapelang.outcome import Outcome
from shapelang.representations.surface import flattened
from shapelang.semantics.check import check_text, load
from shapelang.semantics.program import Program

ROOT = Path(__file__).resolve().parents[2]
TABLE = """
param width = 1.2 in [0.8, 2]   // across
param height ~ normal(0.7, 0.1)
let thick ~ uniform(0.02, 0.1)
param finish: name ~ categorical(oak: 1, ash: 1)
legs = choose {
  1: four = { mirror x, z { leg = cuboid(0.06, height, 0.06) at (width / 2 - 0.05, height / 2, 0.3) } }
  1: panel = { mirror x { side = cuboid(thick, height, 0.7) at (width / 2 - 0.05, height / 2, 0) } }
}
top = cuboid(width, thick, 0.8) at (0, height, 0)
"""


def mesh_of(program: Program, seed: int = 0, **given: object) -> Triangles:
    flat = flattened(simulate(program, seed, given).assembly)
    return triangles(flat.positions, flat.faces)


def structure(program: Program, seed: int = 0) -> Structure:
    return structure_of(program, simulate(program, seed), {})


@pytest.mark.parametrize("seed", range(3))
def test_a_program_finds_the_params_of_its_own_mesh(seed: int) -> None:
    """Six sizes of a chair from random starts: the field is 0 on the whole surface, so nothing but rounding is left."""
    program = load(ROOT / "benchmarks/programs/chair_fit.shape")
    wanted = {"width": 0.52, "depth": 0.41, "height": 0.5, "tall": 0.33, "thick": 0.05, "lean": 12.0}
    found = fit(program, mesh_of(program, 0, **wanted), seed=seed, starts=2, time_limit=600)
    assert {m.name: m.value for m in found.moved} == pytest.approx(wanted, rel=1e-6)
    assert found.outcome is Outcome.SETTLED


def test_it_finds_the_choice_and_the_draws_and_writes_them_down() -> None:
    program = check_text(TABLE)
    trace = next(t for t in (simulate(program, s) for s in range(20)) if t.choices["legs"].value == "panel")
    found = fit(program, mesh_of(program, trace.seed), seed=5, time_limit=600)
    assert found.structure.decided["legs"] == "panel"
    values = {m.name: m.value for m in found.moved}
    drawn = {"height": trace.choices["height"].value, "thick": trace.choices["thick"].value}
    assert values == pytest.approx({"width": 1.2, **drawn}, rel=1e-5)
    # Two finishes look alike to a mesh: what is left are two structures, not four. The right one leaves rounding, the
    # wrong one parts where there are none: centimetres, of a diagonal of 1.6 m.
    assert len(found.rivals) == 2
    assert found.rivals[0][0] < 0.01 < found.rivals[1][0]
    text, undecided = rewritten(program, found)
    assert undecided == ("legs",)
    lines = text.splitlines()
    assert lines[1] == "param width = 1.2 in [0.8, 2]   // across"
    assert lines[2] == f"param height = {values['height']:.7g}"
    assert lines[3] == f"let thick = {values['thick']:.7g}"
    assert lines[4].startswith("param finish: name = ")
    again = rerun(check_text(text), found, undecided)
    assert {a: c.value for a, c in again.choices.items()} == {"legs": "panel"}
    # Of 64³ cells only those that the surface cuts in its last digits may differ.
    assert worth(again.assembly, mesh_of(program, trace.seed)).iou64 > 0.999


class Ticking:
    """A clock that moves a second each time somebody looks."""

    def __init__(self) -> None:
        self.time = 0.0

    def __call__(self) -> float:
        self.time += 1.0
        return self.time


def test_why_it_stopped() -> None:
    program = check_text(TABLE)
    mesh = mesh_of(program, 3)
    assert fit(program, mesh, time_limit=600).outcome is Outcome.SETTLED
    hurried = fit(program, mesh, steps=1, time_limit=600)
    assert (hurried.outcome, hurried.steps) == (Outcome.STEPS, 1)
    late = fit(program, mesh, time_limit=0.5, clock=Ticking())
    assert (late.outcome, late.steps) == (Outcome.TIME_LIMIT, 0)
    with pytest.raises(ValueError, match="at least one start"):
        fit(program, mesh, steps=0)


def test_given_params_stay() -> None:
    program = check_text("param a = 1.0\nparam b = 1.0\ncuboid(a, b, 1)")
    found = fit(program, mesh_of(program, a=1.5, b=0.8), {"b": 0.8}, time_limit=600)
    # The field is 0 on the whole surface: nothing but rounding is left, of the mesh's samples and the last step.
    assert [m.name for m in found.moved] == ["a"]
    assert found.structure.fixed == {"b": 0.8}
    assert found.moved[0].value == pytest.approx(1.5, rel=1e-6)


def test_a_param_that_moves_nothing_has_no_error_bar() -> None:
    program = check_text("param a = 1.0\nparam idle = 2.0\ncuboid(a, 1, 1)")
    found = fit(program, mesh_of(program, a=1.3), time_limit=600)
    errors = {m.name: m.error for m in found.moved}
    assert errors["idle"] == float("inf")
    # What is left of the residuals is rounding, over a slope of about 1.
    assert errors["a"] < 1e-6


def test_ranges_are_kept() -> None:
    program = check_text("param a = 1.0 in [0.5, 1.2]\ncuboid(a, 1, 1)")
    found = fit(program, mesh_of(check_text("cuboid(2, 1, 1)")), time_limit=600)
    assert found.moved[0].value == 1.2


def test_a_bound_fits_as_an_exact_distance_does() -> None:
    """A superquadric's field is a bound; its zero is exact."""
    program = check_text(
        "param w = 1.0 in [0.4, 2]\nparam e = 0.6 in [0.2, 1.5]\nsuperquadric(w, 1, 0.7, e1: e, e2: 0.8)"
    )
    found = fit(program, mesh_of(program, w=1.4, e=0.9), time_limit=600)
    # The mesh has facets, a hundredth of the size at most inside the solid.
    assert {m.name: m.value for m in found.moved} == pytest.approx({"w": 1.4, "e": 0.9}, rel=0.02)


def test_open_meshes_pull_too() -> None:
    """A sheet has no inside; the points on it say enough: it is one face of the cuboid, 5 mm from its middle."""
    sheet = Triangles(
        np.array([[0.0, 1, 0], [2, 1, 0], [2, 1, 2], [0, 1, 2]]) - [1.0, 0, 1], np.array([[0, 1, 2], [0, 2, 3]])
    )
    program = check_text("param h = 0.5 in [0.2, 3]\ncuboid(2, 0.01, 2) at (0, h, 0)")
    assert fit(program, sheet, time_limit=600).moved[0].value == pytest.approx(1.0, abs=0.006)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("cuboid(1, 1, 1)", "nothing to fit"),
        ("param n: int = 3\nfor i in 0..n { cuboid(1, 1, 1) }", "nothing to fit"),
    ],
)
def test_programs_without_reals(text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        fit(check_text(text), mesh_of(check_text("sphere(1)")))


def test_meshes_without_a_surface_and_programs_that_fail() -> None:
    program = check_text("param a = 1.0\ncuboid(a, 1, 1)")
    with pytest.raises(UsageError, match="no surface"):
        fit(program, Triangles(np.zeros((0, 3)), np.zeros((0, 3), np.int64)))
    with pytest.raises(UsageError, match="no surface"):
        fit(program, Triangles(np.zeros((3, 3)), np.array([[0, 1, 2]])))
    with pytest.raises(ProgramError, match="E406"):
        fit(check_text("param a = 1.0\nrequire a > 2\ncuboid(a, 1, 1)"), mesh_of(program))


def test_slopes_of_the_residuals_are_those_of_finite_differences() -> None:
    program = check_text(TABLE)
    kind = structure(program, 1)
    target = target_of(mesh_of(program, 1, width=1.4), 0, "cpu")
    row = torch.tensor([[1.1, 0.65, 0.05]], dtype=torch.float64)

    def at(latents: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        return residuals(posed(program, kind, latents), target, *latents.shape)

    _, slope = at(row)
    step = 1e-7
    for k in range(3):
        shift = torch.zeros_like(row)
        shift[0, k] = step
        expected = (at(row + shift)[0] - at(row - shift)[0]) / (2 * step)
        # A sample within a step of an edge of the field or of its hinge has no slope. Elsewhere rounding of 1e-16 over
        # the step is 1e-9, and the field's curvature times the step less than 1e-6.
        assert int((torch.abs(expected - slope[..., k]) > 1e-5).sum()) <= 2


def test_rows_that_part_and_rows_that_are_refused() -> None:
    program = check_text("param a = 1.0\nrequire a < 3\nif a > 1.5 { cuboid(a, 1, 1) } else { sphere(a) }")
    latents = torch.tensor([[1.0], [2.0], [4.0]], dtype=torch.float64)
    made = posed(program, structure(program), latents)
    assert sorted((some.starts.tolist(), type(some.tables.tables[0].skeleton.skeleton).__name__) for some in made) == [
        ([0], "Make"),
        ([1], "Make"),
    ]
    target = target_of(mesh_of(program), 0, "cpu")
    value, _ = residuals(made, target, 3, 1)
    assert torch.isfinite(value[:2]).all()
    assert torch.isinf(value[2]).all()


def test_levenberg_solves_a_line_at_once_and_a_valley_in_the_end() -> None:
    """A linear problem as fast as the damping falls; Rosenbrock's function, of which each row starts elsewhere."""
    a = torch.tensor([[1.0, 2], [3, 4], [5, 7]], dtype=torch.float64)
    b = a @ torch.tensor([0.3, -0.6], dtype=torch.float64)
    low, high = torch.full((2,), -torch.inf), torch.full((2,), torch.inf)

    def line(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        return x @ a.T - b, a.expand(len(x), 3, 2)

    # As many steps leave less than 1e-6: the first few only bring the damping down.
    search = begun(line, torch.zeros(2, 2, dtype=torch.float64))
    for _ in range(12):
        advance(line, search, low, high)
    assert torch.allclose(search.latents, torch.tensor([0.3, -0.6], dtype=torch.float64), atol=1e-6)

    def valley(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        p, q = x.unbind(1)
        slope = torch.stack([torch.stack([-20 * p, 10 + 0 * p], 1), torch.stack([-1 + 0 * p, 0 * p], 1)], 1)
        return torch.stack([10 * (q - p * p), 1 - p], dim=1), slope

    search = begun(valley, torch.tensor([[-1.2, 1.0], [2.0, 2.0], [0.0, -3.0]], dtype=torch.float64))
    for _ in range(60):
        advance(valley, search, low, high)
    assert torch.allclose(search.latents, torch.ones(3, 2, dtype=torch.float64), atol=1e-6)
    inner = begun(valley, torch.tensor([[-1.2, 1.0]], dtype=torch.float64))
    for _ in range(60):
        advance(valley, inner, torch.tensor([-2.0, -2]), torch.tensor([0.5, 2.0]))
    # At the wall p = 1/2 the best q is p².
    assert torch.allclose(inner.latents, torch.tensor([[0.5, 0.25]], dtype=torch.float64), atol=1e-6)


def test_a_program_without_a_shape_is_refused() -> None:
    box = mesh_of(check_text("cuboid(1, 1, 1)", "box.shape"))
    with pytest.raises(UsageError, match="makes no shape"):
        fit(check_text("param a = 1.0\nlet b = a * 2\n", "none.shape"), box)


def test_what_an_exact_leaf_makes_too_much_tells_beside_one_that_has_no_distance() -> None:
    ball = "superquadric(1, 1, 1, e1: 0.5, e2: 0.5)\n"
    program = check_text(f"param h = 1 in [0.5, 2]\n{ball}cuboid(1, h, 1) at (1.4, 0, 0)\n")
    target = target_of(mesh_of(check_text(ball)), 0, "cpu")
    value, _ = residuals(posed(program, structure(program), torch.ones(1, 1, dtype=torch.float64)), target, 1, 1)
    # The cuboid begins at x = 0.9, where the mesh ends at 0.5: points between are nearer to it than to the mesh.
    nearer = value[0, target.on :] < -1e-3
    assert (nearer & (target.points[0, target.on :, 0] > 0.7)).sum() >= 3
