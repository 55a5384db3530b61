"""What one item may use."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final, final

_STATUS: Final = Path("/proc/self/status")


@final
@dataclass(frozen=True, slots=True)
class ItemLimits:
    """`seconds`: of wall clock, until its process is ended. `memory`: bytes beyond what the process had before its
    first item; None is as much as there is.
    """

    seconds: float
    memory: int | None = None


def limits_memory() -> bool:
    """Whether this system keeps a process to a limit of memory: Linux does."""
    return sys.platform == "linux" and _STATUS.exists()


def limit_memory(more: int) -> None:
    """Let this process have so many more bytes of private memory (stacks of threads count); it raises MemoryError then.

    RLIMIT_DATA, since RLIMIT_AS would count what is reserved and never used: 128 MiB for each thread (setrlimit(2)).
    """
    if sys.platform == "linux":
        import resource

        limit = _private_bytes() + more
        _, most = resource.getrlimit(resource.RLIMIT_DATA)
        if most != resource.RLIM_INFINITY:
            limit = min(limit, most)
        resource.setrlimit(resource.RLIMIT_DATA, (limit, most))


def _private_bytes() -> int:
    rows = (row.split() for row in _STATUS.read_text().splitlines())
    return next(int(row[1]) * 1024 for row in rows if row[0] == "VmData:")
