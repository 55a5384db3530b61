"""Places told by other shapes: what they are written as, and that nothing moves, whatever the parameters are."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shapelang.inference.lift.contacts import with_contacts
from shapelang.inference.lift.sound import alike
from shapelang.inference.measuring.evidence import token_count
from shapelang.syntax.parser import parse
from shapelang.syntax.printer import print_module
from shapelang.syntax.source import Source
from shapelang.syntax.tree import Module


def module(text: str) -> Module:
    read = parse(Source("told.shape", text))
    assert read.diagnostics == ()
    return read.module


def told(text: str) -> str:
    return print_module(with_contacts(module(text), 0.001))


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a = cuboid(4, 1, 2) at (1, 1, 1)\nb = cuboid(1, 2, 1) at (1, 2.5, 1)\n", "attach bottom to a.top"),
        ("a = cuboid(4, 1, 2) at (1, 1, 1)\nb = sphere(1) at (1, 1, 1)\n", "at a"),
        ("a = cuboid(4, 1, 2) at (1, 1, 1)\nb = sphere(1) at (1, 1, 1.1)\n", "at (1, 1, 1.1)"),
        # The low end along x is the right one, as +X is to the model's own left.
        ("a = cuboid(4, 1, 2) at (1, 1, 1)\nb = cuboid(1, 1, 1) at (3.5, 1, 1)\n", "attach right to a.left"),
        # Of what is turned no face looks where its name says.
        ("a = cuboid(4, 1, 2) rotate z 90 at (1, 1, 1)\nb = sphere(1) at (1, 4, 1)\n", "at (1, 4, 1)"),
        ("a = cuboid(4, 1, 2) rotate z 90 at (1, 1, 1)\nb = sphere(1) at (1, 1, 1)\n", "at a"),
        # A name in a mirror means all images after it.
        ("mirror x { a = sphere(1) at (2, 0.5, 0) }\nb = sphere(2) at (0, 3.5, 0)\n", "attach bottom to a.top"),
        ("array 3 by (2, 0, 0) { a = sphere(1) at (1, 0.5, 2) }\nb = cuboid(3, 1, 1) at (3, 0.5, 2)\n", "at a"),
        # A block that stands elsewhere has another frame.
        ("a = sphere(1) at (1, 1, 1)\n{ b = sphere(2) at (1, 1, 1) } at (5, 0, 0)\n", "at (1, 1, 1)"),
        ("a = difference { cuboid(2, 2, 2); sphere(1.1) }\nb = sphere(3) at (0, 4, 0)\n", "attach bottom to a.top"),
    ],
)  # fmt: skip
def test_a_place_is_told_where_that_is_shorter(text: str, place: str) -> None:
    made = told(text)
    (line,) = (line for line in made.splitlines() if "b = " in line)
    assert line.endswith(f") {place}")
    assert alike(module(text), module(made), 0.002)


def test_only_what_holds_for_all_parameters_is_told() -> None:
    text = (
        "param height = 2 in [1, 4]\na = cuboid(4, height, 2) at (1, height / 2, 1)\n"
        "b = cuboid(1, 1, 1) at (1, height + 0.5, 1)\nc = sphere(0.1) at (1, 1, 1)\n"
    )
    made = told(text)
    assert "b = cuboid(1, 1, 1) attach bottom to a.top" in made
    assert "c = sphere(0.1) at (1, 1, 1)" in made


def test_a_corner_is_told_where_expressions_are_longer() -> None:
    text = (
        "param width = 2 in [1, 4]\nparam y = 1 in [1, 4]\ntop = cuboid(width, 0.2, 1) at (0, y, 0)\n"
        "mirror x, z { leg = cuboid(0.2, y, 0.2) at (width / 2 - 0.1, y / 2 - 0.1, 0.5 - 0.1) }\n"
    )
    assert "leg = cuboid(0.2, y, 0.2) attach top(1, 1) to top.bottom(1, 1)" in told(text)


numbers = st.sampled_from([0.5, 1.0, 2.0])
places = st.sampled_from([-1.0, -0.5, 0.0, 0.5, 1.5])


@st.composite
def programs(draw: st.DrawFn) -> str:
    lines = ["param w = 2 in [1, 4]"]
    for k in range(draw(st.integers(2, 6))):
        x, y, z = (draw(places) for _ in range(3))
        core = draw(st.sampled_from(["cuboid(1, 2, 1)", "cuboid(w, 1, 2)", "sphere(w / 2)", "cylinder(1, 2)"]))
        line = f"p{k} = {core} at ({draw(st.sampled_from([x, 'w', 'w / 2']))}, {y}, {z})"
        line += draw(st.sampled_from(["", "", " rotate x 90", " rotate y 30"]))
        around = draw(st.sampled_from(["{}", "{}", "mirror x {{ {} }}", "array 3 by (w, 0, 0) {{ {} }}",
                                       "{{ {} }} at (0, w, 0)", "s" + str(k) + " = union {{ {} }}"]))  # fmt: skip
        lines.append(around.format(line))
    return "\n".join(lines) + "\n"


@settings(max_examples=20, deadline=None)
@given(programs())
def test_nothing_moves_whatever_the_parameter_is(text: str) -> None:
    before = module(text)
    after = with_contacts(before, 0.001)
    assert token_count(print_module(after)) <= token_count(print_module(before))
    for value in ("2 in", "3.3 in"):
        a, b = (module(print_module(m).replace("2 in", value, 1)) for m in (before, after))
        assert alike(a, b, 0.01)
