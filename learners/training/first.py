"""What the first process of a run does alone: it writes, and is watched."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from time import monotonic
from typing import Final, TypeAlias, final

from learners.configs import to_json
from learners.training.checkpoint import write_checkpoint
from learners.training.journal import Journal
from learners.training.provenance import Call, note_call
from learners.training.run import write_run
from learners.training.trainer import Trainer
from learners.training.watcher import Watcher
from shapelang.diagnostics import ShapelangError, UsageError

MOST_LOST: Final = 60.0
"""Seconds of training after which a checkpoint is written in any case, so that a kill costs no more."""

Watched: TypeAlias = Callable[[int], Sequence[Watcher]]
"""Who looks on, given the step that a call begins at."""


@final
class First:
    """Of a run in a folder; in another process than the first it does nothing.

    What it meets, as a full disk, it keeps as `failure`, and does no more: all processes have to end together, or those
    that are left would wait for it.
    """

    def __init__(self, trainer: Trainer, folder: Path) -> None:
        self.failure: ShapelangError | None = None
        self._trainer, self._folder = trainer, folder
        self._watchers: tuple[Watcher, ...] = ()
        self._kept_at = monotonic()

    def begin(self, command: str | None, watched: Watched) -> None:
        """Write what the run is, note the call, and let those look on who want to."""
        self._do(lambda: self._begin(command, watched))

    def began(self) -> None:
        """Tell those who look on."""
        self._do(lambda: self._each(lambda watcher: watcher.began(self._trainer)))

    def after(self, row: Mapping[str, float | int] | None, kept: bool) -> None:
        """After a step: log a row, write a checkpoint, and let those look on, in this order.

        kept: a checkpoint is due; one is, too, `MOST_LOST` seconds after the last.
        """
        self._do(lambda: self._after(row, kept))

    def end(self, whole: bool) -> None:
        """Write the last checkpoint; whole: the call came to its end. Raises what was met."""
        self._do(self._keep)
        if whole:
            self._do(lambda: self._each(lambda watcher: watcher.ended(self._trainer)))
        if self.failure is not None:
            raise self.failure

    def _do(self, act: Callable[[], None]) -> None:
        if self._trainer.engine.rank != 0 or self.failure is not None:
            return
        try:
            act()
        except ShapelangError as error:
            self.failure = error
        except OSError as error:
            # Of who looks on: a folder that was taken away, or TensorBoard's events on a full disk.
            self.failure = UsageError(f"cannot write {error.filename or self._folder}: {error.strerror or error}")

    def _begin(self, command: str | None, watched: Watched) -> None:
        trainer, engine = self._trainer, self._trainer.engine
        write_run(self._folder, trainer.run)
        if command is not None:
            place = str(engine.device) if engine.count == 1 else f"{engine.count} x {engine.device.type}"
            note_call(self._folder, Call(trainer.step, command, place))
        self._watchers = (Journal(self._folder, trainer.step), *watched(trainer.step))

    def _after(self, row: Mapping[str, float | int] | None, kept: bool) -> None:
        if row is not None:
            self._each(lambda watcher: watcher.told(row))
        if kept or monotonic() - self._kept_at >= MOST_LOST:
            self._keep()
        self._each(lambda watcher: watcher.after(self._trainer))

    def _keep(self) -> None:
        write_checkpoint(self._folder, self._trainer.checkpoint(to_json(self._trainer.run)))
        self._kept_at = monotonic()

    def _each(self, act: Callable[[Watcher], None]) -> None:
        for watcher in self._watchers:
            act(watcher)
