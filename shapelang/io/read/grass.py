"""Symmetry hierarchies of boxes, as GRASS stores them: MATLAB files of boxes, operations and symmetries.

A hierarchy is built by a stack, from the first operation to the last: 0 pushes the next box, 1 joins the two uppermost
as adjacent, 2 repeats the uppermost by the next symmetry, −1 is padding. Boxes are stored last first, and so are
symmetries. Source: Li et al., "GRASS: Generative Recursive Autoencoders for Shape Structures", 2017, section 3.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias, assert_never, cast, final

import numpy as np

from shapelang.diagnostics import ShapelangError

_BOXES: Final = 12
"""Numbers of a box: middle, three extents, and the directions of the first two."""

_SYMMETRY: Final = 8
"""Numbers of a symmetry: which it is, then what it needs."""

_PARALLEL: Final = 1e-3
"""Sine of the angle below which a box's two directions are one, and any other will do for the second."""

_FILES: Final[Mapping[str, str]] = {"box_data.mat": "boxes", "op_data.mat": "ops", "sym_data.mat": "syms"}


class GrassError(ShapelangError):
    """A folder that holds no hierarchies of GRASS."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Box:
    """Middle (3,) and extents (3,) in the set's own units; `frame` (3, 3) has its axes as columns, near the world's."""

    centre: np.ndarray
    size: np.ndarray
    frame: np.ndarray


@final
@dataclass(frozen=True, slots=True, eq=False)
class Reflection:
    """In a plane through `point` (3,) across the unit vector `normal` (3,)."""

    normal: np.ndarray
    point: np.ndarray


@final
@dataclass(frozen=True, slots=True, eq=False)
class Rotation:
    """`count` instances about an axis through `point` (3,) along the unit vector `axis` (3,)."""

    axis: np.ndarray
    point: np.ndarray
    count: int


@final
@dataclass(frozen=True, slots=True, eq=False)
class Translation:
    """`count` instances, each `step` (3,) from the one before."""

    step: np.ndarray
    count: int


Symmetry: TypeAlias = Reflection | Rotation | Translation


@final
@dataclass(frozen=True, slots=True, eq=False)
class Adjacent:
    """Two nodes that touch."""

    first: Node
    second: Node


@final
@dataclass(frozen=True, slots=True, eq=False)
class Repeated:
    """A node, and its images under a symmetry."""

    node: Node
    symmetry: Symmetry


Node: TypeAlias = Box | Adjacent | Repeated


def read_grass(folder: Path) -> list[Node]:
    """The hierarchies of a folder with `box_data.mat`, `op_data.mat`, `sym_data.mat`, in their order; +Y up, +Z front.

    Raises GrassError where a file is missing, is no MATLAB file, or does not fit the others.
    """
    boxes, operations, symmetries = (_matrix(folder / file, key) for file, key in _FILES.items())
    count = operations.shape[1]
    if boxes.shape[0] != _BOXES or symmetries.shape[0] != _SYMMETRY or not count:
        raise GrassError(
            f"{folder}: boxes have {_BOXES} numbers, symmetries {_SYMMETRY}, and there is a shape at least"
        )
    if boxes.shape[1] % count or symmetries.shape[1] % count:
        found = f"{boxes.shape[1]} boxes and {symmetries.shape[1]} symmetries"
        raise GrassError(f"{folder}: {found} are not as many for each of {count} shapes")
    b, s = boxes.shape[1] // count, symmetries.shape[1] // count
    return [
        hierarchy(boxes[:, b * k : b * (k + 1)].T, operations[:, k], symmetries[:, s * k : s * (k + 1)].T)
        for k in range(count)
    ]


def skeleton_of(node: Node) -> str:
    """The tree without its numbers: two hierarchies of one skeleton differ in boxes, axes and counts only."""
    match node:
        case Box():
            return "box"
        case Adjacent(first, second):
            return f"({skeleton_of(first)} {skeleton_of(second)})"
        case Repeated(inner, symmetry):
            return f"{type(symmetry).__name__.lower()} {skeleton_of(inner)}"
        case _:
            assert_never(node)


def hierarchy(boxes: np.ndarray, operations: np.ndarray, symmetries: np.ndarray) -> Node:
    """The hierarchy of (n, 12) boxes, (m,) operations and (k, 8) symmetries. Raises GrassError."""
    waiting_boxes, waiting_symmetries = iter(boxes), iter(symmetries)
    stack: list[Node] = []
    try:
        for operation in operations.tolist():
            match operation:
                case 0:
                    stack.append(_box(next(waiting_boxes)))
                case 1:
                    stack.append(Adjacent(stack.pop(), stack.pop()))
                case 2:
                    stack.append(_repeated(stack.pop(), next(waiting_symmetries)))
                case -1:
                    pass
                case _:
                    raise GrassError(f"no operation is numbered {operation}")
    except (IndexError, StopIteration) as error:
        raise GrassError("operations ask for more boxes or symmetries than there are") from error
    if len(stack) != 1:
        raise GrassError(f"{len(stack)} nodes are left where one root should be")
    return stack[0]


def boxes_of(node: Node) -> Iterator[Box]:
    """The boxes below a node, without images."""
    match node:
        case Box():
            yield node
        case Adjacent(first, second):
            yield from boxes_of(first)
            yield from boxes_of(second)
        case Repeated(inner, _):
            yield from boxes_of(inner)


def _matrix(path: Path, key: str) -> np.ndarray:
    from scipy.io import loadmat
    from scipy.io.matlab import MatReadError

    try:
        found = cast(Mapping[str, Any], loadmat(path))
        matrix = np.asarray(found[key], np.float64)
    except OSError as error:
        raise GrassError(f"{path} cannot be read: {error.strerror or error}") from error
    except (MatReadError, ValueError, NotImplementedError, KeyError, TypeError) as error:
        raise GrassError(f"{path} is no MATLAB file with a matrix {key}") from error
    if matrix.ndim != 2 or not np.isfinite(matrix).all():
        raise GrassError(f"{path}: {key} is no matrix of finite numbers")
    return matrix


def _box(numbers: np.ndarray) -> Box:
    """A box with its axes named after the world's that they are nearest to."""
    first, second = _unit(numbers[6:9]), numbers[9:12]
    across = second - (second @ first) * first
    if _length(across) < _PARALLEL:
        across = np.cross(first, np.eye(3)[int(np.abs(first).argmin())])
    second = _unit(across)
    axes = np.stack([first, second, np.cross(first, second)], axis=1)
    order: list[int] = []
    near = np.abs(axes)
    for k in range(3):
        free = [j for j in range(3) if j not in order]
        order.append(max(free, key=lambda j: near[k, j]))
    frame = axes[:, order]
    frame = frame * np.where(np.diag(frame) < 0.0, -1.0, 1.0)
    if np.linalg.det(frame) < 0.0:
        frame[:, int(np.abs(np.diag(frame)).argmin())] *= -1.0
    return Box(numbers[0:3].copy(), np.abs(numbers[3:6])[order], frame)


def _repeated(node: Node, numbers: np.ndarray) -> Node:
    """The node with its symmetry: −1 turns, 0 moves, 1 reflects."""
    middle = next(boxes_of(node)).centre
    vector, point = numbers[1:4], numbers[4:7]
    match round(float(numbers[0])):
        case -1 if numbers[7] > 0.0:
            return Repeated(node, Rotation(_unit(vector), point, max(1, round(1.0 / float(numbers[7])))))
        case 0 if (length := _length(vector)) > 0.0:
            # The point is where the last image of the box has its middle.
            return Repeated(node, Translation(vector, 1 + round(_length(point - middle) / length)))
        case 1:
            return Repeated(node, Reflection(_unit(vector), point))
        case _:
            raise GrassError(f"no symmetry has the numbers {numbers.tolist()}")


def _unit(vector: np.ndarray) -> np.ndarray:
    length = _length(vector)
    if length < 1e-9:
        raise GrassError("a direction has no length")
    return vector / length


def _length(vector: np.ndarray) -> float:
    return float(np.sqrt((vector**2).sum()))
