"""Shapes of trained nets, one after the other into a folder, and all of them on a sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, sqrt
from pathlib import Path
from typing import TYPE_CHECKING, Any, final

from shapelang.cli.build import write_output
from shapelang.cli.facts import file_row
from shapelang.cli.made_shapes import Made, MadeFormat, made_bytes, tile_of
from shapelang.deadline import Progress
from shapelang.diagnostics import EmptyError

if TYPE_CHECKING:
    from shapelang.rendering.picture import Picture


@final
@dataclass(frozen=True, slots=True)
class Written:
    """Rows of what was written, and the names of shapes of which nothing is inside."""

    files: list[dict[str, Any]]
    empty: list[str]


def write_shapes(
    shapes: Sequence[tuple[str, Made]], folder: Path | None, form: MadeFormat, sheet: str | None, tell: Progress
) -> Written:
    """Write shapes by name into a folder, each file whole or not at all, and a sheet of all. Raises UsageError."""
    written = Written([], [])
    tiles: list[Picture] = []
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    for number, (name, made) in enumerate(shapes):
        tell(f"making {name}", number / len(shapes))
        if folder is not None:
            try:
                content = made_bytes(made, form, name)
            except EmptyError:
                written.empty.append(name)
            else:
                path = str(folder / f"{name}.{form.value}")
                write_output(path, content)
                written.files.append(file_row(path, content))
        if sheet is not None:
            tiles.append(tile_of(made))
    if sheet is not None:
        from shapelang.rendering.sheet import contact_sheet

        captions = [name.rsplit("_", 1)[-1] for name, _ in shapes]
        content = contact_sheet(tiles, captions, ceil(sqrt(len(tiles)))).png()
        write_output(sheet, content)
        written.files.append(file_row(sheet, content))
    return written
