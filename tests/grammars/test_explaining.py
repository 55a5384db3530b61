"""Shapes that a grammar made, and the choices found from their meshes alone."""

from __future__ import annotations

from functools import cache
from math import log
from pathlib import Path

import pytest

from grammars.explaining.fixed import fixed_text
from grammars.explaining.inner import inner_fixed
from grammars.explaining.options import mode_of, options_of
from grammars.explaining.placing import HERE, Place
from grammars.explaining.prior import Grammar
from grammars.explaining.standing import standing
from grammars.explaining.surplus import surplus
from shapelang.deadline import NEVER
from shapelang.diagnostics import UsageError
from shapelang.execution.replay import replay
from shapelang.execution.simulate import simulate
from shapelang.execution.trace import Trace
from shapelang.inference.prior import Derived
from shapelang.metrics.triangles import Triangles, triangles
from shapelang.representations.surface import flattened
from shapelang.semantics.check import check_text
from shapelang.semantics.loader import FileLoader
from shapelang.syntax.source import Source

TABLE = """\
// a table
param width = 1.2 in [0.8, 2]   // across
let thick ~ uniform(0.04, 0.1)
let drawers: int ~ uniform(1, 3)
let polish ~ normal(3, 1)
legs = choose {
  3: four = { mirror x, z { leg = cuboid(0.06, 0.7, 0.06) at (width / 2 - 0.05, 0.35, 0.3) } }
  1: panel = { mirror x { side = cuboid(thick, 0.7, 0.7) at (width / 2 - 0.05, 0.35, 0) } }
}
for i in 0..drawers { drawer = cuboid(0.2, 0.1, 0.5) at (i * 0.3 - 0.4, 0.6, 0) }
top = cuboid(width, thick, 0.8) at (0, 0.7, 0)
"""
PROGRAM = check_text(TABLE)


def mesh_of(trace: Trace) -> Triangles:
    flat = flattened(trace.assembly)
    return triangles(flat.positions, flat.faces)


@cache
def explained(seed: int) -> list[Derived]:
    mesh = mesh_of(simulate(PROGRAM, seed))
    return list(Grammar(PROGRAM, FileLoader(Path("."))).derivations(mesh, 2, 77, NEVER))


@pytest.mark.parametrize("seed", [1, 2])
def test_the_choices_of_a_sample_are_found(seed: int) -> None:
    trace = simulate(PROGRAM, seed)
    found = explained(seed)[0]
    true = {address: choice.value for address, choice in trace.choices.items()}
    assert (found.choices["legs"], found.choices["drawers"]) == (true["legs"], true["drawers"])
    assert found.choices["thick"] == pytest.approx(true["thick"], rel=1e-4)
    assert found.parameters["width"] == pytest.approx(1.2, rel=1e-4)
    # Nothing shows the polish: it is what is most probable.
    assert found.choices["polish"] == 3.0
    leg = {"four": 0.75, "panel": 0.25}[str(true["legs"])]
    by_hand = log(leg) + log(1 / 3) + log(1 / 0.06) - log(2.5066282746)
    assert found.log_prob == pytest.approx(by_hand)
    assert found.log_prob == replay(PROGRAM, found.choices, found.parameters).log_prob
    assert found.left == ()


def test_the_text_says_all_that_was_chosen() -> None:
    trace = simulate(PROGRAM, 1)
    found = explained(1)[0]
    again = check_text(found.text)
    assert simulate(again, 5).choices == {}
    lines = found.text.splitlines()
    assert lines[0] == "// a table"
    assert lines[1].endswith("in [0.8, 2]   // across")
    assert lines[3] == f"let drawers: int = {found.choices['drawers']}"
    assert "choose" not in found.text
    assert mesh_of(simulate(again)).positions == pytest.approx(mesh_of(trace).positions, abs=1e-4)


def test_rivals_have_other_geometry_and_come_later() -> None:
    one, two = explained(1)
    assert one.log_prob + one.log_likelihood > two.log_prob + two.log_likelihood
    assert (one.choices["legs"], one.choices["drawers"]) != (two.choices["legs"], two.choices["drawers"])


def test_what_a_choice_could_be() -> None:
    choices = simulate(PROGRAM, 3).choices
    assert options_of(choices["legs"]) == ("four", "panel")
    assert options_of(choices["drawers"]) == (1, 2, 3)
    assert options_of(choices["thick"]) == ()
    assert mode_of(choices["thick"]) == pytest.approx(0.07)
    poisson = simulate(check_text("let n: int ~ poisson(5) in [3, 7]\ncuboid(n, 1, 1)\n"), 0).choices["n"]
    assert options_of(poisson) == (3, 4, 5, 6, 7)


def test_choices_inside_parts_are_left_over() -> None:
    program = check_text("part leg() {\n  let h ~ uniform(1, 2)\n  cuboid(1, h, 1)\n}\nleg()\n")
    choices = {address: choice.value for address, choice in simulate(program, 0).choices.items()}
    text, left = fixed_text(program, choices, {})
    assert (text, left) == (program.source.text, tuple(choices))


PARTS = """\
part leg() {
  let h ~ uniform(1, 2)
  foot = choose { 1: flat = cuboid(1, h, 1); 2: knob = sphere(h) }
}
a = leg()
b = leg() at (3, 0, 0)
for i in 0..2 { let wide ~ uniform(1, 2); cuboid(wide, 1, 1) at (0, 0, 3 * i) }
"""


def test_choices_inside_parts_are_written_where_all_places_chose_alike() -> None:
    program = check_text(PARTS)
    drawn = simulate(program, 0).choices
    alike = {address: 1.5 if address.endswith("/h") else "knob" for address in drawn if address[0] in "ab"}
    loop = {address: choice.value for address, choice in drawn.items() if address not in alike}
    assert len(alike) == 4 and len(loop) == 2
    text, left = inner_fixed(program.source, FileLoader(Path(".")), {**alike, **loop})
    assert left == loop
    assert "let h = 1.5\n  foot = sphere(h)\n" in text
    assert "let wide ~" in text
    _, left = inner_fixed(program.source, FileLoader(Path(".")), {**alike, **loop, "b/foot": "flat"})
    assert left == {**loop, "a/foot": "knob", "b/foot": "flat"}


@pytest.mark.parametrize("outer", ["", " rotate x -8 at (0, 1, 0)", " with oak"])
@pytest.mark.parametrize("chosen", ["slats", "cuboid"])
def test_an_alternative_with_modifiers_stands_for_the_whole(outer: str, chosen: str) -> None:
    """Nothing of the `choose` is left, and the shapes are those of the trace."""
    program = check_text(
        "material oak = { color: #b98b5e }\nback = choose {\n"
        "  1: slats = array 2 by (0.2, 0, 0) { slat = cuboid(0.1, 1, 0.1) } at (0, 0.5, 0)\n"
        f"  1: cuboid(0.5, 1, 0.1) rotate z 5 with oak\n}}{outer}\n"
    )
    trace = replay(program, {"back": chosen})
    text, rest = fixed_text(program, {"back": chosen}, {})
    text, left = inner_fixed(Source("fixed", text), FileLoader(Path(".")), {address: chosen for address in rest})
    assert "choose" not in text and left == {}
    again = simulate(check_text(text), 0)
    assert mesh_of(again).positions.tolist() == mesh_of(trace).positions.tolist()


CORNER = check_text(
    "let h ~ uniform(1, 3)\npost = cuboid(1, h, 1) at (0, h / 2, 0)\ncuboid(2, 0.5, 0.4) at (1, 0.25, 0.2)\n"
)


@pytest.mark.parametrize("place", [Place(1, 1.0, (4.0, 0.0, -2.0)), Place(3, 1.25, (-1.0, 0.5, 3.0))])
def test_a_mesh_that_stands_elsewhere_is_found_there(place: Place) -> None:
    mesh = place.done(mesh_of(simulate(CORNER, 1)))
    found = Grammar(CORNER, FileLoader(Path(".")), scaled=place.scale != 1.0).derivations(mesh, 1, 77, NEVER)[0]
    again = mesh_of(simulate(check_text(found.text)))
    assert again.positions == pytest.approx(mesh.positions, abs=2e-3)
    assert found.place["rotate_y"] == 90 * place.quarters
    assert found.place["scale"] == pytest.approx(place.scale, rel=1e-3)
    assert found.log_prob == replay(CORNER, found.choices, found.parameters).log_prob


def test_definitions_go_before_the_block_that_stands_elsewhere() -> None:
    text = "a = post(1)\npart post(h) {\n  cuboid(1, h, 1)\n}\nlet k = 2\nb = cuboid(k, 1, 1) at (0, 3, 0)  // top\n"
    made, prefix = standing(check_text(text).source, FileLoader(Path(".")), Place(2, 2.0, (1.0, 0.0, 0.0)))
    assert prefix == "model/"
    before, after = (mesh_of(simulate(check_text(t))).positions for t in (text, made))
    assert sorted(map(tuple, (before * [-2, 2, -2] + [1, 0, 0]).round(6))) == sorted(map(tuple, after.round(6)))
    assert standing(check_text(text).source, FileLoader(Path(".")), HERE) == (text, "")


def test_what_is_made_beside_the_mesh_tells_against_a_derivation() -> None:
    made = simulate(check_text("cuboid(1, 1, 1); cuboid(1, 1, 1) at (3, 0, 0)\n")).assembly
    mesh = mesh_of(simulate(check_text("cuboid(1, 1, 1)\n")))
    half = surplus(made, HERE, mesh, 0)
    # 100 of 200 points lie on the other cube, 2 to 3 away on its near and far face, in shares of the diagonal √3.
    assert 100 * 4 / 3 < half < 100 * 12 / 3
    assert surplus(simulate(check_text("cuboid(0.9, 0.9, 0.9)\n")).assembly, HERE, mesh, 0) == 0.0


def test_a_grammar_without_shapes_is_refused() -> None:
    box = mesh_of(simulate(check_text("cuboid(1, 1, 1)\n")))
    with pytest.raises(UsageError, match="no shape"):
        Grammar(check_text("let x ~ uniform(0, 1)\n"), FileLoader(Path("."))).derivations(box, 1, 0, NEVER)
