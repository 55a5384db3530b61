"""On which side of unoriented points the outside is: the side that is lit.

From each point rays go out to both sides until they meet the disc of another point. Light comes in from the open and is
passed on by every disc to where it is seen from, on the side where it came: after some rounds the outside is lit, even
in deep niches, and what is enclosed is dark. On which side of a dark point the solid is, is told by what it sees:
behind a wall that is lit on its other side there is solid, and behind that, a cavity.

Visibility of points: Katz, Tal, Basri, "Direct visibility of point sets", SIGGRAPH 2007; rays that tell the side:
Mello, Velho, Taubin, "Estimating the in/out function of a surface represented by points", 2003.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

import numpy as np

from shapelang.arrays import AnyArray, Bool, Float64
from shapelang.inference.input.surfels import Surfels

RAYS: Final = 64
"""Directions, spread evenly over the sphere; each point looks with those that leave its plane steeply enough."""

_STEEP: Final = 0.3
"""Cosine of a ray with the normal below which it would graze the point's own sheet."""

_ROUNDS: Final = 12
"""Rounds in which light is passed on: more would let it in through the gaps between discs."""

_PASSED: Final = 0.7
"""Part of its light that a disc passes on: what leaks in through gaps fades."""

_DARK: Final = 0.15
"""A point with less light on both of its sides is enclosed: in the solid, or about a cavity in it."""

_BURIED: Final = -0.2
"""What is seen on the outer side, from −1 for inside to 1 for outside, below which a point lies within the solid."""

OPEN: Final = -2
"""Instead of a disc: the ray leaves the shape."""

_UNUSED: Final = -1


@final
@dataclass(frozen=True, slots=True, eq=False)
class Sides:
    """signs: (n,) ±1, along a normal or against it, where the outside is · buried: (n,) dark on either side ·
    contrast: how far the light on the two sides of a point differs, on average, in [0, 1]; near 0 for open sheets.
    """

    signs: Float64[np.ndarray, " n"]
    buried: Bool[np.ndarray, " n"]
    contrast: float


def sides_of(surfels: Surfels) -> Sides:
    """The sides of all points, seen by `RAYS` rays of each."""
    directions = _directions()
    met = _met(surfels, directions)
    lean = surfels.normals @ directions.T
    used = met != _UNUSED
    front, back = used & (lean > 0.0), used & (lean < 0.0)
    free, disc = met == OPEN, np.maximum(met, 0)
    # What a ray meets is seen from its front where its normal comes towards the ray.
    fronts = np.take_along_axis(lean, disc, axis=0) < 0.0
    ahead, behind = np.zeros(len(met)), np.zeros(len(met))
    for _ in range(_ROUNDS):
        seen = np.where(free, 1.0, _PASSED * np.where(fronts, ahead[disc], behind[disc]))
        ahead, behind = _mean(seen, front), _mean(seen, back)
    dark = np.maximum(ahead, behind) < _DARK
    contrast = float(np.abs(ahead - behind)[~dark].mean()) if not dark.all() else 0.0
    lit = np.where(dark, 0.0, np.where(ahead < behind, -1.0, 1.0))
    outward = lit
    for _ in range(_ROUNDS):
        seen = np.where(free, 1.0, np.where(fronts, outward[disc], -outward[disc]))
        ahead, behind = _mean(seen, front), _mean(seen, back)
        outward = np.where(dark, np.clip(ahead - behind, -1.0, 1.0), lit)
    buried = dark & (np.maximum(ahead, behind) < _BURIED)
    return Sides(np.where(outward < 0.0, -1.0, 1.0), buried, contrast)


def _mean(seen: AnyArray, chosen: AnyArray) -> AnyArray:
    """(n,) the mean over the chosen rays of each point."""
    return (seen * chosen).sum(axis=1) / np.maximum(chosen.sum(axis=1), 1)


def _directions() -> AnyArray:
    """(r, 3) points of a Fibonacci spiral on the sphere, in opposite pairs."""
    k = np.arange(RAYS // 2) + 0.5
    up = k / (RAYS // 2)
    around = k * (np.pi * (1.0 + np.sqrt(5.0)))
    flat = np.sqrt(1.0 - up * up)
    half = np.stack([flat * np.cos(around), up, flat * np.sin(around)], axis=1)
    return np.concatenate([half, -half])


def _met(surfels: Surfels, directions: AnyArray) -> AnyArray:
    """(n, r) int32 the disc that each ray meets first, `OPEN` or `_UNUSED`."""
    from shapelang.inference.input.kernels import first_met

    size = 2.0 * surfels.spacing
    reach = surfels.radii[:, None] * np.sqrt(np.maximum(1.0 - surfels.normals**2, 0.0))
    low = (surfels.points - reach).min(axis=0) - 0.5 * size
    high = (surfels.points + reach).max(axis=0) + 0.5 * size
    size = max(size, float((high - low).max()) / 160.0)
    counts = np.ceil((high - low) / size).astype(np.int64)
    begin = np.floor((surfels.points - reach - low) / size).astype(np.int64)
    end = np.minimum(np.floor((surfels.points + reach - low) / size).astype(np.int64), counts - 1)
    first, members = _bins(begin, end, counts)
    own = max(0.3 * surfels.spacing, 2.5 * surfels.height)
    return first_met(
        surfels.points, surfels.normals, surfels.radii, directions, first, members, low, size, counts, own, _STEEP
    )


def _bins(begin: AnyArray, end: AnyArray, counts: AnyArray) -> tuple[AnyArray, AnyArray]:
    """For each cell of a grid where its members begin, and the members, from their boxes of cells."""
    wide = end - begin + 1
    total = wide.prod(axis=1)
    which = np.repeat(np.arange(len(begin)), total)
    number = np.arange(len(which)) - np.repeat(np.cumsum(total) - total, total)
    x = begin[which, 0] + number // (wide[which, 1] * wide[which, 2])
    y = begin[which, 1] + number // wide[which, 2] % wide[which, 1]
    z = begin[which, 2] + number % wide[which, 2]
    cell = (x * counts[1] + y) * counts[2] + z
    order = np.argsort(cell, kind="stable")
    return np.searchsorted(cell[order], np.arange(int(counts.prod()) + 1)), which[order]
