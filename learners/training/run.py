"""What a run is: all that decides its weights, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, unique
from pathlib import Path
from typing import Final, final

from learners.bounds import Batch, Seed, Share
from learners.configs import from_json, to_json
from learners.data.pictured import PrimitivePictures
from learners.data.sets import Data, set_cells, set_classes
from learners.encoders.convolutional import cells_told
from learners.json_file import read_json
from learners.systems.mesh import MeshFromPictures
from learners.systems.systems import Config, cells_of, classes_of
from shapelang.diagnostics import UsageError
from shapelang.io.atomic import made_folder, write_atomic
from shapelang.io.json_text import indented

RUN: Final = "run.json"


@unique
@final
class Precision(Enum):
    """What the layers compute in; weights and their updates are 32 bits in any case."""

    F32 = "f32"
    BF16 = "bf16"


@final
@dataclass(frozen=True, slots=True)
class Run:
    """A system, what it learns from, and how.

    batch: examples an update. average: how much of the moving average of the weights stays at each step.
    """

    system: Config
    data: Data
    batch: Batch
    seed: Seed = 0
    precision: Precision = Precision.F32
    average: Share = 0.999

    def __post_init__(self) -> None:
        own, given = cells_of(self.system), set_cells(self.data)
        if own != given:
            raise UsageError(f"the system learns from {cells_told(*own)}, and the set has {cells_told(*given)}")
        if isinstance(self.system, MeshFromPictures) and not isinstance(self.data, PrimitivePictures):
            raise UsageError("a mesh is learned from pictures in colour, and this set has none: see primitive-pictures")
        told, there = classes_of(self.system), set_classes(self.data)
        if told not in (1, there):
            raise UsageError(f"the system knows {told} classes, and the set has {there}")


def write_run(folder: Path, run: Run) -> None:
    """Write `run.json` into the folder of a run; raises UsageError where a folder cannot be."""
    made_folder(folder)
    write_atomic(folder / RUN, indented(to_json(run)))


def read_run(folder: Path) -> Run:
    """The run of a folder; raises UsageError with the place of what is wrong, or where no run stands there."""
    if not (folder / RUN).exists():
        cause = f"a folder without {RUN}" if folder.is_dir() else "not the folder of a run"
        raise UsageError(f"{folder}: {cause}; 'shapelang train' makes one, and 'shapelang pack' one to give on")
    return from_json(Run, read_json(folder / RUN), str(folder / RUN))


def refuse_unreadable(run: Run) -> None:
    """Raises UsageError for a run whose file could not be read: a number is out of its bounds."""
    from_json(Run, to_json(run), "the run")
