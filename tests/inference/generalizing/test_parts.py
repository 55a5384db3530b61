"""Parts with arguments: what is equal up to numbers is told once, and every instance stays where it was."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shapelang.inference.description.tokens import token_count
from shapelang.inference.generalizing.arguments import arguments_of
from shapelang.inference.generalizing.parts import with_parts
from shapelang.inference.generalizing.templates import generalization, signature
from shapelang.inference.rewrites.scene import one, scene_of
from shapelang.inference.writing.naming import Names
from shapelang.syntax import tree
from shapelang.syntax.parser import parse
from shapelang.syntax.printer import print_module
from shapelang.syntax.source import Source
from shapelang.syntax.tree import Module

GRID = 0.001

DRAWERS = """material oak = { color: #9c7043 }
{
  drawer = union {
    cuboid(0.4, 0.2, 0.5) at (0, 0.1, 0)
    sphere(0.02) at (0, 0.1, 0.26)
  } with oak
  drawer_2 = union {
    cuboid(0.4, 0.3, 0.5) at (0, 0.35, 0)
    sphere(0.02) at (0, 0.35, 0.26)
  } with oak
  drawer_3 = union {
    cuboid(0.4, 0.1, 0.5) at (0, 0.55, 0)
    sphere(0.02) at (0, 0.55, 0.26)
  } with oak
} at (4, 0, 1)
"""


def module(text: str) -> Module:
    read = parse(Source("parts.shape", text))
    assert read.diagnostics == ()
    return read.module


def shapes(text: str) -> list[tree.ShapeStatement]:
    return [s for s in module(text).statements if isinstance(s, tree.ShapeStatement)]


def made(text: str) -> str:
    """With parts; sound and shorter, or as it was."""
    before = module(text)
    after = with_parts(before, GRID)
    first, second = scene_of(before), scene_of(after)
    assert first is not None and second is not None and one(first, second, 0.5 * GRID)
    assert after is before or token_count(print_module(after)) < token_count(text)
    return print_module(after)


def test_drawers_of_different_heights_are_one_part() -> None:
    assert made(DRAWERS) == (
        "material oak = { color: #9c7043 }\n"
        "part drawer(height, y) {\n"
        "  union {\n"
        "    cuboid(0.4, height, 0.5) at (0, y, 0)\n"
        "    sphere(0.02) at (0, y, 0.26)\n"
        "  }\n"
        "}\n"
        "{\n"
        "  drawer(0.2, 0.1) with oak\n"
        "  drawer(0.3, 0.35) with oak\n"
        "  drawer(0.1, 0.55) with oak\n"
        "} at (4, 0, 1)\n"
    )


def test_pieces_in_several_blocks_are_one_part() -> None:
    text = "".join(
        f"{name} = {{\n  post = cuboid(0.1, {h}, 0.1) at (0, {h / 2}, 0)\n  cone(0.2, 0.3) at (0, {h + 0.15}, 0)\n"
        f"  cuboid(0.3, 0.05, 0.3) at (0, 0.025, 0)\n}} at ({x}, 0, 0)\n"
        for name, h, x in (("left", 1, -3), ("right", 1.5, 4))
    )
    assert made(text).endswith("left = piece(1) at (-3, 0.5, 0)\nright = piece(1.5) at (4, 0.75, 0)\n")


def test_a_parameter_of_the_program_may_stand_in_an_argument() -> None:
    text = "param width = 2 in [1, 4]\n" + "".join(
        f"union {{\n  cuboid(width - {inset}, 0.1, 1)\n  cylinder(0.3, 0.4) at (0, 0.2, 0)\n"
        f"  sphere(0.1) at (0, 0.5, 0)\n}} at (0, {y}, 0)\n"
        for inset, y in ((0.2, 1), (0.5, 2), (0.9, 3))
    )
    assert "cuboid(width - width_2, 0.1, 1)" in made(text)


@pytest.mark.parametrize(
    "text",
    [
        "a = cuboid(1, 2, 3)\nb = cuboid(4, 5, 6) at (9, 0, 0)\n",
        "a = sphere(1)\nb = sphere(2) at (9, 0, 0)\nc = sphere(3) at (19, 0, 0)\n",
        "union { cuboid(1, 2, 3); sphere(4) at (5, 6, 7) }\nunion { cuboid(8, 9, 1); sphere(2) at (3, 4, 5) }\n",
        "a = sphere(1)\n",
    ],
    ids=["two boxes", "three balls", "nothing in common", "one shape"],
)
def test_what_would_not_be_shorter_stays(text: str) -> None:
    assert made(text) == print_module(module(text))


def test_angles_do_not_follow_lengths() -> None:
    pieces = [(s,) for s in shapes("union { cuboid(2, 1, 1) rotate x 20 }\nunion { cuboid(3, 1, 1) rotate x 30 }\n")]
    template = generalization(pieces)
    assert template is not None
    told = arguments_of(template, Names(), GRID)
    assert [parameter.name for parameter in told.parameters] == ["width", "angle"]


def test_counts_are_whole_numbers() -> None:
    rows = "".join(
        f"array {n} by (0, 0, 0.5) {{ cuboid(0.1, 0.3, 0.2) at (1, 0.15, 0); sphere(0.07) at (1, 0.3, 0) }}"
        f" at ({x}, 0, 0)\n"
        for n, x in ((3, 1), (5, 4), (4, 9))
    )
    assert "part row(count: int) {\n  array count by (0, 0, 0.5) {" in made(rows)


NUMBERS = st.integers(1, 40).map(lambda k: k / 8)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS), min_size=2, max_size=4))
def test_filled_templates_are_the_pieces(sizes: list[tuple[float, float, float]]) -> None:
    """The template of pieces, filled with what each is called with, is that piece."""
    text = "".join(f"union {{ cuboid({a}, {b}, 1) at ({c}, 0, -{a}); cone({b}, {c}) }}\n" for a, b, c in sizes)
    pieces = shapes(text)
    template = generalization([(s,) for s in pieces])
    assert template is not None
    for k, piece in enumerate(pieces):
        assert template.filled({j: column.items[k] for j, column in enumerate(template.columns)}) == (piece,)
    assert len({signature(piece) for piece in pieces}) == 1


@settings(max_examples=5, deadline=None)
@given(st.lists(st.tuples(NUMBERS, NUMBERS), min_size=2, max_size=4))
def test_parts_are_sound(sizes: list[tuple[float, float]]) -> None:
    text = "".join(
        f"b{k} = union {{\n  cuboid({a}, {b}, 1) at ({9 * k}, {b / 2}, 0)\n"
        f"  cone({a / 2}, {b}) at ({9 * k}, {1.5 * b}, 0)\n  sphere(0.3) at ({9 * k}, {2 * b}, 0)\n}}\n"
        for k, (a, b) in enumerate(sizes)
    )
    assert token_count(made(text)) <= token_count(text)
