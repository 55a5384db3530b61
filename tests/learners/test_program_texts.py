"""Programs of several files as sets: kept with the run, so that nothing else is read."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from learners.configs import from_json, to_json
from learners.data import program_texts
from learners.data.program_texts import MOST, ProgramText, Texts, Used, checked, program_text, whole
from learners.data.sampled import Sampled, sampled_grids
from shapelang.cli.main import main
from shapelang.diagnostics import ProgramError, UsageError
from shapelang.execution.simulate import simulate
from shapelang.semantics.check import load

STALL = """use "std/legs.shape"
use "props/stool.shape"
use "program.shape" as other
legs.square(1, 0.5) at (6, 0, 0)
stool()
other() at (3, 0, 0)
"""
SEAT = "cuboid(1, 0.8, 1)\n"
FILES = {
    "stall.shape": STALL,
    "program.shape": 'use "props/leg.shape"\nleg(height: 2)\n',
    "props/stool.shape": 'use "leg.shape"\nuse "../seat.shape"\nleg()\nseat() at (0, 1, 0)\n',
    "props/leg.shape": "param height = 1.0\nparam width ~ uniform(0.2, 0.6)\ncuboid(width, height, 0.1)\n",
    "seat.shape": SEAT,
}
"""Files in folders that use one another; one is called as messages call the text that is run."""


@pytest.fixture
def stall(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The program of several files, in a folder that is not the working one."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for name, text in FILES.items():
        file = tmp_path / "shop" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    return tmp_path / "shop" / "stall.shape"


def test_what_is_kept_draws_what_the_files_draw(stall: Path) -> None:
    program = load(stall)
    text = program_text(program)
    assert isinstance(text, Texts)
    assert [one.path for one in text.used] == ["program.shape", "props/leg.shape", "props/stool.shape", "seat.shape"]
    back = from_json(ProgramText, to_json(text))
    shutil.rmtree(stall.parent)
    for seed in range(5):
        drawn = simulate(checked(back), seed).assembly, simulate(program, seed).assembly
        one, other = ([(leaf.path, leaf.geometry, leaf.pose) for leaf in assembly.leaves()] for assembly in drawn)
        assert len(one) == 4 and repr(one) == repr(other)


def test_one_file_stays_one_text(tmp_path: Path) -> None:
    (tmp_path / "box.shape").write_text("cuboid(1, 1, 1)\n")
    assert program_text(load(tmp_path / "box.shape")) == "cuboid(1, 1, 1)\n"


def test_a_run_goes_on_where_its_files_are_gone(stall: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call = ["train", "cnn-ae", "--resolution", "16", "--count", "10", "--batch", "2", "--out", "run", "--steps"]
    assert main([*call, "1", "--data", str(stall)]) == 0
    assert main([*call, "2", "--data", str(stall)]) == 0
    shutil.rmtree(stall.parent)
    assert main(["eval", "run"]) == 0
    assert "1 held-out shape, after 2 steps" in capsys.readouterr().err


def test_another_text_of_a_used_file_makes_other_cells(stall: Path) -> None:
    before = Sampled(program_text(load(stall)), 2, 16)
    (stall.parent / "seat.shape").write_text("cuboid(3, 1, 1)\n")
    after = Sampled(program_text(load(stall)), 2, 16)
    first, other = (sampled_grids(config, held_out=False).bits for config in (before, after))
    assert not np.array_equal(first, other)


def test_a_file_that_is_not_kept_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What lies in the working folder is not of the run."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "seat.shape").write_text(SEAT)
    with pytest.raises(ProgramError, match=r"program\.shape:1:1: .*no file 'seat\.shape' is kept with the program"):
        checked('use "seat.shape"\nseat()\n')


def test_texts_that_a_run_cannot_keep_are_refused(stall: Path) -> None:
    (stall.parent / "seat.shape").write_text(SEAT + "// " + "x" * MOST)
    with pytest.raises(UsageError, match=r"stall\.shape: 524,\d+ characters with what it uses; a run keeps 524,288"):
        program_text(load(stall))


def test_another_library_makes_other_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    plain, using = "cuboid(1, 1, 1)\n", 'use "std/legs.shape"\nlegs.rod(1)\n'
    before = whole(plain), whole(using)
    monkeypatch.setattr(program_texts, "standard_digest", lambda: "another")
    assert whole(plain) == before[0] and whole(using) != before[1]


def test_no_two_programs_are_kept_under_the_same_name() -> None:
    texts: list[ProgramText] = [
        "a",
        Texts("a", ()),
        Texts("a", (Used("b", "c"),)),
        Texts("a", (Used("bc", ""),)),
        Texts("ab", (Used("c", ""),)),
        Texts("a", (Used("b", "c"), Used("d", "e"))),
        Texts("a", (Used("b", "c1 d1 e"),)),
    ]
    assert len({whole(text) for text in texts}) == len(texts)
