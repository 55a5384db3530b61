"""Shapes of trained nets, one after the other into a folder, and all of them on a sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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


def write_shapes(shapes: Sequence[tuple[str, Made]], folder: Path, form: MadeFormat, tell: Progress) -> Written:
    """Write shapes by name into a folder, each file whole or not at all. Raises UsageError."""
    files: list[Mapping[str, Any]] = []
    empty: list[str] = []
    made_folder(folder)
    for number, (name, made) in enumerate(shapes):
        tell(f"making {name}", number / len(shapes))
        try:
            content = made_bytes(made, form, name)
        except EmptyError:
            empty.append(name)
        else:
            path = str(folder / f"{name}.{form.value}")
            write_output(path, content)
            files.append(file_row(path, content))
    return Written(tuple(files), tuple(empty))


def write_sheet(
    shapes: Sequence[tuple[str, Made]], sheet: str, tell: Progress, columns: int | None = None
) -> dict[str, Any]:
    """Draw shapes with their captions on one picture, as wide as high where no columns are given; the row of its file.

    Raises UsageError where it cannot be written.
    """
    from shapelang.rendering.sheet import contact_sheet

    tiles: list[Picture] = []
    for number, (_, made) in enumerate(shapes):
        tell("drawing the sheet", number / len(shapes))
        tiles.append(tile_of(made))
    captions = [caption for caption, _ in shapes]
    content = contact_sheet(tiles, captions, columns or ceil(sqrt(len(tiles)))).png()
    write_output(sheet, content)
    return file_row(sheet, content)
