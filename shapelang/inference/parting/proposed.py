"""Proposals as explanations of a body, to compete with those of the search."""

from __future__ import annotations

from typing import Final

from shapelang.inference.parting.explained import Effort, Explained
from shapelang.inference.proposals.proposer import proposed
from shapelang.inference.sampling.cells import Cells, only_group

_MOST: Final = 24
"""Solids of a body that a proposer is asked for."""

_SHARE: Final = 0.3
"""What a proposer may take of the time that is left."""


def proposals(cells: Cells, effort: Effort) -> list[list[Explained]]:
    """What each proposer says to a body of one material."""
    group = only_group(cells)
    if group is None:
        return []
    found: list[list[Explained]] = []
    for one in effort.proposers:
        deadline = effort.deadline.share(_SHARE)
        fits = proposed(cells, one, min(effort.parts, _MOST), effort.price, deadline)
        found.append([Explained(fit, group) for fit in fits])
    return found
