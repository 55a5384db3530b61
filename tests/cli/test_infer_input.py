"""`shapelang infer` of points and voxels: from files and from standard input."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tests.cli.conftest import Run


def points(count: int) -> bytes:
    """Points on the surface of a box of 1 x 2 x 1, a line each, without normals."""
    dice = np.random.default_rng(0)
    found = dice.uniform(-0.5, 0.5, (count, 3))
    found[np.arange(count), dice.integers(0, 3, count)] = dice.choice([-0.5, 0.5], count)
    return "".join(f"{x:.5f} {2 * y:.5f} {z:.5f}\n" for x, y, z in found.tolist()).encode()


def test_voxels_that_build_wrote_become_a_program_with_the_names_of_the_parts(run: Run, here: Path) -> None:
    (here / "two.shape").write_text("base = cuboid(1, 0.25, 1)\npost = cuboid(0.25, 0.75, 0.25) at (0, 0.5, 0)\n")
    assert run("build", "two.shape", "-o", "two.npz").code == 0
    result = run("infer", "two.npz", "-o", "back.shape", "--min-iou", "0.99")
    assert result.code == 0, result.err
    assert "boundary of the full cells" in result.err
    text = (here / "back.shape").read_text()
    assert "base = cuboid(" in text and "post = cuboid(" in text


def test_points_become_a_program_and_the_notes_say_what_was_done(run: Run, here: Path) -> None:
    (here / "box.xyz").write_bytes(points(4000))
    result = run("infer", "box.xyz", "-o", "box.shape", "--min-iou", "0.9", "--time-limit", "15")
    assert result.code == 0, result.err
    assert "4,000 points without normals" in result.err and "found by sight" in result.err
    assert run("check", "box.shape").code == 0


def test_points_from_standard_input_that_are_too_few(run: Run) -> None:
    result = run("infer", "-", "-o", "-", stdin=points(50))
    assert (result.code, result.out) == (1, b"")
    assert "<stdin>: 50 distinct points are too few for a surface" in result.err


def test_a_folder_may_hold_points_and_voxels_and_verify_measures_as_infer_did(run: Run, here: Path) -> None:
    (here / "two.shape").write_text("cuboid(1, 0.25, 1)\ncuboid(0.25, 0.75, 0.25) at (0, 0.5, 0)\n")
    (here / "in").mkdir()
    assert run("build", "two.shape", "-o", "in/two.npz").code == 0
    (here / "in" / "few.xyz").write_bytes(points(50))
    (here / "in" / "notes.txt").write_text("no points\n")
    result = run("infer", "in", "-o", "out", "--jobs", "1", "--time-limit", "20", "--json")
    rows = {row["file"]: row for row in map(json.loads, result.text.splitlines())}
    assert {name: row["outcome"] for name, row in rows.items()} == {"few.xyz": "refused", "two.npz": "program"}
    verified = run("verify", "out/two.shape", "in/two.npz", "--json")
    assert json.loads(verified.text)["iou64"] == rows["two.npz"]["iou64"] > 0.99


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("-o", "none/a.shape"), "none/a.shape: No such file or directory"),
        (("-o", "a.shape", "--report", "none/r.html"), "none/r.html: No such file or directory"),
        (("-o", "a.shape", "--render", "no.obj/r.png"), "no.obj/r.png: Not a directory"),
    ],
)
def test_where_nothing_can_be_written_is_told_before_the_mesh_is_read(
    run: Run, here: Path, words: tuple[str, ...], told: str
) -> None:
    (here / "no.obj").write_text("that is no mesh, which who reads it says\n")
    result = run("infer", "no.obj", *words)
    assert result.code == 2 and result.err.startswith(f"error: cannot write {told}\n  help: ")
    assert not (here / "a.shape").exists() and not (here / "none").exists()


def test_other_commands_ask_for_faces(run: Run, here: Path) -> None:
    (here / "box.xyz").write_bytes(points(50))
    result = run("info", "box.xyz")
    assert result.code == 1
    assert "M106" in result.err and "`shapelang infer` makes a program of it" in result.err
