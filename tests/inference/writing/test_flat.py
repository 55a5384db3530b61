"""The flat list of a program: each instance alone, its lengths on one grid."""

from __future__ import annotations

from shapelang.assembly.assembly import Leaf
from shapelang.execution.simulate import simulate
from shapelang.inference.writing.flat import flat_list, repeats
from shapelang.semantics.check import check_text
from shapelang.syntax.printer import print_module


def leaves_of(text: str) -> tuple[Leaf, ...]:
    return tuple(simulate(check_text(text, "flat.shape")).assembly.leaves())


def test_every_length_is_on_the_grid() -> None:
    """Of a grid of a millimetre its hundredth: a head's radius is a length, though it may be 0."""
    text = "a = cone(0.30000049, 0.7, top_radius: 0.12345678) at (0.1234567, 0, 0)\n"
    flat = "cone(0.3, 0.7, 0.12346) at (0.12346, 0, 0) rotate x 0, y 0, z 0\n"
    assert print_module(flat_list(leaves_of(text), 0.001)) == flat


def test_heads_that_nearly_agree_are_a_repetition() -> None:
    near = leaves_of("a = cone(0.3, 0.7, top_radius: 0.1)\nb = cone(0.3, 0.7, top_radius: 0.1004) at (1, 0, 0)\n")
    far = leaves_of("a = cone(0.3, 0.7, top_radius: 0.1)\nb = cone(0.3, 0.7, top_radius: 0.104) at (1, 0, 0)\n")
    assert (repeats(near, 0.0015), repeats(far, 0.0015)) == (1, 0)
