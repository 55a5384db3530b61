"""The one walk over a program: decision after decision, asked of whoever walks along.

A chooser that knows a program tells it, one that draws makes one; a probability of the walk is one of the program,
since every program is told by one walk. What may be decided (the options, the ranges) stands here alone, so that all
models have the same support.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import IntEnum
from typing import Final, Protocol, TypeAlias, final

from grammars.programs.program import (
    BOX,
    DEEPEST,
    FACES,
    LONGEST,
    MOST_COPIES,
    MOST_PARTS,
    MOST_STATEMENTS,
    SHARE,
    Assembly,
    Attach,
    Part,
    Reflect,
    Squeeze,
    Translate,
    Triple,
)
from grammars.programs.stage import Stage


@final
class Kind(IntEnum):
    """What is decided by one of a few options."""

    PART = 0
    """0 a cuboid, 1 an assembly, 2 no further part."""
    ALIGNED = 1
    """1 for an aligned cuboid."""
    VERB = 2
    """0 attach, 1 squeeze, 2 reflect, 3 translate, 4 no further statement."""
    MOVED = 3
    """The number of the part."""
    TARGET = 4
    """The number of the part that is attached to, BOX for the box; of a squeeze the first."""
    SECOND = 5
    """Of a squeeze the second."""
    FACE = 6
    AXIS = 7


@final
class Slot(IntEnum):
    """What a number stands for; triples are followed by their axes."""

    BOX_X, BOX_Y, BOX_Z = 0, 1, 2
    SIZE_X, SIZE_Y, SIZE_Z = 3, 4, 5
    POINT_X, POINT_Y, POINT_Z = 6, 7, 8
    PLACE_X, PLACE_Y, PLACE_Z = 9, 10, 11
    U, V = 12, 13
    COUNT, SHIFT = 14, 15


RANGES: Final = {
    slot: (1, LONGEST) if slot <= Slot.SIZE_Z else (1, MOST_COPIES) if slot == Slot.COUNT else (0, SHARE)
    for slot in Slot
}
"""The smallest and the largest whole number in each slot."""

CUBOID, ASSEMBLY, NO_PART = 0, 1, 2

ATTACH, SQUEEZE, REFLECT, TRANSLATE, NO_STATEMENT = 0, 1, 2, 3, 4

Options: TypeAlias = Sequence[int]


class Chooser(Protocol):
    """Who decides. The stage holds all that was decided so far, and is not to be changed."""

    def choose(self, kind: Kind, options: Options, stage: Stage) -> int:
        """One of the options."""
        ...

    def number(self, slot: Slot, stage: Stage) -> int:
        """A whole number of the slot's range."""
        ...

    def ends(self, stage: Stage) -> bool:
        """Whether an assembly stays as it is told now, what is within its parts aside; else it is told again."""
        ...


def walk(chooser: Chooser) -> Assembly:
    """The program that a chooser makes, the outermost assembly before those within it."""
    stage = Stage((0, 0, 0), None, 0)
    size = _triple(chooser, Slot.BOX_X, stage)
    return _assembly(chooser, size, None, 0)


def _triple(chooser: Chooser, slot: Slot, stage: Stage) -> Triple:
    found: list[int] = []
    for k in range(3):
        found.append(chooser.number(Slot(slot + k), stage))
        stage.pending.append(found[-1])
    del stage.pending[-3:]
    return found[0], found[1], found[2]


def _assembly(chooser: Chooser, size: Triple, above: Stage | None, index: int) -> Assembly:
    while True:
        stage = Stage(size, above, index)
        inners = [k for k, part in enumerate(_parts(chooser, stage)) if part]
        _statements(chooser, stage)
        stage.settle()
        if chooser.ends(stage):
            break
        stage.withdraw()
    parts = list(stage.parts)
    for k in inners:
        inner = _assembly(chooser, parts[k].size, stage, k)
        parts[k] = Part(parts[k].size, parts[k].aligned, inner)
    stage.finish()
    return Assembly(stage.size, tuple(parts), tuple(stage.statements))


def _parts(chooser: Chooser, stage: Stage) -> list[bool]:
    """Adds the parts to the stage; whether each is an assembly."""
    while True:
        options = [CUBOID, *([ASSEMBLY] if stage.depth < DEEPEST else []), *([NO_PART] if stage.parts else [])]
        kind = chooser.choose(Kind.PART, options if len(stage.parts) < MOST_PARTS else [NO_PART], stage)
        if kind == NO_PART:
            return stage.inner
        stage.begin(kind == ASSEMBLY)
        size = _triple(chooser, Slot.SIZE_X, stage)
        stage.pending.extend(size)
        aligned = chooser.choose(Kind.ALIGNED, (0, 1), stage)
        stage.pending.clear()
        stage.add(Part(size, bool(aligned)))


def _statements(chooser: Chooser, stage: Stage) -> None:
    """Adds the statements to the stage."""
    everything = (ATTACH, SQUEEZE, REFLECT, TRANSLATE, NO_STATEMENT)
    numbers = range(len(stage.parts))
    while True:
        full = len(stage.statements) == MOST_STATEMENTS
        stage.open(chooser.choose(Kind.VERB, (NO_STATEMENT,) if full else everything, stage))
        if stage.verb == NO_STATEMENT:
            return
        stage.moved = moved = chooser.choose(Kind.MOVED, numbers, stage)
        match stage.verb:
            case 0:
                others = [BOX, *(k for k in numbers if k != moved)]
                stage.target = target = chooser.choose(Kind.TARGET, others, stage)
                stage.point = point = _triple(chooser, Slot.POINT_X, stage)
                stage.state(Attach(moved, target, point, _triple(chooser, Slot.PLACE_X, stage)))
            case 1:
                stage.state(_squeeze(chooser, stage, moved))
            case 2:
                stage.state(Reflect(moved, chooser.choose(Kind.AXIS, (0, 1, 2), stage)))
            case _:
                stage.axis = axis = chooser.choose(Kind.AXIS, (0, 1, 2), stage)
                count = chooser.number(Slot.COUNT, stage)
                stage.pending.append(count)
                stage.state(Translate(moved, axis, count, chooser.number(Slot.SHIFT, stage)))
                stage.pending.clear()


def _squeeze(chooser: Chooser, stage: Stage, moved: int) -> Squeeze:
    others = [BOX, *(k for k in range(len(stage.parts)) if k != moved)]
    stage.target = first = chooser.choose(Kind.TARGET, others, stage)
    stage.second = second = chooser.choose(Kind.SECOND, [k for k in others if k == BOX or k != first], stage)
    stage.face = face = chooser.choose(Kind.FACE, range(len(FACES)), stage)
    u = chooser.number(Slot.U, stage)
    stage.pending.append(u)
    v = chooser.number(Slot.V, stage)
    stage.pending.clear()
    return Squeeze(moved, first, second, face, u, v)


def told(program: Assembly) -> Iterator[int]:
    """What is decided on the walk over a program, in order."""
    yield from program.size
    yield from _told_within(program)


def _told_within(assembly: Assembly) -> Iterator[int]:
    for part in assembly.parts:
        yield CUBOID if part.inner is None else ASSEMBLY
        yield from part.size
        yield int(part.aligned)
    yield NO_PART
    for statement in assembly.statements:
        match statement:
            case Attach(moved, target, point, place):
                yield from (ATTACH, moved, target, *point, *place)
            case Squeeze(moved, first, second, face, u, v):
                yield from (SQUEEZE, moved, first, second, face, u, v)
            case Reflect(moved, axis):
                yield from (REFLECT, moved, axis)
            case Translate(moved, axis, count, share):
                yield from (TRANSLATE, moved, axis, count, share)
    yield NO_STATEMENT
    for part in assembly.parts:
        if part.inner is not None:
            yield from _told_within(part.inner)
