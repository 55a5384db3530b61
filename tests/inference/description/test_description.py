"""Description length: numbers worked out by hand, and the laws that make it a measure of programs."""

from __future__ import annotations

from decimal import Decimal
from math import log2

import numpy as np
import pytest

from shapelang.inference.description.codes import among, whole, written
from shapelang.inference.description.program import program_bits
from shapelang.inference.description.residual import patch_bits, volume_bits
from shapelang.inference.measuring.evidence import verify
from shapelang.io.read.mesh_data import MeshData
from shapelang.metrics.iou import Overlap
from shapelang.primitives.table import PRIMITIVE_BY_KIND
from tests.inference.shapes import data, piece

CHAIR = """\
seat = cuboid(0.5, 0.04, 0.5) at (0, 0.45, 0)
mirror x, z { leg = cuboid(0.04, 0.43, 0.04) at (0.2, 0.215, 0.2) }
"""


@pytest.mark.parametrize(("n", "bits"), [(1, 1), (2, 4), (3, 4), (4, 5), (7, 5), (8, 8), (15, 8), (16, 9), (46, 10)])
def test_a_whole_number(n: int, bits: int) -> None:
    """Elias' own table: 1, 0100, 0101, 01100, …, 00100000."""
    assert whole(n) == bits


def test_whole_numbers_are_a_code() -> None:
    """Kraft: the lengths of a code that can be told apart sum to at most 1."""
    assert sum(2.0 ** -whole(n) for n in range(1, 1 << 16)) < 1.0


@pytest.mark.parametrize(
    ("text", "bits"),
    [
        ("0", 1 + 1),  # whole(1), no place
        ("1", 4 + 1),  # whole(2)
        ("0.5", 5 + 4),  # 5 steps of 10⁻¹: whole(6), and −1 is the second place: whole(2)
        ("0.50", 5 + 4),
        ("0.45", 10 + 5),  # 45 steps of 10⁻²: whole(46), and whole(4)
        ("1200", 8 + 5),  # 12 steps of 10²: whole(13), and whole(5)
        ("1e-3", 4 + 5),  # one step of 10⁻³: whole(2), and whole(6)
    ],
)
def test_a_number_by_its_grid(text: str, bits: int) -> None:
    assert written(Decimal(text)) == bits


def test_which_of_some_things() -> None:
    assert among(5, 2) == pytest.approx(whole(3) + log2(10))
    assert among(100, 0) == whole(1)
    assert among(0, 0) == whole(1)


def test_a_name_is_one_of_those_that_are_known() -> None:
    """A new name and an old one cost alike; after a new one there is one more that the next can be."""
    kinds = len(PRIMITIVE_BY_KIND)
    again, new = (program_bits(f"a = cuboid(1, 1, 1)\n{name} = cuboid(1, 1, 1)\n") for name in "ab")
    assert again.numbers == new.numbers == 6 * 5
    assert new.structure - again.structure == pytest.approx(log2(kinds + 3) - log2(kinds + 2))


def test_spelling_layout_and_comments_are_free() -> None:
    other = "// a chair\n\n" + CHAIR.replace("seat", "the_thing_to_sit_on").replace(" at", "\n  at")
    assert program_bits(other) == program_bits(CHAIR)


def test_a_mirror_is_shorter_than_four_legs() -> None:
    seat, mirror = CHAIR.splitlines(keepends=True)
    leg = mirror[mirror.index("leg") : mirror.index(" }")] + "\n"
    told, flat = program_bits(CHAIR), program_bits(seat + 4 * leg)
    assert told.structure + told.numbers < flat.structure + flat.numbers


def test_cells_that_are_wrong() -> None:
    """Ten cells of the mesh, eight of the program, six of both, of 100: two are false, four are missing."""
    assert volume_bits(Overlap(10, 8, 6, 1.0), 100) == pytest.approx(
        (whole(3) + log2(28)) + (whole(5) + log2(92 * 91 * 90 * 89 / 24))
    )
    assert volume_bits(Overlap(8, 8, 8, 1.0), 100) == 2.0


def test_surface_that_is_not_explained() -> None:
    """Half of four patches are 2.5 steps away; all of ten patches are near."""
    assert patch_bits(np.array([0.0, 2.5]), 4.0) == pytest.approx(whole(3) + log2(6) + 2 * whole(2))
    assert patch_bits(np.array([0.5, 1.0]), 10.0) == whole(1)


def test_faces_between_parts_claim_nothing() -> None:
    """Two halves of a box have a face within it; the box tells its mesh no better, but for its shorter text."""
    one = data(piece("cuboid", 2.0, 1.0, 1.0))
    whole_box = verify("cuboid(2, 1, 1)\n", one, 2000).description
    halves = verify("mirror x { cuboid(1, 1, 1) at (0.5, 0, 0) }\n", one, 2000).description
    assert (halves.volume, halves.surface) == (whole_box.volume, whole_box.surface)
    sheet = verify("cuboid(2, 1, 1)\ncuboid(0.001, 2, 2)\n", one, 2000).description
    assert sheet.surface > 1000 > whole_box.surface


def scaled(by: float) -> MeshData:
    return data(piece("cuboid", by, by, by))


@pytest.mark.parametrize("by", [1.0, 100.0])
def test_a_right_program_is_shorter_than_a_wrong_one_in_any_unit(by: float) -> None:
    right = verify(f"cuboid({by:g}, {by:g}, {by:g})\n", scaled(by), 2000)
    wrong = verify(f"cuboid({by:g}, {by:g}, {0.8 * by:g})\n", scaled(by), 2000)
    assert right.bits < 100 < 1000 < wrong.bits
    assert right.description.volume == 2.0
