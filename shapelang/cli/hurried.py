"""The first Ctrl-C ends a search, so that what it has found is kept; the second ends the command."""

from __future__ import annotations

import signal
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic
from types import FrameType
from typing import Any, final

from shapelang.deadline import Clock, Deadline


@final
@dataclass(slots=True, eq=False)
class Hurry:
    """A clock that a Ctrl-C puts `ahead` of its `base`, to where the search `ends`, which the search itself tells."""

    base: Clock
    before: Any
    ends: float | None = None
    ahead: float = 0.0
    heard: bool = False

    def clock(self) -> float:
        """Seconds."""
        return self.base() + self.ahead

    def hear(self, _number: int, _frame: FrameType | None) -> None:
        """Put the clock forward; whoever comes again is heard as before."""
        signal.signal(signal.SIGINT, self.before)
        self.heard = True
        self._forward()

    def searching(self, until: Deadline) -> None:
        """Hears of this clock's moment at which the search ends; it is over where a Ctrl-C came before."""
        self.ends = until.ends
        if self.heard:
            self._forward()

    def _forward(self) -> None:
        if self.ends is not None:
            self.ahead = max(self.ahead, self.ends - self.base())


@contextmanager
def hurried(base: Clock = monotonic) -> Generator[Hurry]:
    """A clock for work that may be cut short. Where nobody listens to Ctrl-C, nothing is heard."""
    before = signal.getsignal(signal.SIGINT)
    hurry = Hurry(base, before)
    listens = callable(before) and threading.current_thread() is threading.main_thread()
    if listens:
        signal.signal(signal.SIGINT, hurry.hear)
    try:
        yield hurry
    finally:
        if listens:
            signal.signal(signal.SIGINT, before)
