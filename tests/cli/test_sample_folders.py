"""Runs of `sample` that are cut, go on, and are shared out."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import time
from itertools import chain, count, islice
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shapelang.cli.sampling import pool
from shapelang.cli.sampling.folder import Indices
from shapelang.cli.sampling.items import Shard, seed_of
from tests.cli.conftest import COMMAND, plain_environment

HANGS = 60


def models(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*.off"))}


def rows(folder: Path, name: str = "manifest.jsonl") -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / name).read_text().splitlines()]


SAMPLE = ("sample", "chair.shape", "--format", "off")


def test_a_killed_run_goes_on_and_redoes_nothing(run, here: Path) -> None:
    command = [*COMMAND, *SAMPLE, "-n", "400", "-o", "made"]
    with subprocess.Popen(command, env=plain_environment(), stderr=subprocess.PIPE) as process:
        while not (here / "made" / "manifest.jsonl").exists() or not rows(here / "made"):
            assert process.poll() is None
            time.sleep(0.02)
        process.kill()
        process.communicate(timeout=HANGS)
    before = len(rows(here / "made"))
    assert 0 < before < 400
    times = {path: path.stat().st_mtime_ns for path in (here / "made").glob("*.off")}
    done = {here / "made" / row["file"] for row in rows(here / "made")}
    # What a power cut leaves of a line.
    with open(here / "made" / "manifest.jsonl", "ab") as file:
        file.write(b'{"index":399,"se')
    result = run(*SAMPLE, "-n", "400", "-o", "made")
    assert result.err == f"made: 400 variants, seeds 0 to 399, manifest.json; {before} made before\n"
    assert {path: path.stat().st_mtime_ns for path in done} == {path: times[path] for path in done}
    assert run(*SAMPLE, "-n", "400", "-o", "whole").code == 0
    assert models(here / "made") == models(here / "whole")
    assert (here / "made" / "manifest.json").read_bytes() == (here / "whole" / "manifest.json").read_bytes()


def test_a_file_that_is_gone_or_short_is_made_again(run, here: Path) -> None:
    assert run(*SAMPLE, "-n", "4", "-o", "made").code == 0
    whole = models(here / "made")
    (here / "made" / "chair_1.off").unlink()
    (here / "made" / "chair_2.off").write_bytes(b"OFF")
    assert run(*SAMPLE, "-n", "4", "-o", "made").err.endswith("; 2 made before\n")
    assert models(here / "made") == whole
    assert [row["index"] for row in rows(here / "made")] == [0, 1, 2, 3, 1, 2]
    assert len(json.loads((here / "made" / "manifest.json").read_text())["variants"]) == 4


@pytest.mark.parametrize(
    "damage", [b'{"index": 1, "fi\n', bytes(range(128, 200)), b"[1, 2]\n", b'{"index": "one"}\n', b"7\n"]
)
def test_what_is_damaged_in_a_manifest_is_made_again(run, here: Path, damage: bytes) -> None:
    assert run(*SAMPLE, "-n", "3", "-o", "made").code == 0
    whole, told = models(here / "made"), (here / "made" / "manifest.json").read_bytes()
    first, _, last = (here / "made" / "manifest.jsonl").read_bytes().splitlines(keepends=True)
    (here / "made" / "manifest.jsonl").write_bytes(first + damage.removesuffix(b"\n") + b"\n" + last)
    assert run(*SAMPLE, "-n", "3", "-o", "made").err.endswith("; 2 made before\n")
    assert models(here / "made") == whole and (here / "made" / "manifest.json").read_bytes() == told
    assert [row["index"] for row in rows(here / "made")] == [0, 2, 1]


@pytest.mark.parametrize("damage", [b'{"a":', b"[3]", bytes(range(128, 200)), b""])
def test_a_folder_whose_settings_cannot_be_read_is_left_as_it_is(run, here: Path, damage: bytes) -> None:
    assert run(*SAMPLE, "-n", "3", "-o", "made").code == 0
    whole = models(here / "made")
    (here / "made" / "settings.json").write_bytes(damage)
    result = run("sample", "chair.shape", "--format", "off", "-n", "3", "--seed", "9", "-o", "made")
    assert result.code == 2 and "settings of the run that stands there cannot be read" in result.err
    assert models(here / "made") == whole
    assert run(*SAMPLE, "-n", "3", "-o", "made", "--again").code == 0


def test_a_finished_run_grows(run, here: Path) -> None:
    assert run(*SAMPLE, "-n", "3", "-o", "made").code == 0
    assert run(*SAMPLE, "-n", "5", "-o", "made").err.endswith("; 3 made before\n")
    assert run(*SAMPLE, "-n", "5", "-o", "whole").code == 0
    assert models(here / "made") == models(here / "whole")


STAYS = "files of the run that stood there before stay where this one has none of the same name\n"


@pytest.mark.parametrize("finished", [True, False])
def test_a_folder_of_other_settings_is_refused_and_left_as_it_is(run, here: Path, finished: bool) -> None:
    assert run(*SAMPLE, "-n", "3", "-o", "made", "--set", "width=0.55").code == 0
    settings = json.loads((here / "made" / "settings.json").read_text())
    (here / "made" / "settings.json").write_text(json.dumps(settings | {"finished": finished}))
    before = {path: path.read_bytes() for path in (here / "made").iterdir()}
    result = run(*SAMPLE, "-n", "3", "-o", "made")
    assert (result.code, result.err) == (
        2,
        f"error: made: {'a finished' if finished else 'an unfinished'} run stands there, whose given was another\n"
        "  help: give the same options to go on, --again to begin anew, or another folder\n",
    )
    assert {path: path.read_bytes() for path in (here / "made").iterdir()} == before
    assert run(*SAMPLE, "-n", "3", "-o", "made", "--again").err.endswith(STAYS)
    assert [row["given"] for row in rows(here / "made")] == [{}] * 3


def test_a_smaller_run_is_refused_where_files_of_the_larger_would_stay(run, here: Path) -> None:
    assert run(*SAMPLE, "-n", "4", "-o", "made").code == 0
    before = {path: path.read_bytes() for path in (here / "made").iterdir()}
    result = run(*SAMPLE, "-n", "2", "-o", "made")
    assert (result.code, result.err) == (
        2,
        "error: made: a finished run of 4 variants stands there, more than the 2 asked for\n"
        "  help: give -n 4 to go on, --again to begin anew, or another folder\n",
    )
    assert {path: path.read_bytes() for path in (here / "made").iterdir()} == before
    assert run(*SAMPLE, "-n", "2", "-o", "made", "--again").err.endswith(STAYS)
    assert [row["index"] for row in rows(here / "made")] == [0, 1]
    assert len(models(here / "made")) == 4
    # Nothing stays of a run of the same settings and no more items.
    assert STAYS not in run(*SAMPLE, "-n", "2", "-o", "made", "--again").err


def test_shards_are_the_whole(run, here: Path) -> None:
    for shard in ("2/3", "1/3", "3/3"):
        assert run(*SAMPLE, "-n", "10", "--seed", "5", "-o", "made", "--shard", shard).code == 0
    assert run(*SAMPLE, "-n", "10", "--seed", "5", "-o", "whole").code == 0
    assert models(here / "made") == models(here / "whole")
    parts = [rows(here / "made", f"manifest-{k}-of-3.jsonl") for k in (1, 2, 3)]
    assert sorted(chain(*parts), key=lambda row: row["index"]) == rows(here / "whole")


def test_an_item_needs_no_other(run, here: Path) -> None:
    assert run(*SAMPLE, "-n", "9", "--seed", "40", "-o", "many").code == 0
    assert run(*SAMPLE, "-n", "1", "--seed", "47", "-o", "one").code == 0
    assert models(here / "one")["chair_47.off"] == models(here / "many")["chair_47.off"]


def test_two_runs_never_write_into_one_shard(run, here: Path) -> None:
    import fcntl

    (here / "made").mkdir()
    with open(here / "made" / "manifest.jsonl", "wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        result = run(*SAMPLE, "-n", "2", "-o", "made")
        assert (result.code, result.err) == (
            2,
            "error: made: another run is writing there; wait for its end, or end it\n",
        )


def test_a_disk_without_locks_takes_runs(run, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import fcntl

    def refused(descriptor: int, kind: int) -> None:
        del descriptor, kind
        raise OSError(errno.ENOTSUP, os.strerror(errno.ENOTSUP))

    monkeypatch.setattr(fcntl, "flock", refused)
    result = run(*SAMPLE, "-n", "2", "-o", "made")
    assert result.code == 0 and len(rows(here / "made")) == 2


@pytest.mark.parametrize("text", ["0/3", "4/3", "1", "a/b", "1/0", "-1/2"])
def test_wrong_shards(run, here: Path, text: str) -> None:
    result = run(*SAMPLE, "-n", "2", "-o", "made", f"--shard={text}")
    assert (result.code, result.err) == (
        2,
        f"error: --shard takes K/N with K from 1 to N, such as 2/4, not '{text}'\n",
    )


def test_many_items_stand_in_numbered_folders(run, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shapelang.cli.sampling.names.FOLDER", 4)
    assert run(*SAMPLE, "-n", "6", "-o", "made").code == 0
    assert list(models(here / "made")) == [f"{k // 4:05d}/chair_{k}.off" for k in range(6)]


@given(st.integers(0, 500), st.integers(1, 20))
def test_shards_part_the_items(many: int, of: int) -> None:
    shards = [Shard(k, of) for k in range(1, of + 1)]
    found = [shard.index(place) for shard in shards for place in range(shard.places(many))]
    assert sorted(found) == list(range(many))


@given(st.lists(st.integers(0, 3000)))
def test_indices_are_a_set(numbers: list[int]) -> None:
    found = Indices()
    for number in numbers:
        found.add(number)
    assert len(found) == len(set(numbers))
    assert [k for k in range(3100) if k in found] == sorted(set(numbers))


def test_draws_of_one_item_have_seeds_of_their_own() -> None:
    seeds = {seed_of(7, index, draw) for index in range(50) for draw in range(50)}
    assert len(seeds) == 2500
    assert [seed_of(7, index) for index in range(3)] == [7, 8, 9]
    assert seed_of(2**64 - 1, 1) == 0


def test_an_endless_run_is_asked_for_chunk_by_chunk(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = 0

    def endless():
        nonlocal asked
        for k in count():
            asked += 1
            yield k

    monkeypatch.setattr(pool, "made", lambda work, program, some: [{"index": k} for k in some])
    found = pool.rows_of(None, None, endless(), 8, 1)  # pyright: ignore[reportArgumentType] (the work is not looked at)
    assert [row["index"] for rows in islice(found, 3) for row in rows] == list(range(24))
    assert asked == 24


def test_an_interrupted_run_of_processes_leaves_none_behind(here: Path) -> None:
    command = [*COMMAND, *SAMPLE, "-n", "100000", "-o", "made", "-j", "2"]
    with subprocess.Popen(command, env=plain_environment(), stderr=subprocess.PIPE, start_new_session=True) as process:
        while not list((here / "made").rglob("*.off")):
            assert process.poll() is None
            time.sleep(0.02)
        os.kill(process.pid, signal.SIGKILL)
        process.wait(HANGS)
        # Its processes are in its session; a signal to nobody is an error.
        for _ in range(500):
            try:
                os.killpg(process.pid, 0)
            except ProcessLookupError:
                break
            time.sleep(0.02)
        else:
            pytest.fail("processes are left")
