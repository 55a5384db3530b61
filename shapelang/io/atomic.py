"""Every output is written here: the whole file is there, or the old one is untouched."""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final, TypeAlias

from shapelang.diagnostics import UsageError

Content: TypeAlias = bytes | Callable[[], bytes]
"""What to write, or what makes it (called before anything is opened)."""

STDOUT: Final = "-"

_SUGGESTIONS: Final = {
    errno.ENOENT: "make the folder first, or give another one",
    errno.ENOTDIR: "a part of the path is a file, not a folder: give another path",
    errno.EEXIST: "a file stands there: give the name of a folder",
    errno.EISDIR: "that is a folder: give the name of a file in it",
    errno.EACCES: "choose a folder that you may write to",
    errno.EPERM: "choose a folder that you may write to",
    errno.EROFS: "that disk can only be read: choose another folder",
    errno.ENOSPC: "the disk is full: free some space, or choose another disk",
    errno.EDQUOT: "your quota is used up: free some space, or choose another disk",
    errno.ENAMETOOLONG: "give a shorter name",
    errno.EXDEV: "choose a folder on one disk",
}


def write_atomic(path: str | Path, content: Content) -> None:
    """Write a file so that at every moment either its old or its new content is there, whole.

    A temporary file in the same folder is filled, flushed to the disk and renamed over the old one; it is removed
    whatever fails. `-` writes to standard output, all at once; devices and pipes are written into. Raises UsageError
    with the cause and what to do.
    """
    data = content if isinstance(content, bytes) else content()
    if str(path) == STDOUT:
        _write_stdout(data)
        return
    target = Path(path)
    try:
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if target.exists() and not target.is_file():
            _write_through(target, data)
            return
        # A link stays a link: what it points to is replaced.
        _replace(Path(os.path.realpath(target)), data)
    except OSError as error:
        raise _usage_error(str(path), error) from error


def refuse_unwritable(path: str | Path) -> None:
    """Say before long work what `write_atomic` would say after it: a folder that is missing or takes no files.

    Nothing is opened or made. A full disk is seen only when it is written to. Raises UsageError.
    """
    if str(path) == STDOUT:
        return
    target = Path(path)
    try:
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        folder = Path(os.path.realpath(target)).parent
        if not stat.S_ISDIR(folder.stat().st_mode):
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
        # A device or a pipe is written into, and its folder takes nothing.
        written = target if target.exists() and not target.is_file() else folder
        if not os.access(written, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except OSError as error:
        raise _usage_error(str(path), error) from error


def write_whole(path: str | Path, data: bytes) -> None:
    """`write_atomic` for one of many files: the system brings it to the disk when it likes.

    A process that ends leaves the file whole or not at all; after a power cut it may be shorter than it was. Its folder
    is made. Raises UsageError with the cause and what to do.
    """
    target = Path(path)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _replace(target, data, lasting=False)
    except OSError as error:
        raise _usage_error(str(path), error) from error


def made_folder(path: Path) -> None:
    """Make a folder, and those above it, where it is not there yet. Raises UsageError with the cause and what to do."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _usage_error(str(path), error) from error


def write_pieces(path: str | Path, pieces: Iterable[bytes]) -> None:
    """`write_atomic` for what is larger than memory: pieces are written as they come.

    Raises UsageError with the cause and what to do.
    """
    try:
        _replace(Path(path), pieces)
    except OSError as error:
        raise _usage_error(str(path), error) from error


def _replace(target: Path, data: bytes | Iterable[bytes], lasting: bool = True) -> None:
    temporary = target.with_name(f".{target.name[:200]}.tmp-{os.getpid()}")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o666)
        try:
            for piece in (data,) if isinstance(data, bytes) else data:
                _write_all(descriptor, piece)
            if lasting:
                os.fsync(descriptor)
        finally:
            os.close(descriptor)
        _keep_mode(target, temporary)
        os.replace(temporary, target)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise
    # The new file is in place and whole; that its name outlasts a power cut needs the folder on disk as well.
    # Some file systems cannot do that, and there is nothing to undo then.
    if lasting:
        with suppress(OSError):
            sync_folder(target.parent)


def _write_through(target: Path, data: bytes) -> None:
    """Write into a device or a pipe: it has no old content to keep, and a file must never take its place."""
    descriptor = os.open(target, os.O_WRONLY | os.O_CLOEXEC)
    try:
        _write_all(descriptor, data)
    finally:
        os.close(descriptor)


def _write_all(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while len(rest) > 0:
        rest = rest[os.write(descriptor, rest) :]


def _keep_mode(old: Path, new: Path) -> None:
    """An executable or private file stays so."""
    with suppress(FileNotFoundError):
        os.chmod(new, old.stat().st_mode & 0o7777)


def sync_folder(folder: Path) -> None:
    """Put the names that a folder holds on the disk; raises OSError where the file system cannot."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write_stdout(data: bytes) -> None:
    if sys.stdout.isatty() and not _is_text(data):
        raise UsageError("standard output is a terminal, and this is a binary file: give a file name, or a pipe")
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        # The reader has had enough: not a fault, and left to the caller, which ends quietly.
        raise
    except OSError as error:
        raise _usage_error("standard output", error) from error


def _is_text(data: bytes) -> bool:
    try:
        return "\0" not in data.decode("utf-8")
    except UnicodeDecodeError:
        return False


def _usage_error(name: str, error: OSError) -> UsageError:
    cause = error.strerror or str(error)
    suggestion = _SUGGESTIONS.get(error.errno or 0)
    if error.errno == errno.ENOENT and Path(name).parent.is_dir():
        # The folder is there and yet takes no file, as /proc.
        cause, suggestion = "that folder takes no new files", "choose another folder"
    return UsageError(f"cannot write {name}: {cause}" + (f"\n  help: {suggestion}" if suggestion else ""))
