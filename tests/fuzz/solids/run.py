"""Many random programs of solids, each looked at; what fails is kept as a file that says how to have it again."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from collections.abc import Generator, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from types import FrameType
from typing import NoReturn, final

from tests.fuzz.solids.one import ending
from tests.fuzz.solids.texts import program

HANG = 60
"""Seconds of processor time, of all threads of the process, after which a program counts as hanging."""


@final
@dataclass(frozen=True)
class Failure:
    """A program that broke something."""

    seed: int
    number: int
    cause: str

    def keep(self, folder: Path) -> None:
        """As a file that can be run again, and moved to the corpus once it is mended."""
        folder.mkdir(parents=True, exist_ok=True)
        first, _, rest = program(self.seed, self.number).partition("\n")
        cause = self.cause.replace("\n", " ")[:300]
        text = f"{first}\n// seed {self.seed}, program {self.number}: {cause}\n{rest}"
        (folder / f"{self.seed}_{self.number}.shape").write_text(text, "utf-8")


@final
@dataclass
class Summary:
    """How programs ended."""

    ended: Counter[str] = field(default_factory=Counter)
    failures: list[Failure] = field(default_factory=list)
    slowest: float = 0.0

    def add(self, other: Summary) -> None:
        """Count another run in."""
        self.ended += other.ended
        self.failures += other.failures
        self.slowest = max(self.slowest, other.slowest)


class Hang(BaseException):
    """A program took longer than any should. Not an Exception, so that nobody on the way catches it."""


def look(seed: int, start: int, stop: int) -> Summary:
    """Programs `start` to `stop` of a seed, one after another in this process."""
    found = Summary()
    for number in range(start, stop):
        began = time.process_time()
        try:
            with _timed():
                found.ended[ending(program(seed, number))] += 1
        # Whatever is no typed error is the finding that this looks for.
        except (Exception, Hang) as error:
            found.failures.append(Failure(seed, number, f"{type(error).__name__}: {error}"))
        found.slowest = max(found.slowest, time.process_time() - began)
    return found


@contextmanager
def _timed() -> Generator[None]:
    def hang(_signal: int, _frame: FrameType | None) -> NoReturn:
        raise Hang(f"longer than {HANG} s")

    before = signal.signal(signal.SIGPROF, hang)
    signal.setitimer(signal.ITIMER_PROF, HANG)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def look_apart(seed: int, start: int, stop: int) -> Summary:
    """As `look`, in a process of its own, halved until the program that kills it is found."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        try:
            return pool.submit(look, seed, start, stop).result()
        except BrokenProcessPool:
            pass
    if stop - start == 1:
        return Summary(failures=[Failure(seed, start, "the process died")])
    middle, found = (start + stop) // 2, Summary()
    for low, high in ((start, middle), (middle, stop)):
        found.add(look_apart(seed, low, high))
    return found


def chunks(seed: int, start: int, stop: int, size: int, workers: int) -> Iterator[tuple[int, Summary]]:
    """Chunk after chunk in a pool of processes: the number after the last program of each, and how they ended."""
    bounds = [(low, min(low + size, stop)) for low in range(start, stop, size)]
    with ProcessPoolExecutor(workers, get_context("spawn"), initializer=os.nice, initargs=(10,)) as pool:
        pending = [(low, high, pool.submit(look, seed, low, high)) for low, high in bounds]
        for low, high, task in pending:
            try:
                yield high, task.result()
            except BrokenProcessPool:
                yield high, look_apart(seed, low, high)
