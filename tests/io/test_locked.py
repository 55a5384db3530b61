"""Folders that one process alone writes into."""

from __future__ import annotations

import errno
import fcntl
import os
from pathlib import Path

import pytest

from shapelang.io.locked import NOT_LOCKED, lock_folder


def test_one_holds_it_until_it_lets_go(tmp_path: Path) -> None:
    held = lock_folder(tmp_path)
    with pytest.raises(BlockingIOError):
        lock_folder(tmp_path)
    os.close(held)
    again = lock_folder(tmp_path)
    assert again != NOT_LOCKED and list(tmp_path.iterdir()) == []
    os.close(again)


def test_a_disk_without_locks_takes_whoever_comes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(descriptor: int, kind: int) -> None:
        del descriptor, kind
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", refused)
    before = len(os.listdir("/proc/self/fd"))
    assert lock_folder(tmp_path) == NOT_LOCKED
    assert len(os.listdir("/proc/self/fd")) == before, "nothing stays open"


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        lock_folder(tmp_path / "none")
