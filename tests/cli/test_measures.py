"""info, compare, render, infer and doctor."""

from __future__ import annotations

import hashlib
import json
import struct
from pathlib import Path

import pytest

from shapelang.inference.measuring.evidence import verify
from shapelang.io.read import read_mesh

CUBE = "param side = 1\nbox = cuboid(side, 1, 1) at (side / 2, 0, 0)\n"


@pytest.fixture
def cubes(here: Path) -> Path:
    """A unit cube, and one twice as wide that contains it."""
    (here / "cube.shape").write_text(CUBE)
    (here / "wide.shape").write_text(CUBE.replace("= 1\n", "= 2\n", 1))
    return here


def test_info_of_a_program(run, here: Path) -> None:
    result = run("info", "chair.shape", "--set", "height=0.6", "--set", "back=post", "--tree")
    assert (result.code, result.err) == (0, "")
    assert result.text == (
        "chair.shape: a program of 9 lines\n"
        "\n"
        "Parameters\n"
        "  name    type  default              range       value\n"
        "  width   real  0.5                  [0.4, 0.6]  0.5\n"
        "  height  real  ~ uniform(0.4, 0.8)              0.6\n"
        "\n"
        "Parts\n"
        "  leg(h)\n"
        "\n"
        "Shape (seed 0)\n"
        "  shapes     4\n"
        "  triangles  48\n"
        "  size       0.5 × 1.225 × 0.5 m\n"
        "  from       (-0.25, -0.1, -0.25)\n"
        "  to         (0.25, 1.125, 0.25)\n"
        "\n"
        "Tree\n"
        "  chair\n"
        "  ├─ seat  cuboid\n"
        "  ├─ back  cuboid\n"
        "  ├─ leg[0]  leg, 1 shape\n"
        "  │  └─ cuboid\n"
        "  └─ leg[1]  leg, 1 shape\n"
        "     └─ cuboid\n"
    )


def test_info_of_a_program_as_json(run, here: Path) -> None:
    row = json.loads(run("info", "chair.shape", "--json", "--tree").text)
    assert row["program"] == "chair"
    assert row["parameters"][1] == {
        "name": "height",
        "type": "real",
        "default": "~ uniform(0.4, 0.8)",
        "drawn": True,
        "range": None,
        "value": row["choices"][0]["value"],
    }
    assert row["choices"][1]["distribution"] == "categorical(slab: 3, post: 1)"
    assert row["shape"]["triangles"] == 48
    assert [child["label"] for child in row["tree"]["children"]] == ["seat", "back", "leg[0]", "leg[1]"]


def test_info_of_a_program_that_makes_nothing(run, here: Path) -> None:
    (here / "none.shape").write_text("param a = 1\n")
    result = run("info", "none.shape")
    assert result.code == 0
    assert result.text.endswith("Shape (seed 0)\n  nothing: this run makes no shape\n")


def test_info_of_a_mesh(run, here: Path) -> None:
    (here / "open.obj").write_text("o tri\nv 0 0 0\nv 2 0 0\nv 0 3 0\nf 1 2 3\n")
    result = run("info", "open.obj")
    assert (result.code, result.err) == (0, "")
    assert result.text == (
        "open.obj: a mesh (obj)\n"
        "\n"
        "Shape, in the file's own units\n"
        "  groups     1\n"
        "  vertices   3\n"
        "  triangles  1\n"
        "  size       2 × 3 × 0\n"
        "  from       (0, 0, 0)\n"
        "  to         (2, 3, 0)\n"
        "\n"
        "Groups\n"
        "  name  material  triangles\n"
        "  tri             1\n"
        "\n"
        "Faults\n"
        "  edges have one face: the surface is not closed: 3\n"
    )


def test_meshes_that_are_none(run, here: Path) -> None:
    (here / "bad.stl").write_bytes(b"garbage\n")
    bad, unknown, lost = run("info", "bad.stl"), run("info", "chair.xyz"), run("info", "chiar.shape")
    assert (bad.code, bad.err) == (1, "bad.stl: byte 0: error[M103]: 8 bytes are no STL: the header alone has 84\n")
    assert (unknown.code, unknown.err) == (2, "error: chair.xyz: no such file; did you mean 'chair.shape'?\n")
    assert (lost.code, lost.err) == (2, "error: chiar.shape: no such file; did you mean 'chair.shape'?\n")


def test_compare_by_looks_is_blind_to_size_and_turns(run, tmp_path: Path) -> None:
    for name, text in (("a", "cuboid(1, 2, 3)"), ("b", "cuboid(6, 2, 4)"), ("c", "cuboid(1, 1, 1)")):
        (tmp_path / f"{name}.shape").write_text(f"{text}\n")
    a, b, c = (str(tmp_path / f"{name}.shape") for name in "abc")
    far, near = (
        json.loads(run("compare", a, other, "--light-field", "--json").text)["light_field"] for other in (c, b)
    )
    # b is a, twice as large and with its axes in another order, which is a turn of the dodecahedron.
    assert near < 0.2 * far


def test_compare_by_hand(run, cubes: Path) -> None:
    (cubes / "moved.shape").write_text("cuboid(1, 1, 1) at (1, 0, 0)\n")
    result = run("compare", "cube.shape", "moved.shape", "--json", "--resolution", "48")
    row = json.loads(result.text)
    # Of a box of 1.5 × 1 × 1 each fills two thirds, and both one third, whose faces lie between the 48 cells.
    assert (result.code, row["iou"], row["resolution"]) == (0, pytest.approx(1 / 3, abs=1e-15), 48)
    assert 0.0 < row["fscore"] < 1.0
    same = json.loads(run("compare", "wide.shape", "wide.shape", "--json").text)
    assert (same["iou"], same["fscore"]) == (1.0, 1.0)
    # Points of the triangles are rounded, so their distances from them are not quite 0.
    assert same["chamfer"] == pytest.approx(0.0, abs=1e-12)


def test_compare_as_text_and_as_a_gate(run, cubes: Path) -> None:
    assert run("build", "cube.shape", "-o", "cube.glb").code == 0
    good = run("compare", "cube.shape", "cube.glb", "--min-iou", "0.99")
    assert (good.code, good.err) == (0, "")
    assert good.text.splitlines()[:2] == ["cube.shape and cube.glb", "  solid IoU (64³)  1.0000"]
    bad = run("compare", "cube.shape", "wide.shape", "--min-iou", "0.6")
    iou = bad.text.splitlines()[1].split()[-1]
    assert (bad.code, bad.err) == (1, f"the IoU is {iou}, below 0.6\n")


def test_infer(run, spawn, cubes: Path) -> None:
    assert run("build", "wide.shape", "-o", "wide.obj").code == 0
    result = spawn("infer", "wide.obj", "-o", "back.shape", "--report", "report.json", "--min-iou", "0.99")
    assert (result.code, result.text) == (0, "")
    assert result.err.startswith("back.shape: a program\n  solid IoU       1.0000\n")
    report = json.loads((cubes / "report.json").read_text())
    assert {"iou64", "chamfer", "primitives", "tokens", "seconds"} <= set(report)
    evidence = verify((cubes / "back.shape").read_text(), read_mesh(cubes / "wide.obj"))
    assert (report["iou64"], report["primitives"]) == (evidence.iou64, 1)
    assert run("compare", "wide.obj", "back.shape", "--min-iou", "0.99").code == 0


def test_infer_from_a_pipe_to_a_pipe(run, spawn, cubes: Path) -> None:
    assert run("build", "cube.shape", "-o", "cube.glb").code == 0
    mesh = (cubes / "cube.glb").read_bytes()
    result = spawn("infer", "-", "--stdin-filename", "cube.glb", "-o", "-", stdin=mesh)
    assert result.code == 0
    assert run("check", "-", stdin=result.out).code == 0


def test_infer_of_what_has_no_extent(run, here: Path) -> None:
    (here / "dot.obj").write_text("v 0 0 0\nv 1e-9 0 0\nv 0 1e-9 0\nf 1 2 3\n")
    (here / "dot.shape").write_text("old")
    result = run("infer", "dot.obj", "-o", "dot.shape")
    assert result.code == 1
    assert result.err == "error: dot.obj: the mesh has no extent; scale it up, sizes are metres\n"
    assert (here / "dot.shape").read_text() == "old"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "error: nowhere to write: give -o PATH, such as -o table.shape\n"),
        (["-o", "cube.obj"], "error: cube.obj: that is the input; give another name for the output\n"),
        (["-o", "a.json", "--report", "./a.json"], "error: -o, --report and --render name the same file\n"),
        (
            ["-o", "a.GLB"],
            "error: a.GLB: what is written is a program, a .shape file; 'shapelang build' makes meshes of it\n",
        ),
        (["-o", "-", "--json"], "error: --json and '-o -' both want standard output\n"),
    ],
)
def test_wrong_arguments_of_infer(run, cubes: Path, arguments: list[str], message: str) -> None:
    assert run("build", "cube.shape", "-o", "cube.obj").code == 0
    result = run("infer", "cube.obj", *arguments)
    assert (result.code, result.err) == (2, message)
    assert ("error" in json.loads(result.text)) if "--json" in arguments else result.text == ""


def test_infer_names_a_missing_file_before_anything_else(run, here: Path) -> None:
    assert (run("infer", "none.obj").code, run("infer", "none.obj").err) == (2, "error: none.obj: no such file\n")


def png_size(data: bytes) -> tuple[int, int]:
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", data[16:24])
    return width, height


def test_render_a_program_and_a_mesh(run, cubes: Path) -> None:
    assert run("build", "cube.shape", "-o", "cube.ply").code == 0
    for file in ("cube.shape", "cube.ply"):
        result = run("render", file, "-o", "-", "--size", "48x36", "--backend", "software")
        assert (result.code, png_size(result.out)) == (0, (48, 36))
        assert result.err.startswith("stdout: 48 × 36 pixels, ")
        assert result.err.endswith("drawn by software\n")


def test_render_variants_on_one_sheet(run, here: Path) -> None:
    arguments = ["--variants", "3", "--size", "40", "--backend", "software"]
    result = run("render", "chair.shape", "-o", "sheet.png", *arguments)
    assert result.code == 0
    assert result.err.startswith("sheet.png: 3 variants, ")
    width, height = png_size((here / "sheet.png").read_bytes())
    assert width > 80 and height > 80


def test_render_tells_in_json_what_was_drawn(run, here: Path) -> None:
    arguments = ["chair.shape", "-o", "a.png", "--size", "40x32", "--backend", "software", "--seed", "3", "--json"]
    one = json.loads(run("render", *arguments).text)
    content = (here / "a.png").read_bytes()
    assert one == {
        "file": "a.png",
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "width": 40,
        "height": 32,
        "backend": "software",
        "note": None,
        "seeds": None,
    }
    several = run("render", *arguments, "--variants", "3")
    sheet = json.loads(several.text)
    assert several.err.startswith("a.png: 3 variants, ")
    assert sheet["seeds"] == [3, 4, 5]
    assert (sheet["width"], sheet["height"]) == png_size((here / "a.png").read_bytes())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "error: nowhere to write: give -o PATH, such as -o picture.png\n"),
        (["-o", "a.jpg"], "error: a.jpg: a picture is a .png file\n"),
        (["-o", "a.png", "--size", "big"], "error: --size takes WIDTHxHEIGHT, such as 960x720, not 'big'\n"),
        (["-o", "a.png", "--size", "0x5"], "error: --size 0x5: each side is from 32 to 8192 pixels\n"),
    ],
)
def test_wrong_arguments_of_render(run, cubes: Path, arguments: list[str], message: str) -> None:
    result = run("render", "cube.shape", *arguments)
    assert (result.code, result.text, result.err) == (2, "", message)


def test_a_picture_of_nothing_is_refused(run, here: Path) -> None:
    (here / "none.shape").write_text("// nothing yet\n")
    result = run("render", "none.shape", "-o", "none.png")
    assert (result.code, result.err) == (1, "error: none: the program makes no shape, so there is nothing to see\n")
    assert not (here / "none.png").exists()


def test_doctor(run) -> None:
    row = json.loads(run("doctor", "--json").text)
    checks = {check["name"]: check for check in row["checks"]}
    assert {"python", "numpy", "scipy", "torch", "OpenGL", "node", "gltf-validator", "cpu", "cache"} <= set(checks)
    assert all(set(check) == {"name", "state", "found", "for", "needed"} for check in row["checks"])
    assert checks["python"]["state"] == checks["numpy"]["state"] == "ok"
    text = run("doctor").text.splitlines()
    assert len(text) == 1 + len(checks)


def test_infer_refuses_a_picture_of_another_format_at_once(run, here: Path) -> None:
    """Before the search, not after it."""
    (here / "box.obj").write_text("v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n")
    done = run("infer", "box.obj", "-o", "box.shape", "--render", "box.jpg")
    assert (done.code, done.err) == (2, "error: box.jpg: a picture is a .png file\n")
    assert not (here / "box.shape").exists()
