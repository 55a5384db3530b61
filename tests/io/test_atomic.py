"""Every output whole or not at all: each system call made to fail in turn."""

from __future__ import annotations

import errno
import io
import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from shapelang.diagnostics import UsageError
from shapelang.io.atomic import refuse_unwritable, write_atomic

CALLS = ("open", "write", "fsync", "close", "replace")
CAUSES = (errno.ENOSPC, errno.EIO, errno.EACCES)


class FailNth:
    """The n-th of the calls under watch fails; the others go through."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, nth: int, cause: int, names: tuple[str, ...] = CALLS) -> None:
        self.left, self.cause, self.failed = nth, cause, None
        for name in names:
            monkeypatch.setattr(os, name, self.watched(name, getattr(os, name)))

    def watched(self, name: str, real: Callable[..., object]) -> Callable[..., object]:
        def call(*arguments: object, **keywords: object) -> object:
            self.left -= 1
            if self.left == 0:
                self.failed = name
                if name == "close":
                    real(*arguments, **keywords)  # a failing close still gives the descriptor back
                raise OSError(self.cause, os.strerror(self.cause))
            return real(*arguments, **keywords)

        return call


def run_until_success(folder: Path, cause: int, old: bytes | None) -> list[str | None]:
    """Fail at n = 1, 2, … until the write goes through; check the folder after each; return what failed."""
    target, failed = folder / "out.glb", []
    for nth in range(1, 50):
        target.unlink(missing_ok=True)
        if old is not None:
            target.write_bytes(old)
        with pytest.MonkeyPatch.context() as patch:
            fault = FailNth(patch, nth, cause)
            try:
                write_atomic(target, b"new" * 1000)
                raised = None
            except UsageError as error:
                raised = error
        failed.append(fault.failed)
        if fault.failed is None:
            assert raised is None
            return failed
        content = target.read_bytes() if target.exists() else None
        assert content == (old if raised is not None else b"new" * 1000)
        assert os.listdir(folder) == ([] if content is None else ["out.glb"])
        if raised is not None:
            assert os.strerror(cause) in str(raised)
            assert "\n  help: " in str(raised) or cause == errno.EIO
    raise AssertionError("the write never succeeded")


@pytest.mark.parametrize("cause", CAUSES)
@pytest.mark.parametrize("old", [None, b"old content"])
def test_each_failing_call_leaves_the_old_version(tmp_path: Path, cause: int, old: bytes | None) -> None:
    failed = run_until_success(tmp_path, cause, old)
    assert {"open", "write", "fsync", "close", "replace", None} <= set(failed)
    # File: open, write, fsync, close, replace; folder: open, fsync, close.
    assert failed == ["open", "write", "fsync", "close", "replace", "open", "fsync", "close", None]


def test_a_short_write_is_continued(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: real(descriptor, bytes(data[:7])))
    write_atomic(tmp_path / "a.txt", b"0123456789" * 10)
    monkeypatch.undo()
    assert (tmp_path / "a.txt").read_bytes() == b"0123456789" * 10


def test_an_interrupt_leaves_no_temporary_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(descriptor: int) -> None:
        raise KeyboardInterrupt

    (tmp_path / "a.txt").write_bytes(b"old")
    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_atomic(tmp_path / "a.txt", b"new")
    assert os.listdir(tmp_path) == ["a.txt"]
    assert (tmp_path / "a.txt").read_bytes() == b"old"


def test_what_makes_the_content_runs_before_anything_is_opened(tmp_path: Path) -> None:
    def failing() -> bytes:
        assert os.listdir(tmp_path) == []
        raise ValueError("no content")

    with pytest.raises(ValueError, match="no content"):
        write_atomic(tmp_path / "a.txt", failing)
    assert os.listdir(tmp_path) == []


def test_a_missing_folder_is_named_with_a_suggestion(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        write_atomic(tmp_path / "none" / "a.glb", b"x")
    assert str(caught.value) == (
        f"cannot write {tmp_path}/none/a.glb: No such file or directory\n"
        "  help: make the folder first, or give another one"
    )


def test_a_folder_is_not_overwritten(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="give the name of a file in it"):
        write_atomic(tmp_path, b"x")


def test_a_file_in_place_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"")
    with pytest.raises(UsageError, match="Not a directory"):
        write_atomic(tmp_path / "f" / "a.glb", b"x")


@pytest.mark.parametrize("name", [".", "none/a.glb", "f/a.glb", "n" * 300, "new.glb", "f", "link"])
def test_what_cannot_be_written_is_told_before_in_the_same_words(tmp_path: Path, name: str) -> None:
    (tmp_path / "f").write_bytes(b"old")
    (tmp_path / "link").symlink_to(tmp_path / "gone" / "a.glb")
    before = sorted(os.listdir(tmp_path))
    told = _told(refuse_unwritable, tmp_path / name)
    assert sorted(os.listdir(tmp_path)) == before and (tmp_path / "f").read_bytes() == b"old"
    assert told == _told(lambda path: write_atomic(path, b"x"), tmp_path / name)


def test_a_folder_without_the_right_to_write_is_told_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Asked of a stand-in, since the mode of a folder does not bind root.
    monkeypatch.setattr(os, "access", lambda path, _: Path(path) != tmp_path)
    assert "choose a folder that you may write to" in _told(refuse_unwritable, tmp_path / "a.glb")
    os.mkfifo(tmp_path / "pipe")
    assert _told(refuse_unwritable, tmp_path / "pipe") == _told(refuse_unwritable, "-") == ""


def _told(call: Callable[[str | Path], None], path: str | Path) -> str:
    try:
        call(path)
    except UsageError as error:
        return str(error)
    return ""


def test_mode_and_link_are_kept(tmp_path: Path) -> None:
    (tmp_path / "real.sh").write_bytes(b"old")
    (tmp_path / "real.sh").chmod(0o750)
    (tmp_path / "link").symlink_to("real.sh")
    write_atomic(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real.sh").read_bytes() == b"new"
    assert stat.S_IMODE((tmp_path / "real.sh").stat().st_mode) == 0o750


class Terminal(io.TextIOWrapper):
    def isatty(self) -> bool:
        return True


def test_dash_is_standard_output(capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    with open(1, "wb", closefd=False) as raw:
        monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, write_through=True))
        write_atomic("-", b"\x00\xffbinary")
        assert capfdbinary.readouterr().out == b"\x00\xffbinary"
        monkeypatch.undo()


def test_a_terminal_gets_text_but_no_binary(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", Terminal(screen))
    write_atomic("-", "größe\n".encode())
    assert screen.getvalue() == "größe\n".encode()
    with pytest.raises(UsageError, match="terminal"):
        write_atomic("-", b"glTF\x02\x00\x00\x00")
    assert screen.getvalue() == "größe\n".encode()
