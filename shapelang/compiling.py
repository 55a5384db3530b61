"""A clock that stands still while numba compiles, which happens once after an installation."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic
from typing import Any, final

from shapelang.deadline import Clock


@final
@dataclass(slots=True, eq=False)
class Working:
    """Seconds of a clock without those that went into compiling.

    `since` when something is being compiled, and the seconds that it took `before`: one value, so that threads read
    both at once.
    """

    base: Clock
    depth: int = 0
    state: tuple[float | None, float] = (None, 0.0)

    def clock(self) -> float:
        """Seconds."""
        since, before = self.state
        return (self.base() if since is None else since) - before

    @property
    def compiling(self) -> float:
        """Seconds of compiling so far."""
        return self.state[1]

    def begun(self) -> None:
        """A function is being compiled, and perhaps those that it calls within it."""
        self.depth += 1
        if self.depth == 1:
            self.state = self.base(), self.state[1]

    def done(self) -> None:
        """It is compiled."""
        self.depth -= 1
        since, before = self.state
        if self.depth == 0 and since is not None:
            self.state = None, before + self.base() - since


@contextmanager
def working_clock(base: Clock = monotonic) -> Generator[Working]:
    """A clock for limits of time that shall not cut a first run short; what is kept from earlier runs is loaded, and
    that counts. Loads numba.
    """
    from numba.core.event import Listener, install_listener

    working = Working(base)

    class Told(Listener):
        """Under a lock of numba's."""

        def on_start(self, event: Any) -> None:
            working.begun()

        def on_end(self, event: Any) -> None:
            working.done()

    with install_listener("numba:compile", Told()):
        yield working
