"""A command run to its end, or to the end of its time or memory."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from multiprocessing import parent_process
from select import select
from time import perf_counter
from typing import Final, final

from benchmarks.infer.rows import State
from benchmarks.timing import ROOT

_OUT_OF_MEMORY: Final = ("MemoryError", "bad_alloc", "Unable to allocate", "Cannot allocate memory")
"""How Python, C++, NumPy and the system say it."""


@final
@dataclass(frozen=True, slots=True)
class Limits:
    """`seconds` of wall clock and `memory` in bytes that a command may use.

    `asked`: the seconds that a system is told to keep to where it has such an option.
    """

    seconds: float
    memory: int
    asked: float

    def held_to(self) -> Limits:
        """For a system that was told: a quarter of its time more, and ten seconds."""
        return replace(self, seconds=min(self.seconds, 1.25 * self.asked + 10.0))


@final
@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended; `said`: the end of what it wrote to its standard error.

    seconds: of wall clock · cpu: of all cores together, which other work on the machine changes less.
    """

    state: State
    seconds: float
    cpu: float
    said: str


def run_limited(command: Sequence[str], limits: Limits, refusal: int | None = None) -> Ended:
    """Run a command of its own session, at the root of the repository; it dies with all its children at its limit.

    `refusal`: the exit code that means that the input was refused. Raises OSError where the command cannot be started.
    """
    with tempfile.TemporaryFile() as errors:
        started, used = perf_counter(), _cpu()
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            start_new_session=True,
        )
        resource.prlimit(process.pid, resource.RLIMIT_DATA, (limits.memory, limits.memory))
        code = _waited(process, limits.seconds)
        seconds = perf_counter() - started
        _end(process)
        errors.seek(0)
        said = errors.read().decode(errors="replace").strip()[-2000:]
    return Ended(_state(code, said, refusal), seconds, _cpu() - used, said)


def _environment() -> dict[str, str]:
    """That of this process, but what Python compiles is kept, as where a package is installed: caches are warm."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def _waited(process: subprocess.Popen[bytes], seconds: float) -> int | None:
    """The exit code, or None where a command is not done in time or nobody is left who would want to know."""
    run = parent_process()
    handle = os.pidfd_open(process.pid)
    try:
        ended = select([handle, *([run.sentinel] if run is not None else [])], [], [], seconds)[0]
    finally:
        os.close(handle)
    return process.wait() if handle in ended else None


def _cpu() -> float:
    """Seconds of all the commands that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill what is left of a command's session."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()


def _state(code: int | None, said: str, refusal: int | None) -> State:
    if code is None:
        return State.TIME
    if code == 0:
        return State.OK
    if any(word in said for word in _OUT_OF_MEMORY):
        return State.MEMORY
    return State.REFUSED if code == refusal else State.FAILED
