"""What the compiled loops are given: a room with a model, and the memory that they write into."""

from __future__ import annotations

from typing import Any, NamedTuple


class World(NamedTuple):
    """A room and a model. Arrays are indexed [z, x]; directions and quarters of turn are +Z, +X, −Z, −X.

    `sizes` (kinds, 2): cells along width and depth; `flat`: 1 for carpets; `most`: how many there may be of a kind;
    `usable`: the kinds of which there may be any. `theta`: the weights of the features, in one row.
    """

    sizes: Any
    flat: Any
    most: Any
    usable: Any
    inside: Any
    reserved: Any
    walls: Any
    doors: Any
    windows: Any
    log_area: float
    theta: Any


class Scratch(NamedTuple):
    """Memory of one chain. `taken` (2, z, x): what stands on a cell, by layer; `numbers`: how many of each kind.

    `ids`, `values`: the features of one thing; `state`: the counter of chance; the others are used within a step.
    """

    taken: Any
    numbers: Any
    ids: Any
    values: Any
    state: Any
    work: Any
    group: Any
    other: Any
