"""Folders of files that are there whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from shapelang.diagnostics import UsageError
from shapelang.io.atomic import sync_folder, write_atomic
from shapelang.io.json_text import compact


def write_folder(whole: Path, files: Mapping[str, bytes]) -> None:
    """Write files by name into a folder of their own, in the place of the one that may stand there.

    It is filled under another name, flushed to the disk and renamed, so that a full disk or a kill while it is filled
    leaves what was there; a kill between the two renames leaves the old one beside it. Raises UsageError where it
    cannot be written.
    """
    filled, old = (whole.with_name(f".{whole.name}.{what}-{os.getpid()}") for what in ("tmp", "old"))
    try:
        filled.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            write_atomic(filled / name, content)
        _exchange(filled, whole, old)
        with suppress(OSError):
            sync_folder(whole.parent)
    except OSError as error:
        raise UsageError(f"cannot write {whole}: {error.strerror or error}") from None
    finally:
        shutil.rmtree(filled, ignore_errors=True)


def add_line(file: Path, row: Mapping[str, Any]) -> None:
    """Add an object as a line of JSON, and see it onto the disk. Raises UsageError where it cannot be written.

    A line that a kill cut short stays alone: one that began where it ends would be lost with it.
    """
    try:
        with file.open("a+b") as lines:
            cut = lines.seek(0, os.SEEK_END) > 0 and lines.seek(-1, os.SEEK_END) >= 0 and lines.read(1) != b"\n"
            lines.write(b"\n" * cut + compact(dict(row)) + b"\n")
            lines.flush()
            os.fsync(lines.fileno())
    except OSError as error:
        raise UsageError(f"cannot write {file}: {error.strerror or error}") from None


def clear_leftovers(place: Path) -> None:
    """Take away what `write_folder` and `write_atomic` left in a folder where they were killed.

    An old folder of which the new one is not there gets its name back. For where nobody else is writing.
    """
    with suppress(OSError):
        for left in place.glob(".*.old-*"):
            whole = place / left.name[1:].rpartition(".")[0]
            if not whole.exists():
                left.rename(whole)
            else:
                shutil.rmtree(left, ignore_errors=True)
        for left in place.glob(".*.tmp-*"):
            if left.is_dir():
                shutil.rmtree(left, ignore_errors=True)
            else:
                left.unlink()


def _exchange(filled: Path, whole: Path, old: Path) -> None:
    if not whole.exists():
        filled.rename(whole)
        return
    whole.rename(old)
    try:
        filled.rename(whole)
    except OSError:
        old.rename(whole)
        raise
    shutil.rmtree(old, ignore_errors=True)
