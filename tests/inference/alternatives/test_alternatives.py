"""Several programs for one mesh: what counts as another structure, and what their order is."""

from __future__ import annotations

import pytest

from shapelang.inference.alternatives.ranking import fewer
from shapelang.inference.alternatives.structure import structure_of
from shapelang.inference.infer import infer
from shapelang.inference.measuring.evidence import verify
from tests.inference.shapes import chair, data, piece

LEGS = "mirror x, z { leg = cuboid(0.1, 1, 0.1) at (1, 0, 1) }\n"


@pytest.mark.parametrize(
    "same",
    [
        LEGS.replace("0.1", "0.2").replace("leg", "foot"),
        "param w = 1 in [0.5, 2]\n" + LEGS.replace("(1, 0, 1)", "(w, 0, w) rotate y 3"),
        "table = {\n  " + LEGS.strip() + "\n} at (0, 3, 0)\n",
        "// legs\nmaterial oak = { color: #9c7043 }\n" + LEGS.replace(" }", " with oak }"),
        LEGS.replace("x, z", "x"),
    ],
)
def test_numbers_names_looks_and_places_are_no_structure(same: str) -> None:
    assert structure_of(same) == structure_of(LEGS)


@pytest.mark.parametrize(
    "other",
    [
        LEGS.replace("cuboid", "cylinder").replace("0.1, 1, 0.1", "0.1, 1"),
        "leg = cuboid(0.1, 1, 0.1)\n",
        "cuboid(1, 1, 1)\n" + LEGS,
        LEGS.replace("mirror x, z", "array 4 by (1, 0, 0)"),
        LEGS.replace("{ leg", "{ union { leg") + "}\n",
        "part leg() { cuboid(0.1, 1, 0.1) }\nmirror x, z { leg() }\n",
    ],
)
def test_another_tree_is_another_structure(other: str) -> None:
    assert structure_of(other) != structure_of(LEGS)


def test_the_words_of_a_structure() -> None:
    text = (
        "part foot(h) { cone(1, h, 0); cone(1, h, 0) }\nmirror x { foot(3) }\ndifference { cuboid(1,1,1); sphere(1) }\n"
    )
    assert structure_of(text).words() == "difference cuboid, difference sphere, mirror part cones"


def test_a_chair_has_several_programs_of_different_structure() -> None:
    mesh = chair()
    found = infer(mesh, name="chair", time_limit=600, alternatives=2)
    programs = found.alternatives
    assert len(programs) == 2 == len({one.structure for one in programs})
    assert found.text == programs[0].text
    bits = [one.evidence.bits for one in programs]
    assert bits == sorted(bits)
    # The best one tells the legs once.
    assert any("mirror" in way for way, _ in programs[0].structure.ways)
    assert all(structure_of(one.text) == one.structure for one in programs)
    again = verify(programs[1].text, mesh)
    assert (again.iou64, again.bits) == (programs[1].evidence.iou64, programs[1].evidence.bits)


def test_one_program_is_found_as_ever() -> None:
    mesh = data(piece("superquadric", 1.0, 0.6, 0.8, 0.4, 0.5))
    one = infer(mesh, name="a", time_limit=600)
    assert one.alternatives == ()
    assert "alternatives" not in one.report()
    several = infer(mesh, name="a", time_limit=600, alternatives=2)
    assert len({one.structure.words() for one in several.alternatives}) == 2
    assert several.alternatives[0].structure.words() == "superquadric"


def test_fewer_than_were_asked_for_are_named() -> None:
    assert fewer(2, 2) == fewer(1, 1) == ()
    assert fewer(1, 3) == ("Found 1 program of the 3 that were asked for.",)
