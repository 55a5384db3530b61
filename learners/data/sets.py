"""Which sets of shapes there are to learn from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, unique
from typing import TypeAlias, assert_never, final

from learners.data.assembled import Assembled, assembled_grids
from learners.data.categories import AssembledCategories, category_grids
from learners.data.digit_volumes import DigitSolids, digit_volumes
from learners.data.digits import CLASSES, Digits, digit_grids
from learners.data.digits import SIDE as DIGIT_SIDE
from learners.data.examples import Examples
from learners.data.letters import SIDE as LETTER_SIDE
from learners.data.letters import held_out_letters, training_letters
from learners.data.motion import SIDE as VOLUME_SIDE
from learners.data.pictured import PIXELS, PrimitivePictures, picture_examples
from learners.data.primitives import Kind, Primitives, primitive_volumes
from learners.data.sampled import Sampled, sampled_grids
from learners.data.streamed import Streamed, streamed_examples
from learners.data.voxels import VoxelSet, voxel_grids
from learners.data.wire_cubes import WireCubes, wire_cube_volumes
from shapelang.diagnostics import UsageError, closest


@unique
@final
class Split(Enum):
    """What is learned from, and what is kept away from learning."""

    TRAINING = "training"
    HELD_OUT = "held out"


@final
@dataclass(frozen=True, slots=True)
class LetterA:
    """The letter A at every place of a picture, the four middle rows of places held out."""


Data: TypeAlias = (
    LetterA
    | Digits
    | Sampled
    | Streamed
    | Assembled
    | AssembledCategories
    | Primitives
    | DigitSolids
    | PrimitivePictures
    | WireCubes
    | VoxelSet
)


def place_of(data: Data) -> str | None:
    """The file or folder that a set is read from; None for one that is made here."""
    match data:
        case Digits(file=place) | DigitSolids(digits=Digits(file=place)) | VoxelSet(file=place):
            return place
        case Assembled(folder=place) | AssembledCategories(folder=place):
            return place
        case LetterA() | Sampled() | Streamed() | Primitives() | PrimitivePictures() | WireCubes():
            return None
        case _:
            assert_never(data)


def at_place(data: Data, place: str) -> Data:
    """The same set, read from another place."""
    match data:
        case Digits() | VoxelSet():
            return replace(data, file=place)
        case DigitSolids():
            return replace(data, digits=replace(data.digits, file=place))
        case Assembled() | AssembledCategories():
            return replace(data, folder=place)
        case LetterA() | Sampled() | Streamed() | Primitives() | PrimitivePictures() | WireCubes():
            return data
        case _:
            assert_never(data)


def set_cells(data: Data) -> tuple[int, int]:
    """Axes of a set's grids, and cells along each; nothing is read for it."""
    match data:
        case LetterA():
            return 2, LETTER_SIDE
        case Digits():
            return 2, DIGIT_SIDE
        case PrimitivePictures():
            return 2, PIXELS
        case Sampled() | Streamed() | Assembled() | AssembledCategories() | WireCubes() | VoxelSet():
            return 3, data.resolution
        case Primitives() | DigitSolids():
            return 3, VOLUME_SIDE
        case _:
            assert_never(data)


def class_names(data: Data) -> tuple[str, ...]:
    """What the classes of a set are called, in the order of their numbers; none where it has no classes."""
    match data:
        case Digits() | DigitSolids():
            return tuple(map(str, range(CLASSES)))
        case Primitives() | PrimitivePictures():
            return tuple(kind.name.lower() for kind in Kind)
        case AssembledCategories():
            return tuple(category.name for category in data.categories)
        case LetterA() | Sampled() | Streamed() | Assembled() | WireCubes() | VoxelSet():
            return ()
        case _:
            assert_never(data)


def class_number(data: Data, text: str) -> int:
    """The number of a class that is called by its name, or by its number from 0; raises UsageError for another."""
    names = class_names(data)
    if text in names:
        return names.index(text)
    if text.isdecimal() and int(text) < len(names):
        return int(text)
    if not names:
        raise UsageError(f"class '{text}': the shapes of this set have no classes")
    listed = ", ".join(names)
    raise UsageError(f"no class is called '{text}'; {closest(text, names) or f'there are {listed}'}")


def same_held_out(one: Data, other: Data) -> bool:
    """Whether the shapes that two sets hold out are the same, whatever seed and from whichever file one learned."""
    return _held_out_part(one) == _held_out_part(other)


def _held_out_part(data: Data) -> Data:
    match data:
        case LetterA() | Sampled() | Streamed():
            return data
        case Primitives() | WireCubes() | PrimitivePictures():
            return replace(data, seed=0)
        case Digits() | VoxelSet():
            return replace(data, file="")
        case DigitSolids():
            return replace(data, seed=0, digits=replace(data.digits, file=""))
        case Assembled() | AssembledCategories():
            return replace(data, folder="")
        case _:
            assert_never(data)


def set_classes(data: Data) -> int:
    """Into how many classes the shapes of a set fall; 1 where they have none."""
    return max(1, len(class_names(data)))


def examples(data: Data, split: Split) -> Examples:
    """The shapes of a set."""
    match data, split:
        case LetterA(), Split.TRAINING:
            return training_letters()
        case LetterA(), Split.HELD_OUT:
            return held_out_letters()
        case Digits(), _:
            return digit_grids(data, split is Split.HELD_OUT)
        case Sampled(), _:
            return sampled_grids(data, split is Split.HELD_OUT)
        case Streamed(), _:
            return streamed_examples(data, split is Split.HELD_OUT)
        case Assembled(), _:
            return assembled_grids(data, split is Split.HELD_OUT)
        case AssembledCategories(), _:
            return category_grids(data, split is Split.HELD_OUT)
        case Primitives(), _:
            return primitive_volumes(data, split is Split.HELD_OUT)
        case WireCubes(), _:
            return wire_cube_volumes(data, split is Split.HELD_OUT)
        case PrimitivePictures(), _:
            return picture_examples(data, split is Split.HELD_OUT)
        case DigitSolids(), _:
            return digit_volumes(data, split is Split.HELD_OUT)
        case VoxelSet(), _:
            return voxel_grids(data, split is Split.HELD_OUT)
        case _:
            assert_never(data)
