"""A folder of meshes becomes a folder of programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import final

from shapelang.diagnostics import UsageError
from shapelang.inference.corpus.items import Item, file_hash, numbered
from shapelang.inference.corpus.manifest import Manifest
from shapelang.inference.corpus.pool import Executor
from shapelang.inference.corpus.results import Done, Made, Work
from shapelang.inference.corpus.rows import Row, Settings, row_of
from shapelang.io.atomic import write_atomic


@final
@dataclass(frozen=True, slots=True)
class Finished:
    """The row of an item; `kept`: it is of an earlier run."""

    row: Row
    kept: bool


@final
class CorpusRun:
    """Items, and what is done with them into the folder `out`. Programs and rows are written by this process alone."""

    def __init__(self, work: Work, settings: Settings, out: Path) -> None:
        self._work, self._settings, self._out = work, settings, out
        self._hashes: dict[str, str | None] = {}

    def rows(self, items: Sequence[Item], executor: Executor, again: bool = False) -> Iterator[Finished]:
        """A row for each item: first those that still stand (none with `again`), then the others as they come.

        Ended at any moment, what was yielded stands, and the next run goes on from there. The executor's context is
        the caller's. Raises UsageError where the
        folder cannot be written to, or is written to by another run.
        """
        with Manifest(self._out) as manifest:
            rest: list[Item] = []
            for item in items:
                row = None if again else self._standing(item, manifest.rows.get(item.name))
                if row is None:
                    rest.append(item)
                else:
                    yield Finished(row, kept=True)
            owners = self._owners(items)
            for done in executor.run(self._work, self._hashed(rest)):
                row, before = self._written(done, manifest)
                self._put_away(before, row, owners)
                yield Finished(row, kept=False)

    def _standing(self, item: Item, row: Row | None) -> Row | None:
        """The row of an earlier run, if the file, the settings and the program are as they were."""
        if row is None or not row.stands_for(self._settings) or row.program not in (None, item.program):
            return None
        if not all((self._out / program).is_file() for program in row.files):
            return None
        return row if row.sha256 is not None and self._hash(item) == row.sha256 else None

    def _hash(self, item: Item) -> str | None:
        if item.name not in self._hashes:
            self._hashes[item.name] = file_hash(item.path)
        return self._hashes[item.name]

    def _hashed(self, items: Sequence[Item]) -> Iterator[Item]:
        """Items as they are asked for, read once more by then: what is recorded is what was worked on."""
        for item in items:
            self._hash(item)
            yield item

    def _written(self, done: Done, manifest: Manifest) -> tuple[Row, Row | None]:
        """The row, and the one before it. The program is there before the row that tells of it."""
        row = row_of(done, self._hashes[done.item.name], self._settings)
        before = manifest.rows.get(row.file)
        if isinstance(done.result, Made):
            self._write(done.item.program, done.result.text)
            for number, other in enumerate(done.result.others, 2):
                self._write(numbered(done.item.program, number), other.text)
        manifest.add(row)
        return row, before

    def _put_away(self, before: Row | None, row: Row, owners: Mapping[str, str]) -> None:
        """Remove the programs of the file as it was: nobody shall take them for what the row tells."""
        for old in () if before is None else before.files:
            if old in row.files or owners.get(old, row.file) != row.file:
                continue
            path = PurePosixPath(old)
            # A manifest may come from elsewhere: it removes nothing but programs, and those only here.
            if path.suffix == ".shape" and not path.is_absolute() and ".." not in path.parts:
                with suppress(OSError):
                    (self._out / path).unlink()

    def _owners(self, items: Sequence[Item]) -> dict[str, str]:
        """Whose each program is. Raises UsageError where one of two meshes would be called as another one of one."""
        owners = {item.program: item.name for item in items}
        for item in items:
            for number in range(2, self._settings.alternatives + 1):
                other = owners.setdefault(numbered(item.program, number), item.name)
                if other != item.name:
                    raise UsageError(
                        f"program {number} of {item.name} would be called as that of {other}; rename one of the two"
                    )
        return owners

    def _write(self, program: str, text: str) -> None:
        path = self._out / program
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"cannot make the folder {path.parent}: {error.strerror or error}") from None
        write_atomic(path, text.encode("utf-8"))
