"""Shapes of trained nets, one after the other into a folder, and all of them on a sheet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil, sqrt
from pathlib import Path
from typing import TYPE_CHECKING, Any, final

from shapelang.cli.build import write_output
from shapelang.cli.facts import file_row
from shapelang.cli.made_shapes import Made, MadeFormat, made_bytes, tile_of
from shapelang.deadline import Progress
from shapelang.diagnostics import EmptyError
from shapelang.io.atomic import made_folder

if TYPE_CHECKING:
    from shapelang.rendering.picture import Picture


@final
@dataclass(frozen=True, slots=True)
class Written:
    """Rows of the files, and the names of shapes of which nothing is inside."""

    files: tuple[Mapping[str, Any], ...] = ()
    empty: tuple[str, ...] = ()

    def with_file(self, row: Mapping[str, Any]) -> Written:
        """The same and one file more."""
        return replace(self, files=(*self.files, row))


def written_row(path: str, content: bytes) -> Mapping[str, Any]:
    """Write a file, whole or not at all; its row. Raises UsageError."""
    write_output(path, content)
    return file_row(path, content)


def write_shapes(
    shapes: Iterable[tuple[str, Made]], count: int, folder: Path, form: MadeFormat, tell: Progress
) -> Written:
    """Write so many shapes by name into a folder, each when it is asked for. Raises UsageError."""
    written = Written()
    made_folder(folder)
    for number, (name, made) in enumerate(shapes):
        tell(f"making {name}", number / count)
        written = _with_shape(written, name, made, folder, form)
    return written


def write_sheet(
    shapes: Iterable[tuple[str, Made]], count: int, sheet: str, tell: Progress, columns: int | None = None
) -> Written:
    """Draw so many shapes with their captions on one picture, as wide as high where no columns are given.

    Empty shapes are told by their captions. Raises UsageError where it cannot be written.
    """
    tiles: list[tuple[str, Picture]] = []
    empty: list[str] = []
    for number, (caption, made) in enumerate(shapes):
        tell("drawing the sheet", number / count)
        tile, nothing = tile_of(made)
        tiles.append((caption, tile))
        empty += [caption] if nothing else []
    return Written((_sheet_row(tiles, sheet, columns),), tuple(empty))


def write_both(
    shapes: Iterable[tuple[str, Made]], count: int, folder: Path, form: MadeFormat, sheet: str, tell: Progress
) -> Written:
    """The same shapes into a folder and on a sheet, captioned by the ends of their names, each made once."""
    written = Written()
    tiles: list[tuple[str, Picture]] = []
    made_folder(folder)
    for number, (name, made) in enumerate(shapes):
        tell(f"making {name}", number / count)
        written = _with_shape(written, name, made, folder, form)
        tiles.append((name.rpartition("_")[2], tile_of(made)[0]))
    return written.with_file(_sheet_row(tiles, sheet, None))


def _with_shape(written: Written, name: str, made: Made, folder: Path, form: MadeFormat) -> Written:
    try:
        content = made_bytes(made, form, name)
    except EmptyError:
        return replace(written, empty=(*written.empty, name))
    return written.with_file(written_row(str(folder / f"{name}.{form.value}"), content))


def _sheet_row(tiles: Sequence[tuple[str, Picture]], sheet: str, columns: int | None) -> Mapping[str, Any]:
    from shapelang.rendering.sheet import contact_sheet

    captions, pictures = [caption for caption, _ in tiles], [picture for _, picture in tiles]
    return written_row(sheet, contact_sheet(pictures, captions, columns or ceil(sqrt(len(tiles)))).png())
