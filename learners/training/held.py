"""Ctrl-C and `kill` while a step is under way: heard at once, followed when the step is done."""

from __future__ import annotations

import signal
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Final, final

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


@final
@dataclass(slots=True)
class Held:
    """The signal that came, once one did."""

    signal: int | None = None


@contextmanager
def held_signals() -> Generator[Held]:
    """While it is open, a signal is only noted; when it is left, the signal goes on to whom it was for.

    So that a checkpoint can be written between two steps. A second signal of the same kind is not held: who asks
    twice does not want to wait. Outside the main thread, which gets no signals, nothing changes.
    """
    held = Held()
    if threading.current_thread() is not threading.main_thread():
        yield held
        return
    before = {number: signal.getsignal(number) for number in _SIGNALS}

    def note(number: int, frame: FrameType | None) -> None:
        del frame
        held.signal = number
        signal.signal(number, before[signal.Signals(number)])

    for number, handler in before.items():
        if handler is not signal.SIG_IGN:
            signal.signal(number, note)
    try:
        yield held
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        # Also where something else has ended it: who asked for an end is not to be deaf to the answer.
        if held.signal is not None:
            signal.raise_signal(held.signal)
