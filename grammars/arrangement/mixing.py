"""Whether chains have mixed: split R̂ by ranks, and the effective number of samples.

Vehtari, Gelman, Simpson, Carpenter, Bürkner, "Rank-normalization, folding, and localization: an improved R̂ for
assessing convergence of MCMC", Bayesian Analysis 16 (2021), equations 3 to 14.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Draws = NDArray[np.float64]


def split_rhat(draws: Draws) -> float:
    """R̂ of draws (chains, draws): the larger of that of their ranks and of those of their distances to the median.

    1 for a number that never changes. Near 1 where chains agree in place and in spread.
    """
    if np.all(draws == draws.flat[0]):
        return 1.0
    folded = np.abs(draws - np.median(draws))
    return max(_rhat(_normal_ranks(_split(draws))), _rhat(_normal_ranks(_split(folded))))


def effective(draws: Draws) -> float:
    """How many independent draws tell as much of the mean as these (chains, draws): Geyer's initial monotone sums."""
    chains = _split(draws)
    m, n = chains.shape
    centred = chains - chains.mean(axis=1, keepdims=True)
    within = float((centred**2).sum() / (m * (n - 1)))
    if within == 0.0:
        return float(m * n)
    total = within * (n - 1) / n + float(chains.mean(axis=1).var(ddof=1))
    correlations = [
        1.0 - (within - float((centred[:, : n - t] * centred[:, t:]).sum()) / (m * n)) / total for t in range(n)
    ]
    tau, least = -1.0, np.inf
    for t in range(0, n - 1, 2):
        pair = correlations[t] + correlations[t + 1]
        if pair < 0:
            break
        least = min(least, pair)
        tau += 2.0 * least
    return m * n / max(tau, 1.0 / np.log10(m * n))


def _split(draws: Draws) -> Draws:
    half = draws.shape[1] // 2
    return np.concatenate([draws[:, :half], draws[:, draws.shape[1] - half :]])


def _normal_ranks(chains: Draws) -> Draws:
    """Scores of the mean ranks of all draws together, Blom's."""
    from scipy.special import ndtri
    from scipy.stats import rankdata

    ranks = rankdata(chains, axis=None).reshape(chains.shape)
    return np.asarray(ndtri((ranks - 0.375) / (chains.size + 0.25)))


def _rhat(chains: Draws) -> float:
    n = chains.shape[1]
    between, within = n * float(chains.mean(axis=1).var(ddof=1)), float(chains.var(axis=1, ddof=1).mean())
    if within == 0.0:
        return 1.0 if between == 0.0 else np.inf
    return float(np.sqrt(((n - 1) / n * within + between / n) / within))
