"""Kinds as they are written: whatever was found, the text is a program."""

from __future__ import annotations

from shapelang.inference.solids.cores import core_of
from shapelang.inference.solids.kinds import Cone
from shapelang.semantics.check import check_text
from shapelang.syntax import tree
from shapelang.syntax.printer import print_module


def test_a_cone_on_its_tip_has_a_foot() -> None:
    """A foot of a thousandth of its top, as a program's cone must have one; a foot that it has stays."""
    for radius, expected in ((0.0, "cone(0.0005, 1, top_radius: 0.5)\n"), (0.2, "cone(0.2, 1, top_radius: 0.5)\n")):
        shape = tree.Shape(core_of(Cone(radius, 0.5, 1.0)), ())
        text = print_module(tree.Module((tree.ShapeStatement(None, shape),)))
        assert text == expected
        check_text(text)
