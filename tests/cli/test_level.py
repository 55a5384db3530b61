from __future__ import annotations

import json
from pathlib import Path

import pytest

KIT = str(Path(__file__).parents[2] / "examples" / "dungeon")


def test_a_level_and_what_is_said_of_it(run, here: Path) -> None:
    result = run("level", KIT, "-o", "small.glb", "--rooms", "2", "--props", "20", "--json")
    told = json.loads(result.text)
    assert result.code == 0
    assert (told["props"], len(told["rooms"]), told["files"][0]["file"]) == (20, 2, "small.glb")
    assert (here / "small.glb").read_bytes()[:4] == b"glTF"
    assert "2 rooms, 20 props" in result.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--rooms", "3"), "nothing to make"),
        (("-o", "a.glb", "--rooms", "0"), "from 1 to 400 rooms"),
        (("-o", "a.glb", "--rooms", "3", "--chunk", "0,0"), "a chunk has from 9"),
        (("-o", "a.glb", "--chunk", "here"), "a column and a row"),
        (("-o", "a.glb", "--room", "1"), "give --picture"),
        (("--picture", "a.jpg"), "is a .png file"),
        (("-o", "a.obj", "--rooms", "2"), "a level is a .glb file"),
        (("-o", "a.png", "--picture", "a.png"), "name the same file"),
        (("--picture", "a.png", "--rooms", "2", "--props", "5", "--room", "2"), "rooms 0 to 1"),
    ],
)
def test_wrong_calls(run, here: Path, arguments: tuple[str, ...], said: str) -> None:
    result = run("level", KIT, *arguments)
    assert result.code == 2
    assert said in result.err
    assert [path.name for path in here.iterdir()] == ["chair.shape"]


def test_a_folder_that_is_no_kit(run, here: Path) -> None:
    (here / "empty").mkdir()
    result = run("level", "empty", "-o", "a.glb")
    assert result.code == 2
    assert "no kit" in result.err
