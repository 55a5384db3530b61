"""A solid without a surface is told at its place, by every command that makes it."""

from __future__ import annotations

from pathlib import Path

import pytest

MESSAGE = """bad.shape:1:8: error[E414]: nothing is left of the difference
  1 | hole = difference { cuboid(1, 1, 1); cuboid(2, 2, 2) }
    |        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
"""


@pytest.mark.parametrize("words", [["build", "bad.shape", "-o", "out.glb"], ["info", "bad.shape"]])
def test_a_solid_of_nothing(run, here: Path, words: list[str]) -> None:
    (here / "bad.shape").write_text("hole = difference { cuboid(1, 1, 1); cuboid(2, 2, 2) }\n")
    done = run(*words)
    assert done.code == 1
    assert done.err == MESSAGE
    assert not (here / "out.glb").exists()
