"""Room for recursion: programs may nest 200 deep and call 64 deep, and every level takes several frames of Python."""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

FRAMES: Final = 100_000
"""Above 64 calls of parts whose bodies nest 200 blocks, at 7 frames a block; frames of Python live on the heap."""


@contextmanager
def deep_stack() -> Generator[None]:
    """Raises the recursion limit while a tree of known depth is walked, and puts the old one back."""
    old = sys.getrecursionlimit()
    sys.setrecursionlimit(max(old, FRAMES))
    try:
        yield
    finally:
        sys.setrecursionlimit(old)
