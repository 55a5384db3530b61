"""Rules that come round on the same content: sums over any number of rounds, in closed form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from grammars.charts.rewriting import Found, Said
from grammars.charts.weights import NEVER, Event, Weight, product, shifted, within

Step: TypeAlias = tuple[int, int, Weight]
"""From one goal to another, by their places, with the probability of the rule between them."""


def solved(direct: Sequence[Found], inner: Sequence[Step]) -> list[Found]:
    """x = d + W · x for every answer by itself, and its counts: E = (1 − W)⁻¹ (E_d + E_W · x).

    The most probable way goes no round twice, since a round has a probability below 1.
    """
    if not inner:
        return list(direct)
    inner = [(row, column, shifted(weight, 0)) for row, column, weight in inner]
    size = len(direct)
    step = np.zeros((size, size))
    for row, column, weight in inner:
        step[row, column] += weight.p
    inverse = np.linalg.inv(np.eye(size) - step).astype(np.float64)
    answers: list[dict[Said, Weight]] = [{} for _ in direct]
    for said in dict.fromkeys(said for ways in direct for said in ways):
        given = [ways.get(said, NEVER) for ways in direct]
        shift = max((weight.shift for weight in given if weight.p > 0.0), default=0)
        weights = [shifted(weight, shift) if weight.p > 0.0 else NEVER for weight in given]
        best = _most_probable(weights, inner)
        for answer, weight, way in zip(answers, _summed(weights, inner, inverse), best, strict=True):
            answer[said] = replace(weight, best=way.best, way=way.way, shift=shift)
    return list(answers)


def _summed(direct: Sequence[Weight], inner: Sequence[Step], inverse: NDArray[np.float64]) -> list[Weight]:
    x = inverse @ np.array([weight.p for weight in direct])
    counts: dict[Event, NDArray[np.float64]] = {}
    for row, weight in enumerate(direct):
        for event, count in weight.counts.items():
            counts.setdefault(event, np.zeros(len(direct)))[row] += count
    for row, column, weight in inner:
        for event, count in weight.counts.items():
            counts.setdefault(event, np.zeros(len(direct)))[row] += count * x[column]
    spread = {event: inverse @ column for event, column in counts.items()}
    return [Weight(float(x[k]), {e: float(column[k]) for e, column in spread.items()}) for k in range(len(direct))]


def _most_probable(direct: Sequence[Weight], inner: Sequence[Step]) -> list[Weight]:
    """Bellman and Ford: as many rounds as there are goals reach every way without a round in it."""
    found = list(direct)
    for _ in direct:
        for row, column, weight in inner:
            below = replace(found[column], counts={})
            way = shifted(product(replace(weight, counts={}), within(below)), below.shift)
            if way.best > found[row].best:
                found[row] = way
    return found
