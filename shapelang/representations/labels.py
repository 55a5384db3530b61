"""What a leaf is called in every segmented output: its label (names alone) and its instance (names with indices)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import final

import numpy as np

from shapelang.arrays import LabelArray
from shapelang.assembly.assembly import Leaf


@final
@dataclass(frozen=True, slots=True, eq=False)
class Labels:
    """`names` are the distinct labels in order of appearance; `of_leaf` (n,) is the number of each leaf's label."""

    names: tuple[str, ...]
    of_leaf: LabelArray


@lru_cache(maxsize=8192)
def label_of(path: tuple[str, ...]) -> str:
    """The label of a path: `('leg[1]', 'foot')` is `leg.foot`; the images of a symmetry share one label."""
    return ".".join(step.partition("[")[0] for step in path)


def instance_of(path: tuple[str, ...]) -> str:
    """The instance of a path: `('leg[1]', 'foot')` is `leg[1].foot`."""
    return ".".join(path)


def labels_of(leaves: Iterable[Leaf]) -> Labels:
    """The labels of leaves, numbered from 0 in order of appearance."""
    number: dict[str, int] = {}
    of_leaf = [number.setdefault(label_of(leaf.path), len(number)) for leaf in leaves]
    return Labels(tuple(number), np.array(of_leaf, np.int32))
