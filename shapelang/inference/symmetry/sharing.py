"""Copies that no symmetry explains: equal solids, and equal groups of them, become one `part` with several places."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, final

import numpy as np

from shapelang.inference.rounding.turns import Turns
from shapelang.inference.solids.kinds import Kind, Lathe, Prism
from shapelang.inference.solids.plain import Solid

_WORTH: Final = 3
"""From so many copies on, a part of a single plain primitive is shorter than writing it out."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Shared:
    """Solids as they stand at the first of their places, and all places as offsets from there; the first is 0."""

    solids: tuple[Solid, ...]
    offsets: tuple[np.ndarray, ...]


def shared_groups(
    solids: Sequence[Solid], look: Callable[[int], str | None], near: float
) -> tuple[list[Shared], list[Solid]]:
    """The groups of solids that stand more than once, moved but not turned, and the solids that are left.

    Solids are alike when kind, turns and look (of their mesh group) are equal. Families of one length whose members
    stand in the same way to one another make one group. `near` is what places may differ by, in metres.
    """
    families: dict[tuple[Kind, Turns, str | None], list[Solid]] = {}
    for solid in solids:
        families.setdefault((solid.kind, solid.turns, look(solid.group)), []).append(solid)
    found: list[Shared] = []
    left = [family[0] for family in families.values() if len(family) == 1]
    waiting = [family for family in families.values() if len(family) > 1]
    while waiting:
        first = waiting[0]
        group, waiting = _grown(first, waiting[1:], near)
        if len(group.solids) > 1 or len(first) >= _WORTH or isinstance(first[0].kind, Prism | Lathe):
            found.append(group)
        else:
            left += first
    return found, left


def _grown(first: list[Solid], others: list[list[Solid]], near: float) -> tuple[Shared, list[list[Solid]]]:
    """The first family with every other one that keeps step with it, and the families that do not."""
    offsets = tuple(s.centre - first[0].centre for s in first)
    together = [first[0]]
    apart: list[list[Solid]] = []
    for family in others:
        partner = _in_step(family, offsets, near)
        if partner is None:
            apart.append(family)
        else:
            together.append(partner)
    return Shared(tuple(together), offsets), apart


def _in_step(family: list[Solid], offsets: tuple[np.ndarray, ...], near: float) -> Solid | None:
    """The member that belongs to the first place, if all others then stand where the offsets say."""
    if len(family) != len(offsets):
        return None
    centres = np.array([s.centre for s in family])
    for solid in family:
        wanted = solid.centre + np.array(offsets)
        apart = np.abs(centres[:, None] - wanted[None]).max(axis=2) < near
        if apart.any(axis=0).all() and apart.any(axis=1).all():
            return solid
    return None
