"""`sample`: temperature, fixed choices, budgets, near-duplicates."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shapelang.cli.sampling.distinct import Boxes, Kept
from shapelang.execution.simulate import simulate
from shapelang.semantics.check import check_text

STACK = """\
let n: int ~ poisson(4) in [1, 9]
let w ~ uniform(0.5, 1.5)
for i in 0..n { part_of = cuboid(w, 0.1, 1) at (0, 0.05 + i / 10, 0) }
"""


def rows(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "manifest.jsonl").read_text().splitlines()]


def test_fixed_choices_and_temperature(run, here: Path) -> None:
    result = run("sample", "chair.shape", "-n", "40", "--json", "--fix", "height=0.5", "--temperature", "0.25")
    assert (result.code, result.err) == (0, "")
    found = [json.loads(line) for line in result.text.splitlines()]
    assert {row["choices"]["height"] for row in found} == {0.5}
    # 3**4 to 1 instead of 3 to 1.
    assert sum(row["choices"]["back"] == "post" for row in found) <= 3
    scored = run("score", "chair.shape", "-", stdin=result.out)
    assert scored.text == "".join(f"{row['log_prob']!r}\n" for row in found)
    assert {round(row["fixed_log_prob"], 12) for row in found} == {round(-float(np.log(0.4)), 12)}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--fix", "height"], "--fix takes ADDRESS=VALUE, not 'height'"),
        (["--fix", "height=0.5", "--fix", "height=0.6"], "--fix gives 'height' twice"),
        (
            ["--fix", "heihgt=0.5"],
            "--fix: none of the first 64 items makes a choice 'heihgt'\n  help: did you mean 'height'?",
        ),
        (["--fix", "height=9"], "--fix: 'height' cannot be 9; it is of a probability above 0 only"),
        (["--fix", "back=sofa"], "--fix: 'back' cannot be 'sofa'; it is one of slab, post"),
        (["--temperature", "0"], "a temperature is from 0.05 to 20, not 0"),
        (["--distinct", "0"], "--distinct takes metres above 0, such as 0.01, not 0"),
        (
            ["--max-parts", "2"],
            "none of 800 draws keeps --max-triangles and --max-parts\n  help: `info` tells how many there are; fewer "
            "--segments make fewer triangles",
        ),
    ],
)
def test_wrong_arguments(run, here: Path, arguments: list[str], message: str) -> None:
    result = run("sample", "chair.shape", "-n", "5", "-o", "made", *arguments)
    assert (result.code, result.text, result.err) == (2, "", f"error: {message}\n")
    assert not (here / "made").exists()


def test_budgets_redraw_an_item_and_no_other(run, here: Path) -> None:
    (here / "stack.shape").write_text(STACK)
    result = run("sample", "stack.shape", "-n", "30", "-o", "made", "--max-parts", "3", "--format", "off")
    assert result.code == 0
    found = rows(here / "made")
    draws = sum(row["draws"] for row in found)
    assert result.err.splitlines()[1] == f"30 of {draws} draws kept ({30 / draws:.1%})"
    assert all(row["shapes"] <= 3 for row in found)
    # Under the program 42 % of the items have up to three parts.
    assert 40 < draws < 130
    assert [row["seed"] == row["index"] for row in found] == [row["draws"] == 1 for row in found]
    again = run("sample", "stack.shape", "-n", "1", "--seed", "17", "--json", "--max-parts", "3")
    assert json.loads(again.text)["choices"] == found[17]["choices"]
    triangles = run("sample", "stack.shape", "-n", "30", "--json", "--max-triangles", "36")
    assert [json.loads(line)["choices"] for line in triangles.text.splitlines()] == [row["choices"] for row in found]


def test_items_that_never_keep_the_budgets_are_missing(run, here: Path) -> None:
    (here / "stack.shape").write_text(STACK)
    result = run("sample", "stack.shape", "-n", "40", "-o", "made", "--max-parts", "3", "--tries", "1")
    found = rows(here / "made")
    missing = sum("refused" in row for row in found)
    assert missing > 0
    assert result.code == 1
    assert result.err.splitlines()[1:] == [
        f"{40 - missing} of 40 draws kept ({(40 - missing) / 40:.1%})",
        f"{missing} of 40 variants are missing",
    ]
    assert len(list((here / "made").glob("*.glb"))) == 40 - missing
    assert len(json.loads((here / "made" / "manifest.json").read_text())["variants"]) == 40 - missing


def test_near_duplicates_are_refused_in_order_and_made_up_for(run, here: Path) -> None:
    (here / "stack.shape").write_text(STACK)
    options = ("--distinct", "0.02", "--format", "off")
    result = run("sample", "stack.shape", "-n", "40", "-o", "made", *options)
    assert result.code == 0
    found = rows(here / "made")
    kept = [row for row in found if "refused" not in row]
    refused = [row for row in found if "refused" in row]
    assert len(kept) == 40
    assert refused
    sizes = {row["index"]: (row["shapes"], row["parameters"], row["choices"]["w"] / 2) for row in kept}
    for count in {row["shapes"] for row in kept}:
        halves = sorted(half for shapes, _, half in sizes.values() if shapes == count)
        assert all(b - a > 0.02 for a, b in pairwise(halves))
    assert all(row["near"] in sizes and row["near"] < row["index"] for row in refused)
    # Cut and gone on, it is the same run.
    settings = json.loads((here / "made" / "settings.json").read_text())
    (here / "made" / "settings.json").write_text(json.dumps(settings | {"finished": False}))
    lines = (here / "made" / "manifest.jsonl").read_text().splitlines(keepends=True)
    (here / "made" / "manifest.jsonl").write_text("".join(lines[:20]))
    whole = (here / "made" / "manifest.json").read_bytes()
    assert run("sample", "stack.shape", "-n", "40", "-o", "made", *options, "-j", "2").code == 0
    assert (here / "made" / "manifest.json").read_bytes() == whole


def test_a_grammar_of_few_shapes_runs_out(run, here: Path) -> None:
    (here / "coin.shape").write_text("side = choose { 1: one = cuboid(1, 1, 1); 1: two = cuboid(2, 1, 1) }\n")
    result = run("sample", "coin.shape", "-n", "3", "-o", "made", "--distinct", "0.1", "--tries", "5")
    assert result.code == 1
    assert result.err.splitlines()[1:] == ["2 of 15 draws kept (13.3%)", "1 of 3 variants are missing"]


def boxes(text: str) -> Boxes:
    return Boxes(simulate(check_text(text, "t.shape")).assembly)


def test_what_is_near() -> None:
    one = boxes("a = cuboid(1, 2, 3) at (0, 0, 0)\nb = sphere(1) at (5, 0, 0)\nc = cuboid(1, 2, 3) at (1, 0, 0)")
    order = boxes("x = cuboid(1, 2, 3) at (1.01, 0, 0)\ny = cuboid(1, 2, 3) at (0, 0, 0)\nz = sphere(1) at (5, 0, 0)")
    assert one.near(order, 0.0101)
    assert not one.near(order, 0.0099)
    # A quarter turn renames the axes of a box; another kind is no pair.
    assert boxes("cuboid(1, 2, 3) rotate z 90").near(boxes("cuboid(2, 1, 3)"), 1e-9)
    assert not boxes("cuboid(1, 1, 1)").near(boxes("ellipsoid(1, 1, 1)"), 1.0)
    assert not boxes("cuboid(1, 2, 3) rotate z 8").near(boxes("cuboid(1, 2, 3) rotate z -8"), 0.05)
    # Both have a partner each, but the same one.
    pair = boxes("a = cuboid(1, 1, 1)\nb = cuboid(1, 1, 1) at (0.2, 0, 0)")
    assert not pair.near(boxes("a = cuboid(1, 1, 1) at (0.1, 0, 0)\nb = cuboid(1, 1, 1) at (0.5, 0, 0)"), 0.15)


@given(st.lists(st.tuples(st.floats(0.1, 3), st.floats(-2, 2)), min_size=1, max_size=4), st.data())
def test_the_index_finds_what_comparing_all_finds(cuboids: list[tuple[float, float]], data: st.DataObject) -> None:
    def text(shift: float) -> str:
        return "".join(f"cuboid({w + shift}, 1, 1) at ({x}, {x + 2 * shift}, {-x})\n" for w, x in cuboids)

    kept, all_of_them = Kept(0.05), []
    for number in range(6):
        here = boxes(text(data.draw(st.floats(0, 0.3))))
        first = next((k for k, other in enumerate(all_of_them) if here.near(other, 0.05)), None)
        assert kept.nearest(here) == first
        kept.keep(number, here)
        all_of_them.append(here)
