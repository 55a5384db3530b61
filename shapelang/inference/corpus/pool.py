"""Who does the items: one machine's processes here, or another implementation of the same."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from multiprocessing import connection
from types import TracebackType
from typing import Protocol, Self, final

from shapelang.inference.corpus.items import Item
from shapelang.inference.corpus.limits import ItemLimits
from shapelang.inference.corpus.results import Done, Work
from shapelang.inference.corpus.worker import Starting, Worker


class Executor(Protocol):
    """Does items at the same time. It is a context: at its end nothing of it is left running, whatever happened."""

    def __enter__(self) -> Self:
        """Begin."""
        ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End all that still runs, at once."""
        ...

    def run(self, work: Work, items: Iterable[Item]) -> Iterator[Done]:
        """One end for each item, in the order in which they come; an item is taken when there is room for it."""
        ...


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


@final
class LocalPool:
    """Processes of this machine, which stay between items and runs of the same work.

    `starting`: a context in which processes are started, such as one that keeps signals from them.
    """

    def __init__(
        self, jobs: int, limits: ItemLimits, *, threads: int | None = None, starting: Starting = nullcontext
    ) -> None:
        self._jobs, self._limits, self._starting = jobs, limits, starting
        self._threads = max(1, cores() // jobs) if threads is None else threads
        self._work: Work | None = None
        self._workers: list[Worker] = []

    def __enter__(self) -> Self:
        """Nothing is started before the first item."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End all processes."""
        del kind, error, trace
        self._stop()

    def run(self, work: Work, items: Iterable[Item]) -> Iterator[Done]:
        """One end for each item, in the order in which they come. Raises ShapelangError where no process begins."""
        self._hire(work)
        waiting = iter(items)
        while True:
            self._give(waiting)
            busy = [worker for worker in self._workers if not worker.idle]
            if not busy:
                return
            pipes = [worker.pipe for worker in busy if worker.pipe is not None]
            connection.wait(pipes, min(worker.left() for worker in busy))
            yield from [done for worker in busy if (done := worker.look()) is not None]

    def _hire(self, work: Work) -> None:
        if work != self._work:
            self._stop()
            self._work = work
            self._workers = [Worker(work, self._limits, self._threads, self._starting) for _ in range(self._jobs)]

    def _give(self, waiting: Iterator[Item]) -> None:
        for worker in self._workers:
            if not worker.idle:
                continue
            item = next(waiting, None)
            if item is None:
                return
            worker.give(item)

    def _stop(self) -> None:
        for worker in self._workers:
            worker.stop()
        self._work, self._workers = None, []
