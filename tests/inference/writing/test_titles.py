"""Names of parts: by role and place, and plainer where there are many."""

from __future__ import annotations

import numpy as np
import pytest

from shapelang.inference.rounding.turns import Turns
from shapelang.inference.solids.kinds import Cuboid
from shapelang.inference.solids.plain import Solid
from shapelang.inference.writing.naming import role
from shapelang.inference.writing.titles import titled
from shapelang.semantics.check import check_text
from shapelang.syntax.parser import parse
from shapelang.syntax.printer import print_module
from shapelang.syntax.source import Source


def renamed(text: str) -> str:
    read = parse(Source("titles.shape", text))
    assert read.diagnostics == ()
    return print_module(titled(read.module))


def test_what_the_mesh_calls_by_one_name_is_one_block() -> None:
    text = (
        "lid = cuboid(1, 1, 1)\nfoot = cuboid(1, 2, 1)\nmirror x { lid_2 = cuboid(1, 1, 1) at (2, 0, 0) }\n"
        "lid_3 = sphere(1) at (0, 3, 0)\n"
    )
    assert renamed(text) == (
        "lid = {\n  cuboid(1, 1, 1)\n  mirror x {\n    cuboid(1, 1, 1) at (2, 0, 0)\n  }\n"
        "  sphere(1) at (0, 3, 0)\n}\nfoot = cuboid(1, 2, 1)\n"
    )


def test_what_is_told_by_role_keeps_its_number() -> None:
    text = "".join(f"{name} = cuboid(1, {k}, 1)\n" for k, name in enumerate(("rail", "rail_2", "rail_3"), 1))
    assert renamed(text) == text


def test_a_block_of_no_role_has_no_name() -> None:
    assert renamed("block_2 = cuboid(1, 1, 1)\nseat = sphere(1)\n") == "cuboid(1, 1, 1)\nseat = sphere(1)\n"


def test_the_one_shape_of_a_program_has_the_name_of_the_file() -> None:
    assert renamed("rug = cuboid(1, 0.1, 1)\n") == "cuboid(1, 0.1, 1)\n"


@pytest.mark.parametrize(
    ("model", "size", "centre", "turns", "said"),
    [
        ("table", (0.1, 1.2, 0.1), (0.9, 0.6, 0.9), (), "leg"),
        ("table", (2, 0.1, 2), (0, 1.95, 0), (), "top"),
        ("table", (0.1, 0.1, 1.6), (0.9, 0.5, 0), (("x", 40.0),), "leg"),
        ("bookcase", (0.1, 1.9, 1.2), (-0.95, 1, 0), (), "side"),
        ("lounge_sofa", (1.8, 0.9, 0.3), (0, 1.5, -0.8), (), "back"),
        ("sofa", (0.15, 0.1, 0.15), (0.9, 0.05, 0.9), (), "foot"),
        ("bed_single", (2, 0.3, 2), (0, 0.4, 0), (), "frame"),
        ("bed_single", (1.9, 0.4, 1.9), (0, 0.75, 0), (), "mattress"),
        ("lamp_square", (1.4, 1.9, 1.4), (0, 1.05, 0), (), "body"),
    ],
)
def test_roles(
    model: str, size: tuple[float, float, float], centre: tuple[float, float, float], turns: Turns, said: str
) -> None:
    solid = Solid(Cuboid(size), turns, np.array(centre), 0)
    assert role(solid, np.array((-1.0, 0.0, -1.0)), np.array((1.0, 2.0, 1.0)), model) == said


def test_a_part_that_is_called_often_keeps_its_name_for_itself() -> None:
    """Three calls of one part are no block: its name would be that of the part, with a blank behind it."""
    text = "part leg() {\n  cuboid(1, 2, 1)\n}\n" + "".join(f"leg() at ({3 * k}, 0, 0)\n" for k in range(4))
    assert renamed(text) == text
    check_text(renamed(text))
