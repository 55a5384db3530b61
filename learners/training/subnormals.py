"""Numbers too small for a float to hold in full, which a processor takes many times as long to reckon with.

A sigmoid that is sure of a cell gives them, and whatever is multiplied by such a slope: a step of a GAN that draws
whole pictures took four times as long after a few hundred as at first.
"""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import contextmanager

import torch


@contextmanager
def flushed() -> Generator[None]:
    """Within, such numbers are 0 in this thread on the CPU, and in those of torch's threads that begin within."""
    before = is_flushed()
    torch.set_flush_denormal(True)
    try:
        yield
    finally:
        torch.set_flush_denormal(before)


def begin_flushed() -> None:
    """Have torch's threads begin, so that all of them flush what is reckoned later; those that run stay as they are.

    A run that is resumed in another process has the same bits only if its threads do the same there.
    """
    with flushed():
        torch.ones(1 << 20).mul_(0.5)


def is_flushed() -> bool:
    """Whether such numbers are 0 in this thread."""
    return sys.float_info.min * 0.5 == 0.0
