"""Which parts bodies have: roles, and what hangs on what, worked out once for the same bodies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias, final

from grammars.learning.shapes.bodies import Body, Item
from grammars.learning.shapes.roles import Assignment, Role, Roster, roles_of
from grammars.learning.shapes.supports import Hung, assigned, common_parts, standing_of

_RARE: Final = 0.02
"""Of the bodies: what stands in fewer is left out, where there are more than a few."""

_FEW: Final = 30
"""Bodies of which nothing is left out."""

Bodies: TypeAlias = tuple[Body, ...]


@final
@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """The parts of bodies, each with its items by the number of the body."""

    roster: Roster
    hung: tuple[Hung, ...]
    seen: tuple[Mapping[int, Item], ...]


@final
class Matching:
    """Roles and parts of bodies; what is `near` touches, in metres."""

    def __init__(self, near: float) -> None:
        self.near = near
        self._roles: dict[Bodies, tuple[list[Role], list[Assignment]]] = {}
        self._parts: dict[Bodies, Parts] = {}

    def roles(self, bodies: Sequence[Body]) -> tuple[list[Role], list[Assignment]]:
        """The roles of bodies, and those of the items of each."""
        key = tuple(bodies)
        if key not in self._roles:
            self._roles[key] = roles_of(bodies)
        return self._roles[key]

    def parts(self, bodies: Sequence[Body]) -> Parts:
        """The parts of bodies, each after what it hangs on; without what stands in few of many."""
        key = tuple(bodies)
        if key not in self._parts:
            self._parts[key] = self._found(bodies)
        return self._parts[key]

    def _found(self, bodies: Sequence[Body]) -> Parts:
        roles, assignments = self.roles(bodies)
        standings = [standing_of(body, own, self.near) for body, own in zip(bodies, assignments, strict=True)]
        fewest = 1 if len(bodies) <= _FEW else max(2, round(_RARE * len(bodies)))
        hung = common_parts(standings, fewest)
        seen: list[dict[int, Item]] = [{} for _ in hung]
        for k, standing in enumerate(standings):
            for number, item in assigned(standing, hung).items():
                seen[number][k] = item
        return Parts(Roster(roles), tuple(hung), tuple(seen))
