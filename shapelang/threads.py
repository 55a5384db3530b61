"""Pieces of work on all cores, and processes that do not outlive the one that started them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Thread
from typing import Final

_SHARES: Final = 8
"""Pieces for each core: one that takes long is then evened out by the others."""


def in_threads(work: Callable[[int, int], None], count: int) -> None:
    """Call `work(first, last)` on stretches of 0 … count, which it does without holding the interpreter."""
    cores = os.cpu_count() or 1
    step = max(1, -(-count // (cores * _SHARES)))
    starts = range(0, count, step)
    if cores == 1 or len(starts) < 2:
        work(0, count)
        return
    each_in_threads(lambda first: work(first, min(first + step, count)), starts)


def each_in_threads(work: Callable[[int], None], items: Iterable[int]) -> None:
    """Call `work(item)` for pieces whose size the caller chose and that do not touch one another."""
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        for _ in pool.map(work, items):
            pass


def end_with_parent() -> None:
    """End this process at once when the one that started it is gone: nobody wants what it makes."""
    when_parent_is_gone(lambda: os._exit(1))


def when_parent_is_gone(act: Callable[[], None]) -> None:
    """Call something, in a thread of its own, when the process that started this one has ended, however it did."""
    Thread(target=_wait_for_parent, args=(act,), daemon=True).start()


def _wait_for_parent(act: Callable[[], None]) -> None:
    from multiprocessing import connection, parent_process

    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        act()
