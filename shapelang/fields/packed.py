"""An assembly as flat arrays for the kernels: one stretch of instructions a leaf, in the order of the program."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias, final

import numpy as np

from shapelang.arrays import AnyArray
from shapelang.assembly.assembly import Leaf
from shapelang.assembly.part import Geometry, Solid
from shapelang.diagnostics import UsageError
from shapelang.fields import codes
from shapelang.fields.terminals import Terminal, hull, terminal
from shapelang.geometry.pose import Pose

MOST_INSTRUCTIONS: Final = 1 << 20
"""Terminals and operators of one assembly: 100 MB of arrays."""

_COMBINED: Final = {"union": codes.UNION, "intersection": codes.INTERSECTION, "difference": codes.DIFFERENCE}


@final
@dataclass(frozen=True, slots=True)
class _Combined:
    """The two fields on top become one, with a blend of a radius in metres."""

    code: int
    radius: float


_Instruction: TypeAlias = Terminal | _Combined


@final
@dataclass(frozen=True, slots=True, eq=False)
class Packed:
    """The leaves of an assembly as a structure of arrays; all in the world's metres, negative inside.

    A leaf i is the postfix tape of the instructions leaves[i] … leaves[i + 1] − 1; its field is what they leave on the
    stack, and the assembly's is the lowest.
    """

    codes: AnyArray
    """(t,) int32: terminals and operators of `shapelang.fields.codes`."""
    frames: AnyArray
    """(t, 12) float64: the rows of the turn into the terminal's own axes, then its centre in the world."""
    starts: AnyArray
    """(t,) int64: where an instruction's numbers begin."""
    numbers: AnyArray
    """(k,) float64: the numbers of all instructions."""
    leaves: AnyArray
    """(n + 1,) int64: where each leaf's instructions begin."""
    centres: AnyArray
    """(n, 3) float64: the middle of each leaf."""
    reach: AnyArray
    """(n,) float64: a ball of this radius about the centre holds all terminals of the leaf."""
    lipschitz: AnyArray
    """(n,) float64: bounds |gradient| of each leaf's field everywhere."""
    depth: int
    """The most fields that stand on the stack at once."""

    @property
    def count(self) -> int:
        """How many leaves there are."""
        return len(self.leaves) - 1

    @property
    def bound(self) -> float:
        """Bounds |gradient| of the whole field."""
        return float(self.lipschitz.max(initial=0.0))


def pack(leaves: Sequence[Leaf]) -> Packed:
    """The leaves as arrays, with the numbers of their parts as floats.

    Raises UsageError for a primitive without a kernel, or for more than MOST_INSTRUCTIONS terminals and operators.
    """
    tapes: list[tuple[_Instruction, ...]] = []
    total = 0
    for leaf in leaves:
        tapes.append(tuple(_tape(leaf.geometry, leaf.pose)))
        total += len(tapes[-1])
        if total > MOST_INSTRUCTIONS:
            raise UsageError(f"a field is made of at most {MOST_INSTRUCTIONS:,} primitives and operators")
    flat = [instruction for tape in tapes for instruction in tape]
    numbers = [_numbers(instruction) for instruction in flat]
    balls = np.array([_ball(tape) for tape in tapes]).reshape(-1, 4)
    return Packed(
        codes=np.array([instruction.code for instruction in flat], np.int32),
        frames=np.array([_frame(instruction) for instruction in flat]).reshape(-1, 12),
        starts=_offsets([len(own) for own in numbers])[:-1],
        numbers=np.array([number for own in numbers for number in own]),
        leaves=_offsets([len(tape) for tape in tapes]),
        centres=np.ascontiguousarray(balls[:, :3]),
        reach=np.ascontiguousarray(balls[:, 3]),
        lipschitz=np.array([_steepest(leaf.geometry) for leaf in leaves]),
        depth=max((_depth(tape) for tape in tapes), default=0),
    )


def _offsets(lengths: Sequence[int]) -> AnyArray:
    return np.concatenate([[0], np.cumsum(np.array(lengths, np.int64))]).astype(np.int64)


def _tape(geometry: Geometry, pose: Pose) -> Iterator[_Instruction]:
    """The instructions of a posed geometry, operands before their operator."""
    if not isinstance(geometry, Solid):
        yield terminal(geometry, pose)
    elif geometry.operator == "hull":
        yield hull(geometry, pose)
    else:
        for number, operand in enumerate(geometry.operands):
            yield from _tape(operand.geometry, operand.pose.then(pose))
            if number > 0:
                yield _Combined(_COMBINED[geometry.operator], float(geometry.blend) * float(pose.scale))


def _numbers(instruction: _Instruction) -> tuple[float, ...]:
    return instruction.numbers if isinstance(instruction, Terminal) else (instruction.radius,)


def _frame(instruction: _Instruction) -> tuple[float, ...]:
    return (*instruction.turn, *instruction.centre) if isinstance(instruction, Terminal) else (0.0,) * 12


def _ball(tape: Sequence[_Instruction]) -> tuple[float, float, float, float]:
    """The middle of the terminals' balls, and the radius that holds them."""
    terminals = [instruction for instruction in tape if isinstance(instruction, Terminal)]
    centres, reach = np.array([t.centre for t in terminals]), np.array([t.reach for t in terminals])
    low, high = (centres - reach[:, None]).min(axis=0), (centres + reach[:, None]).max(axis=0)
    middle = (low + high) * 0.5
    apart = centres - middle
    x, y, z = middle.tolist()
    return x, y, z, float((np.sqrt((apart * apart).sum(axis=1)) + reach).max())


def _steepest(geometry: Geometry) -> float:
    """A combination is as steep as its steepest operand: a blend's slope is a mean of two."""
    if not isinstance(geometry, Solid):
        return geometry.field_class().lipschitz
    if geometry.operator == "hull":
        return 1.0
    return max(_steepest(operand.geometry) for operand in geometry.operands)


def _depth(tape: Sequence[_Instruction]) -> int:
    deepest = depth = 0
    for instruction in tape:
        depth += 1 if isinstance(instruction, Terminal) else -1
        deepest = max(deepest, depth)
    return deepest
