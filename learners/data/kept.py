"""Grids that were made once, on the disk under the digest of what they were made from."""

from __future__ import annotations

import io
import os
import time
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Final

import numpy as np

from learners.data.packed import PackedGrids
from shapelang.arrays import AnyArray
from shapelang.diagnostics import UsageError
from shapelang.io.atomic import write_atomic

MAKING: Final = 2
"""Raised when the same program would give other cells: what was kept before is then made anew."""
MOST: Final = 2 << 30
"""Bytes of all that is kept; what was used longest ago goes first."""
_DIGEST: Final = 32
_LEFT: Final = 86_400.0
"""Seconds after which a file that is half written is one that a kill has left."""


def kept(made_from: str, resolution: int, make: Callable[[], PackedGrids]) -> PackedGrids:
    """Grids that are made once: those on the disk where they are there and whole, else what `make` gives.

    made_from: all that decides the grids, as text; its digest is the file's name. Where the disk takes no file they are
    made each time.
    """
    folder, key = _folder(), sha256(f"{MAKING}\n{resolution}\n{made_from}".encode()).hexdigest()[:32]
    if folder is None:
        return make()
    file = folder / f"{key}.grids"
    if (bits := _read(file, resolution)) is not None:
        with suppress(OSError):
            os.utime(file)
        return PackedGrids(bits, resolution, 3)
    made = make()
    # Minutes of work are not lost for a disk that takes no file.
    with suppress(OSError, UsageError):
        folder.mkdir(parents=True, exist_ok=True)
        array = io.BytesIO()
        np.save(array, made.bits, allow_pickle=False)
        content = array.getvalue()
        write_atomic(file, sha256(content).digest() + content)
        _tidy(folder)
    return made


def _folder() -> Path | None:
    """Where grids are kept; None for who has no home."""
    try:
        place = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    except RuntimeError:
        return None
    return Path(place) / "shapelang" / "grids"


def _read(file: Path, resolution: int) -> AnyArray | None:
    """What was kept; None where nothing was, it is damaged (its digest goes before it), or of another resolution."""
    try:
        content = file.read_bytes()
    except OSError:
        return None
    if sha256(content[_DIGEST:]).digest() != content[:_DIGEST]:
        return None
    bits: AnyArray = np.load(io.BytesIO(content[_DIGEST:]), allow_pickle=False)
    return bits if bits.dtype == np.uint8 and bits.shape[1:] == (-(-(resolution**3) // 8),) else None


def _tidy(folder: Path) -> None:
    """Take away what kills left, and what was used longest ago beyond `MOST` bytes."""
    now = time.time()
    for left in folder.glob(".*.tmp-*"):
        if now - left.stat().st_mtime > _LEFT:
            left.unlink(missing_ok=True)
    total = 0
    told = [(one.stat(), one) for one in folder.iterdir() if not one.name.startswith(".")]
    for status, file in sorted(told, key=lambda one: one[0].st_mtime, reverse=True):
        total += status.st_size
        if total > MOST:
            file.unlink(missing_ok=True)
