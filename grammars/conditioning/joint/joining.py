"""Programs compiled so that lanes of different structures run together: what `choose` makes in each alternative
becomes one part, of which every lane has one of the variants.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final, final

import numpy as np

from grammars.conditioning.forms import Bools
from grammars.conditioning.joint.lanes import JointLanes, NoneLeft, Unjoinable
from grammars.conditioning.joint.variants import VARIANTS
from shapelang.assembly.material import Material
from shapelang.assembly.part import Part, Placed
from shapelang.chance.families import Categorical
from shapelang.execution.choosing import Alternatives
from shapelang.execution.codes import Execute, ProgramCode
from shapelang.execution.compiler import Compiler, Unit
from shapelang.execution.cores import Core, PrimitiveCall
from shapelang.execution.run import Frame, Layer
from shapelang.geometry.box import Box
from shapelang.geometry.pose import EYE, IDENTITY, UNIT, Pose, Real
from shapelang.semantics.program import Program
from shapelang.syntax import tree

_ALIKE: Final = (tree.Require, tree.SolidBlock, tree.For, tree.Split, tree.Use)
"""What asks of parts more than their boxes, or runs what stands around a body again."""


@lru_cache(maxsize=256)
def is_joinable(program: Program) -> bool:
    """Whether a program has nothing that joint runs cannot tell."""
    return not any(isinstance(node, _ALIKE) for node in tree.nodes_in(program.module))


@lru_cache(maxsize=256)
def alternatives(program: Program) -> int:
    """How many alternatives a program has: with their bodies there are several times as many ways to run."""
    return sum(isinstance(node, tree.Alternative) for node in tree.nodes_in(program.module))


@lru_cache(maxsize=16)
def joined_code(program: Program) -> ProgramCode:
    """The closures of a program for joint runs."""
    return Compiler(_Joining()).program(program)


@final
class _Joining:
    """Takes over what chooses, and all bodies that may part."""

    def core(self, program: Program, shape: tree.Shape, core: Core) -> Core:
        """The closure in place of a shape's."""
        del program
        if isinstance(core, Alternatives):
            return _Joined(core)
        if isinstance(shape.core, tree.Block | tree.Instance) and not isinstance(core, PrimitiveCall):
            return _Parting(core)
        return core

    def unit(self, program: Program, node: Unit, statements: tuple[Execute, ...]) -> tuple[Execute, ...]:
        """Statements stay what they are."""
        del program, node
        return statements


@final
class _Parting:
    """A body that runs again for lanes which want another structure."""

    def __init__(self, core: Core) -> None:
        self.core = core

    def __call__(
        self, f: Frame, name: str, fill: Any, material: Material | None, tags: tuple[str, ...]
    ) -> Placed | Layer | None:
        """Makes what the body makes in each structure, as one."""
        lanes = _lanes_of(f)
        made = lanes.each(f, [(lambda: _settled(self.core(f, name, fill, material, tags)), lanes.alive)])
        return _one(made)


@final
class _Joined:
    """`choose { … }`: takes every alternative that some lane takes."""

    def __init__(self, core: Alternatives) -> None:
        self.core = core

    def __call__(
        self, f: Frame, name: str, fill: Any, material: Material | None, tags: tuple[str, ...]
    ) -> Placed | Layer | None:
        """Makes the alternatives, as one."""
        run, core, lanes = f.run, self.core, _lanes_of(f)
        address = f"{f.prefix}{core.label}{f.suffix}"
        if address in run.fixed:
            return core(f, name, fill, material, tags)
        weights = Categorical(core.labels, tuple(w(f) for w in core.weights))
        taken = np.broadcast_to(lanes.choose(run.n, address, weights, None, f.salt), lanes.alive.shape)
        fixed = run.fixed

        def way(label: str | int) -> Callable[[], Placed | Layer | None]:
            def make() -> Placed | Layer | None:
                run.fixed = {**fixed, address: label}
                try:
                    return core(f, name, fill, material, tags)
                finally:
                    run.fixed = fixed

            return make

        options = np.unique(taken[lanes.alive]).astype(int).tolist()
        if not options:
            raise NoneLeft
        return _one(lanes.each(f, [(way(core.labels[k]), lanes.alive & (taken == k)) for k in options]))


def _lanes_of(f: Frame) -> JointLanes:
    lanes = f.run.chooser
    assert isinstance(lanes, JointLanes)
    return lanes


def _settled(made: Placed | Layer | None) -> Placed | Layer | None:
    """What a body made; where none of its parts is there its box is the origin, as that of any empty body."""
    if not isinstance(made, Placed) or made.part.geometry is not None:
        return made
    low, high = made.part.box.low, made.part.box.high
    if not any(np.isnan(v).any() for v in low):
        return made
    box = Box(*(tuple(np.where(np.isnan(v), 0.0, v) for v in end) for end in (low, high)))  # pyright: ignore[reportArgumentType]
    return Placed(replace(made.part, box=box), made.pose, made.label)


def _one(made: list[tuple[Bools, Placed | Layer | None]]) -> Placed | Layer | None:
    """Variants as one part; what all lanes that count have stays what it is. Raises Unjoinable."""
    if len(made) == 1:
        return made[0][1]
    there = [(lanes, each) for lanes, each in made if each is not None]
    if not there:
        return None
    placed = [(lanes, each) for lanes, each in there if isinstance(each, Placed)]
    if len(placed) < len(there):
        raise Unjoinable
    first = placed[0][1]
    boxes = [(lanes, each.part.box) for lanes, each in placed]
    box = Box(
        *(  # pyright: ignore[reportArgumentType]
            tuple(_where([(lanes, getattr(box, end)[axis]) for lanes, box in boxes], np.nan) for axis in range(3))
            for end in ("low", "high")
        )
    )
    part = Part(
        first.part.name,
        first.part.kind,
        box,
        None,
        tuple(Placed(each.part, IDENTITY, each.label) for _, each in placed),
        meta={VARIANTS: tuple(lanes for lanes, _ in placed)},
        count=sum(each.part.count for _, each in placed),
    )
    return Placed(part, _pose([(lanes, each.pose) for lanes, each in placed]), first.label)


def _pose(poses: list[tuple[Bools, Pose]]) -> Pose:
    """Of each lane its own. Raises Unjoinable where some are mirrored."""
    if all(pose is IDENTITY for _, pose in poses):
        return IDENTITY
    if any(pose.mirrored for _, pose in poses):
        raise Unjoinable
    turned = any(pose.rotation is not None for _, pose in poses)
    rotation = [
        _where([(lanes, (pose.rotation or EYE)[k]) for lanes, pose in poses], 0.0) for k in range(9 if turned else 0)
    ]
    grown = any(pose.scale is not UNIT for _, pose in poses)
    scale = _where([(lanes, pose.scale) for lanes, pose in poses], 1.0) if grown else UNIT
    x, y, z = (_where([(lanes, pose.offset[k]) for lanes, pose in poses], 0.0) for k in range(3))
    return Pose(tuple(rotation) or None, scale, (x, y, z))  # pyright: ignore[reportArgumentType]


def _where(values: list[tuple[Bools, Real]], otherwise: float) -> Real:
    """In each lane the value of the variant that is there."""
    found = np.full(len(values[0][0]), otherwise)
    for lanes, value in values:
        found = np.where(lanes, value, found)
    return found
