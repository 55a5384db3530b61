"""The manifest of a folder of programs: a file to which rows are added, whole or not at all."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from types import TracebackType
from typing import Final, Self, final

from shapelang.diagnostics import UsageError
from shapelang.inference.corpus.rows import Row, read_row
from shapelang.io.locked import lock_folder

MANIFEST: Final = "manifest.jsonl"


@final
class Manifest:
    """The rows of a folder, the newest of each file, and the one process that may add to them.

    Each row is one line, added by one write to the end of the file; what a power cut left of a line is taken away when
    the manifest is opened. While it is open, the folder is locked. Raises UsageError where that is not to be had.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / MANIFEST
        self._folder = folder
        self._lock = -1
        self._file = -1
        self.rows: dict[str, Row] = {}

    def __enter__(self) -> Self:
        """Make the folder, lock it and read the rows."""
        try:
            self._open()
        except FileExistsError:
            raise UsageError(f"{self._folder}: that is a file, not a folder") from None
        except BlockingIOError:
            raise UsageError(f"{self._folder}: another run is writing there; wait for its end, or end it") from None
        except OSError as error:
            self._close()
            raise UsageError(f"cannot write {self.path}: {error.strerror or error}") from None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let others in."""
        del kind, error, trace
        self._close()

    def add(self, row: Row) -> None:
        """Add a row, which from now on is the one of its file. Raises UsageError where the disk takes no more."""
        line = row.line()
        try:
            start = os.fstat(self._file).st_size
            if os.write(self._file, line) < len(line):
                os.ftruncate(self._file, start)
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(self._file)
        except OSError as error:
            raise UsageError(f"cannot write {self.path}: {error.strerror or error}") from None
        self.rows[row.file] = row

    def _open(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._lock = lock_folder(self._folder)
        self._file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o666)
        data = self.path.read_bytes()
        whole = data.rfind(b"\n") + 1
        if whole < len(data):
            os.ftruncate(self._file, whole)
        found = (read_row(line) for line in data[:whole].splitlines())
        self.rows = {row.file: row for row in found if row is not None}

    def _close(self) -> None:
        for descriptor in (self._file, self._lock):
            if descriptor >= 0:
                os.close(descriptor)
        self._file = self._lock = -1
