"""Folders that one process alone writes into."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

NOT_LOCKED: Final = -1


def lock_folder(folder: Path) -> int:
    """The descriptor that holds the lock of a folder until it is closed, which the end of a process does as well.

    Nothing is written for it. `NOT_LOCKED` on Windows, where folders have no locks. Raises BlockingIOError where
    another process holds it, and what else opening a folder raises.
    """
    if sys.platform == "win32":
        return NOT_LOCKED
    import fcntl

    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor
