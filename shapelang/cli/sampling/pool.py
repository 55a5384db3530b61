"""The rows of many items, made here or by several processes, always in the order of the items."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from typing import Final

from shapelang.cli.interrupts import deaf_children
from shapelang.cli.sampling.drawing import Maker, Row
from shapelang.cli.sampling.making import Work, made
from shapelang.cli.sampling.sources import opened
from shapelang.diagnostics import ShapelangError

AHEAD: Final = 2
"""Chunks for each process that are given out before they are asked for; the others wait unmade."""


def rows_of(
    work: Work, maker: Maker, indices: Iterable[int], chunk: int, jobs: int | None, ray: str | None = None
) -> Iterator[list[Row]]:
    """The rows of the items, a list for each chunk of so many, their files written.

    `jobs` processes of this machine (None is one), or of the cluster of Ray at an address (None is all of its cores).
    Memory is that of a few chunks, however many items there are. Raises what making an item raises.
    """
    chunks = _chunks(indices, chunk)
    if ray is not None:
        from shapelang.cli.sampling.on_ray import by_ray

        yield from by_ray(work, chunks, ray, jobs)
        return
    if jobs is not None and jobs > 1:
        yield from _by_processes(work, chunks, jobs)
        return
    for some in chunks:
        yield list(made(work, maker, some))


def _chunks(indices: Iterable[int], size: int) -> Iterator[list[int]]:
    waiting = iter(indices)
    while some := list(islice(waiting, size)):
        yield some


def _by_processes(work: Work, chunks: Iterator[Sequence[int]], jobs: int) -> Iterator[list[Row]]:
    # Spawned and not forked: a fork would copy threads' locks in whatever state they are.
    from multiprocessing import get_context

    from shapelang.threads import end_with_parent

    pool = ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), initializer=end_with_parent)
    waiting: deque[Future[list[Row]]] = deque()
    try:
        while True:
            # A process is started when there is work for it: here, where it is deaf.
            with deaf_children():
                for some in islice(chunks, jobs * AHEAD - len(waiting)):
                    waiting.append(pool.submit(_chunk_in_worker, work, some))
            if not waiting:
                return
            yield waiting.popleft().result()
    except BrokenProcessPool:
        raise ShapelangError(
            "a worker process was ended from outside, perhaps for lack of memory; try --jobs 1"
        ) from None
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _chunk_in_worker(work: Work, indices: Sequence[int]) -> list[Row]:
    return list(made(work, opened(work.source), indices))
