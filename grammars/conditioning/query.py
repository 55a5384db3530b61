"""What may be asked of an assembly: a closed family of terms and tests, read in world axes and metres."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, final

Axis: TypeAlias = Literal[0, 1, 2]
"""x, y, z."""

EQUAL: Final = 5e-4
"""Lengths and reals within half a millimetre (or half a thousandth) count as equal: the 1 mm grid of assemblies."""

LIKE: Final = 0.02
"""By how much a part that is given may differ in each size."""


@final
@dataclass(frozen=True, slots=True)
class Step:
    """One step of a path: a name, kind or tag of a part; with indices one instance, as labels have them: `leg[0]`."""

    name: str
    indices: tuple[int, ...] = ()


Path: TypeAlias = tuple[Step, ...]
"""Parts below parts, at any depth; () is the whole."""


@final
@dataclass(frozen=True, slots=True)
class Fixed:
    """A value that is written."""

    value: float | int | bool | str


@final
@dataclass(frozen=True, slots=True)
class Count:
    """`count(leg)`: how many instances a path has."""

    path: Path


@final
@dataclass(frozen=True, slots=True)
class Extent:
    """`height`, `seat.width`: the extent of the whole, or of all instances of a path together."""

    path: Path
    axis: Axis


@final
@dataclass(frozen=True, slots=True)
class Coordinate:
    """`seat.top.y`: where a side (−1 low, 0 the middle, 1 high) of the box around all instances of a path stands."""

    path: Path
    axis: Axis
    side: Literal[-1, 0, 1]


@final
@dataclass(frozen=True, slots=True)
class Chosen:
    """The value of a draw, of a `choose` (its alternative's name) or of a param, by address."""

    address: str


@final
@dataclass(frozen=True, slots=True)
class Arithmetic:
    """A sum, difference, product or quotient."""

    operator: Literal["+", "-", "*", "/"]
    left: Term
    right: Term


Term: TypeAlias = Fixed | Count | Extent | Coordinate | Chosen | Arithmetic

Comparison: TypeAlias = Literal["==", "!=", "<", "<=", ">", ">="]


@final
@dataclass(frozen=True, slots=True)
class Compare:
    """Two terms compared. Reals are equal within `EQUAL`. It fails where a term speaks of what is not there."""

    operator: Comparison
    left: Term
    right: Term


@final
@dataclass(frozen=True, slots=True)
class Fits:
    """`fits(0.6, 1.0, 0.6)`: width, height and depth of the whole are at most these."""

    size: tuple[float, float, float]


@final
@dataclass(frozen=True, slots=True)
class Contains:
    """`contains(leg, 0.05, 0.41, 0.05)`: an instance has these extents in its own frame, each up to a share of 2 %."""

    path: Path
    size: tuple[float, float, float]
    tolerance: float = LIKE
    which: int | None = None
    """The one instance that is meant, counted among those of the path; None for any."""
    at: tuple[str, ...] | None = None
    """The names of all parts on the way to it, below the root, its own the last; None for any."""


@final
@dataclass(frozen=True, slots=True)
class Leaves:
    """There are so many leaves of a kind of primitive, whatever they are called."""

    kind: str
    count: int


@final
@dataclass(frozen=True, slots=True)
class Shows:
    """A leaf of a kind has these numbers (of its slots; lengths as in the world) at this place, within a slack."""

    kind: str
    numbers: tuple[float, ...]
    place: tuple[float, float, float]
    slack: float


@final
@dataclass(frozen=True, slots=True)
class Every:
    """All hold."""

    tests: tuple[Test, ...]


@final
@dataclass(frozen=True, slots=True)
class Some:
    """At least one holds."""

    tests: tuple[Test, ...]


@final
@dataclass(frozen=True, slots=True)
class Not:
    """It does not hold."""

    test: Test


@final
@dataclass(frozen=True, slots=True)
class First:
    """A test holds, and none of those before it: one way in which one of several can hold."""

    test: Test
    before: tuple[Test, ...]


Test: TypeAlias = Compare | Fits | Contains | Leaves | Shows | Every | Some | Not | First


@final
@dataclass(frozen=True, slots=True)
class Clause:
    """A test with the text that it was read from, by which messages name it."""

    text: str
    test: Test


@final
@dataclass(frozen=True, slots=True)
class Query:
    """Clauses of which all must hold."""

    clauses: tuple[Clause, ...]

    def mentions(self) -> frozenset[str]:
        """The addresses of all choices that are asked for."""
        return frozenset(address for clause in self.clauses for address in _addresses(clause.test))


def _addresses(node: Test | Term) -> set[str]:
    match node:
        case Chosen(address):
            return {address}
        case Compare(_, left, right) | Arithmetic(_, left, right):
            return _addresses(left) | _addresses(right)
        case Every(tests) | Some(tests):
            return {address for test in tests for address in _addresses(test)}
        case Not(test):
            return _addresses(test)
        case First(test, before):
            return {address for each in (test, *before) for address in _addresses(each)}
        case Fixed() | Count() | Extent() | Coordinate() | Fits() | Contains() | Leaves() | Shows():
            return set()
