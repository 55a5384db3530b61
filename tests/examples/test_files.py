"""Every example and library file: checked, canonical, simulated, scored; together they show the whole language."""

from __future__ import annotations

from pathlib import Path

import pytest

from shapelang.execution.score import score
from shapelang.execution.simulate import simulate
from shapelang.semantics.check import check
from shapelang.semantics.loader import FileLoader, read_source
from shapelang.syntax import tree
from shapelang.syntax.parser import parse
from shapelang.syntax.printer import print_module
from shapelang.syntax.source import Source
from tests.examples.constructs import TABLE, constructs
from tests.examples.files import EXAMPLES, FILES, LIBRARY, diagnosed, example, named, run

NAMES = [path.stem for path in EXAMPLES]
SEEDS = range(20)

# Full extents in metres, (least, most) over all seeds in x, y, z: what such a thing measures in the world.
SIZES = {
    "barrel": ((0.5, 0.8), (0.8, 1.0), (0.5, 0.8)),
    "bed": ((1.3, 1.6), (0.75, 1.2), (1.9, 2.1)),
    "bookshelf": ((0.8, 1.0), (1.7, 1.9), (0.25, 0.4)),
    "bridge": ((5, 16), (2.5, 6), (2, 5)),
    "castle_wall": ((11, 13), (4, 6), (1, 2)),
    "chair": ((0.38, 0.6), (0.7, 1.1), (0.4, 0.6)),
    "crate": ((0.75, 0.85), (0.75, 0.85), (0.75, 0.85)),
    "desk": ((1.3, 1.5), (0.7, 0.8), (0.6, 0.8)),
    "dungeon_room": ((4, 8), (2.5, 3.5), (4, 8)),
    "fence": ((5.9, 6.3), (0.9, 1.3), (0.05, 0.4)),
    "house": ((6, 11), (5, 12), (5, 10)),
    "market_stall": ((2, 3), (2, 3), (1.5, 2.5)),
    "mushroom": ((0.15, 0.9), (0.25, 0.4), (0.15, 0.9)),
    "pipe_elbow": ((0.7, 1.2), (1.2, 2.0), (0.3, 0.8)),
    "spiral_stairs": ((1.8, 2.0), (3, 5), (1.8, 2.0)),
    "street_lamp": ((1, 2.2), (3.5, 7), (0.4, 2.2)),
    "tower": ((4, 6), (7, 22), (4, 7)),
    "tree": ((3, 14), (4, 10), (3, 14)),
}


@pytest.mark.parametrize("path", FILES, ids=named)
def test_checks_without_a_word(path: Path) -> None:
    program, found = diagnosed(path)
    assert [d.render() for d in found] == []
    assert program is not None


@pytest.mark.parametrize("path", FILES, ids=named)
def test_is_in_canonical_form(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    parsed = parse(Source(path.name, text))
    assert print_module(parsed.module, text) == text
    assert [line for line in text.split("\n") if len(line) > 100] == []


def test_the_table_of_sizes_is_complete() -> None:
    assert sorted(SIZES) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_measures_what_such_a_thing_does_and_stands_on_the_ground(name: str) -> None:
    # Leaning posts and toadstools sink their low edge, and a low branch may dip: 5 cm at most.
    sunk = 0.05 if name in ("mushroom", "tree") else 0.005
    for seed in SEEDS:
        box = run(name, seed).assembly.root.box
        for extent, (least, most) in zip(box.size, SIZES[name], strict=True):
            assert least <= extent <= most, (seed, box)
        assert -sunk <= box.low[1] <= 0.005, (seed, box)


@pytest.mark.parametrize("name", NAMES)
def test_the_score_of_a_run_is_its_log_probability(name: str) -> None:
    for seed in (0, 7, 13):
        trace = run(name, seed)
        choices = {address: choice.value for address, choice in trace.choices.items()}
        assert score(example(name), choices) == trace.log_prob, seed


@pytest.mark.parametrize("name", NAMES)
def test_an_unrelated_part_changes_no_choice(name: str) -> None:
    path = next(p for p in EXAMPLES if p.stem == name)
    # At the end, behind everything: a part, a loop and a choice of their own.
    extra = """
part unrelated_stone() { let unrelated_size ~ uniform(0.1, 0.2); sphere(radius: unrelated_size) }
for unrelated_k in 0..2 { unrelated_s = unrelated_stone() at (50 + unrelated_k, 0, 50) }
unrelated_c = choose { 1: unrelated_stone() at (60, 0, 60); 1: {} }
"""
    text = path.read_text(encoding="utf-8") + extra
    program = check(Source(str(path), text), FileLoader(path.parent))
    for seed in (0, 5):
        before = {a: c.value for a, c in run(name, seed).choices.items()}
        after = {a: c.value for a, c in simulate(program, seed).choices.items()}
        assert len(after) > len(before)
        assert {a: after[a] for a in before} == before


@pytest.mark.parametrize("path", LIBRARY, ids=named)
def test_a_library_file_holds_documented_parts_and_draws_nothing(path: Path) -> None:
    source = read_source(path)
    module = parse(source).module
    parts = [s for s in module.statements if isinstance(s, tree.PartDefinition)]
    assert len(parts) >= 3
    lines = source.text.split("\n")
    for part in parts:
        line, _ = source.position(part.span.start)
        assert lines[line - 2].startswith("//"), part.name
    assert all(isinstance(s, tree.PartDefinition | tree.MaterialDefinition) for s in module.statements)
    program = check(source, FileLoader(path.parent))
    trace = simulate(program)
    assert trace.choices == {} and list(trace.assembly.leaves()) == []


def test_together_they_show_every_construct() -> None:
    shown: set[str] = set()
    for path in FILES:
        shown |= constructs(parse(read_source(path)).module)
    assert sorted(TABLE - shown) == []


def test_every_part_of_the_library_runs_with_its_defaults() -> None:
    size, given = {"size": "(0.8, 1.2, 0.2)"}, {"w": "0.8", "h": "1.2", "d": "0.2", "depth": "0.2", "length": "2"}
    counts = {"n": "4", "columns": "3", "rows": "2", "rise": "0.18", "run": "0.28", "radius": "0.7", "turn": "20"}
    known = size | given | counts
    for path in LIBRARY:
        for part in (s for s in parse(read_source(path)).module.statements if isinstance(s, tree.PartDefinition)):
            needed = [p.name for p in part.parameters if p.default is None]
            call = ", ".join(f"{name}: {known[name]}" for name in needed)
            text = f'use "std/{path.name}" as lib\nlib.{part.name}({call})\n'
            trace = simulate(check(Source("<call>", text), FileLoader(path.parent)))
            assert list(trace.assembly.leaves()), part.name
