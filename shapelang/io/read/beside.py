"""Files that a mesh file refers to: only those in its own folder."""

from __future__ import annotations

from pathlib import Path

from shapelang.io.limits import Limits
from shapelang.io.read.source import MeshSource


def beside(source: MeshSource, name: str) -> bytes | None:
    """The content of a file of that name in the folder of the source; None where there is none, or may be none.

    Folders, links out of the folder and files over the limit are none.
    """
    if source.folder is None or not name or name in (".", "..") or any(c in name for c in "/\\:\0"):
        return None
    folder = source.folder.resolve()
    path = (folder / name).resolve()
    if path.parent != folder or not path.is_file():
        return None
    return bounded(path, source.limits)


def bounded(path: Path, limits: Limits) -> bytes | None:
    """The bytes of a file; None where they are more than the limit. Raises OSError."""
    with path.open("rb") as file:
        data = file.read(limits.file_bytes + 1)
    return data if len(data) <= limits.file_bytes else None
