"""Surfaces that are turned about one axis as the solids that they are of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, final

import numpy as np

from shapelang.deadline import NEVER
from shapelang.inference.fused.axes import Turned
from shapelang.inference.fused.facets import Facets, stood
from shapelang.inference.sampling.inside_test import Inside
from shapelang.inference.solids.kinds import Capsule, Cone, Ellipsoid, Fit, Kind, Lathe, Torus

_LINE: Final = 3e-4
"""Of the diagonal: how near two axes are at what is turned about them, to be one."""

_PARALLEL: Final = 2e-3
"""Sine of the angle between two axes that are one."""

_SAME: Final = 1e-4
"""Of the diagonal: how near two ends are, or a point is to a curve, to be the same."""

_LEVEL: Final = 0.02
"""Radial part of a normal below which a facet lies across the axis."""

_BENT: Final = 6
"""Corners of a profile from which on it may be a curve."""

_DISH: Final = 0.7
"""Of its wide end: how far a band that hollows an end out goes on to the axis at least."""

_SHARP: Final = 80.0
"""Degrees by which a profile turns inward where one solid stands on another."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Ring:
    """A band between two circles: `low` and `high` are (radius, place along the axis); `outward` when that is where it
    looks.
    """

    low: tuple[float, float]
    high: tuple[float, float]
    outward: bool


def solids_turned(
    facets: Facets, found: Sequence[Turned], inside: Inside, late: Callable[[], bool] = NEVER.late
) -> Iterator[Fit]:
    """The solids of all surfaces that are turned. From when it is `late`, no further axis is looked along."""
    for axis, point, members in coaxial(facets, found):
        if late():
            return
        frame = stood(axis)
        local = (facets.shell.positions - point) @ frame
        rings = list(bands_of(Seen(facets, local, frame, point, inside), members))
        for kind, place in _kinds(rings, _SAME * facets.diagonal):
            yield Fit(kind, frame, point + place * axis, 1.0, 0.0)


def with_ends(cylinders: Sequence[Fit], balls: Sequence[Fit], near: float) -> list[Fit]:
    """Cylinders, and capsules where a ball of the same radius sits on both ends; balls that are on none."""
    used: set[int] = set()
    found: list[Fit] = []
    for fit in cylinders:
        match fit.kind:
            case Cone(radius, top, height) if abs(radius - top) < near:
                ends = [fit.centre + s * 0.5 * height * fit.frame[:, 1] for s in (-1.0, 1.0)]
                on = [_ball_at(balls, end, radius, near + 0.02 * radius) for end in ends]
                if on[0] is not None and on[1] is not None:
                    used |= {on[0], on[1]}
                    fit = Fit(Capsule(radius, height + 2.0 * radius), fit.frame, fit.centre, 1.0, 0.0)
            case _:
                pass
        found.append(fit)
    return [*(ball for k, ball in enumerate(balls) if k not in used), *found]


def _ball_at(balls: Sequence[Fit], end: np.ndarray, radius: float, near: float) -> int | None:
    for k, ball in enumerate(balls):
        if abs(0.5 * ball.kind.size[0] - radius) < near and float(np.abs(ball.centre - end).max()) < near:
            return k
    return None


def coaxial(facets: Facets, found: Sequence[Turned]) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Axis, point and facets of what is turned about one line."""
    near = _LINE * facets.diagonal
    groups: list[list[Turned]] = []
    for one in sorted(found, key=lambda t: -float(facets.areas[t.facets].sum())):
        centre = facets.shell.positions[facets.corners(one.facets)].mean(axis=0)
        for group in groups:
            head = group[0]
            apart = centre - head.point
            off = apart - (apart @ head.axis) * head.axis
            own = centre - one.point
            own = own - (own @ one.axis) * one.axis
            parallel = float(np.sqrt((np.cross(head.axis, one.axis) ** 2).sum())) < _PARALLEL
            if parallel and float(np.sqrt(((off - own) ** 2).sum())) < near:
                group.append(one)
                break
        else:
            groups.append([one])
    return [(g[0].axis, g[0].point, np.unique(np.concatenate([t.facets for t in g]))) for g in groups]


@final
@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """A shell about an axis: its corners in the frame of the axis, and what is inside."""

    facets: Facets
    local: np.ndarray
    frame: np.ndarray
    point: np.ndarray
    inside: Inside

    @property
    def near(self) -> float:
        """How near places are that are the same."""
        return _SAME * self.facets.diagonal


def bands_of(seen: Seen, members: np.ndarray) -> Iterator[Ring]:
    """The bands of a surface, without what lies across the axis."""
    facets = seen.facets
    normals = facets.normals[members] @ seen.frame
    radial, up = np.hypot(normals[:, 0], normals[:, 2]), normals[:, 1]
    chosen = facets.triangles(members)
    number = np.searchsorted(members, facets.of[chosen])
    some, n = seen.local[facets.shell.faces[chosen][:, 0]], normals[number]
    # A normal that points away from the axis is one of the outside.
    reach = (some[:, [0, 2]] * n[:, [0, 2]]).sum(axis=1)
    outward = np.bincount(number, weights=reach, minlength=len(members)) >= 0.0
    offset = np.zeros(len(members))
    offset[number] = (some * n).sum(axis=1)
    free = radial > _LEVEL
    for head in np.argsort(-facets.areas[members], kind="stable").tolist():
        level, lean = float(offset[head]), float(up[head])
        same = free & (np.abs(up - lean) < 3e-3) & (np.abs(offset - level) < seen.near) & (outward == outward[head])
        if free[head] and same.sum() >= 3:
            yield from _bands(seen, members[same], normals[same], level, bool(outward[head]))
        free &= ~same | ~free[head]


def _bands(seen: Seen, members: np.ndarray, normals: np.ndarray, offset: float, outward: bool) -> Iterator[Ring]:
    """Where equal facets stand about the axis: once, or again where what lies between is not hidden."""
    flat = float(np.hypot(normals[:, 0], normals[:, 2]).mean()) * float(np.cos(0.5 * _step(normals)))
    lean = float(normals[:, 1].mean())

    def radius(y: float) -> float:
        return abs((offset - lean * y) / flat)

    spans: list[tuple[float, float]] = []
    for one in members.tolist():
        y = seen.local[seen.facets.corners(np.array([one])), 1]
        spans.append((float(y.min()), float(y.max())))
    spans.sort()
    low, high = spans[0]
    for a, b in spans[1:]:
        if a > high + seen.near and not _hidden(seen, high, a, radius):
            yield Ring((radius(low), low), (radius(high), high), outward)
            low, high = a, b
        else:
            high = max(high, b)
    yield Ring((radius(low), low), (radius(high), high), outward)


def _step(normals: np.ndarray) -> float:
    """Radians between neighbouring sides."""
    angle = np.sort(np.arctan2(normals[:, 2], normals[:, 0]))
    steps = np.diff(np.r_[angle, angle[0] + 2.0 * np.pi])
    steps = steps[steps > 0.02]
    return float(steps.min()) if len(steps) and steps.min() < 1.2 else 0.2


def _hidden(seen: Seen, low: float, high: float, radius: Callable[[float], float]) -> bool:
    """Whether what goes on from one place along the axis to another is in the body all the way."""
    places = np.repeat(np.linspace(low, high, 7)[1:-1], 12)
    angle = np.tile(np.arange(12) * (np.pi / 6.0) + 0.1, 5)
    r = 0.97 * np.array([radius(float(y)) for y in places])
    points = np.stack([r * np.cos(angle), places, r * np.sin(angle)], axis=1) @ seen.frame.T + seen.point
    return bool(seen.inside(points).mean() > 0.9)


def _kinds(rings: Sequence[Ring], near: float) -> Iterator[tuple[Kind, float]]:
    """Solids of bands, each with the place of its middle along the axis."""
    left = list(rings)
    inner: list[Ring] = []
    chains: list[list[Ring]] = []
    while left:
        chain = _chain(left, near)
        left = [ring for ring in left if all(ring is not one for one in chain)]
        if len(chain) == 1 and not chain[0].outward:
            inner += chain
        chains.append(chain)
    for chain in chains:
        yield from _solids(chain, inner, near)


def _chain(rings: list[Ring], near: float) -> list[Ring]:
    """Bands that go on where another ends, from the first one on."""
    chain = [rings[0]]
    rest = rings[1:]
    while True:
        ends = (chain[0].low, chain[-1].high)
        on = [k for k, r in enumerate(rest) if _near(r.low, ends[1], near) or _near(r.high, ends[0], near)]
        if not on:
            return chain
        ring = rest.pop(on[0])
        chain = [*chain, ring] if _near(ring.low, ends[1], near) else [ring, *chain]


def _near(a: tuple[float, float], b: tuple[float, float], near: float) -> bool:
    return abs(a[0] - b[0]) < 3.0 * near and abs(a[1] - b[1]) < 3.0 * near


def _solids(chain: list[Ring], inner: Sequence[Ring], near: float) -> Iterator[tuple[Kind, float]]:
    """Solids of bands that go on in each other; the `inner` ones that end where these do may be dishes in them."""
    points = np.array([chain[0].low, *(ring.high for ring in chain)])
    whole = _curve(points, near)
    if whole is not None:
        yield whole
        return
    if not any(ring.outward for ring in chain):
        return
    for piece in _split(chain):
        if not any(ring.outward for ring in piece):
            continue
        points = np.array([piece[0].low, *(ring.high for ring in piece)])
        yield _straight(points, [_dish(points[k], points, inner, near) for k in (0, -1)])


def _split(chain: list[Ring]) -> list[list[Ring]]:
    """The chain cut where it turns inward sharply, and all of its bands apart where they are few."""
    pieces = [[chain[0]]]
    for before, ring in pairwise(chain):
        turn = _heading(before) - _heading(ring)
        if turn > _SHARP:
            pieces.append([ring])
        else:
            pieces[-1].append(ring)
    return [part for piece in pieces for part in ([[r] for r in piece] if len(piece) < 3 else [piece])]


def _heading(ring: Ring) -> float:
    return float(np.degrees(np.arctan2(ring.high[1] - ring.low[1], ring.high[0] - ring.low[0])))


def _straight(points: np.ndarray, dishes: Sequence[float | None]) -> tuple[Kind, float]:
    """A frustum, or a lathe of more; `dishes`: where each of its ends meets the axis if it is hollowed out."""
    low, high = float(points[:, 1].min()), float(points[:, 1].max())
    middle = 0.5 * (low + high)
    if len(points) == 2 and all(dish is None for dish in dishes):
        return Cone(float(points[0, 0]), float(points[1, 0]), high - low), middle
    profile = [(float(max(r, 0.0)), float(y - middle)) for r, y in points]
    ends = [
        [(0.0, y if dish is None else dish - middle)] if r > 1e-6 * (high - low) else []
        for (r, y), dish in zip((profile[0], profile[-1]), dishes, strict=True)
    ]
    return Lathe((*ends[0], *profile, *ends[1])), middle


def _dish(end: np.ndarray, points: np.ndarray, inner: Sequence[Ring], near: float) -> float | None:
    """Where on the axis a single band that narrows from an end into the solid would meet it, whatever stands there."""
    own = (float(end[0]), float(end[1]))
    for ring in inner:
        for at, to in ((ring.low, ring.high), (ring.high, ring.low)):
            if _near(at, own, near) and to[0] < _DISH * at[0]:
                place = at[1] + (to[1] - at[1]) * at[0] / (at[0] - to[0])
                return place if points[:, 1].min() < place < points[:, 1].max() else None
    return None


def _curve(points: np.ndarray, near: float) -> tuple[Kind, float] | None:
    """A ball, spheroid, capsule or torus through all points of a profile; None where it is none."""
    if len(points) < _BENT:
        return None
    found = _torus(points, near)
    if found is not None:
        return found
    r, y = points.T
    scale = max(float(np.ptp(y)), float(r.max()))
    rows = np.stack([r**2, y**2, y], axis=1) / np.array([scale**2, scale**2, scale])
    made, _, rank, _ = np.linalg.lstsq(rows, np.ones(len(r)), rcond=1e-9)
    if rank == 3 and made[0] > 0.0 and made[1] > 0.0:
        a, b, c = made[0] / scale**2, made[1] / scale**2, made[2] / scale
        middle = -0.5 * c / b
        level = 1.0 + b * middle**2
        wide, tall = float(np.sqrt(level / a)), float(np.sqrt(level / b))
        off = np.abs(np.sqrt(a * r**2 + b * (y - middle) ** 2) / np.sqrt(level) - 1.0) * min(wide, tall)
        if off.max() < near + 2e-4 * min(wide, tall):
            return Ellipsoid((2.0 * wide, 2.0 * tall, 2.0 * wide)), middle
    return _capsule(points, near)


def _torus(points: np.ndarray, near: float) -> tuple[Kind, float] | None:
    r, y = points.T
    made, _, rank, _ = np.linalg.lstsq(np.c_[2.0 * r, 2.0 * y, np.ones(len(r))], r**2 + y**2, rcond=1e-9)
    if rank < 3:
        return None
    tube = float(np.sqrt(max(made[2] + made[0] ** 2 + made[1] ** 2, 0.0)))
    off = np.abs(np.hypot(r - made[0], y - made[1]) - tube)
    if off.max() > near + 1e-3 * tube or not 0.0 < tube < made[0] or made[0] < 1.05 * tube:
        return None
    return Torus(float(made[0]), tube), float(made[1])


def _capsule(points: np.ndarray, near: float) -> tuple[Kind, float] | None:
    """A column with round ends, of which one at least is seen."""
    r, y = points.T
    wide = float(r.max())
    straight = np.flatnonzero((np.abs(np.diff(r)) < 2.0 * near) & (np.abs(r[1:] - wide) < 2.0 * near))
    if len(straight) != 1:
        return None
    low, high = float(y[straight[0]]), float(y[straight[0] + 1])
    beyond = np.maximum(np.maximum(low - y, y - high), 0.0)
    if np.abs(np.hypot(r, beyond) - wide).max() > 3.0 * near + 2e-3 * wide:
        return None
    bottom = low - wide if straight[0] > 0 else low
    top = high + wide if straight[0] + 2 < len(y) else high
    return Capsule(wide, max(top - bottom, 2.0 * wide)), 0.5 * (bottom + top)
