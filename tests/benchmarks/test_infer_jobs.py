"""Runs of the benchmark of inference: whatever a command or a mesh does, there is a row."""

from __future__ import annotations

import shlex
import subprocess
import sys
import tarfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.infer.__main__ import main
from benchmarks.infer.files import outward, read_triangles, welded, write_obj
from benchmarks.infer.instances import instances, leaves_of
from benchmarks.infer.jobs import Job, apart, measured, pending
from benchmarks.infer.measure import facts, fit, hollows
from benchmarks.infer.process import Limits
from benchmarks.infer.rows import State, read_rows
from benchmarks.infer.sets import Shape
from benchmarks.infer.systems import Command, System, command
from shapelang.inference.measuring.evidence import verify
from shapelang.inference.symmetry.operands import primitive_count
from shapelang.io.read import read_mesh
from shapelang.metrics.triangles import Triangles, triangles

LIMITS = Limits(30.0, 2**30, 30.0)
COPY = "import shutil, sys; shutil.copy(sys.argv[1], sys.argv[2] + '/part.obj')"
TABLE = """\
cuboid(1, 0.1, 0.6) at (0, 0.7, 0)
for i in 0..2 { cuboid(0.1, 0.65, 0.5) at (0.8 * i - 0.4, 0.325, 0) }
"""


def python(code: str) -> Command:
    return Command("peer", (sys.executable, "-c", code, "{mesh}", "{out}"))


def box() -> Triangles:
    corners = [(x, y, z) for x in (0.0, 1.0) for y in (0.0, 2.0) for z in (0.0, 3.0)]
    faces = [(0, 1, 3), (0, 3, 2), (4, 6, 7), (4, 7, 5), (0, 4, 5), (0, 5, 1), (2, 3, 7), (2, 7, 6)]
    return triangles(corners, [*faces, (0, 2, 6), (0, 6, 4), (1, 5, 7), (1, 7, 3)])


@pytest.fixture
def shape(tmp_path: Path) -> Shape:
    path = tmp_path / "box.obj"
    write_obj(path, box())
    return Shape("test", "box", path)


def job(shape: Shape, system: System | None, limits: Limits = LIMITS) -> Job:
    return Job(shape, system, limits, "abc")


def test_a_peer_that_copies_its_input_fits_it(shape: Shape):
    row = measured(job(shape, python(COPY)))
    assert row.state is State.OK and row.key == ("test", "box", "peer")
    # Distances of points that were placed in floating point on the very surface they are measured from.
    assert row.figures["chamfer"] < 1e-9
    assert (row.figures["iou64"], row.figures["iou128"], row.figures["primitives"]) == (1.0, 1.0, 1.0)
    assert 0 < row.figures["cpu"] and 0 < row.figures["seconds"] < 30


@pytest.mark.parametrize(
    "code, limits, state",
    [
        ("import time; time.sleep(60)", Limits(0.5, 2**30, 1.0), State.TIME),
        ("bytearray(1 << 30)", Limits(30.0, 2**28, 1.0), State.MEMORY),
        ("raise SystemExit(3)", LIMITS, State.FAILED),
        ("pass", LIMITS, State.FAILED),
        ("import sys; open(sys.argv[2] + '/a.obj', 'w').write('no mesh')", LIMITS, State.FAILED),
    ],
)
def test_a_peer_that_gives_nothing_has_a_row(shape: Shape, code: str, limits: Limits, state: State):
    assert measured(job(shape, python(code), limits)).state is state


def test_a_broken_mesh_has_a_row(tmp_path: Path):
    path = tmp_path / "broken.obj"
    path.write_text("f 1 2 3\n")
    broken = Shape("test", "broken", path)
    assert measured(job(broken, None)).state is State.REFUSED
    assert measured(job(broken, python(COPY))).state is State.FAILED
    assert measured(job(Shape("test", "none", tmp_path / "none.obj"), None)).state is not State.OK


def test_answers_are_kept_and_those_of_an_earlier_run_are_not_counted(tmp_path: Path, shape: Shape):
    twice = COPY + "; shutil.copy(sys.argv[1], sys.argv[2] + '/other.obj')"
    keep = tmp_path / "keep"
    for code, count in ((twice, 2.0), (COPY, 1.0)):
        row = measured(replace(job(shape, python(code)), keep=keep))
        assert row.figures["primitives"] == count
        assert len(list((keep / "peer" / "test" / "box" / "out").iterdir())) == count


def test_a_row_comes_from_a_process_of_its_own(shape: Shape):
    row = apart(job(shape, None))
    assert row.state is State.OK and row.key == ("test", "box", "input")
    assert (row.figures["filled"], row.figures["undecided"], row.figures["faces"]) == (1.0, 0.0, 12.0)
    # Walls of twice 6 m³ by 22 m², in cells of 3 m / 64.
    assert row.figures["thickness"] == pytest.approx(12 / 22 * 64 / 3, rel=1e-5)  # rows have six digits, areas rounding


def test_what_a_command_compiles_is_kept(shape: Shape, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Seconds are those of a package that is installed, wherever they are measured."""
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("PYTHONPYCACHEPREFIX", str(tmp_path / "compiled"))
    module = tmp_path / "helper.py"
    module.write_text("WORD = 1\n", encoding="utf-8")
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import helper; {COPY}"
    assert measured(job(shape, python(code))).state is State.OK
    assert list((tmp_path / "compiled").rglob("helper*.pyc"))


def test_jobs_with_a_row_are_not_pending(shape: Shape):
    both = [job(shape, None), job(shape, python(COPY))]
    assert pending(both, {("test", "box", "input")}) == both[1:]


def test_a_second_run_adds_nothing(tmp_path: Path, shape: Shape):
    (tmp_path / "data").mkdir()
    with tarfile.open(tmp_path / "data" / "furniture_kenney.tar.xz", "w:xz") as tar:
        for name in ("a", "b", "c"):
            tar.add(shape.path, f"kit/{name}.obj")
    out = tmp_path / "rows.jsonl"
    told = ["--sets", "kenney", "--systems", "input", "--out", str(out), "--limit", "2"]
    told += ["--data", str(tmp_path / "data"), "--cache", str(tmp_path / "cache")]
    main(told)
    first = out.read_text()
    assert len(read_rows([out])) == 2
    main(told)
    assert out.read_text() == first
    main([*told[:-6], *told[-4:]])
    assert len(read_rows([out])) == 3 and out.read_text().startswith(first)


def test_a_run_that_is_killed_takes_its_commands_with_it(tmp_path: Path, shape: Shape):
    (tmp_path / "data").mkdir()
    with tarfile.open(tmp_path / "data" / "furniture_kenney.tar.xz", "w:xz") as tar:
        tar.add(shape.path, "kit/a.obj")
    mark = tmp_path / "pid"
    sleep = f"import os, time; open({str(mark)!r}, 'w').write(str(os.getpid()) + '\\n'); time.sleep(60)"
    words = [sys.executable, "-m", "benchmarks.infer", "--systems", "input", "--out", str(tmp_path / "rows.jsonl")]
    words += ["--command", shlex.join([f"peer={sys.executable}", "-c", sleep, "{mesh}", "{out}"])]
    words += ["--data", str(tmp_path / "data"), "--cache", str(tmp_path / "cache")]
    run = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    assert until(lambda: mark.exists() and mark.read_text().endswith("\n"))
    run.kill()
    run.wait()
    assert until(lambda: not Path(f"/proc/{mark.read_text().strip()}").exists())


def until(done: Callable[[], bool]) -> bool:
    """Whether it came to that within 30 s."""
    for _ in range(300):
        if done():
            return True
        time.sleep(0.1)
    return False


def test_figures_are_those_that_verify_measures_on_the_text(shape: Shape):
    found = fit(read_triangles(shape.path), instances(leaves_of(TABLE)))
    evidence = verify(TABLE, read_mesh(shape.path))
    assert found["iou64"] == evidence.iou64
    # The pieces stand in another order, so that the points on them are other ones: 100,000 of them.
    assert found["chamfer"] == pytest.approx(evidence.chamfer, rel=0.02)


def test_every_operand_is_a_primitive():
    text = "cuboid(1, 1, 1)\ndifference {\n  cuboid(2, 2, 2)\n  union {\n    sphere(1)\n    sphere(0.5)\n  }\n}\n"
    assert primitive_count(leaves_of(TABLE)) == 3
    assert primitive_count(leaves_of(text)) == 4


def test_hollow_is_what_stands_between_on_two_axes():
    tub = np.ones((5, 5, 5), bool)
    tub[1:4, 2:, 1:4] = False
    assert hollows(tub).sum() == 27
    table = np.zeros((5, 5, 5), bool)
    table[:, 4] = True
    table[::4, :, ::4] = True
    # Four cells high between two legs, below the top but on no floor: one axis alone.
    assert hollows(table).sum() == 0


def test_the_facts_of_an_open_sheet(tmp_path: Path):
    sheet = triangles([(0, 0, 0), (1, 0, 0), (0, 1, 0.5)], [(0, 1, 2)])
    found = facts(sheet)
    assert found["filled"] < 0.001 and found["open"] == 1.0 and found["undecided"] > 0.02


def test_pieces_are_welded_and_turned_outward():
    loose = triangles(box().corners.reshape(-1, 3), np.arange(36).reshape(-1, 3))
    assert len(welded(loose).positions) == 8
    inward = triangles(box().positions, box().faces[:, ::-1])
    assert (outward(inward).faces == box().faces).all() != (outward(box()).faces == inward.faces).all()


def test_commands_need_both_places():
    assert command("mp=run --fast {mesh} -o {out}") == Command("mp", ("run", "--fast", "{mesh}", "-o", "{out}"))
    assert command("/opt/ems.sh {mesh} {out}").name == "ems"
    with pytest.raises(ValueError, match="mesh"):
        command("run {out}")
    assert "not there" in command("/none/such {mesh} {out}").missing()
