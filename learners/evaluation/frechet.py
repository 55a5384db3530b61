"""The Fréchet distance of two sets by features: how far the normal distributions of their means and spreads are apart.

M. Heusel et al., "GANs trained by a two time-scale update rule converge to a local Nash equilibrium", 2017, where the
features are those of Inception; here they are those of a classifier that was trained on the set itself, so that
figures can be compared with one another and with no one else's.
"""

from __future__ import annotations

import numpy as np

from shapelang.arrays import AnyArray


def frechet_distance(one: AnyArray, other: AnyArray) -> float:
    """|μ − ν|² + tr(C + D − 2 (C D)^½) of features (n, c) and (m, c), float64, covariances over n − 1 and m − 1.

    The trace of the root is the sum of the roots of the eigenvalues of C^½ D C^½, which is symmetric. It is too high by
    some c² / n for small sets: compare sets of one size.
    """
    apart = one.mean(axis=0) - other.mean(axis=0)
    c, d = (np.atleast_2d(np.cov(features, rowvar=False)) for features in (one, other))
    values, vectors = np.linalg.eigh(c)
    root = (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T
    shared = np.sqrt(np.maximum(np.linalg.eigvalsh(root @ d @ root), 0.0)).sum()
    # Of equal sets rounding leaves a little below 0, which no distance is.
    return max(0.0, float(apart @ apart + np.trace(c) + np.trace(d) - 2.0 * shared))
