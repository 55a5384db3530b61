"""Which leaves can be lowest where: exact lists of candidates for groups of places."""

from __future__ import annotations

from typing import Final

import numpy as np

from shapelang.arrays import AnyArray
from shapelang.fields.kernels.arguments import Tape
from shapelang.fields.packed import Packed

ROUNDING: Final = 2.0**-20
"""What 32-bit arithmetic may be off, as a share of a leaf's reach and distance.

A coordinate is a sum of four products, each rounded to 2^-24 of a size below reach and distance together; a
superquadric adds 2^-21.5 of its value (logarithms and a power). The tests hold the kernels to half of it.
"""

_AT_ONCE: Final = 1 << 24
"""Values of all leaves at places: 64 MiB."""


def tape_of(packed: Packed) -> Tape:
    """The arrays that the kernels take."""
    return Tape(packed.codes, packed.frames, packed.starts, packed.numbers.astype(np.float32), packed.leaves)


def rounding(packed: Packed, places: AnyArray, radii: AnyArray) -> AnyArray:
    """(g, n): by how much 32-bit values of the leaves may be off within `radii` (g,) of places (g, 3)."""
    square = np.zeros((len(places), packed.count))
    for axis in range(3):
        apart = places[:, axis, None] - packed.centres[None, :, axis]
        square += apart * apart
    return (np.sqrt(square) + radii[:, None] + packed.reach) * ROUNDING


def candidates(packed: Packed, places: AnyArray, radii: AnyArray) -> tuple[AnyArray, AnyArray, AnyArray]:
    """For balls about places (g, 3) the leaves that may be lowest somewhere in them, in their order.

    Returns starts (g + 1,), leaves (k,), and the rounding (k,) of each. A leaf is left out only if its field in the
    middle less what it may change is above another one's with what that may change.
    """
    step = max(1, _AT_ONCE // max(1, packed.count))
    found: list[tuple[AnyArray, AnyArray, AnyArray]] = []
    for first in range(0, len(places), step):
        part = slice(first, first + step)
        slack = rounding(packed, places[part], radii[part])
        change = packed.lipschitz * radii[part, None] + slack
        values = _values(packed, places[part])
        kept = values - change <= (values + change).min(axis=1, keepdims=True)
        rows, leaves = np.nonzero(kept)
        found.append((kept.sum(axis=1), leaves, slack[rows, leaves]))
    counts, leaves, slack = (np.concatenate(column) for column in zip(*found, strict=True))
    return np.concatenate([[0], np.cumsum(counts)]), leaves, slack


def _values(packed: Packed, places: AnyArray) -> AnyArray:
    """(g, n) every leaf's field at places."""
    from shapelang.fields.kernels.blocks import leaf_values

    middle = (places.min(axis=0) + places.max(axis=0)) * 0.5
    apart = (places - middle).astype(np.float32)
    x, y, z = (np.ascontiguousarray(apart[:, axis]) for axis in range(3))
    stack = np.zeros((packed.depth, len(places)), np.float32)
    return leaf_values(tape_of(packed), np.arange(packed.count), tuple(middle.tolist()), (x, y, z), stack).T
