"""Tables as instructions of the compiled kernels, column by column: a fit packs its batch anew at every step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, TypeAlias

import numpy as np

from shapelang.arrays import AnyArray
from shapelang.fields import codes
from shapelang.fields.batched.skeleton import Make, Placed
from shapelang.fields.batched.tables import Table, Tables
from shapelang.fields.kernels.arguments import Tape
from shapelang.primitives.capsule import Capsule
from shapelang.primitives.cone import Cone
from shapelang.primitives.cuboid import Cuboid
from shapelang.primitives.cylinder import Cylinder
from shapelang.primitives.ellipsoid import Ellipsoid
from shapelang.primitives.protocol import Primitive
from shapelang.primitives.sphere import Sphere
from shapelang.primitives.superquadric import Superquadric

Numbers: TypeAlias = Callable[[AnyArray, AnyArray], list[AnyArray]]
"""(slots (k, rows), scale (rows,)) → the kernel's numbers, a column each."""


def _cuboid(own: AnyArray, s: AnyArray) -> list[AnyArray]:
    return [own[k] * s * 0.5 for k in range(3)]


def _ellipsoid(own: AnyArray, s: AnyArray) -> list[AnyArray]:
    return [*(2.0 / (own[k] * s) for k in range(3)), own[:3].min(axis=0) * s * 0.5]


def _superquadric(own: AnyArray, s: AnyArray) -> list[AnyArray]:
    e1, e2 = own[3], own[4]
    inverses = [2.0 / (own[k] * s) for k in range(3)]
    slope = 2.0 ** (np.maximum(e1 * 0.5 - 0.5, 0.0) + np.maximum(e2 * 0.5 - 0.5, 0.0))
    return [*inverses, 2.0 / e2, e2 * 0.5, 2.0 / e1, e1 * 0.5, own[:3].min(axis=0) * s * 0.5 / slope]


def _sphere(own: AnyArray, s: AnyArray) -> list[AnyArray]:
    return [own[0] * 0.0, own[0] * s]


def _capsule(own: AnyArray, s: AnyArray) -> list[AnyArray]:
    return [np.maximum(own[1] * 0.5 - own[0], 0.0) * s, own[0] * s]


def _cylinder(own: AnyArray, s: AnyArray) -> list[AnyArray]:
    return [own[0] * s, own[1] * s * 0.5]


def _cone(own: AnyArray, s: AnyArray) -> list[AnyArray]:
    a, h, b = own
    return [h * s * 0.5, a * s, b * s, 1.0 / (((b - a) * (b - a) + h * h) * s * s)]


_KERNELS: Final[Mapping[type[Primitive], tuple[int, Numbers]]] = MappingProxyType({
    Cuboid: (codes.CUBOID, _cuboid),
    Ellipsoid: (codes.ELLIPSOID, _ellipsoid),
    Superquadric: (codes.NORM, _superquadric),
    Sphere: (codes.CAPSULE, _sphere),
    Capsule: (codes.CAPSULE, _capsule),
    Cylinder: (codes.CYLINDER, _cylinder),
    Cone: (codes.CONE, _cone),
})  # fmt: skip


def has_columns(table: Table) -> bool:
    """Whether a table goes to the kernels as columns; a deformed superquadric, a polygon or a solid does not."""
    skeleton = table.skeleton.skeleton
    if not isinstance(skeleton, Make) or skeleton.cls not in _KERNELS:
        return False
    return skeleton.cls is not Superquadric or not bool(table.columns[:, -3:].detach().any())


def batch_tape(tables: Tables, chosen: list[Table]) -> tuple[Tape, AnyArray, AnyArray]:
    """The tape of the rows of some tables, assembly after assembly, where each assembly's begin (count + 1,), and the
    leaf that each row is.
    """
    leaf = np.concatenate([table.leaf.cpu().numpy() for table in chosen])
    order = np.argsort(leaf, kind="stable")
    made = [_rows(table) for table in chosen]
    width = max(numbers.shape[1] for _, _, numbers in made)
    padded = [np.pad(numbers, ((0, 0), (0, width - numbers.shape[1]))) for _, _, numbers in made]
    rows = len(leaf)
    kinds = np.concatenate([np.full(len(frames), code, np.int32) for code, frames, _ in made])[order]
    tape = Tape(
        kinds,
        np.concatenate([frames for _, frames, _ in made])[order],
        np.arange(rows, dtype=np.int64) * width,
        np.concatenate(padded)[order].astype(np.float32).reshape(-1),
        np.arange(rows + 1, dtype=np.int64),
    )
    owner = tables.owner.cpu().numpy()[leaf[order]]
    return tape, np.searchsorted(owner, np.arange(tables.count + 1)), leaf[order]


def _rows(table: Table) -> tuple[int, AnyArray, AnyArray]:
    """The kernel of a table, its frames (rows, 12) and its numbers (rows, q)."""
    skeleton = table.skeleton.skeleton
    assert isinstance(skeleton, Make)
    code, numbers = _KERNELS[skeleton.cls]
    columns = table.columns.detach().cpu().numpy().astype(np.float64).T
    frames, scale, own = _posed(table.skeleton, columns)
    return code, frames, np.stack(numbers(own, scale), axis=1)


def _posed(placed: Placed, columns: AnyArray) -> tuple[AnyArray, AnyArray, AnyArray]:
    """Frames, scales, and the columns of the primitive's own slots."""
    frames = np.zeros((columns.shape[1], 12))
    if placed.turned:
        # The inverse of a turn is its transpose.
        for row in range(3):
            for column in range(3):
                frames[:, 3 * row + column] = columns[3 * column + row]
        columns = columns[9:]
    else:
        frames[:, (0, 4, 8)] = 1.0
    frames[:, 9:] = columns[1:4].T
    return frames, columns[0], columns[4:]
