"""Sets of points, compared without regard to their order."""

from __future__ import annotations

import numpy as np


def coincident(a: np.ndarray, b: np.ndarray, near: float) -> bool:
    """Whether two sets of points (k, d) are one: as many, and each nearer than `near` to one of the other set."""
    if len(a) != len(b):
        return False
    apart = np.sqrt(np.square(a[:, None] - b[None]).sum(axis=2))
    return bool((apart.min(axis=0) < near).all() and (apart.min(axis=1) < near).all())
