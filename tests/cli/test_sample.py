from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from shapelang.cli.sampling.names import safe_name

TOLD = ["manifest.json", "manifest.jsonl", "settings.json"]


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_files_and_manifest(run, here: Path) -> None:
    result = run("sample", "chair.shape", "-n", "3", "--seed", "7", "--out-dir", "made", "--set", "width=0.55")
    assert (result.code, result.text) == (0, "")
    assert result.err == "made: 3 variants, seeds 7 to 9, manifest.json\n"
    files = content(here / "made")
    assert list(files) == ["chair_7.glb", "chair_8.glb", "chair_9.glb", *TOLD]
    manifest: dict[str, Any] = json.loads(files["manifest.json"])
    assert (manifest["program"], manifest["format"], manifest["given"]) == ("chair", "glb", {"width": 0.55})
    assert [row["seed"] for row in manifest["variants"]] == [7, 8, 9]
    assert [json.loads(line) for line in files["manifest.jsonl"].splitlines()] == manifest["variants"]
    for row in manifest["variants"]:
        model = files[row["file"]]
        assert row["sha256"] == hashlib.sha256(model).hexdigest()
        assert row["bytes"] == len(model)
        assert row["triangles"] == 12 * row["shapes"] == 48
        assert row["parameters"] == {"width": 0.55, "height": row["choices"]["height"]}
        assert row["bounding_box"]["min"][0] == pytest.approx(-0.275, abs=1e-15)


def test_a_variant_is_what_build_makes(run, here: Path) -> None:
    assert run("sample", "chair.shape", "-n", "5", "--out-dir", "made").code == 0
    assert run("build", "chair.shape", "-o", "chair_3.glb", "--seed", "3").code == 0
    assert (here / "made" / "chair_3.glb").read_bytes() == (here / "chair_3.glb").read_bytes()


def test_processes_change_nothing(run, here: Path) -> None:
    for folder, jobs in (("one", "1"), ("two", "2")):
        assert run("sample", "chair.shape", "-n", "70", "-o", folder, "--format", "off", "-j", jobs).code == 0
    assert content(here / "one") == content(here / "two")


def test_json_lines_are_scored_alike(run, here: Path) -> None:
    result = run("sample", "chair.shape", "-n", "4", "--json", "--set", "back=post")
    assert (result.code, result.err) == (0, "")
    rows = [json.loads(line) for line in result.text.splitlines()]
    assert [row["seed"] for row in rows] == [0, 1, 2, 3]
    assert set(rows[0]) == {
        "index",
        "draws",
        "seed",
        "parameters",
        "given",
        "choices",
        "log_prob",
        "conditioned",
        "rejections",
    }
    assert list(rows[0]["choices"]) == ["height"]
    scored = run("score", "chair.shape", "-", stdin=result.out)
    assert scored.text == "".join(f"{row['log_prob']!r}\n" for row in rows)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "error: nothing to make: give --out-dir DIR, --sheet PNG or --json\n"),
        (["--sheet", "a.jpg"], "error: a.jpg: a picture is a .png file\n"),
        (["--sheet", "-", "-n", "401"], "error: a sheet holds at most 400 variants, not 401\n"),
        (["--sheet", "a.png", "-n", "401"], "error: a sheet holds at most 400 variants, not 401\n"),
        (["--out-dir", "chair.shape"], "error: chair.shape: that is a file, not a folder\n"),
        (
            ["--out-dir", "a", "--name", "{name}"],
            "error: --name '{name}' calls several variants the same: it needs {seed} or {index}\n",
        ),
        (
            ["--out-dir", "a", "--name", "{sead}"],
            "error: --name '{sead}': there is no field '{sead}'; did you mean 'seed'?\n",
        ),
    ],
)
def test_wrong_arguments(run, here: Path, arguments: list[str], message: str) -> None:
    result = run("sample", "chair.shape", *arguments)
    assert (result.code, result.text, result.err) == (2, "", message)
    assert sorted(path.name for path in here.iterdir()) == ["chair.shape"]


def test_a_name_never_leaves_the_folder(run, here: Path) -> None:
    result = run("sample", "chair.shape", "-n", "1", "--out-dir", "made", "--name", "../../{index}/\x1b[31m..")
    assert result.code == 0
    assert sorted(content(here / "made")) == ["_.._0__[31m.glb".replace("[", "_"), *TOLD]


@pytest.mark.parametrize(
    ("name", "safe"),
    [("a b-1.2", "a b-1.2"), ("../x", "_x"), ("", "variant"), ("..", "variant"), ("a/b\\c:d", "a_b_c_d"), ("é", "é")],
)
def test_safe_names(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_the_hash_is_that_of_all_texts(run, here: Path) -> None:
    (here / "lib.shape").write_text("cuboid(1, 1, 1)\n")
    (here / "top.shape").write_text('use "lib.shape" as lib\nlib()\n')

    def digest(folder: str) -> str:
        assert run("sample", "top.shape", "-n", "1", "--out-dir", folder).code == 0
        return str(json.loads((here / folder / "manifest.json").read_text())["program_sha256"])

    first = digest("one")
    assert digest("same") == first
    (here / "lib.shape").write_text("cuboid(1, 1, 2)\n")
    assert digest("other") != first
    assert "whose program was another" in run("sample", "top.shape", "-n", "1", "--out-dir", "one").err


def test_a_run_that_fails_leaves_the_old_manifest(run, here: Path) -> None:
    (here / "rare.shape").write_text("let x ~ uniform(0, 1)\ncuboid(1, 1, 1)\nrequire x > 2\n")
    (here / "made").mkdir()
    (here / "made" / "manifest.json").write_text("old")
    result = run("sample", "rare.shape", "-n", "2", "--out-dir", "made", "--tries", "3")
    assert result.code == 1
    assert "rare.shape:3:9: error[E406]" in result.err
    assert content(here / "made") == {"manifest.json": b"old"}


def test_a_sheet_and_rows_cannot_share_a_stream(run, here: Path) -> None:
    result = run("sample", "chair.shape", "-n", "2", "--sheet", "-", "--json")
    assert (result.code, result.err) == (2, "error: --json and '--sheet -' both want standard output\n")


def test_a_sheet_may_go_to_standard_output(run, here: Path) -> None:
    result = run("sample", "chair.shape", "-n", "2", "--sheet", "-")
    assert (result.code, result.out[:8]) == (0, b"\x89PNG\r\n\x1a\n")
