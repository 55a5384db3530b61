"""Weights moved until rooms drawn from the model have the features of those learned from: maximum likelihood.

The likelihood is concave, its slope the features seen less those expected; chains that go on from step to step
estimate the latter: Younes, "Parametric inference for imperfectly observed Gibbsian fields", Probability Theory and
Related Fields 82 (1989); Tieleman, "Training restricted Boltzmann machines …", ICML 2008 (persistent contrastive
divergence). The composite likelihood gives where to start.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from grammars.arrangement.learning import COUNTS
from grammars.arrangement.model import STEPS, ArrangementModel, Weights
from grammars.arrangement.reading import Furnished
from grammars.arrangement.sampling import Schedule, features_of, sampled

_STEPS: Final = 3_000
"""Of each chain, between two steps of the weights."""


def matched(
    model: ArrangementModel, rooms: Sequence[Furnished], rounds: int = 150, spread: float = 1.0,
    told: Callable[[int, float], None] = lambda _round, _off: None,
) -> ArrangementModel:  # fmt: skip
    """The model after so many rounds, its weights averaged over the second half.

    `told` hears of each round how far seen and expected features are apart: the mean over all that were ever seen of
    |seen − expected| / √(|seen| + 1), which sampling alone keeps above 0.
    """
    purposes = sorted(model.most)
    theta, deviations = _row(model, purposes), _deviations(model, purposes, spread)
    seen = np.zeros(len(theta))
    for room in rooms:
        seen += _spread(model, room, purposes, features_of(model, room.space, room.props))
    states = [room.props for room in rooms]
    mean = np.zeros(len(theta))
    largest = abs(seen)
    for k in range(rounds):
        now = _model(model, theta, purposes)
        expected = np.zeros(len(theta))
        for n, room in enumerate(rooms):
            schedule = Schedule(_STEPS, every=_STEPS // 10, moments=True)
            run = sampled(now, room.space, k * len(rooms) + n, schedule, (), states[n])
            expected += _spread(model, room, purposes, run.moments)
            states[n] = run.props
        largest = np.maximum(largest, abs(expected))
        slope = seen - expected - theta / deviations**2
        rate = 0.3 / (1.0 + k / 25.0)
        theta = theta + rate * slope / (1.0 + largest + 1.0 / deviations**2)
        told(k, float((abs(seen - expected) / np.sqrt(abs(seen) + 1.0))[seen != 0].mean()))
        if 2 * k >= rounds:
            mean += theta / (rounds - (rounds + 1) // 2)
    return _model(model, mean, purposes)


def _spread(
    model: ArrangementModel, room: Furnished, purposes: Sequence[str], features: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Features of one room in the row of all purposes."""
    shared, own = model.alone.size + model.together.size, len(model.kinds) * STEPS
    found = np.zeros(shared + own * len(purposes))
    found[:shared] = features[:shared]
    first = shared + own * purposes.index(room.space.purpose)
    found[first : first + own] = features[shared:]
    return found


def _row(model: ArrangementModel, purposes: Sequence[str]) -> Weights:
    return np.concatenate([model.alone.ravel(), model.together.ravel(), *(model.steps[p].ravel() for p in purposes)])


def _deviations(model: ArrangementModel, purposes: Sequence[str], spread: float) -> Weights:
    found = np.full(len(_row(model, purposes)), spread)
    found[model.alone.size + model.together.size :] = COUNTS * spread
    return found


def _model(model: ArrangementModel, theta: Weights, purposes: Sequence[str]) -> ArrangementModel:
    alone = theta[: model.alone.size].reshape(model.alone.shape)
    shared = model.alone.size + model.together.size
    together = theta[model.alone.size : shared].reshape(model.together.shape)
    steps = theta[shared:].reshape(len(purposes), len(model.kinds), STEPS)
    return ArrangementModel(model.kinds, alone, together, dict(zip(purposes, steps, strict=True)), model.most)
