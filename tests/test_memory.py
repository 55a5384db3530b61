"""What is left of the garbage collector, and of freed memory, to those who make many objects and large arrays."""

from __future__ import annotations

import gc
import os
import platform
import subprocess
import sys
import weakref
from collections.abc import Generator

import pytest

from shapelang.memory import collector_paused

FAULTS = """
import resource
import numpy as np
from shapelang.memory import keep_freed_memory
{first}
np.ones(1 << 17)
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
np.ones(1 << 17)
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""
"""Prints how many fresh pages the second of two arrays of 1 MB takes."""


class Ring:
    """An object that refers to itself: only the collector frees it."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def _the_collector_as_it_was() -> Generator[None]:
    was = gc.isenabled()
    yield
    (gc.enable if was else gc.disable)()


def test_the_collector_is_paused_and_goes_on() -> None:
    gc.enable()
    with collector_paused():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_the_collector_goes_on_after_an_error() -> None:
    gc.enable()
    with pytest.raises(ZeroDivisionError), collector_paused():
        raise ZeroDivisionError
    assert gc.isenabled()


def test_pauses_within_pauses_end_with_the_outermost() -> None:
    gc.enable()
    with collector_paused():
        with collector_paused():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()


def test_a_collector_that_was_off_stays_off() -> None:
    gc.disable()
    with collector_paused():
        assert not gc.isenabled()
    assert not gc.isenabled()


def test_no_cycle_is_freed_in_the_pause() -> None:
    gc.enable()
    gc.collect()
    threshold = gc.get_threshold()[0]
    with collector_paused():
        ring = weakref.ref(Ring())
        kept = [[] for _ in range(2 * threshold)]
        assert ring() is not None
    gc.collect()
    assert ring() is None
    assert len(kept) == 2 * threshold


def fresh_pages(first: str) -> int:
    """Of a process of its own, without settings of malloc from outside."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("MALLOC_", "GLIBC_", "LD_"))}
    done = subprocess.run(
        [sys.executable, "-c", FAULTS.format(first=first)], capture_output=True, text=True, env=plain, check=True
    )
    return int(done.stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc's malloc learns what to keep")
def test_freed_memory_is_kept() -> None:
    # 256 pages of 4 kB; a few more or less are Python's own.
    assert fresh_pages("keep_freed_memory()") < 32
