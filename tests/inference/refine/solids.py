"""Solids of every kind, and what they are refined towards: samples of them as they are."""

from __future__ import annotations

import numpy as np

from shapelang.inference.refine.distance import distance
from shapelang.inference.refine.steps import Target
from shapelang.inference.sampling.samples import sequence
from shapelang.inference.solids.kinds import (
    Capsule,
    Carved,
    Cone,
    Cuboid,
    Ellipsoid,
    Fit,
    Joined,
    Kind,
    Lathe,
    Placed,
    Prism,
    Superquadric,
    Torus,
    Tube,
)

SQUARE = ((-0.5, -0.4), (0.5, -0.4), (0.5, 0.4), (0.1, 0.4), (0.1, 0.1), (-0.5, 0.1))
VASE = ((0.0, -0.5), (0.4, -0.5), (0.2, 0.1), (0.3, 0.5), (0.0, 0.5))
KINDS: tuple[Kind, ...] = (
    Cuboid((1.0, 0.6, 0.8)),
    Ellipsoid((1.0, 0.6, 0.8)),
    Cone(0.5, 0.2, 0.9),
    Prism(SQUARE, 0.7),
    Lathe(VASE),
    Superquadric((1.0, 0.6, 0.8), 0.5, 1.4),
    Capsule(0.3, 1.0),
    Torus(0.4, 0.1),
    Tube(0.5, 0.4, 0.3, 0.2, 0.7),
    Carved(Cuboid((1.0, 0.8, 0.8)), (Placed(Cone(0.2, 0.2, 0.9), (1.0, 0, 0, 0, 1.0, 0, 0, 0, 1.0), (0.1, 0.1, 0.0)),)),
    Joined((Placed(Cuboid((0.4, 0.4, 0.4)), (1.0, 0, 0, 0, 1.0, 0, 0, 0, 1.0), (0.2, 0.0, 0.1)),)),
)
POINTS = 1.6 * (sequence(4000) - 0.5)
TURNED = np.linalg.qr(np.array([[2.0, 0.4, 0.1], [-0.3, 1.0, 0.6], [0.2, -0.5, 1.5]]))[0]


def fit_of(kind: Kind, centre: tuple[float, float, float] = (0.0, 0.0, 0.0), *, turned: bool = False) -> Fit:
    frame = TURNED * np.sign(np.linalg.det(TURNED)) if turned else np.eye(3)
    return Fit(kind, frame, np.array(centre), 0.0, 0.0)


def surface_of(fits: list[Fit]) -> np.ndarray:
    """Points near the surface of a union, moved onto it."""

    def field(points: np.ndarray) -> np.ndarray:
        return np.min([distance(fit, points) for fit in fits], axis=0)

    points = POINTS[np.abs(field(POINTS)) < 0.08]
    for _ in range(3):
        slope = np.stack([(field(points + e) - field(points - e)) / 2e-6 for e in 1e-6 * np.eye(3)], axis=1)
        points = points - field(points)[:, None] * slope
    return points[np.abs(field(points)) < 1e-6]


def target_of(fits: list[Fit]) -> Target:
    surface = surface_of(fits)
    inside = np.any([fit.inside(POINTS) for fit in fits], axis=0)
    return Target(
        np.concatenate([surface, POINTS]),
        len(surface),
        np.concatenate([np.zeros(len(surface)), inside]),
        np.concatenate([np.zeros(len(surface), int), np.where(inside, 0, -1)]),
    )
