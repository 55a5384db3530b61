"""Medians of repeated calls and of whole processes, and the machine they were taken on."""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import final

ROOT = Path(__file__).parents[1]


@final
@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds: the median of `runs`, with the least and the greatest."""

    median: float
    least: float
    greatest: float
    runs: int

    def __str__(self) -> str:
        """Milliseconds below a second, seconds above."""
        return shown(self.median)


def shown(seconds: float) -> str:
    """Three significant digits with a unit."""
    if seconds >= 1:
        return f"{seconds:.2f} s"
    return f"{seconds * 1e3:.3g} ms"


def warm(call: Callable[[], object], *, runs: int = 15, at_least: float = 0.02) -> Timing:
    """Time of one call in a warm process; short calls are repeated within a run."""
    call()
    start = time.perf_counter()
    call()
    number = max(1, int(at_least / max(time.perf_counter() - start, 1e-7)))
    taken: list[float] = []
    for _ in range(runs):
        start = time.perf_counter()
        for _ in range(number):
            call()
        taken.append((time.perf_counter() - start) / number)
    return Timing(statistics.median(taken), min(taken), max(taken), runs)


def in_turn(one: Callable[[], object], other: Callable[[], object], *, runs: int = 60) -> tuple[Timing, Timing]:
    """Times of two calls in a warm process, taken in turn, so that what slows the machine slows both."""
    taken: tuple[list[float], list[float]] = ([], [])
    for k in range(runs + 2):
        for times, call in zip(taken, (one, other), strict=True):
            start = time.perf_counter()
            call()
            if k >= 2:
                times.append(time.perf_counter() - start)
    first, second = (Timing(statistics.median(t), min(t), max(t), runs) for t in taken)
    return first, second


def whole(command: Sequence[str], *, runs: int = 5) -> Timing:
    """Time of a whole process, after one that fills the caches. Raises CalledProcessError when it fails."""
    taken: list[float] = []
    for k in range(runs + 1):
        start = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True, cwd=ROOT)
        if k:
            taken.append(time.perf_counter() - start)
    return Timing(statistics.median(taken), min(taken), max(taken), runs)


def machine() -> str:
    """Processor, cores, system and Python, on one line."""
    model = platform.processor() or platform.machine()
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    except OSError:
        pass
    return f"{model}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"


def commit() -> str:
    """The commit measured, marked when the tree differs from it."""
    found = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, cwd=ROOT)
    changed = subprocess.run(["git", "status", "--porcelain"], capture_output=True, text=True, cwd=ROOT)
    return (found.stdout.strip() or "unknown") + ("+" if changed.stdout.strip() else "")
