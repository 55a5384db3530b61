"""Every program of `examples/dungeon`: formatted, closed, of a size that fits, and different where it draws."""

from __future__ import annotations

from pathlib import Path

import pytest

from grammars.levels.kit import Kit
from grammars.levels.standing import Model
from grammars.levels.stock import Stock
from shapelang.geometry.invariants import faults
from shapelang.representations.surface import geometry_mesh
from shapelang.syntax.parser import parse
from shapelang.syntax.printer import print_module
from shapelang.syntax.source import Source

FOLDER = Path(__file__).parents[3] / "examples" / "dungeon"
NAMES = sorted(path.stem for path in FOLDER.glob("*.shape"))
READ = sorted(path.stem for path in (FOLDER / "read").glob("*.shape"))


def test_there_is_a_kit() -> None:
    assert len(NAMES) >= 40 and len(READ) >= 12


@pytest.mark.parametrize("name", NAMES)
def test_variants_are_closed_and_fit(name: str, kit: Kit) -> None:
    stock = Stock(kit, 3)
    maker = kit.makers[name]
    sizes: set[tuple[float, ...]] = set()
    for variant in range(min(3, maker.variants)):
        made = stock.made(Model(name, variant))
        for leaf in made.leaves:
            assert faults(geometry_mesh(leaf.geometry, 12)) == ()
        assert max(made.box.size) <= 4.01
        if maker.place is not None:
            assert made.box.low[1] == pytest.approx(0.0, abs=1e-9), "props stand on their pivots"
        if maker.place == "under":
            assert made.box.high[1] < 0.01, "thin enough to stand on"
        points = [mesh.positions for _, mesh in made.look]
        sizes.add(tuple(float(p.sum()) for p in points))
    assert len(sizes) == min(3, maker.variants), "variants differ"


@pytest.mark.parametrize("name", READ)
def test_what_was_read_back_says_where_from(name: str) -> None:
    text = (FOLDER / "read" / f"{name}.shape").read_text(encoding="utf-8")
    head = " ".join(line.removeprefix("//").strip() for line in text.split("\n") if line.startswith("//"))
    assert "read back into a program by `shapelang infer`" in head
    assert "Licence: Creative Commons Zero, CC0 1.0." in head


@pytest.mark.parametrize("path", sorted(FOLDER.rglob("*.shape")), ids=lambda path: path.stem)
def test_canonical_layout(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    parsed = parse(Source(path.name, text))
    assert parsed.module is not None and print_module(parsed.module, text) == text
