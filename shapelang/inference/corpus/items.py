"""What there is to do in a folder of meshes."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final, final

SUFFIXES: Final = frozenset(
    {".obj", ".stl", ".ply", ".off", ".glb", ".gltf", ".3mf", ".xyz", ".pts", ".npy", ".npz", ".binvox"}
)
"""Meshes, points and voxels. By name and not by content: a folder holds materials, pictures and texts besides them, so
that points in `.txt` and `.csv` are not found."""


@final
@dataclass(frozen=True, slots=True)
class Item:
    """A mesh of a folder. `name`: below the folder, with `/`; `path`: absolute; `program`: below the output folder."""

    name: str
    path: str
    program: str


def find_items(folder: Path, left_out: Path) -> tuple[Item, ...]:
    """The meshes below a folder in the order of their names, without those in the folder `left_out` below it.

    A program is called as its mesh; with the mesh's suffix before its own where two would be called the same. Links to
    folders are not followed, so that the walk ends.
    """
    names = sorted(_names(folder.resolve(), left_out.resolve()))
    bare = Counter(_stem(name).casefold() for name in names)
    whole = {name.casefold() for name in names}
    root = folder.resolve()
    return tuple(Item(name, str(root / name), _program(name, bare, whole)) for name in names)


def _names(root: Path, left_out: Path) -> Iterator[str]:
    for folder, below, files in os.walk(root):
        here = Path(folder)
        below[:] = [name for name in below if not name.startswith(".") and here / name != left_out]
        for name in files:
            path = here / name
            if path.suffix.lower() in SUFFIXES and not name.startswith(".") and _may_be_read(path):
                yield path.relative_to(root).as_posix()


def _may_be_read(path: Path) -> bool:
    """Not a pipe or a device, which may never end; a link to nothing is told of like any file that cannot be read."""
    return path.is_file() or not path.exists()


def numbered(program: str, number: int) -> str:
    """`table.2.shape` for the second program of `table.shape`."""
    path = PurePosixPath(program)
    return str(path.with_name(f"{path.stem}.{number}{path.suffix}"))


def _stem(name: str) -> str:
    return str(PurePosixPath(name).with_suffix(""))


def _program(name: str, bare: Counter[str], whole: Iterable[str]) -> str:
    stem = _stem(name)
    alone = bare[stem.casefold()] == 1 and stem.casefold() not in whole
    return f"{stem if alone else name}.shape"


def file_hash(path: str) -> str | None:
    """SHA-256 of a file in hexadecimal digits; None where it cannot be read."""
    try:
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None
