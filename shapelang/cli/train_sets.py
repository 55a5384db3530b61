"""What `shapelang train --data` names, and which options say something of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final, assert_never

import typer

from shapelang.cli.given import refuse_unused
from shapelang.cli.programs import STDIN, load_program
from shapelang.diagnostics import UsageError, closest

if TYPE_CHECKING:
    from learners.data.sets import Data

LETTER_A: Final = "letter-a"
PRIMITIVES: Final = "primitives"
PICTURES: Final = "primitive-pictures"
WIRE_CUBES: Final = "wire-cubes"
MNIST3D: Final = "mnist3d:"

_MEANT: Final = {
    "count": "it says how many shapes of a program, or solids of pictures, are made once and kept, and here none are",
    "resolution": "the cells of this set are its own",
}
"""Options that say something of some sets, and why not of the others."""


def set_of(data: str, count: int, resolution: int, seed: int) -> Data:
    """The set that --data names. Raises UsageError where there is none, and what reading it raises."""
    from learners.data.categories import of_folder
    from learners.data.digit_volumes import digit_solids
    from learners.data.digits import digits
    from learners.data.pictured import PrimitivePictures
    from learners.data.primitives import Primitives
    from learners.data.program_texts import program_text
    from learners.data.sampled import Sampled
    from learners.data.sets import LetterA
    from learners.data.voxels import holds_voxels, voxel_set
    from learners.data.wire_cubes import WireCubes

    if data == LETTER_A:
        return LetterA()
    if data == WIRE_CUBES:
        return WireCubes(resolution, seed)
    if data == PICTURES:
        return PrimitivePictures(count, seed)
    if data == PRIMITIVES:
        return Primitives(seed)
    if data.startswith(MNIST3D):
        return digit_solids(Path(data.removeprefix(MNIST3D)), seed)
    if data.endswith(".npz"):
        return voxel_set(Path(data)) if holds_voxels(Path(data)) else digits(Path(data))
    if Path(data).is_dir():
        return of_folder(Path(data), resolution)
    if data == STDIN:
        raise UsageError("--data takes a file, since a run is gone on with later")
    if not Path(data).exists() and (meant := closest(data, (LETTER_A, PRIMITIVES, PICTURES, WIRE_CUBES))):
        raise UsageError(f"--data {data}: no such file or set; {meant}")
    return Sampled(program_text(load_program(data, None)), count, resolution)


def refuse_unused_of_sets(context: typer.Context, data: Data | None) -> None:
    """Raises UsageError for an option of sets that says nothing of this one. data: None for that of another run."""
    for name, why in _MEANT.items():
        refuse_unused(context, (name,), () if data is None else _used(data), why)


def _used(data: Data) -> tuple[str, ...]:
    """Which options of a set say something of this one."""
    from learners.data.assembled import Assembled
    from learners.data.categories import AssembledCategories
    from learners.data.digit_volumes import DigitSolids
    from learners.data.digits import Digits
    from learners.data.pictured import PrimitivePictures
    from learners.data.primitives import Primitives
    from learners.data.sampled import Sampled
    from learners.data.sets import LetterA
    from learners.data.streamed import Streamed
    from learners.data.voxels import VoxelSet
    from learners.data.wire_cubes import WireCubes

    match data:
        case Sampled():
            return ("count", "resolution")
        case Streamed() | Assembled() | AssembledCategories() | WireCubes():
            return ("resolution",)
        case PrimitivePictures():
            return ("count",)
        case LetterA() | Primitives() | Digits() | DigitSolids() | VoxelSet():
            return ()
        case _:
            assert_never(data)
