"""Folders and files that one process alone writes into."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path
from typing import Final

NOT_LOCKED: Final = -1

_NO_LOCKS: Final = (errno.ENOLCK, errno.ENOTSUP, errno.EBADF, errno.EINVAL, errno.ENOSYS)
"""What disks answer that lock nothing."""


def lock_folder(folder: Path) -> int:
    """The descriptor that holds the lock of a folder until it is closed, which the end of a process does as well.

    Nothing is written for it. `NOT_LOCKED` where folders have no locks: on Windows, and on some disks of a network.
    Raises BlockingIOError where another process holds it, and what else opening a folder raises.
    """
    if sys.platform == "win32":
        return NOT_LOCKED
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        locked = lock_file(descriptor)
    except OSError:
        os.close(descriptor)
        raise
    if locked:
        return descriptor
    os.close(descriptor)
    return NOT_LOCKED


def lock_file(descriptor: int) -> bool:
    """Lock what a descriptor is of until it is closed; whether it could be: not on Windows, nor on some disks.

    Raises BlockingIOError where another process holds it, and OSError of a broken disk.
    """
    if sys.platform == "win32":
        return False
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in _NO_LOCKS:
            return False
        raise
    return True
