"""`shapelang furnish`."""

from __future__ import annotations

from pathlib import Path

import pytest

from grammars.arrangement.reading import rooms_of
from shapelang.cli.main import main
from shapelang.execution.simulate import simulate
from shapelang.semantics.check import load

PLAN = """\
use "std/rooms.shape" as rooms
meta room = "study"
shell = rooms.shell(3, 3)
door = rooms.door() at (0.6, 0, -1.5)
"""


def furnished(folder: Path, *options: str, plan: str = PLAN) -> int:
    (folder / "plan.shape").write_text(plan, encoding="utf-8")
    return main(["furnish", str(folder / "plan.shape"), "--steps", "100", *options])


def test_a_plan_becomes_a_program_and_a_model(tmp_path: Path) -> None:
    out, glb = tmp_path / "room.shape", tmp_path / "room.glb"
    assert furnished(tmp_path, "-o", str(out), "-o", str(glb), "--seed", "4") == 0
    text, model = out.read_text(encoding="utf-8"), glb.read_bytes()
    assert text.startswith(PLAN) and 'use "std/furniture.shape"' in text
    assert model[:4] == b"glTF"
    (room,) = rooms_of(simulate(load(out), 4).assembly)
    assert len(room.props) >= 2
    assert furnished(tmp_path, "-o", str(out), "-o", str(glb), "--seed", "4") == 0
    assert (out.read_text(encoding="utf-8"), glb.read_bytes()) == (text, model)
    # Furnished again, what stands there stays.
    assert furnished(tmp_path, "-o", str(tmp_path / "more.shape"), plan=text) == 0
    (more,) = rooms_of(simulate(load(tmp_path / "more.shape"), 4).assembly)
    assert more.props[: len(room.props)] == room.props


@pytest.mark.parametrize(
    ("options", "plan", "said"),
    [
        ((), PLAN, "nowhere to write"),
        (("-o", "x.glb"), PLAN.replace("study", "stady"), "no room 'stady'; did you mean 'study'"),
        (("-o", "x.glb"), PLAN.replace("meta room", "meta rom"), "the plan has no room"),
        (("-o", "x.glb"), PLAN.replace("shell = rooms.shell(3, 3)\n", ""), "has no floor"),
        (("-o", "x.glb", "--only", "hall"), PLAN, "no room 'hall'; it has study"),
        (("-o", "x.glb", "--model", "roms"), PLAN, "no model 'roms'; did you mean 'rooms'"),
        (("-o", "x.glb", "--model", "/nowhere/m.json"), PLAN, "No such file"),
        (("-o", "x.gbl"), PLAN, "did you mean 'glb'"),
    ],
)
def test_what_is_wrong_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: tuple[str, ...], plan: str, said: str
) -> None:
    assert furnished(tmp_path, *options, plan=plan) == 2
    assert said in capsys.readouterr().err


def test_a_program_goes_to_standard_output(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert furnished(tmp_path, "-o", "-") == 0
    assert capfdbinary.readouterr().out.startswith(PLAN.encode())
