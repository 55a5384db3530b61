"""Lathes cut where a person would: at steps and necks, into cylinders and cones where these are enough."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Final

import numpy as np

from shapelang.inference.solids.kinds import Cone, Fit, Lathe

_WINDOW: Final = 0.2
"""How far along the profile a corner is looked at from, of the largest radius."""

_DEEP: Final = 0.15
"""By how much of that a corner must lie behind the line between what is so far before and behind it."""

_APART: Final = 0.03
"""Part of its volume by which a cone may differ from the piece that it stands for."""

_ROWS: Final = 60
"""Heights at which a profile is asked for its radius."""


def stacked(fit: Fit) -> list[Fit]:
    """The pieces of a fit with a lathe from below, cut across the axis in deep corners; none where there are none.

    People cut shapes where they are concave: Hoffman and Richards, "Parts of Recognition", Cognition 18, 1984.
    """
    if not isinstance(fit.kind, Lathe):
        return []
    profile = np.array(fit.kind.points)
    cuts = _cuts(profile)
    if not cuts:
        return []
    bounds = [0, *cuts, len(profile) - 1]
    return [_piece(fit, profile[a : b + 1]) for a, b in pairwise(bounds)]


def _cuts(profile: np.ndarray) -> list[int]:
    """The corners, in order, at whose heights a profile (k, 2) from below upward is cut."""
    window = _WINDOW * float(profile[:, 0].max())
    depth = np.array([_depth(profile, k, window) for k in range(len(profile))])
    run = np.r_[0.0, np.cumsum(np.sqrt((np.diff(profile, axis=0) ** 2).sum(axis=1)))]
    found: list[int] = []
    for k in np.argsort(-depth, kind="stable").tolist():
        level = profile[:k, 1].max(initial=-np.inf) <= profile[k, 1] <= profile[k + 1 :, 1].min(initial=np.inf)
        if depth[k] > _DEEP * window and level and all(abs(run[k] - run[other]) > window for other in found):
            found.append(k)
    return sorted(found)


def _depth(profile: np.ndarray, k: int, window: float) -> float:
    """How far a corner lies behind the line between what is a window before and behind it; negative where it is out."""
    if profile[k, 0] == 0.0:
        return -1.0
    before = _walked(profile[k::-1], window)
    behind = _walked(profile[k:], window)
    along = behind - before
    length = float(np.sqrt((along**2).sum()))
    if length == 0.0:
        return -1.0
    apart = profile[k] - before
    # Upward the outside is to the right: a corner to the left of the line lies behind it.
    return float(along[0] * apart[1] - along[1] * apart[0]) / length


def _walked(path: np.ndarray, length: float) -> np.ndarray:
    """The point of a path (k, 2) that lies a length from its start, or its end."""
    for a, b in pairwise(path):
        step = float(np.sqrt(((b - a) ** 2).sum()))
        if step >= length:
            return a + (b - a) * (length / step)
        length -= step
    return path[-1]


def _piece(fit: Fit, profile: np.ndarray) -> Fit:
    """One piece where it stands, as a cone where that differs little."""
    low, high = float(profile[:, 1].min()), float(profile[:, 1].max())
    middle = 0.5 * (low + high)
    closed = np.array([[0.0, low], *profile[profile[:, 0] > 0.0], [0.0, profile[-1, 1]]]) - (0.0, middle)
    place = fit.centre + fit.frame @ np.array([0.0, middle, 0.0])
    kind = _cone(closed) or Lathe(tuple((float(r), float(y)) for r, y in closed))
    return replace(fit, kind=kind, centre=place)


def _cone(profile: np.ndarray) -> Cone | None:
    """The frustum of a piece, about its middle; None where it is another shape."""
    corners = profile[1:-1]
    if (np.diff(corners[:, 1]) < 0.0).any():
        return None
    height = float(np.ptp(profile[:, 1]))
    heights = ((np.arange(_ROWS) + 0.5) / _ROWS - 0.5) * height
    # Level edges are steps: the corners of one height are taken a little apart.
    rising = corners[:, 1] + np.arange(len(corners)) * 1e-9 * height
    radii = np.interp(heights, rising, corners[:, 0])
    for slope, base in (np.polyfit(heights, radii, 1, w=radii), (0.0, np.sqrt((radii**2).mean()))):
        side = np.maximum(base + slope * heights, 0.0)
        if np.abs(side**2 - radii**2).sum() <= _APART * (radii**2).sum():
            foot, head = base - 0.5 * slope * height, base + 0.5 * slope * height
            return Cone(max(float(foot), 0.0), max(float(head), 0.0), height)
    return None
