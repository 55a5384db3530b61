"""What a primitive is: one frozen dataclass, one file, one row of the table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Final, Literal, Protocol, TypeAlias, final, runtime_checkable

from shapelang.geometry.mesh import Mesh
from shapelang.geometry.pose import Real, Vec3
from shapelang.numbers import Numbers


@final
@dataclass(frozen=True, slots=True)
class FieldClass:
    """What a field promises: the exact signed distance, or a bound on it.

    `lipschitz` bounds |gradient| everywhere; `exact` says that the value is the Euclidean distance to the surface.
    Every field is negative inside, positive outside and zero on the surface.
    """

    exact: bool
    lipschitz: float


EXACT: Final = FieldClass(True, 1.0)
"""The Euclidean signed distance."""

BOUND: Final = FieldClass(False, 1.0)
"""At most the distance in size, and of its sign."""

SlotType: TypeAlias = Literal["length", "exponent", "number", "angle", "int", "points", "curvature"]


@final
@dataclass(frozen=True, slots=True)
class Slot:
    """One argument of a primitive's signature, from which checks, docs and vocabularies are derived.

    `default` None makes it required. `low`/`high` are limits; `low_open` excludes the lower one.
    A `length` may be left open (`_`). `axis` is the axis whose extent it fills when open ("x", "y", "z"; None if it
    cannot be open).
    """

    name: str
    type: SlotType
    doc: str
    default: float | int | None = None
    low: float | None = None
    high: float | None = None
    low_open: bool = False
    axis: Literal["x", "y", "z"] | None = None
    optional: bool = False
    """May be left out although it has no default, because another slot stands for it; `refusals` sees to that."""
    metres: bool = False
    """Of a `number`: it is a distance, though it may be 0 or left out."""

    @property
    def in_metres(self) -> bool:
        """Whether it grows with the shape."""
        return self.metres or self.type == "length"


Refusal: TypeAlias = tuple[Any, str]
"""A test (bool or lanes of bool) with the sentence that says what is wrong where it holds."""


@runtime_checkable
class Primitive(Protocol):
    """A solid centred on its box, round ones and prisms along +Y. Numbers are floats or lanes; sizes are full extents.

    Each class declares `kind` (its name in programs), `doc`, and `slots` (its arguments, in order; attribute names are
    slot names).
    """

    kind: ClassVar[str]
    doc: ClassVar[str]
    slots: ClassVar[tuple[Slot, ...]]

    def size(self, n: Numbers) -> Vec3:
        """Full extents of its own box, which is centred on the origin. Tight up to 1e-9 relative."""
        ...

    def refusals(self, n: Numbers) -> tuple[Refusal, ...]:
        """(test, message) for everything that makes the solid impossible; it is refused where a test holds."""
        ...

    def volume(self) -> float:
        """Volume of the ideal solid in cubic metres (floats only)."""
        ...

    def mesh(self, segments: int) -> Mesh:
        """Closed oriented surface (floats only); `segments` is the number of edges of a full circle."""
        ...

    def field(self, n: Numbers, x: Real, y: Real, z: Real) -> Real:
        """The field at points, which broadcast with the primitive's own numbers."""
        ...

    def field_class(self) -> FieldClass:
        """What `field` promises for these numbers."""
        ...

    def mirror_symmetric(self) -> tuple[bool, bool, bool]:
        """Whether reflection in x = 0, y = 0, z = 0 maps the solid onto itself."""
        ...
