"""Grids that are made once and kept on the disk."""

from __future__ import annotations

import io
import os
import time
from pathlib import Path

import numpy as np
import pytest

from learners.data import kept as keeping
from learners.data.kept import kept
from learners.data.packed import PackedGrids, packed


def eye() -> PackedGrids:
    """A shape of 8 cells, 64 bytes."""
    return packed([np.eye(8, dtype=np.bool_)[:, :, None].repeat(8, axis=2)], 8)


def files(folder: Path) -> list[Path]:
    """Those that are kept."""
    return sorted(folder.rglob("*.grids"))


def test_what_is_kept_is_not_made_again_and_what_is_damaged_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    made: list[int] = []

    def make() -> PackedGrids:
        made.append(1)
        return packed([np.eye(8, dtype=np.bool_)[:, :, None].repeat(8, axis=2)], 8)

    first = kept("x", 8, make)
    again = kept("x", 8, make)
    assert len(made) == 1 and bool((first.bits == again.bits).all())
    kept("y", 8, make)
    assert len(made) == 2
    for file in tmp_path.rglob("*.grids"):
        file.write_bytes(file.read_bytes()[:-9])
    kept("x", 8, make)
    assert len(made) == 3


@pytest.mark.parametrize("spoilt", ["a bit", "a row", "a zip", "nothing"])
def test_what_is_damaged_in_any_way_is_made_anew(spoilt: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    kept("x", 8, eye)
    (file,) = files(tmp_path)
    content = file.read_bytes()
    others = {"a bit": content[:-1] + bytes([content[-1] ^ 1]), "a zip": b"PK\x03\x04" + content, "nothing": b""}
    two = packed([np.ones((8, 8, 8), np.bool_)] * 2, 8)
    array = io.BytesIO()
    np.save(array, two.bits)
    file.write_bytes(others.get(spoilt, content[:32] + array.getvalue()))
    assert bool((kept("x", 8, eye).bits == eye().bits).all()) and file.read_bytes() == content


@pytest.mark.parametrize("place", ["/proc/none", "file"])
def test_a_disk_that_takes_no_file_keeps_nothing_and_loses_nothing(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", place)
    assert bool((kept("x", 8, eye).bits == eye().bits).all())


def test_who_has_no_home_keeps_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless() -> Path:
        raise RuntimeError("no home")

    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(Path, "home", homeless)
    assert len(kept("x", 8, eye)) == 1


def test_what_was_used_longest_ago_goes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    kept("x", 8, eye)
    (first,) = files(tmp_path)
    kept("y", 8, eye)
    (second,) = (file for file in files(tmp_path) if file != first)
    os.utime(first, (1000, 1000))
    os.utime(second, (2000, 2000))
    kept("x", 8, eye)  # used again, and so later than the other
    monkeypatch.setattr(keeping, "MOST", 2 * first.stat().st_size)
    kept("z", 8, eye)
    assert first.exists() and not second.exists() and len(files(tmp_path)) == 2


def test_what_a_kill_left_goes_after_a_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    kept("x", 8, eye)
    old, new = (files(tmp_path)[0].with_name(f".{name}.grids.tmp-1") for name in ("old", "new"))
    for left in (old, new):
        left.write_bytes(b"half")
    long_ago = time.time() - 100_000
    os.utime(old, (long_ago, long_ago))
    kept("y", 8, eye)
    assert not old.exists() and new.exists()
