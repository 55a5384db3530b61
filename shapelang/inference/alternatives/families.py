"""Equal bodies with all the ways in which they can be explained."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias, final

from shapelang.inference.bodies.bodies import Body
from shapelang.inference.bodies.copies import Copy
from shapelang.inference.parting.joining import BODIES, joined_bodies
from shapelang.inference.solids.kinds import Fit
from shapelang.inference.solids.plain import Solid, plain
from shapelang.inference.symmetry.equal_sizes import equal_sizes

Reading: TypeAlias = Sequence[tuple[Fit, int]]
"""The fits of a body with their mesh groups."""

NEVER: Final = 1 << 60
"""More bodies than any mesh has."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Family:
    """A body's copies, and its readings, the best first; at least one of each."""

    copies: Sequence[Copy]
    readings: Sequence[Reading]

    def bodies(self, pick: int, grid: float) -> Iterator[tuple[Body, list[Solid]]]:
        """The solids of each copy by one of the readings, with its body; sheets are bodies of their own."""
        for copy in self.copies:
            solids = [plain(copy.place(fit), group, grid) for fit, group in self.readings[pick]]
            for one in [solids] if copy.body.closed else [[solid] for solid in solids]:
                yield copy.body, one


@final
@dataclass(frozen=True, slots=True)
class Variant:
    """One way to write a mesh down.

    picks: of a family (by its number) the reading that is taken, the best where there is none · union: from how many
    bodies on the solids of one are a union, of fewer those of one part; with `NEVER` all are apart · symmetric: whether
    copies are told by mirrors, arrays and parts.
    """

    picks: Mapping[int, int] = field(default_factory=dict[int, int])
    union: int = BODIES
    symmetric: bool = True


@final
@dataclass(frozen=True, slots=True, eq=False)
class Explanations:
    """All bodies of a mesh. `hosts` tells for each of some bodies the number of the one that it is a part of; `fused`:
    whether bodies were cut from one surface, and may be several parts still.
    """

    families: Sequence[Family]
    hosts: Callable[[Sequence[Body]], Sequence[int]]
    fused: bool = False

    def told(self, grid: float) -> bool:
        """Whether there is any solid, by the best readings."""
        return any(solids for family in self.families for _, solids in family.bodies(0, grid))

    def fits(self) -> Iterator[Fit]:
        """The fits of the best readings, one body for each family."""
        return (fit for family in self.families for fit, _ in family.readings[0])

    def solids(self, variant: Variant, grid: float) -> list[Solid]:
        """All solids of one variant, in the order of the families."""
        bodies = [
            body
            for number, family in enumerate(self.families)
            for body in family.bodies(variant.picks.get(number, 0), grid)
        ]
        if variant.union == NEVER:
            return [solid for _, solids in bodies for solid in solids]
        hosts = self.hosts([shell for shell, _ in bodies])
        joined = joined_bodies([solids for _, solids in bodies], hosts, grid, variant.union, self.fused)
        return equal_sizes(joined, grid)


def variants(families: Sequence[Family]) -> Iterator[Variant]:
    """The best readings; then, in the order of what they promise, all else that differs from it in one respect.

    Without symmetries, with other unions, all bodies by the same kinds of solids, and one body by another reading.
    """
    yield Variant()
    yield from (Variant(dict.fromkeys(picks, 0) | picks) for picks in _alike(families))
    yield Variant(symmetric=False)
    yield Variant(union=1)
    yield Variant(union=NEVER)
    most = max((len(family.readings) for family in families), default=0)
    for pick in range(1, most):
        yield from (Variant({k: pick}) for k, family in enumerate(families) if pick < len(family.readings))


def _alike(families: Sequence[Family]) -> Iterator[dict[int, int]]:
    """Every family by a reading of the same kinds as one of the first family's."""
    first = families[0] if families else None
    for reading in first.readings[1:] if first else ():
        wanted = _kinds(reading)
        yield {
            number: pick
            for number, family in enumerate(families)
            for pick in [next((k for k, one in enumerate(family.readings) if _kinds(one) == wanted), 0)]
        }


def _kinds(reading: Reading) -> frozenset[type]:
    return frozenset(type(fit.kind) for fit, _ in reading)
