from __future__ import annotations

import errno
import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from shapelang.execution.simulate import simulate
from shapelang.io.glb import glb_bytes
from shapelang.io.read import read_mesh
from shapelang.semantics.check import load

BOX = "param side = 1 in [0.5, 2]\nbox = cuboid(side, 2, 3)\n"


@pytest.fixture
def box(here: Path) -> Path:
    (here / "box.shape").write_text(BOX)
    return here


def test_the_bytes_are_those_of_the_library(run, here: Path) -> None:
    result = run("build", "chair.shape", "-o", "chair.glb", "--seed", "5", "--set", "width=0.55")
    made = glb_bytes(simulate(load("chair.shape"), 5, {"width": 0.55}).assembly)
    assert (result.code, result.text) == (0, "")
    assert (here / "chair.glb").read_bytes() == made


def test_the_summary_stands_on_stderr(run, box: Path) -> None:
    result = run("build", "box.shape", "-o", "box.off", "-o", "box.stl")
    sizes = [(box / name).stat().st_size for name in ("box.off", "box.stl")]
    assert (result.code, result.text) == (0, "")
    assert result.err == (
        f"box.off: 1 shape, 12 triangles, 1 × 2 × 3 m, {sizes[0]} B, seed 0\n"
        f"box.stl: 1 shape, 12 triangles, 1 × 2 × 3 m, {sizes[1]} B, seed 0\n"
    )


def test_json_tells_what_was_made(run, here: Path) -> None:
    result = run("build", "chair.shape", "-o", "a.glb", "-o", "a.obj", "--seed", "5", "--set", "back=post", "--json")
    row = json.loads(result.text)
    assert (result.code, result.text.count("\n"), result.err.count("\n")) == (0, 1, 2)
    assert row["files"] == [
        {"file": name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for name in ("a.glb", "a.obj", "a.mtl")
        for content in [(here / name).read_bytes()]
    ]
    positions = read_mesh(here / "a.obj").positions
    assert row["bounding_box"] == {"min": positions.min(axis=0).tolist(), "max": positions.max(axis=0).tolist()}
    assert (row["program"], row["shapes"], row["triangles"], row["given"]) == ("chair", 4, 48, {"back": "post"})
    # It is a trace as `sample` prints one.
    (drawn,) = run("sample", "chair.shape", "-n", "1", "--seed", "5", "--set", "back=post", "--json").text.splitlines()
    assert {
        key: value for key, value in json.loads(drawn).items() if key not in ("index", "draws")
    }.items() <= row.items()
    assert run("score", "chair.shape", "-", stdin=result.out).text == f"{row['log_prob']!r}\n"


@pytest.mark.parametrize("command", [("build", "--format", "off"), ("render",)])
def test_json_and_what_is_made_cannot_both_have_standard_output(run, box: Path, command: tuple[str, ...]) -> None:
    result = run(*command, "box.shape", "-o", "-", "--json")
    message = "--json and '-o -' both want standard output"
    assert (result.code, json.loads(result.text)["error"]["message"]) == (2, message)


@pytest.mark.parametrize("form", ["glb", "obj", "ply", "stl", "off"])
def test_every_format_reads_back(run, box: Path, form: str) -> None:
    assert run("build", "box.shape", "-o", f"box.{form}").code == 0
    mesh = read_mesh(box / f"box.{form}")
    assert mesh.face_count == 12
    assert (mesh.positions.max(axis=0) - mesh.positions.min(axis=0)).tolist() == [1, 2, 3]


def test_an_obj_brings_its_materials(run, box: Path) -> None:
    result = run("build", "box.shape", "-o", "box.obj")
    assert ", with box.mtl, seed 0" in result.err
    assert "mtllib box.mtl" in (box / "box.obj").read_text()
    assert "newmtl " in (box / "box.mtl").read_text()


def test_from_stdin_to_stdout(run, box: Path) -> None:
    result = run("build", "-", "-o", "-", "--format", "off", stdin=BOX.encode())
    assert result.code == 0
    assert result.out.startswith(b"OFF\n8 12 0\n")
    assert result.err.startswith("stdout: 1 shape, ")
    assert sorted(path.name for path in box.iterdir()) == ["box.shape", "chair.shape"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "error: nowhere to write: give -o PATH, such as -o model.glb\n"),
        (["-o", "-"], "error: '-o -' needs --format, such as --format glb\n"),
        (["-o", "box.gbl"], "error: box.gbl: no format is called '.gbl'; did you mean 'glb'?\n"),
        (
            ["-o", "box"],
            "error: box: the name has no suffix; known are .glb, .obj, .ply, .stl, .off, .npz, .json\n",
        ),
        (["-o", "a.glb", "-o", "a.glb"], "error: -o names the same file twice\n"),
        (
            ["-o", "box.shape", "--format", "glb"],
            "error: box.shape: that is the input; give another name for the output\n",
        ),
        (["-o", "a.glb", "--set", "sdie=1"], "error: 'sdie' is no parameter or choice of box; did you mean 'side'?\n"),
        (["-o", "a.glb", "--set", "side=x"], "error: 'side' takes a real, not 'x'\n"),
        (["-o", "a.glb", "--set", "side=true"], "error: 'side' takes a real, not true\n"),
        (["-o", "a.glb", "--set", "side=(1, 1, 1)"], "error: 'side' takes a real, not (1.0, 1.0, 1.0)\n"),
        (["-o", "a.glb", "--set", "side"], "error: --set takes NAME=VALUE, not 'side'\n"),
        (["-o", "a.glb", "--set", "side=1", "--set", "side=2"], "error: --set gives 'side' twice\n"),
        (
            ["-o", "a.glb", "--set", "side=1+"],
            "error: --set side: '1+' is no value\n"
            '  help: a value is a number, true or false, a name or "text", (x, y, z), or #rrggbb\n',
        ),
        (
            ["-o", "a.glb", "--seed", "-1"],
            "error: Invalid value for '--seed': -1 is not from 0 to 18446744073709551615\n"
            "  help: try 'shapelang build --help'\n",
        ),
    ],
)
def test_wrong_arguments(run, box: Path, arguments: list[str], message: str) -> None:
    result = run("build", "box.shape", *arguments)
    assert (result.code, result.text, result.err) == (2, "", message)
    assert sorted(path.name for path in box.iterdir()) == ["box.shape", "chair.shape"]


def test_a_value_out_of_range_is_a_fault_of_the_call(run, box: Path) -> None:
    result = run("build", "box.shape", "-o", "a.glb", "--set", "side=3")
    assert (result.code, result.err) == (2, "error: --set: side = 3 is outside [0.5, 2]\n")


def test_values_of_every_type(run, here: Path) -> None:
    (here / "all.shape").write_text(
        'param a = 1.5\nparam b: int = 2\nparam c: bool = true\nparam d: name = "x" in ["x", "y"]\n'
        "param e: vector = (1, 2, 3)\nparam f: colour = #102030\n"
        "material m = { color: f }\n"
        "if c { cuboid(a, b, 1) at e with m } else { cuboid(9, 9, 9) }\n"
        'if d == "y" { cuboid(1, 1, 1) }\n'
    )
    sets = ["a=-0.5e1", "b=3", "c=false", "d=y", "e=(0, -1, 2.5)", "f=#ffffff"]
    result = run("info", "all.shape", "--json", *(f"--set={s}" for s in sets))
    assert result.code == 0, result.err
    values = {p["name"]: p["value"] for p in json.loads(result.text)["parameters"]}
    assert values == {"a": -5.0, "b": 3, "c": False, "d": "y", "e": [0.0, -1.0, 2.5], "f": [1.0, 1.0, 1.0]}


def test_a_choice_is_set_by_its_address(run, here: Path) -> None:
    for name in ("slab", "post"):
        assert run("build", "chair.shape", "-o", f"{name}.ply", "--set", f"back={name}").code == 0
    assert (here / "slab.ply").read_bytes() != (here / "post.ply").read_bytes()
    free, fixed = run("info", "chair.shape", "--json"), run("info", "chair.shape", "--json", "--set", "back=post")
    addresses = [[c["address"] for c in json.loads(r.text)["choices"]] for r in (free, fixed)]
    assert addresses == [["height", "back"], ["height"]]


def test_nothing_to_see_is_an_error_and_no_file(run, here: Path) -> None:
    (here / "none.shape").write_text("param _a = 1\n")
    result = run("build", "none.shape", "-o", "none.glb")
    assert (result.code, result.err) == (1, "error: none: the program makes no shape, so there is nothing to see\n")
    assert not (here / "none.glb").exists()


def test_the_budget_is_that_of_the_options(run, here: Path) -> None:
    (here / "long.shape").write_text("part row() { for i in 0..1000 { cuboid(1, 1, 1) at (2 * i, 0, 0) } }\nrow()\n")
    short = run("build", "long.shape", "-o", "long.glb", "--fuel", "100")
    assert short.code == 1
    assert "error[E501]: the program used up its budget of 100 units" in short.err
    least = run("build", "long.shape", "-o", "long.glb", "--fuel", "1")
    assert "the program used up its budget of 1 unit\n" in least.err
    few = run("build", "long.shape", "-o", "long.glb", "--max-instances", "999")
    assert few.code == 1
    assert "error[E502]: 'row' holds 1,000 instances, more than the limit of 999" in few.err
    assert not (here / "long.glb").exists()


def test_a_failed_run_leaves_the_old_file(run, box: Path) -> None:
    (box / "box.glb").write_bytes(b"old")
    assert run("build", "box.shape", "-o", "box.glb", "--set", "side=9").code == 2
    assert (box / "box.glb").read_bytes() == b"old"


@pytest.mark.parametrize(
    ("path", "cause"),
    [
        ("missing/box.glb", "No such file or directory\n  help: make the folder first, or give another one"),
        ("box.shape/box.glb", "Not a directory\n  help: a part of the path is a file, not a folder: give another path"),
        ("folder.glb", "Is a directory\n  help: that is a folder: give the name of a file in it"),
    ],
)
def test_where_nothing_can_be_written(run, box: Path, path: str, cause: str) -> None:
    (box / "folder.glb").mkdir()
    result = run("build", "box.shape", "-o", path)
    assert (result.code, result.err) == (2, f"error: cannot write {path}: {cause}\n")


def test_a_pipe_stays_a_pipe(run, box: Path) -> None:
    os.mkfifo(box / "pipe.stl")
    # Opened at both ends, so that the writer need not wait for a reader; the content fits into the pipe.
    reader = os.open(box / "pipe.stl", os.O_RDWR)
    try:
        result = run("build", "box.shape", "-o", "pipe.stl")
        assert result.code == 0
        assert len(os.read(reader, 65536)) == 84 + 50 * 12
        assert (box / "pipe.stl").is_fifo()
    finally:
        os.close(reader)


def test_a_folder_that_is_read_only(run, box: Path) -> None:
    # A folder of the kernel, since the mode of a folder does not bind root.
    result = run("build", "box.shape", "-o", "/sys/kernel/box.glb")
    assert result.code == 2
    assert result.err.startswith("error: cannot write /sys/kernel/box.glb: ")


@pytest.mark.parametrize("call", ["open", "write", "fsync", "replace"])
@pytest.mark.parametrize("nth", [1, 2])
def test_a_disk_that_fails_leaves_old_files_whole(
    run, box: Path, monkeypatch: pytest.MonkeyPatch, call: str, nth: int
) -> None:
    """Two outputs; the nth call of a kind fails: each file is the old or the new one, and no other is left."""
    names = ["box.glb", "box.off"]
    assert run("build", "box.shape", "-o", names[0], "-o", names[1], "--set", "side=2").code == 0
    old = [(box / name).read_bytes() for name in names]
    assert run("build", "box.shape", "-o", names[0], "-o", names[1]).code == 0
    new = [(box / name).read_bytes() for name in names]
    for name, content in zip(names, old, strict=True):
        (box / name).write_bytes(content)
    before = sorted(path.name for path in box.iterdir())
    # Folders are opened and synced as well, where a failure is forgiven: those are the even calls.
    monkeypatch.setattr(os, call, _failing(getattr(os, call), 2 * nth - 1 if call in ("open", "fsync") else nth))
    result = run("build", "box.shape", "-o", names[0], "-o", names[1])
    monkeypatch.undo()
    assert result.code == 2
    assert "No space left on device\n  help: the disk is full: free some space, or choose another disk\n" in result.err
    assert [(box / name).read_bytes() for name in names] == [new[0] if nth == 2 else old[0], old[1]]
    assert sorted(path.name for path in box.iterdir()) == before


def _failing(real: Callable[..., object], nth: int) -> Callable[..., object]:
    calls = 0

    def call(*arguments: object, **named: object) -> object:
        nonlocal calls
        if call_counts(arguments):
            calls += 1
            if calls == nth:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(*arguments, **named)

    def call_counts(arguments: tuple[object, ...]) -> bool:
        # Writes to the captured streams are none of the disk's.
        return not (arguments and arguments[0] in (0, 1, 2))

    return call
