"""ShapeAssembly programs of several categories: a class for each folder within a folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import final

import numpy as np
import torch

from learners.bounds import Cells
from learners.data.assembled import Assembled, assembled, assembled_grids
from learners.data.packed import PackedGrids
from learners.tensors import Grids, Indices
from shapelang.diagnostics import UsageError


@final
@dataclass(frozen=True, slots=True)
class Category:
    """A class. name: of its folder. sha256: of its texts, as `Assembled` has it."""

    name: str
    sha256: str


@final
@dataclass(frozen=True, slots=True)
class AssembledCategories:
    """The programs of the folders within a folder, each once in its own; the number of a class is its place here.

    Skeletons are held out by their hash, so that one that stands in two categories is on the same side in both.
    """

    folder: str
    categories: tuple[Category, ...]
    resolution: Cells

    def __post_init__(self) -> None:
        names = [category.name for category in self.categories]
        if len(names) < 2 or len(set(names)) < len(names):
            raise UsageError(
                f"categories are two or more, each with a name of its own, not {', '.join(names) or 'none'}"
            )
        if strange := [name for name in names if name in ("", "..") or Path(name).name != name]:
            raise UsageError(f"a category is called by the name of a folder, not '{strange[0]}'")

    def alone(self) -> tuple[Assembled, ...]:
        """Each category as a set by itself."""
        here = Path(self.folder)
        return tuple(Assembled(str(here / one.name), one.sha256, self.resolution) for one in self.categories)


@final
@dataclass(frozen=True, slots=True, eq=False)
class CategoryGrids:
    """Shapes, category after category. which: (n,) int64, the category of each."""

    packed: PackedGrids
    which: Indices
    classes: int

    @property
    def resolution(self) -> int:
        """Cells along each axis."""
        return self.packed.resolution

    @property
    def axes(self) -> int:
        """Solids have three."""
        return self.packed.axes

    def __len__(self) -> int:
        return len(self.packed)

    def grids(self, indices: Indices) -> Grids:
        """(b, r, r, r)."""
        return self.packed.grids(indices)

    def labels(self, indices: Indices) -> Indices:
        """The category of each."""
        return self.which[indices]


def of_folder(folder: Path, resolution: int) -> Assembled | AssembledCategories:
    """The set of a folder: of its own programs where it holds any, else of those of the folders within it, by name.

    Raises UsageError where there are none, or of one category alone.
    """
    if any(folder.glob("*.txt")):
        return assembled(folder, resolution)
    within = sorted({file.parent for file in folder.glob("*/*.txt")})
    if not within:
        raise UsageError(f"{folder}: no .txt file is in it, nor in a folder within it")
    if len(within) == 1:
        raise UsageError(f"{folder}: programs are in {within[0].name} alone, one class: give {within[0]} itself")
    found = (Category(place.name, assembled(place, resolution).sha256) for place in within)
    return AssembledCategories(str(folder), tuple(found), resolution)


def category_grids(config: AssembledCategories, held_out: bool) -> CategoryGrids:
    """The shapes to learn from, or those held out. Raises what `assembled_grids` raises, of each category."""
    parts = [assembled_grids(one, held_out) for one in config.alone()]
    bits = np.concatenate([part.bits for part in parts])
    which = torch.repeat_interleave(torch.tensor([len(part) for part in parts]))
    return CategoryGrids(PackedGrids(bits, config.resolution, 3), which, len(parts))
