"""ShapeAssembly's programs: attached points coincide, and what is written stands where that language puts it."""

from __future__ import annotations

import numpy as np
import pytest

from shapelang.execution.simulate import simulate
from shapelang.io.read.shapeassembly import shape_program
from shapelang.io.read.shapeassembly_poses import posed
from shapelang.io.read.shapeassembly_text import Attach, ShapeAssemblyError, parse, squeezed
from shapelang.semantics.check import check_text

TABLE = """Assembly Program_0 {
\tbbox = Cuboid(1.0, 0.8, 0.6, True)
\tcube0 = Cuboid(1.0, 0.05, 0.6, True)
\tProgram_1 = Cuboid(0.8, 0.75, 0.1, True)
\tattach(cube0, bbox, 0.5, 1.0, 0.5, 0.5, 1.0, 0.5)
\tattach(Program_1, bbox, 0.5, 0.0, 0.5, 0.5, 0.0, 0.1)
\treflect(Program_1, Z)
}
Assembly Program_1 {
\tbbox = Cuboid(0.8, 0.75, 0.1, True)
\tcube0 = Cuboid(0.1, 0.75, 0.1, True)
\tsqueeze(cube0, bbox, bbox, top, 0.125, 0.5)
\ttranslate(cube0, X, 2, 0.75)
}
"""


def test_a_table_stands_as_written() -> None:
    leaves = list(simulate(check_text(shape_program(TABLE), "table")).assembly.leaves())
    places = sorted(tuple(round(c, 6) for c in leaf.pose.offset) for leaf in leaves)
    legs = [(x, -0.025, z) for x in (-0.3, 0.0, 0.3) for z in (-0.24, 0.24)]
    assert places == sorted([(0.0, 0.375, 0.0), *legs])


def test_a_nested_assembly_fills_its_cuboid() -> None:
    wider = TABLE.replace("Program_1 = Cuboid(0.8, 0.75, 0.1, True)", "Program_1 = Cuboid(0.4, 0.75, 0.1, True)")
    leaves = list(simulate(check_text(shape_program(wider), "table")).assembly.leaves())
    across = sorted({round(leaf.pose.offset[0], 6) for leaf in leaves})
    assert across == [-0.15, 0.0, 0.15]


def test_free_cuboids_are_turned_and_stretched_until_both_points_coincide() -> None:
    text = """Assembly Program_0 {
bbox = Cuboid(2.0, 2.0, 2.0, True)
cube0 = Cuboid(0.1, 1.0, 0.2, False)
attach(cube0, bbox, 0.5, 0.0, 0.5, 0.5, 0.0, 0.5)
attach(cube0, bbox, 0.5, 1.0, 0.5, 1.0, 1.0, 0.5)
}"""
    bar = posed(parse(text)["Program_0"])["cube0"]
    assert np.allclose(bar.at((0.5, 0.0, 0.5)), (0.0, -1.0, 0.0))
    assert np.allclose(bar.at((0.5, 1.0, 0.5)), (1.0, 1.0, 0.0))
    assert np.allclose(bar.size, (0.1, 5.0**0.5, 0.2))
    assert np.allclose(bar.frame @ bar.frame.T, np.eye(3))


def test_a_third_point_turns_about_the_first_two() -> None:
    text = """Assembly Program_0 {
bbox = Cuboid(2.0, 2.0, 2.0, True)
cube0 = Cuboid(1.0, 2.0, 0.2, False)
attach(cube0, bbox, 0.0, 0.0, 0.5, 0.5, 0.0, 0.5)
attach(cube0, bbox, 0.0, 1.0, 0.5, 0.5, 1.0, 0.5)
attach(cube0, bbox, 1.0, 0.5, 0.5, 0.5, 0.5, 1.0)
}"""
    leaf = posed(parse(text)["Program_0"])["cube0"]
    assert np.allclose(leaf.at((1.0, 0.5, 0.5)), (0.0, 0.0, 1.0))
    assert np.allclose(leaf.at((0.0, 1.0, 0.5)), (0.0, 1.0, 0.0))


def test_an_aligned_cuboid_grows_over_a_gap_and_never_turns() -> None:
    text = """Assembly Program_0 {
bbox = Cuboid(2.0, 2.0, 2.0, True)
cube0 = Cuboid(1.0, 0.2, 1.0, True)
cube1 = Cuboid(0.2, 0.5, 0.2, True)
attach(cube0, bbox, 0.5, 1.0, 0.5, 0.5, 1.0, 0.5)
attach(cube1, bbox, 0.5, 0.0, 0.5, 0.5, 0.0, 0.5)
attach(cube1, cube0, 0.5, 1.0, 0.5, 0.5, 0.0, 0.5)
}"""
    post = posed(parse(text)["Program_0"])["cube1"]
    assert np.allclose(post.size, (0.2, 1.8, 0.2))
    assert np.allclose(post.centre, (0.0, -0.1, 0.0))


def test_what_aligned_cuboids_cannot_meet_is_shared() -> None:
    text = """Assembly Program_0 {
bbox = Cuboid(2.0, 2.0, 2.0, True)
cube0 = Cuboid(0.2, 0.5, 0.2, True)
attach(cube0, bbox, 0.5, 0.0, 0.5, 0.5, 0.0, 0.5)
attach(cube0, bbox, 0.5, 1.0, 0.5, 0.6, 1.0, 0.5)
}"""
    post = posed(parse(text)["Program_0"])["cube0"]
    assert np.allclose(post.size, (0.2, 2.0, 0.2), atol=1e-4)
    assert np.allclose(post.centre, (0.1, 0.0, 0.0), atol=1e-4)


def test_squeeze_meets_a_box_from_within_and_others_from_outside() -> None:
    first, second = squeezed("cube1", "bbox", "cube0", "top", 0.25, 0.5)
    assert (first.point, first.place) == ((0.5, 1.0, 0.5), (0.25, 1.0, 0.5))
    assert (second.point, second.place) == ((0.5, 0.0, 0.5), (0.25, 1.0, 0.5))


@pytest.mark.parametrize(
    "text",
    ["", "chair", "Assembly A {\nbbox = Cuboid(1, 1)\n}", TABLE.replace("attach(cube0", "attach(cube9"), TABLE[:-3]],
)
def test_what_is_no_program_is_refused(text: str) -> None:
    with pytest.raises(ShapeAssemblyError):
        shape_program(text)


@pytest.mark.parametrize("word", ["nan", "1e400", "-inf", "1e9"])
@pytest.mark.parametrize(
    ("words", "said"),
    [("Cuboid(0.1, {}, 0.1", "0.75"), ("top, {}, 0.5)", "0.125"), ("X, 2, {})", "0.75"), ("0.5, 0.0, {})", "0.1")],
)
def test_a_number_that_tells_no_pose_is_refused_with_its_line(word: str, words: str, said: str) -> None:
    before, after = words.format(said), words.format(word)
    line = next(k for k, each in enumerate(TABLE.splitlines(), 1) if before in each)
    with pytest.raises(ShapeAssemblyError, match=f"line {line} "):
        shape_program(TABLE.replace(before, after, 1))


def test_an_assembly_may_not_hold_itself() -> None:
    head, inner = TABLE.split("Assembly Program_1")
    with pytest.raises(ShapeAssemblyError, match="holds itself"):
        shape_program(f"{head}Assembly Program_1{inner.replace('cube0', 'Program_0')}")


def test_a_leg_between_targets_of_different_widths_stretches_one_of_them() -> None:
    text = """Assembly Program_0 {
bbox = Cuboid(1.0, 1.0, 1.0, True)
top = Cuboid(0.7, 0.1, 1.0, True)
base = Cuboid(1.0, 0.1, 1.0, True)
leg = Cuboid(0.05, 0.8, 0.05, True)
attach(top, bbox, 0.5, 1.0, 0.5, 0.5, 1.0, 0.5)
attach(base, bbox, 0.5, 0.0, 0.5, 0.5, 0.0, 0.5)
squeeze(leg, base, top, bot, 0.1, 0.5)
}"""
    assembly = parse(text)["Program_0"]
    cuboids = posed(assembly)
    diagonal = float(np.linalg.norm(assembly.box))
    misses = [
        np.linalg.norm(cuboids[s.moved].at(s.point) - cuboids[s.target].at(s.place))
        for s in assembly.statements
        if isinstance(s, Attach)
    ]
    assert max(misses) < 0.01 * diagonal
    # The four attachments along x miss all that they may: 0.55 % of the diagonal, both ends at 0.4 from the middles.
    apart = 0.4 * (cuboids["base"].size[0] - cuboids["top"].size[0])
    assert np.isclose(apart, 4 * 0.0055 * diagonal)
    assert np.allclose(cuboids["leg"].size, (0.05, 0.8, 0.05))
