"""The folder of a run while it is trained: one call at a time, and nothing left of calls that were killed."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from learners.training.engine import Engine
from learners.training.whole import clear_leftovers
from shapelang.diagnostics import UsageError
from shapelang.io.locked import NOT_LOCKED, lock_folder


@contextmanager
def taken(folder: Path) -> Generator[None]:
    """Keep others from a folder, which is made. Raises UsageError where it cannot be made, or is taken.

    A folder in which nothing was written is removed in the end.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = lock_folder(folder)
    except FileExistsError:
        raise UsageError(f"{folder}: a file stands there, and a run is a folder: give another name") from None
    except BlockingIOError:
        raise UsageError(f"{folder}: another call is training there; wait for its end, or end it") from None
    except OSError as error:
        raise UsageError(f"cannot write {folder}: {error.strerror or error}") from None
    try:
        if lock != NOT_LOCKED:
            # Without a lock, what looks left may be what another call is writing.
            clear_leftovers(folder)
        yield
    finally:
        with suppress(OSError):
            folder.rmdir()
        if lock != NOT_LOCKED:
            os.close(lock)


@contextmanager
def taken_together(engine: Engine, folder: Path) -> Generator[None]:
    """The same by the first of several processes; none goes on before it has. All raise where it cannot."""
    with ExitStack() as held:
        refusal = None
        if engine.rank == 0:
            try:
                held.enter_context(taken(folder))
            except UsageError as error:
                refusal = error
        if engine.highest(int(refusal is not None)):
            raise refusal or UsageError(f"{folder}: another call is training there, or it cannot be written")
        yield
