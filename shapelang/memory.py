"""The process's memory: what the collector walks, and what the C library gives back to the system."""

from __future__ import annotations

import gc
from collections.abc import Generator
from contextlib import contextmanager
from functools import lru_cache

import numpy as np


@contextmanager
def collector_paused() -> Generator[None]:
    """Pauses the collector: a tree or an assembly that grows has no cycles, and walking it again and again for some
    takes two fifths of the time of a large run. What is dropped without a cycle is freed as always.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@lru_cache(maxsize=1)
def keep_freed_memory() -> None:
    """Let the C library keep some megabytes of what is freed, so that the next arrays need no fresh pages.

    glibc gives large blocks back to the system at once, until one of that size was freed: from then on it keeps up to
    twice as much (mallopt(3), M_MMAP_THRESHOLD). This frees one of 8 MB, which was never touched and costs nothing.
    Fresh pages take more than half the time of putting together a mesh of some hundred parts.
    """
    np.zeros(1 << 20)
