"""Folders of files that are there whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from shapelang.diagnostics import UsageError
from shapelang.io.atomic import sync_folder, write_atomic


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
