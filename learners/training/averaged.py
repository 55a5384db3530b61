"""The moving average of a system's weights, which everything but training uses, from whichever folder has it."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import final

from torch import Tensor

from learners.training.checkpoint import newest_checkpoint
from learners.training.packed import is_packed, read_packed
from learners.training.run import Run, read_run
from learners.training.shipped import located
from shapelang.diagnostics import PassedOverWarning, UsageError


@final
@dataclass(frozen=True, slots=True)
class Averaged:
    """Weights by name, of which run, after how many steps."""

    run: Run
    step: int
    weights: Mapping[str, Tensor]


def averaged(folder: Path) -> Averaged:
    """Of the newest checkpoint that is whole, or as packed or shipped; raises UsageError where there is none.

    Warns of newer ones that are damaged (`PassedOverWarning`).
    """
    folder = located(folder)
    if is_packed(folder):
        packed, weights = read_packed(folder)
        return Averaged(packed.run, packed.step, weights)
    run = read_run(folder)
    kept, skipped = newest_checkpoint(folder)
    if kept is None:
        raise UsageError(f"{folder} has no checkpoint that is whole" + "".join(f"\n  {told}" for told in skipped))
    if skipped:
        cause = "".join(f"\n  {told}" for told in skipped)
        warnings.warn(f"{folder}: taken as it was after step {kept.step:,}{cause}", PassedOverWarning, stacklevel=2)
    return Averaged(run, kept.step, kept.average)


def run_of(folder: Path) -> Run:
    """The run of a folder that was trained or packed, or of a net that is shipped.

    Raises UsageError with the place of what is wrong.
    """
    folder = located(folder)
    return read_packed(folder)[0].run if is_packed(folder) else read_run(folder)
