"""The first Ctrl-C ends a search, so that what it has found is kept; the second ends the command."""

from __future__ import annotations

import signal
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic
from types import FrameType
from typing import Any, Final, final

SEARCH: Final = 0.86
"""Of a time limit: what a search has at most; the rest is for writing and measuring."""


@final
@dataclass(slots=True, eq=False)
class Hurry:
    """A clock of `seconds` in all from `began`, which a Ctrl-C puts `ahead` to the end of the search."""

    began: float
    seconds: float
    before: Any
    ahead: float = 0.0
    heard: bool = False

    def clock(self) -> float:
        """Seconds."""
        return monotonic() + self.ahead

    def hear(self, _number: int, _frame: FrameType | None) -> None:
        """Put the clock forward; whoever comes again is heard as before."""
        signal.signal(signal.SIGINT, self.before)
        self.heard = True
        self.ahead = max(0.0, self.began + SEARCH * self.seconds - monotonic())


@contextmanager
def hurried(seconds: float) -> Generator[Hurry]:
    """A clock for work that may take so many seconds. Where nobody listens to Ctrl-C, nothing is heard."""
    before = signal.getsignal(signal.SIGINT)
    hurry = Hurry(monotonic(), seconds, before)
    listens = callable(before) and threading.current_thread() is threading.main_thread()
    if listens:
        signal.signal(signal.SIGINT, hurry.hear)
    try:
        yield hurry
    finally:
        if listens:
            signal.signal(signal.SIGINT, before)
