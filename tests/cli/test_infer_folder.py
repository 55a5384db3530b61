"""`shapelang infer DIR`: streams, exit codes, and Ctrl-C as a person meets them."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest

from shapelang.cli.infer_corpus import exit_code
from shapelang.inference.corpus.manifest import MANIFEST
from shapelang.inference.corpus.results import Crashed, Done, Failed, OutOfMemory, Refused, Result, TimedOut
from shapelang.inference.corpus.rows import Settings, row_of
from tests.cli.conftest import COMMAND, Run, plain_environment
from tests.inference.corpus.fakes import item, made

CUBE = """\
v 0 0 0\nv 1 0 0\nv 1 1 0\nv 0 1 0\nv 0 0 1\nv 1 0 1\nv 1 1 1\nv 0 1 1
f 1 4 3 2\nf 5 6 7 8\nf 1 2 6 5\nf 2 3 7 6\nf 3 4 8 7\nf 4 1 5 8
"""


@pytest.fixture
def meshes(here: Path) -> Path:
    folder = here / "meshes"
    folder.mkdir()
    for name in ("one.obj", "two.obj"):
        (folder / name).write_text(CUBE)
    (folder / "broken.obj").write_text("v 0 0\n")
    (folder / "notes.txt").write_text("no mesh\n")
    return here


LISTENING = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
"""Tests may run where Ctrl-C is ignored, behind an '&' say, and children inherit that."""


def test_a_folder_becomes_programs_and_rows(run: Run, meshes: Path) -> None:
    result = run("infer", "meshes", "-o", "out", "--time-limit", "20", "--jobs", "1")
    assert (result.code, result.out) == (0, b"")
    lines = result.err.splitlines()
    assert lines[:3] == ["out: 2 programs of 3 meshes", "  program  2", "  refused  1"]
    assert lines[3].split() == ["mean", "median", "least", "most"]
    assert lines[-1] == "  refused: broken.obj: line 1: error[M103]: a vertex needs three numbers, found 'v 0 0'"
    assert run("check", "out/one.shape").code == 0

    rows = [json.loads(line) for line in (meshes / "out" / MANIFEST).read_text().splitlines()]
    assert [(row["file"], row["outcome"], row["code"]) for row in rows] == [
        ("broken.obj", "refused", "M103"),
        ("one.obj", "program", None),
        ("two.obj", "program", None),
    ]
    second = run("infer", "meshes", "-o", "out", "--time-limit", "20", "--json")
    assert [json.loads(line) for line in second.text.splitlines()] == rows
    assert second.err.splitlines()[0] == "out: 2 programs of 3 meshes; 3 done in earlier runs"

    below = run("infer", "meshes", "-o", "out", "--time-limit", "20", "--min-iou", "1")
    least = min(row["iou64"] for row in rows if row["iou64"] is not None)
    assert below.code == (1 if least < 1 else 0)


def _beside(cube: str) -> str:
    """The same 3 m further along x, as what follows it in a file."""
    lines = [line.split() for line in cube.splitlines()]
    count = sum(words[0] == "v" for words in lines)
    moved = [
        ["v", str(float(words[1]) + 3.0), *words[2:]]
        if words[0] == "v"
        else [words[0], *(str(int(corner) + count) for corner in words[1:])]
        for words in lines
    ]
    return "".join(" ".join(words) + "\n" for words in moved)


def test_up_and_groups_go_to_each_mesh_and_into_its_row(run: Run, meshes: Path) -> None:
    """(x, y, z) of the file is (x, z, -y) of the program; with other settings the mesh is done again."""
    words = ("infer", "meshes", "-o", "out", "--jobs", "1", "--json")
    for name in ("two.obj", "broken.obj"):
        (meshes / "meshes" / name).unlink()
    (meshes / "meshes" / "one.obj").write_text("o trunk\n" + CUBE + "o crown\n" + _beside(CUBE))
    (row,) = [json.loads(line) for line in run(*words, "--up", "z", "--keep-groups").text.splitlines()]
    assert (row["settings"]["up"], row["settings"]["keep_groups"]) == ("z", True)
    assert "trunk" in (meshes / "out" / "one.shape").read_text()
    assert run("verify", "out/one.shape", "meshes/one.obj", "--min-iou", "0.1").code == 1
    verified = run("verify", "out/one.shape", "meshes/one.obj", "--up", "z", "--json")
    assert json.loads(verified.text)["iou64"] == row["iou64"] > 0.99
    assert "1 done in earlier runs" in run(*words, "--up", "z", "--keep-groups").err
    for others in (("--keep-groups",), ("--up", "z")):
        assert "earlier" not in run(*words, *others).err


def test_each_mesh_by_the_choices_of_a_grammar(run: Run, meshes: Path) -> None:
    """With another text of the grammar the mesh is done again."""
    (meshes / "meshes" / "two.obj").unlink()
    (meshes / "meshes" / "broken.obj").unlink()
    (meshes / "boxes.shape").write_text("let w ~ uniform(0.5, 2)\ncuboid(w, w, w) at (0.5, 0.5, 0.5)\n")
    words = ("infer", "meshes", "-o", "out", "--jobs", "1", "--json", "--grammar", "boxes.shape")
    row = json.loads(run(*words).text)
    assert row["iou64"] > 0.98 and row["log_prob"] == pytest.approx(-0.405, abs=1e-3)
    assert "let w = " in (meshes / "out" / "one.shape").read_text()
    assert "1 done in earlier runs" in run(*words).err
    (meshes / "boxes.shape").write_text("let w ~ uniform(0.5, 1.5)\ncuboid(w, w, w) at (0.5, 0.5, 0.5)\n")
    assert json.loads(run(*words).text)["log_prob"] == pytest.approx(0.0, abs=1e-3)
    assert run(*words[:-1], "none.shape").code == 2


@pytest.mark.parametrize(
    ("result", "code"),
    [
        (made("x"), 0),
        (Refused("no surface"), 0),
        (TimedOut(1.0), 1),
        (OutOfMemory(), 1),
        (Crashed("SIGSEGV"), 1),
        (Failed("internal error"), 1),
    ],
)
def test_exit_codes(result: Result, code: int) -> None:
    settings = Settings(30.0, 64, 0, None)
    rows = [row_of(Done(item("a"), each, 1.0), None, settings) for each in (made("x"), result)]
    assert exit_code(rows, None) == exit_code(rows, 0.5) == code
    assert exit_code(rows, 0.51) == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("meshes",), "programs of a folder need a folder: give -o OUT_DIR"),
        (("meshes", "-o", "-"), "programs of a folder need a folder: give -o OUT_DIR"),
        (("empty", "-o", "out"), "empty: no meshes in this folder"),
        (("meshes", "-o", "chair.shape"), "chair.shape: that is a file, not a folder"),
        (("meshes", "-o", "out", "--report", "a.json"), "--report, --render and --stdin-filename are for one mesh"),
        (("meshes/one.obj", "-o", "a.shape", "--jobs", "2"), "--jobs is for a folder of meshes, not for one mesh"),
        (("meshes/one.obj", "-o", "a.shape", "--again"), "--again is for a folder of meshes, not for one mesh"),
        (("meshes", "-o", "out", "--memory", "15"), "Invalid value for '--memory'"),
    ],
)
def test_calls_that_mean_nothing(run: Run, meshes: Path, arguments: tuple[str, ...], message: str) -> None:
    (meshes / "empty").mkdir()
    result = run("infer", *arguments)
    assert (result.code, result.out) == (2, b"")
    assert result.err.startswith(f"error: {message}")


def test_ctrl_c_leaves_what_is_done_and_the_same_call_goes_on(run: Run, meshes: Path) -> None:
    names = [f"{number:03}.obj" for number in range(200)]
    for name in names:
        (meshes / "meshes" / name).write_text(CUBE)
    manifest = meshes / "out" / MANIFEST
    words = ["infer", "meshes", "-o", "out", "--jobs", "1"]
    with subprocess.Popen(
        [*COMMAND, *words],
        env=plain_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=LISTENING,
    ) as process:
        while process.poll() is None and not (manifest.exists() and manifest.read_bytes()):
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=120)
    assert (process.returncode, out) == (130, b""), err
    assert err.startswith(b"interrupted after ") and err.endswith(b" of 203 meshes; called again, it goes on\n")

    done = manifest.read_text().splitlines()
    assert 1 <= len(done) < len(names)
    for name in names[3:]:
        (meshes / "meshes" / name).unlink()
    assert run(*words).code == 0
    rows = manifest.read_text().splitlines()
    assert rows[: len(done)] == done
    files = [json.loads(row)["file"] for row in rows]
    assert len(files) == len(set(files))
    assert {*names[:3], "broken.obj", "one.obj", "two.obj"} <= {*files}
    assert not sorted((meshes / "out").glob(".*"))


def test_nothing_is_left_running_after_ctrl_c(meshes: Path) -> None:
    if sys.platform != "linux":
        pytest.skip("processes are looked up in /proc")
    with subprocess.Popen(
        [*COMMAND, "infer", "meshes", "-o", "out"], env=plain_environment(), preexec_fn=LISTENING
    ) as process:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        while process.poll() is None and not children.read_text().split():
            time.sleep(0.02)
        before = children.read_text().split()
        process.send_signal(signal.SIGINT)
        assert process.wait(120) == 130
    assert before
    ends = time.monotonic() + 60.0
    while any(Path("/proc", pid).exists() for pid in before) and time.monotonic() < ends:
        time.sleep(0.02)
    assert not [pid for pid in before if Path("/proc", pid).exists()]
