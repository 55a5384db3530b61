"""The folder of a run: what has been made there, and by which settings."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Any, Final, Self, final

from shapelang.cli.sampling.drawing import Row
from shapelang.cli.sampling.items import Shard
from shapelang.diagnostics import UsageError, counted
from shapelang.io.atomic import write_atomic
from shapelang.io.json_text import compact, indented
from shapelang.io.locked import lock_file

ROWS: Final = "manifest"
SETTINGS: Final = "settings"
LISTED: Final = 10_000
"""Items up to which a finished run has all of its rows in one manifest.json as well."""

_UNREADABLE: Final = "the settings of the run that stands there cannot be read\n  help: mend settings.json to go on"
_BY_RUN: Final = frozenset({"count", "finished", "draws", "made", "refused"})
"""Of the settings, what may differ when a run goes on."""


@final
class RunFolder:
    """The rows of a shard, in `manifest.jsonl`, and its settings, in `settings.json`; locked while it is open.

    Rows are added a chunk at a time; what a power cut left of a line is taken away when the folder is opened. Nothing
    is made before the first row. Raises UsageError where the folder is not to be had.
    """

    def __init__(self, path: Path, settings: dict[str, Any], shard: Shard, again: bool) -> None:
        self.path = path
        self.shard = shard
        self.rows_path = path / f"{ROWS}{shard.suffix}.jsonl"
        self._settings_path = path / f"{SETTINGS}{shard.suffix}.json"
        self._settings, self._again = settings, again
        self._file = -1
        self._begun = False
        self._told = self.rows_path.name
        self.done = Indices()
        """The items that have a row whose file is there."""
        self.refused = Indices()
        self.draws = 0
        self.stays = False
        """Whether files of another run may be left, since this one is begun anew over it."""

    def __enter__(self) -> Self:
        """Lock the shard and read what is there; what is no beginning of this run is refused."""
        try:
            self._open()
        except FileExistsError:
            raise UsageError(f"{self.path}: that is a file, not a folder") from None
        except BlockingIOError:
            self._close()
            raise UsageError(f"{self.path}: another run is writing there; wait for its end, or end it") from None
        except OSError as error:
            self._close()
            raise UsageError(f"cannot make the folder {self.path}: {error.strerror or error}") from None
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Bring the rows to the disk, and let others in."""
        del kind, error, trace
        self._close()

    @property
    def told(self) -> str:
        """The file in which a finished run is told of."""
        return self._told

    def add(self, rows: Sequence[Row]) -> None:
        """Add rows. Raises UsageError where the disk takes no more."""
        self._begin()
        lines = b"".join(compact(row) + b"\n" for row in rows)
        try:
            start = os.fstat(self._file).st_size
            if os.write(self._file, lines) < len(lines):
                os.ftruncate(self._file, start)
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        except OSError as error:
            raise UsageError(f"cannot write {self.rows_path}: {error.strerror or error}") from None
        for row in rows:
            self._note(row)

    def rows(self) -> Iterator[Row]:
        """All rows as they stand in the file, in the order in which they came."""
        with open(self.rows_path, "rb") as file:
            for line in file:
                row = _row(line)
                if row is not None:
                    yield row

    def labelled(self) -> Iterator[tuple[str, str]]:
        """The folder below this one of each labelled item, with its split; each item once."""
        told = Indices()
        for row in self.rows():
            if "labels" in row and row["index"] not in told:
                told.add(row["index"])
                yield str(PurePosixPath(row["labels"]).parent), row["split"]

    def finish(self, count: int, header: dict[str, Any]) -> None:
        """Say that all is there. A small run of one shard has a manifest.json with all that is told of it."""
        self._begin()
        summary = {"finished": True, "made": len(self.done), "refused": len(self.refused), "draws": self.draws}
        write_atomic(self._settings_path, indented(self._settings | summary))
        if self.shard.of > 1:
            return
        manifest = self.path / f"{ROWS}.json"
        if count > LISTED:
            with suppress(FileNotFoundError):
                manifest.unlink()
            return
        self._told = manifest.name
        # When one was made again, the last row counts.
        found = {row["index"]: row for row in self.rows() if "refused" not in row}
        write_atomic(manifest, indented(header | {"variants": [found[k] for k in sorted(found)][:count]}))

    def _open(self) -> None:
        self.path.mkdir(parents=True, exist_ok=True)
        self._file = os.open(self.rows_path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o666)
        lock_file(self._file)
        earlier = _settings_in(self._settings_path)
        if earlier is None and not self._settings_path.exists():
            return
        clash = _UNREADABLE if earlier is None else _clash(earlier, self._settings)
        self.stays = self._again and clash is not None
        if not self._again and clash is not None:
            raise UsageError(f"{self.path}: {clash}, --again to begin anew, or another folder")
        if not self._again:
            self._read()

    def _read(self) -> None:
        kept: list[bytes] = []
        with open(self.rows_path, "rb") as file:
            for line in file:
                row = _row(line)
                if row is not None:
                    kept.append(line)
                    with suppress(KeyError, TypeError):
                        if self._stands(row):
                            self._note(row)
        if sum(map(len, kept)) < os.fstat(self._file).st_size:
            # What is no row would be in everybody's way who reads the file; its item is made again.
            os.ftruncate(self._file, 0)
            os.write(self._file, b"".join(kept))
        self._begun = len(kept) > 0 and self._settings_path.exists()
        if self._begun:
            write_atomic(self._settings_path, indented(self._settings | {"finished": False}))

    def _stands(self, row: Row) -> bool:
        """Whether the file of a row is there and whole."""
        if "file" not in row:
            return "refused" in row
        try:
            # Labels are written last: where they are, all of the item is.
            if "labels" in row and (self.path / row["labels"]).stat().st_size == 0:
                return False
            return (self.path / row["file"]).stat().st_size == row["bytes"]
        except OSError:
            return False

    def _note(self, row: Row) -> None:
        self.draws += row["draws"]
        (self.refused if "refused" in row else self.done).add(row["index"])

    def _begin(self) -> None:
        """Before the first row: what an earlier run of other settings told is taken away."""
        if not self._begun:
            self._begun = True
            os.ftruncate(self._file, 0)
            write_atomic(self._settings_path, indented(self._settings | {"finished": False}))

    def _close(self) -> None:
        if self._file < 0:
            return
        with suppress(OSError):
            if os.fstat(self._file).st_size == 0:
                self.rows_path.unlink()
            else:
                os.fsync(self._file)
        os.close(self._file)
        self._file = -1


@final
class Indices:
    """A set of whole numbers from 0 on, a bit for each."""

    def __init__(self) -> None:
        self._bits = bytearray()
        self._count = 0

    def add(self, index: int) -> None:
        """Put one in."""
        if index // 8 >= len(self._bits):
            self._bits.extend(bytes(index // 8 + 1 - len(self._bits) + len(self._bits) // 2))
        self._count += index not in self
        self._bits[index // 8] |= 1 << index % 8

    def __contains__(self, index: int) -> bool:
        return index // 8 < len(self._bits) and bool(self._bits[index // 8] >> index % 8 & 1)

    def __len__(self) -> int:
        return self._count


def _row(line: bytes) -> Row | None:
    """What a line of a manifest tells of an item; None of one that is cut or damaged."""
    try:
        found = json.loads(line) if line.endswith(b"\n") else None
    except ValueError:
        return None
    return found if isinstance(found, dict) and isinstance(found.get("index"), int) else None


def _settings_in(path: Path) -> dict[str, Any] | None:
    """The settings of an earlier run; None where there are none that can be read."""
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def _clash(earlier: dict[str, Any], settings: dict[str, Any]) -> str | None:
    """Why a run cannot go on where an earlier one ended, with what would: files that are none of its own would stay."""
    run = "a finished run" if earlier.get("finished") else "an unfinished run"
    other = _first_difference(earlier, settings)
    if other is not None:
        what = other.removesuffix("_sha256")
        return f"{run} stands there, whose {what} was another\n  help: give the same options to go on"
    count = earlier.get("count")
    if isinstance(count, int) and count > settings["count"]:
        stands = f"{run} of {counted(count, 'variant')} stands there, more than the {settings['count']:,} asked for"
        return f"{stands}\n  help: give -n {count} to go on"
    return None


def _first_difference(one: dict[str, Any], other: dict[str, Any]) -> str | None:
    """The first setting in which two runs differ; None when the one may go on where the other ended."""
    return next(
        (
            name
            for name in sorted(one.keys() | other.keys() - _BY_RUN)
            if name not in _BY_RUN and one.get(name) != other.get(name)
        ),
        None,
    )
