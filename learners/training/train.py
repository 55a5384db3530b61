"""The one loop that trains every system."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, unique
from pathlib import Path
from time import monotonic
from typing import final

import torch

from learners.configs import to_json
from learners.data.sets import Split, examples
from learners.training.checkpoint import Checkpoint, newest_checkpoint
from learners.training.engine import Alone, Engine
from learners.training.first import First, Watched
from learners.training.held import Held, held_signals
from learners.training.run import RUN, Run, read_run, refuse_unreadable
from learners.training.subnormals import begin_flushed
from learners.training.taken import taken_together
from learners.training.trainer import Trainer
from learners.training.watcher import Watcher
from shapelang.deadline import Progress, silent
from shapelang.diagnostics import UsageError


@unique
@final
class Ended(Enum):
    """Why the loop ended."""

    STEPS = "all steps are done"
    TIME = "the time is over"
    SIGNAL = "interrupted"


@final
@dataclass(frozen=True, slots=True)
class Pace:
    """How far a call goes and how often it says and keeps something.

    steps: of the whole run, not of the call. seconds: of the call; infinite for no limit.
    """

    steps: int
    seconds: float = math.inf
    logged: int = 50
    kept: int = 1000


@final
@dataclass(frozen=True, slots=True)
class Trained:
    """How a call ended: steps behind, why, and what was read last; `skipped` are checkpoints that were not whole."""

    step: int
    ended: Ended
    shown: dict[str, float]
    skipped: list[str]


def _nobody(step: int) -> Sequence[Watcher]:
    del step
    return ()


def train(
    run: Run,
    folder: Path,
    pace: Pace,
    device: str = "cpu",
    progress: Progress = silent,
    command: str | None = None,
    watched: Watched = _nobody,
) -> Trained:
    """Train a run, from its newest checkpoint on where there is one, and leave a checkpoint at the end.

    folder: that of the run. command: the call that asks for it, noted for the model card. watched: who looks on, given
    the step that the call begins at. On the CPU a run that was resumed has the same bits as one in a piece, with the
    same number of threads. A signal ends it after the step under way, with a checkpoint. Raises UsageError where the
    loss is no number any more, a number of the run is out of its bounds, or a checkpoint is of another run.
    """
    return train_by(Alone(torch.device(device)), run, folder, pace, progress, command, watched)


def train_by(
    engine: Engine,
    run: Run,
    folder: Path,
    pace: Pace,
    progress: Progress = silent,
    command: str | None = None,
    watched: Watched = _nobody,
) -> Trained:
    """The same in one of several processes, which share each batch; the first alone writes, and is watched."""
    begin_flushed()
    refuse_unreadable(run)
    with taken_together(engine, folder):
        return _trained(engine, run, folder, pace, progress, command, watched)


def _trained(
    engine: Engine,
    run: Run,
    folder: Path,
    pace: Pace,
    progress: Progress,
    command: str | None,
    watched: Watched,
) -> Trained:
    kept, skipped = _kept(run, folder)
    trainer = Trainer(run, examples(run.data, Split.TRAINING), engine)
    if kept is not None:
        trainer.resume(kept, str(folder))
    else:
        trainer.begin()
    first = First(trainer, folder)
    first.begin(command, watched)
    with held_signals() as held:
        first.began()
        shown, ended = _advanced(trainer, first, pace, progress, held)
        first.end(ended is not Ended.SIGNAL)
    return Trained(trainer.step, ended, shown, skipped)


def _advanced(
    trainer: Trainer, first: First, pace: Pace, progress: Progress, held: Held
) -> tuple[dict[str, float], Ended]:
    """Step by step to the end of the pace: what the last one has shown, and why it ended."""
    begun, shown = monotonic(), dict[str, float]()
    while (ended := _ended(trainer, first, pace, monotonic() - begun, held.signal)) is None:
        shown = trainer.advance()
        if bad := [name for name, value in shown.items() if not math.isfinite(value)]:
            raise UsageError(f"step {trainer.step}: {bad[0]} is {shown[bad[0]]}; try a smaller rate")
        logged = trainer.step % pace.logged == 0 or trainer.step == pace.steps
        row = {"step": trainer.step, "seconds": round(monotonic() - begun, 3)} | shown
        first.after(row if logged else None, trainer.step % pace.kept == 0)
        progress(_told(shown), trainer.step / pace.steps)
    return shown, ended


def _kept(run: Run, folder: Path) -> tuple[Checkpoint | None, list[str]]:
    """What there is to go on from; raises UsageError where the folder holds another run, checkpoints of which
    none is whole, or is a file.
    """
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder}: a file stands there, and a run is a folder: give another name")
    kept, skipped = newest_checkpoint(folder)
    if kept is None and skipped:
        told = "".join(f"\n  {cause}" for cause in skipped)
        raise UsageError(
            f"{folder} has no checkpoint that is whole, and is left as it is: put one back from a copy, or begin anew "
            f"in another folder{told}"
        )
    theirs = kept.run if kept is not None else to_json(read_run(folder)) if (folder / RUN).exists() else to_json(run)
    if theirs != to_json(run):
        raise UsageError(f"{folder} holds a run with other settings: give another folder, or the same settings")
    return kept, skipped


def _ended(trainer: Trainer, first: First, pace: Pace, seconds: float, signal: int | None) -> Ended | None:
    """Why it ends now, in all processes alike: they may hear a signal at different steps, and their clocks differ.

    Raises in all of them what the first alone has met.
    """
    own = 0
    if first.failure is not None:
        own = 4
    elif signal is not None:
        own = 3
    elif trainer.step >= pace.steps:
        own = 2
    elif seconds >= pace.seconds:
        own = 1
    highest = trainer.engine.highest(own)
    if highest == 4:
        raise first.failure or UsageError("the first process could not go on")
    return (None, Ended.TIME, Ended.STEPS, Ended.SIGNAL)[highest]


def _told(shown: dict[str, float]) -> str:
    return " ".join(f"{name.split('/')[-1]} {value:.4g}" for name, value in shown.items())
