"""A leaf taken apart into what it is and its numbers, so that leaves of one make are one table of columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, final

from shapelang.assembly.part import Geometry, Operand, Solid
from shapelang.geometry.pose import Pose, Real
from shapelang.primitives.protocol import Primitive


@final
@dataclass(frozen=True, slots=True)
class Exact:
    """A slot that is no real: a count, or an argument that was left out."""

    value: Any


@final
@dataclass(frozen=True, slots=True)
class Points:
    """A slot of points: this many, of two reals each."""

    count: int


Slot: TypeAlias = Literal["real"] | Exact | Points


@final
@dataclass(frozen=True, slots=True)
class Make:
    """A primitive without its reals."""

    cls: type[Primitive]
    slots: tuple[Slot, ...]


@final
@dataclass(frozen=True, slots=True)
class Built:
    """A solid without its reals."""

    operator: Literal["union", "difference", "intersection", "hull"]
    operands: tuple[Placed, ...]


@final
@dataclass(frozen=True, slots=True)
class Fixed:
    """A hull, whose field hangs on the planes of all its operands at once: only its pose may vary."""

    geometry: Solid


@final
@dataclass(frozen=True, slots=True)
class Placed:
    """A pose without its reals; `turned` where it has a rotation, `mirrored` where that has determinant −1."""

    skeleton: Skeleton
    turned: bool
    mirrored: bool


Skeleton: TypeAlias = Make | Built | Fixed


def placed_skeleton(geometry: Geometry, pose: Pose) -> Placed:
    """What a posed geometry is, its reals aside; equal for all that one table can hold."""
    return Placed(_skeleton(geometry), pose.rotation is not None, pose.mirrored)


def placed_reals(geometry: Geometry, pose: Pose) -> tuple[Real, ...]:
    """The reals of a posed geometry in the order in which `rebuilt` takes them."""
    return tuple(_placed_reals(geometry, pose))


def rebuilt(placed: Placed, columns: Sequence[Real]) -> tuple[Geometry, Pose]:
    """The posed geometry of a skeleton with other reals: numbers, or columns of them."""
    return _rebuilt_placed(placed, iter(columns))


def _skeleton(geometry: Geometry) -> Skeleton:
    if isinstance(geometry, Solid):
        if geometry.operator == "hull":
            return Fixed(geometry)
        return Built(geometry.operator, tuple(placed_skeleton(o.geometry, o.pose) for o in geometry.operands))
    return Make(type(geometry), tuple(_slot(s.type, getattr(geometry, s.name)) for s in geometry.slots))


def _slot(kind: str, value: Any) -> Slot:
    if kind == "points" and value:
        return Points(len(value))
    if kind in ("int", "points") or value is None or value == ():
        return Exact(value)
    return "real"


def _placed_reals(geometry: Geometry, pose: Pose) -> Iterator[Real]:
    yield from pose.rotation or ()
    yield pose.scale
    yield from pose.offset
    if isinstance(geometry, Solid):
        if geometry.operator == "hull":
            return
        yield geometry.blend
        for operand in geometry.operands:
            yield from _placed_reals(operand.geometry, operand.pose)
        return
    for slot in geometry.slots:
        value = getattr(geometry, slot.name)
        match _slot(slot.type, value):
            case "real":
                yield value
            case Points():
                for point in value:
                    yield from point
            case Exact():
                pass


def _rebuilt_placed(placed: Placed, reals: Iterator[Real]) -> tuple[Geometry, Pose]:
    rotation: Any = tuple([next(reals) for _ in range(9)]) if placed.turned else None
    scale = next(reals)
    pose = Pose(rotation, scale, (next(reals), next(reals), next(reals)), placed.mirrored)
    return _rebuilt(placed.skeleton, reals), pose


def _rebuilt(skeleton: Skeleton, reals: Iterator[Real]) -> Geometry:
    match skeleton:
        case Built(operator=operator, operands=operands):
            blend = next(reals)
            return Solid(operator, blend, tuple(Operand(*_rebuilt_placed(o, reals)) for o in operands))
        case Fixed(geometry=geometry):
            return geometry
        case Make(cls=cls, slots=slots):
            return cls(*[_value(slot, reals) for slot in slots])


def _value(slot: Slot, reals: Iterator[Real]) -> Any:
    match slot:
        case "real":
            return next(reals)
        case Points(count):
            return tuple([(next(reals), next(reals)) for _ in range(count)])
        case Exact(value):
            return value
