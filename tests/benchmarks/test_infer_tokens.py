"""Tokens against the flat list: counted by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.infer.tokens import Counted, counted, table, used_tokens
from shapelang.semantics.loader import FileLoader
from shapelang.syntax.source import Source

ROW = "array 3 by (2, 0, 0) { a = cuboid(1, 2, 3) at (0, 1, 0) with wood }\n"
LOADER = FileLoader(Path("."))


def test_a_row_against_its_instances() -> None:
    row = counted("row", "material wood = { color: #b98b5e }\n" + ROW, LOADER)
    # material: 8; array 3 by ( 2 , 0 , 0 ) { }: 12; a = cuboid ( 1 , 2 , 3 ) at ( 0 , 1 , 0 ) with wood: 20.
    # Each of the three: cuboid ( 1 , 2 , 3 ) at ( 0 , 1 , 0 ) rotate x 0 , y 0 , z 0: 8 + 8 + 9.
    assert (row.instances, row.repeats, row.tokens, row.flat, row.terse) == (3, 2, 40, 75, 48)
    assert row.iou == 1.0


@pytest.mark.parametrize(
    ("core", "place"),
    [
        ("prism(0.5, points: [(0, 0), (1, 0), (0, 2)])", "at (2, 0, 1) rotate y 20, x 30"),
        ("cone(0.5, 1, top_radius: 0.2)", "at (2, 0.5, 1) rotate z 20"),
        ("difference {\n cuboid(1, 2, 3)\n wedge(0.5, 3, 1) at (0.3, 0, 0) rotate y 90\n}", "at (2, 1, 0) rotate x 10"),
        ("superquadric(1, 2, 1, e1: 0.5, bend: 30)", "at (2, 1, 1) rotate z 45"),
        ("torus(0.4, 0.1, arc: 120)", "at (2, 1, 1) rotate z 45"),
    ],
)
def test_images_are_written_by_what_they_equal(core: str, place: str) -> None:
    row = counted("images", f"mirror x, z {{ a = {core} {place} }}\n", LOADER)
    assert (row.instances, row.repeats) == (4, 3)
    assert row.iou > 0.999


def test_definitions_that_use_reaches_count_once(tmp_path: Path) -> None:
    (tmp_path / "legs.shape").write_text(
        "let thick = 0.1\nlet unused = 3\npart foot(w) { cuboid(w, thick, w) }\n"
        "part leg(h) {\n  foot(0.2)\n  cylinder(0.1, h)\n}\npart other() { sphere(1) }\n"
    )
    text = 'use "legs.shape" as legs\nlegs.leg(1)\nlegs.leg(2) at (3, 0, 0)\n'
    # let: 4; part foot ( w ) { cuboid ( w , thick , w ) }: 15;
    # part leg ( h ) { foot ( 0.2 ) cylinder ( 0.1 , h ) }: 7 + 4 + 6.
    assert used_tokens(text, _Beside(tmp_path)) == 4 + 15 + 17


class _Beside:
    """Loads from one folder, whoever asks."""

    def __init__(self, folder: Path) -> None:
        self._loader = FileLoader(folder)
        self._folder = folder

    def load(self, path: str, beside: str) -> Source:
        return self._loader.load(path, str(self._folder / "main.shape"))


def test_the_table_sums_by_class() -> None:
    rows = [
        Counted("a", 4, 3, 40, 100, 80, 1.0),
        Counted("b", 4, 1, 60, 100, 80, 0.99),
        Counted("c", 1, 0, 30, 25, 20, 1.0),
    ]
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in table(rows).splitlines()[2:]]
    assert [line[:5] for line in lines] == [
        ["at least half the instances repeat", "1", "40", "100", "0.400"],
        ["any repeat", "2", "100", "200", "0.500"],
        ["none repeats", "1", "30", "25", "1.200"],
        ["all", "3", "130", "225", "0.578"],
    ]
    assert lines[3][6] == "1" and lines[1][8] == "0.9900"
