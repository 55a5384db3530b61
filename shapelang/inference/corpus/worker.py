"""A process that does one item after the other, and is ended when it goes too far."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, TypeAlias, final

from shapelang.diagnostics import ShapelangError
from shapelang.inference.corpus.items import Item
from shapelang.inference.corpus.limits import ItemLimits, limit_memory
from shapelang.inference.corpus.results import Crashed, Done, Failed, OutOfMemory, Result, TimedOut, Work
from shapelang.threads import end_with_parent

if TYPE_CHECKING:
    from multiprocessing.context import SpawnProcess

Starting: TypeAlias = Callable[[], AbstractContextManager[None]]
"""The context in which processes are started."""

_LOADING: Final = 600.0
"""Seconds after which a process that has not begun is given up: it may have all of the library to compile."""

TRIES: Final = 3
"""Processes in a row that may end before they begin."""


@final
@dataclass(frozen=True, slots=True)
class Begun:
    """What a process says before each item: its time counts from here."""


@final
class Worker:
    """This side of one process at a time; a new one is started for an item when the last is gone."""

    def __init__(self, work: Work, limits: ItemLimits, threads: int, starting: Starting) -> None:
        self._work, self._limits, self._threads, self._starting = work, limits, threads, starting
        self._process: SpawnProcess | None = None
        self._pipe: Connection | None = None
        self._item: Item | None = None
        self._begun: float | None = None
        self._given = 0.0
        self._tries = 0

    @property
    def idle(self) -> bool:
        """Whether it takes an item."""
        return self._item is None

    @property
    def pipe(self) -> Connection | None:
        """What to wait on."""
        return self._pipe

    def left(self) -> float:
        """Seconds until it must be looked after, whatever it says."""
        ends = self._given + _LOADING if self._begun is None else self._begun + self._limits.seconds
        return max(0.0, ends - monotonic())

    def give(self, item: Item) -> None:
        """Begin an item."""
        self._item, self._begun, self._given = item, None, monotonic()
        if self._pipe is None:
            self._start()
        # A process that has just been killed takes nothing; `look` finds that out.
        with suppress(OSError):
            if self._pipe is not None:
                self._pipe.send(item)

    def look(self) -> Done | None:
        """The end of its item, if that has come. Raises ShapelangError where no process gets as far as to begin."""
        if self._pipe is None or self._item is None:
            return None
        try:
            while self._pipe.poll():
                match self._pipe.recv():
                    case Begun():
                        self._begun, self._tries = monotonic(), 0
                    case result:
                        return self._done(result)
        except (EOFError, OSError):
            return self._ended()
        if self.left() > 0.0:
            return None
        return self._again("does not begin") if self._begun is None else self._done(TimedOut(self._limits.seconds))

    def stop(self) -> None:
        """End the process at once."""
        process, self._process = self._process, None
        pipe, self._pipe = self._pipe, None
        if pipe is not None:
            pipe.close()
        if process is not None:
            process.kill()
            process.join()

    def _start(self) -> None:
        context = get_context("spawn")  # A fork would copy the locks of threads in whatever state they are.
        self._pipe, theirs = context.Pipe()
        arguments = (theirs, self._work, self._limits.memory, self._threads)
        self._process = context.Process(target=serve, args=arguments, daemon=True)
        with self._starting():
            self._process.start()
        # The only other end is the process's own: when it is gone, this end says so.
        theirs.close()

    def _done(self, result: Result) -> Done | None:
        item, begun = self._item, self._begun
        if isinstance(result, TimedOut | OutOfMemory):
            self.stop()
        self._item = None
        return None if item is None else Done(item, result, monotonic() - (begun or self._given))

    def _ended(self) -> Done | None:
        process = self._process
        if process is not None:
            process.join()
        how = _how_it_ended(None if process is None else process.exitcode)
        self.stop()
        return self._again(how) if self._begun is None else self._done(Crashed(f"the process {how}"))

    def _again(self, how: str) -> None:
        """A process that was gone before it began says nothing about the item."""
        self.stop()
        self._tries += 1
        if self._tries >= TRIES:
            raise ShapelangError(f"no worker process gets as far as to begin: the last one {how}")
        if self._item is not None:
            self.give(self._item)


def _how_it_ended(code: int | None) -> str:
    if code is None or code >= 0:
        return f"ended with exit code {code}"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = f"signal {-code}"
    hint = ", perhaps for lack of memory" if name in ("SIGKILL", "SIGABRT") else ""
    return f"was ended by {name}{hint}"


def serve(pipe: Connection, work: Work, memory: int | None, threads: int) -> None:
    """The process's side: do items until nobody is there to give one."""
    _be_quiet()
    # What is compiled uses all cores otherwise, and so would every other process.
    os.environ |= {name: str(threads) for name in ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")}
    end_with_parent()
    work.prepare()
    if memory is not None:
        limit_memory(memory)
    with suppress(EOFError, OSError):
        while True:
            item = pipe.recv()
            pipe.send(Begun())
            pipe.send(_result(work, item))


def _result(work: Work, item: Item) -> Result:
    try:
        return work.do(item)
    except MemoryError:
        return OutOfMemory()
    # One mesh never stops the others, whatever it brings to light.
    except Exception as error:
        if _no_thread(error):
            return OutOfMemory()
        return Failed(_internal(error))


def _no_thread(error: Exception) -> bool:
    """A thread's stack is memory as well; Python tells of it as it does of everything that threads cannot."""
    return isinstance(error, RuntimeError) and str(error) == "can't start new thread"


def _internal(error: Exception) -> str:
    frame: Any = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    place = "" if frame is None else f" at {os.path.basename(frame.tb_frame.f_code.co_filename)}:{frame.tb_lineno}"
    return f"internal error{place}: {type(error).__name__}: {' '.join(str(error).split())[:300]}"


def _be_quiet() -> None:
    """What libraries print belongs to no stream of the command; SHAPELANG_DEBUG=1 shows it as errors."""
    void = os.open(os.devnull, os.O_WRONLY)
    if not os.environ.get("SHAPELANG_DEBUG"):
        os.dup2(void, 2)
    os.dup2(2, 1)
    os.close(void)
