"""verify, and the report of infer: the same figures from the text alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

BOXES = "base = cuboid(1, 1, 1)\nmirror x { arm = cuboid(0.5, 0.2, 0.2) at (2, 0, 0) }\n"
FIELDS = {
    *("iou64", "chamfer", "fscore", "primitives", "tokens", "samples", "thickness", "open_share", "seconds"),
    *("bits", "description", "explained", "color_error", "missing", "parts", "notes"),
}
PART_FIELDS = {
    *("name", "kind", "nearest", "explained", "residual_mean", "residual_max", "outer", "false_surface"),
}


@pytest.fixture
def boxes(run, here: Path) -> Path:
    (here / "boxes.shape").write_text(BOXES)
    (here / "less.shape").write_text(BOXES.splitlines()[0] + "\n")
    assert run("build", "boxes.shape", "-o", "boxes.obj").code == 0
    return here


def test_verify_measures_what_infer_measured(run, boxes: Path) -> None:
    assert run("infer", "boxes.obj", "-o", "found.shape", "--report", "found.json", "--seed", "3").code == 0
    inferred = json.loads((boxes / "found.json").read_text())
    assert set(inferred) == FIELDS | {"outcome", "rewrites", "flat"}
    verified = json.loads(run("verify", "found.shape", "boxes.obj", "--seed", "3", "--json").text)
    assert set(verified) == FIELDS | {"program", "mesh"}
    for key in FIELDS - {"seconds", "notes"}:  # compiling is told of an inference alone
        assert verified[key] == inferred[key], key
    assert len(verified["parts"]) == verified["primitives"] == 3
    assert all(set(part) == PART_FIELDS for part in verified["parts"])
    assert (verified["program"], verified["mesh"]) == ("found.shape", "boxes.obj")


def test_which_figure_to_trust_is_said_of_a_sheet(run, here: Path) -> None:
    """In the table, in JSON and on the page, in the words of `infer`."""
    (here / "flat.obj").write_text("v 0 0 0\nv 1 0 0\nv 1 0 1\nv 0 0 1\nf 1 2 3\nf 1 3 4\n")
    (here / "flat.shape").write_text("plate = cuboid(1, 0.002, 1) at (0.5, 0, 0.5)\n")
    assert run("infer", "flat.obj", "-o", "found.shape", "--report", "found.json").code == 0
    (note,) = json.loads(run("verify", "flat.shape", "flat.obj", "--json").text)["notes"]
    assert note.startswith("The mesh encloses no volume ")
    assert note.split("; trust ")[0] in " ".join(json.loads((here / "found.json").read_text())["notes"])
    result = run("verify", "flat.shape", "flat.obj", "--report", "flat.html")
    assert result.text.splitlines()[8] == f"  note: {note}"
    assert f"<p>{note}</p>" in (here / "flat.html").read_text(encoding="utf-8")


def test_the_text_alone_counts(run, boxes: Path) -> None:
    """A program that was changed is measured as it is, whatever its comments say."""
    text = "// Solid IoU 1.000, from somewhere else\n" + (boxes / "less.shape").read_text()
    row = json.loads(run("verify", "-", "boxes.obj", "--json", stdin=text.encode()).text)
    # The cells' corners lie on the faces of the cube: its volume of 1 in 1.04, up to a layer of cells.
    assert row["iou64"] < 0.99
    (part,) = row["parts"]
    # Areas 6 of 6 + 2 · (4 · 0.1 + 2 · 0.04).
    assert part["name"] == "base" and part["nearest"] == 1.0
    assert row["explained"] == part["explained"] == pytest.approx(6 / 6.96, abs=0.02)


def test_a_table_for_the_person(run, boxes: Path) -> None:
    result = run("verify", "boxes.shape", "boxes.obj")
    assert (result.code, result.err) == (0, "")
    lines = result.text.splitlines()
    assert lines[0] == "boxes.shape and boxes.obj"
    assert lines[1].split() == ["solid", "IoU", "1.0000"]
    assert lines[4].split() == ["explained", "100.0", "%"]
    assert lines[9].split() == ["primitive", "kind", "explains", "residual", "most", "false", "surface"]
    assert [line.split()[:2] for line in lines[10:]] == [["base", "cuboid"], ["arm[0]", "cuboid"], ["arm[1]", "cuboid"]]


@pytest.mark.parametrize(
    ("limits", "code", "told"),
    [
        (("--min-iou", "0.5"), 0, ()),
        (("--min-iou", "0.999"), 1, ("the IoU is 0.",)),
        (("--max-chamfer", "50"), 0, ()),
        (("--max-chamfer", "0.1"), 1, ("the Chamfer distance is ",)),
        (("--min-iou", "0.999", "--max-chamfer", "0.1"), 1, ("the IoU is 0.", "the Chamfer distance is ")),
    ],
)
def test_thresholds(run, boxes: Path, limits: tuple[str, ...], code: int, told: tuple[str, ...]) -> None:
    result = run("verify", "less.shape", "boxes.obj", "--json", *limits)
    assert result.code == code
    assert json.loads(result.text)["primitives"] == 1
    lines = result.err.splitlines()
    assert len(lines) == len(told)
    assert all(line.startswith(start) for line, start in zip(lines, told, strict=True))


def test_pages_and_json_by_their_suffix(run, boxes: Path) -> None:
    assert run("verify", "boxes.shape", "boxes.obj", "--report", "a.html").code == 0
    assert run("infer", "boxes.obj", "-o", "b.shape", "--report", "b.HTML").code == 0
    for name in ("a.html", "b.HTML"):
        page = (boxes / name).read_text(encoding="utf-8")
        assert page.startswith("<!DOCTYPE html>") and "boxes.obj and its program" in page
        assert page.count("<tr tabindex") == 3
    assert run("verify", "boxes.shape", "boxes.obj", "--report", "a.json").code == 0
    report = json.loads((boxes / "a.json").read_text())
    assert set(report) == FIELDS


def test_a_report_on_standard_output_stands_alone(run, boxes: Path) -> None:
    result = run("verify", "boxes.shape", "boxes.obj", "--report", "-")
    assert result.code == 0
    assert set(json.loads(result.text)) == FIELDS


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("-", "-"), 2, "error: only one of the two can come from standard input\n"),
        (("boxes.shape", "boxes.shape"), 2, "error: boxes.shape: that is a program, and a mesh is wanted here\n"),
        (("none.shape", "boxes.obj"), 1, "error: none: the program makes no shape, so there is nothing to see\n"),
        (("wrong.shape", "boxes.obj"), 1, "wrong.shape:1:1: error[E"),
        (
            ("boxes.shape", "boxes.obj", "--report", "boxes.obj"),
            2,
            "error: Invalid value for '--report': boxes.obj: a report is a .json file, or a page (.html)\n"
            "  help: try 'shapelang verify --help'\n",
        ),
        (
            ("boxes.shape", "boxes.obj", "--report", "-", "--json"),
            2,
            "error: --json and '-o -' both want standard output\n",
        ),
    ],
)
def test_what_cannot_be_measured(run, boxes: Path, arguments: tuple[str, ...], code: int, message: str) -> None:
    (boxes / "none.shape").write_text("// nothing yet\n")
    (boxes / "wrong.shape").write_text("cuboid(1, 1)\n")
    result = run("verify", *arguments)
    assert result.code == code
    assert result.err.startswith(message)


@pytest.mark.parametrize("words", [("verify", "boxes.shape", "lying.obj"), ("compare", "lying.obj", "boxes.shape")])
def test_a_mesh_with_another_axis_up_is_turned_as_infer_turns_it(run, boxes: Path, words: tuple[str, ...]) -> None:
    """+Y of the program is +Z of the file: (x, y, z) is written as (x, -z, y)."""
    upright = "mast = cuboid(0.4, 3, 0.6) at (0, 2, 0.5)\n"
    (boxes / "boxes.shape").write_text(upright)
    (boxes / "lying.shape").write_text("mast = cuboid(0.4, 0.6, 3) at (0, -0.5, 2)\n")
    assert run("build", "lying.shape", "-o", "lying.obj").code == 0
    assert run(*words, "--min-iou", "0.5").code == 1
    assert run(*words, "--min-iou", "0.999", "--up", "z").code == 0


def test_every_operand_counts_and_a_solid_has_one_row(run, boxes: Path) -> None:
    """Each of two arms is made of four, and the base is one; the rows are of leaf instances."""
    less = "difference {\n cuboid(0.2, 0.4, 0.2)\n union {\n cuboid(1, 0.1, 0.1)\n sphere(0.05)\n }\n }\n"
    arm = "union {\n cuboid(0.5, 0.2, 0.2)\n " + less + "}"
    (boxes / "solid.shape").write_text(BOXES.replace("cuboid(0.5, 0.2, 0.2)", arm))
    row = json.loads(run("verify", "solid.shape", "boxes.obj", "--json").text)
    assert (row["primitives"], len(row["parts"])) == (9, 3)
