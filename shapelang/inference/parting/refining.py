"""Explanations that come near the cheapest are refined, and all are ranked anew."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from shapelang.inference.parting.explained import Effort, Explained, cost, covered, ranked
from shapelang.inference.refine.refine import needed, refined, target_of
from shapelang.inference.sampling.cells import Cells
from shapelang.inference.sampling.samples import Samples, whole_samples
from shapelang.inference.solids.fit import burden

_ENOUGH: Final = 0.985
"""Agreement at which nothing is refined."""

_NEEDED: Final = 0.4
"""What a solid must explain beside all others, in prices."""

_OWN, _MOST_SAMPLES = 2500, 25000
"""Samples inside a body that its solids are refined on, and samples at most."""

_RIVALS: Final = 2
_RIVALRY: Final = 1.5
"""Explanations that are refined, and by how much dearer than the cheapest they may be."""

_REFINING: Final = 0.3
"""What refining may take of the time that is left."""


def refined_ranked(
    cells: Cells, samples: Samples, options: Sequence[list[Explained]], effort: Effort
) -> list[list[Explained]]:
    """The explanations of a body, the cheapest first, after those that come near the cheapest have been refined."""
    found = ranked(options, samples, effort)
    if not found:
        return []
    if cells.test is not None:
        # What is refined on some samples explains those too well.
        share = max(len(samples.own), 1) / len(samples.points)
        samples = whole_samples(cells, min(round(_OWN / share), _MOST_SAMPLES))
    most = _RIVALRY * cost(samples, found[0], effort)
    for k, option in enumerate(found[: _RIVALS + len(effort.proposers)]):
        if cost(samples, option, effort) < most and samples.score(covered(samples, option))[0] < _ENOUGH:
            found[k] = _moved(cells, samples, option, effort)
    return ranked(found, samples, effort)


def _moved(cells: Cells, samples: Samples, solids: list[Explained], effort: Effort) -> list[Explained]:
    """Solids refined together, without those that are not worth their price then."""
    groups = [s.group for s in solids]
    target = target_of(cells, samples)
    fits = refined([s.fit for s in solids], groups, target, effort.deadline.share(_REFINING), effort.descent)
    worth = [_NEEDED * effort.price * burden(f.kind) / samples.volume for f in fits]
    return [Explained(fits[k], groups[k]) for k in needed(fits, worth, target)]
