"""Ctrl-C and `kill` end a command at once, wherever it is."""

from __future__ import annotations

import signal
import sys
from collections.abc import Generator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Final, final

INTERRUPTED: Final = 128 + signal.SIGINT
AGAIN: Final = 0.1
"""Seconds after which somebody who still waits is heard again."""


@final
class Interrupted(KeyboardInterrupt):
    """Ctrl-C. Of a class of its own: where a bare one passes through `exec` (as in making a dataclass), CPython kills
    itself with SIGINT at its end, even when the interruption was caught and the process has an exit code.
    """


@final
class Interrupts:
    """What this process was asked to end with, and the handlers that make it end.

    A handler of Python raises where the program happens to be. That may be inside a library that catches everything
    (trimesh does, while it is imported), or where Python itself drops exceptions (callbacks of weak references and of
    ctypes): the command would then go on as if nobody had asked. So what is dropped is raised again, until it arrives.
    """

    def __init__(self) -> None:
        self.asked: int | None = None
        """The exit code that was asked for: 130 (Ctrl-C), 143 (`kill`), or None."""

    def listen(self) -> None:
        """Take over the signals of this process. SIGINT stays ignored where the caller ignores it, as `nohup` does."""
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            signal.signal(signal.SIGINT, self.ask)
        signal.signal(signal.SIGTERM, self.ask)
        if sys.platform != "win32":
            signal.signal(signal.SIGALRM, self.ask_again)
        sys.unraisablehook = _unraisable

    def __enter__(self) -> None:
        """Begin what may be interrupted."""

    def __exit__(self, *_: object) -> None:
        """Whatever a library made of the interruption, an error or a result, it is an interruption."""
        if self.asked is not None:
            raise _ending(self.asked) from None

    def too_late(self) -> None:
        """The work is over, and its exit code stands whoever comes now."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    def rest(self) -> None:
        """Raise nothing again."""
        if sys.platform != "win32":
            signal.setitimer(signal.ITIMER_REAL, 0.0)

    def ask(self, number: int, _frame: FrameType | None) -> None:
        """End as by an error, so that files begun are removed."""
        self.asked = 128 + number
        if sys.platform != "win32":
            signal.setitimer(signal.ITIMER_REAL, AGAIN, AGAIN)
        raise _ending(self.asked)

    def ask_again(self, _number: int, _frame: FrameType | None) -> None:
        """The same once more, unless it has arrived and what was begun is being put away."""
        if self.asked is not None and not isinstance(sys.exc_info()[1], KeyboardInterrupt | SystemExit):
            raise _ending(self.asked)


def _ending(code: int) -> BaseException:
    return Interrupted() if code == INTERRUPTED else SystemExit(code)


def _unraisable(dropped: Any) -> None:
    """An interruption that Python drops will come again: nothing to tell anybody."""
    if not issubclass(dropped.exc_type, KeyboardInterrupt | SystemExit):
        sys.__unraisablehook__(dropped)


@contextmanager
def deaf_children() -> Generator[None]:
    """Processes that are started meanwhile never hear Ctrl-C, which reaches all of a terminal: this one acts on it.

    Not by a word to the child, since one that is still loading would already tell of the interruption. What comes
    meanwhile is heard here afterwards.
    """
    if sys.platform == "win32":
        yield
        return
    from multiprocessing import resource_tracker

    # Begun now: whoever begins it lets SIGINT through.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
