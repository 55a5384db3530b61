"""A fused surface taken apart: the solids of its patches, its blocks and its prisms, and what they explain."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from shapelang.inference.fused.axes import Round, Turned, rounds_of, smooth_patches
from shapelang.inference.fused.bent import bent_bars
from shapelang.inference.fused.blocks import Piece, boxes, directions, frames_of, pieces_of, square_frame, squared
from shapelang.inference.fused.bows import bows
from shapelang.inference.fused.facets import Facets, facets_of
from shapelang.inference.fused.hollow import WALL, bores, core_of_bow, hollowed
from shapelang.inference.fused.prisms import prisms
from shapelang.inference.fused.rings import lacking
from shapelang.inference.fused.spans import spans
from shapelang.inference.fused.superquadrics import bulging_patches, superquadric_of
from shapelang.inference.fused.together import parts_together
from shapelang.inference.fused.told import Reading
from shapelang.inference.fused.turned import solids_turned, with_ends
from shapelang.inference.sampling.inside_test import Inside, closed_test
from shapelang.inference.sampling.rims import signed_volume
from shapelang.inference.sampling.samples import sequence
from shapelang.inference.solids.kinds import Carved, Cone, Cuboid, Ellipsoid, Fit, Prism
from shapelang.metrics.sampling import surface_samples
from shapelang.metrics.triangles import Triangles, cross_products, triangles

_ROUND: Final = 0.7
"""Of a patch: what is turned about an axis, for it to be no superquadric."""

_MANY: Final = 16
"""Facets of what is turned that are not chance."""

_SEEN: Final = 0.08
"""Of a solid's surface: what must be a surface of the body."""

_WITHIN, _ROUND_WITHIN = 0.96, 0.9
"""Of a solid: what must lie in the body; a round one is larger than what it was meshed as."""

_BURIED: Final = 0.97
"""Of a solid: what lies in another one, for nothing of it to be seen."""

_STEP: Final = 3e-4
"""Of the diagonal: how far on either side of a surface one looks."""

_POINTS: Final = 3000
"""On the surface of the body."""

_SAME: Final = 1e-6
"""Of its area: by how much a patch may differ from an equal one."""

_ASIDE: Final = 4e-3
"""Of the diagonal: how near a solid's surface is to the body's where it explains it."""

_CLOSE: Final = 0.1
"""Of that: how near one looks where the body is thinner."""

_TOLD: Final = 0.97
"""Of the body's surface: what is all of it, but for what points near edges see."""

_AGAIN: Final = 0.75
"""Of the solids that are told without facets alone: what is told with them as well, for these to be floors."""

_BESIDE: Final = 1e-3
"""The same of what is hollow."""


def fused_reading(shell: Triangles, late: Callable[[], bool]) -> Reading:
    """The solids that a closed shell shows patches of."""
    if signed_volume(shell) < 0.0:
        shell = triangles(shell.positions, shell.faces[:, ::-1])
    inside = closed_test(shell).inside
    facets = facets_of(shell)
    rounds, taken = _round_parts(facets, inside, late)
    pieces, alone = ([], []) if late() else pieces_of(facets, taken)
    solids, share = _explained(shell, [*rounds, *_flat_parts(facets, pieces, inside, late)], facets, inside)
    if alone and share <= _TOLD and not late():
        # A facet alone may be a floor between walls, or what bodies that touch hide of each other: with them all is
        # told, and they add a solid or leave the others as they are, or they are left out.
        flat = _flat_parts(facets, [*pieces, *alone], inside, late)
        others, more = _explained(shell, [*rounds, *flat], facets, inside)
        if more > _TOLD and _adds(solids, others, _STEP * facets.diagonal):
            solids, share = others, more
    parts = parts_together(shell, solids, share, inside, late)
    return Reading(tuple(replace(fit, part=part) for fit, part in zip(solids, parts, strict=True)), share)


def _adds(solids: Sequence[Fit], others: Sequence[Fit], near: float) -> bool:
    """Whether others are more than some solids, or have these among them but for a few."""
    if len(others) > len(solids):
        return True
    places = np.array([[*other.kind.size, *other.centre] for other in others]).reshape(-1, 6)
    again = [
        bool((np.abs(places - np.array([*fit.kind.size, *fit.centre])).max(axis=1) < near).any()) for fit in solids
    ]
    return bool(again) and float(np.mean(again)) > _AGAIN


def _explained(shell: Triangles, fits: Sequence[Fit], facets: Facets, inside: Inside) -> tuple[list[Fit], float]:
    """Those that are parts, with what is one through others or lacks in a ring, and the share that all explain."""
    solids = spans(list(_distinct(fits, inside)), inside, _STEP * facets.diagonal)
    solids += lacking(solids, inside)
    return solids, _share(shell, solids, inside)


def _round_parts(facets: Facets, inside: Inside, late: Callable[[], bool]) -> tuple[list[Fit], np.ndarray]:
    """What may be a round part, the surest first, and the facets that are taken by such."""
    found: list[Fit] = []
    rounds = [one for patch in smooth_patches(facets) if not late() for one in rounds_of(facets, patch, late)]
    whole = _whole(rounds)
    bulging: list[np.ndarray] = []
    none: list[tuple[int, float]] = []
    for patch in bulging_patches(facets):
        look = len(patch), float(facets.areas[patch].sum())
        # One of several equal patches tells of all.
        known = any(look[0] == count and abs(look[1] - area) < _SAME * area for count, area in none)
        if float(np.isin(patch, whole).mean()) < _ROUND and not known and not late():
            fit = superquadric_of(facets, patch)
            if fit is None:
                none.append(look)
            else:
                bulging.append(patch)
                found.append(fit)
    taken = np.concatenate([np.zeros(0, np.int64), *bulging])
    for fit, own in bent_bars(facets, [one for one in rounds if isinstance(one, Turned)], inside, late):
        taken = np.concatenate([taken, own])
        found.append(fit)
    arcs = list(bows(facets, [one for one in rounds if isinstance(one, Turned)], inside, late))
    taken = np.concatenate([taken, *(own for _, own in arcs)])
    rounds = [one for one in rounds if np.isin(one.facets, taken).mean() < 0.5]
    turned = [one for one in rounds if isinstance(one, Turned)]
    cores = [*bores(facets, turned, inside, late), *(core_of_bow(fit) for fit, _ in arcs)]
    found += [hollowed(fit, cores, inside) for fit, _ in arcs]
    taken = np.concatenate([taken, *(one.facets for one in rounds)])
    solids = solids_turned(facets, turned, inside, late)
    balls = [_ball(one) for one in rounds if isinstance(one, Round)]
    ended = with_ends(list(solids), balls, 2.0 * _STEP * facets.diagonal)
    found += [hollowed(fit, cores, inside) for fit in ended]
    return found, taken


def _flat_parts(facets: Facets, pieces: Sequence[Piece], inside: Inside, late: Callable[[], bool]) -> Iterator[Fit]:
    """The blocks and prisms of pieces."""
    for frame, members in frames_of([part for piece in pieces if not late() for part in squared(piece)]):
        if not late():
            for fit in boxes(facets, frame, members, inside, late):
                if _seen(fit, inside, _STEP * facets.diagonal) > _SEEN:
                    yield fit
    slanted = [
        piece for piece in pieces if not late() and len(ways := directions(piece)) > 1 and square_frame(ways) is None
    ]
    for fit in prisms(facets, slanted, inside):
        if _seen(fit, inside, _STEP * facets.diagonal) > _SEEN:
            yield fit


def _whole(rounds: Sequence[Round | Turned]) -> np.ndarray:
    """The facets of what is clearly round: many of them, or all about."""
    told = [one.facets for one in rounds if isinstance(one, Round) or len(one.facets) >= _MANY]
    return np.concatenate([np.zeros(0, np.int64), *told])


def _ball(one: Round) -> Fit:
    size = 2.0 * one.radius
    return Fit(Ellipsoid((size, size, size)), np.eye(3), one.centre, 1.0, 0.0)


def _distinct(fits: Iterable[Fit], inside: Inside) -> Iterator[Fit]:
    """Those that lie in the body, once each."""
    kept: list[Fit] = []
    unit = sequence(300) - 0.5
    for fit in fits:
        local = unit * np.array(fit.kind.size)
        points = local[fit.kind.inside(local)] @ fit.frame.T + fit.centre
        if len(points) < 10 or inside(points).mean() < _least(fit):
            continue
        if any(_equal(fit, other, points) or _buried(fit, other, points) for other in kept):
            continue
        kept.append(fit)
        yield fit


def _least(fit: Fit) -> float:
    match fit.kind:
        case Cuboid() | Prism():
            return _WITHIN
        case Carved():
            return WALL
        case _:
            return _ROUND_WITHIN


def _equal(fit: Fit, other: Fit, points: np.ndarray) -> bool:
    """Whether two solids fill the same place, by points of the first."""
    volume, than = (float(np.prod(f.kind.size)) for f in (fit, other))
    return 0.8 * than < volume < 1.25 * than and float(other.inside(points).mean()) > 0.9


def _buried(fit: Fit, other: Fit, points: np.ndarray) -> bool:
    """Whether a cone is a few bands of something round that it is all in, by points of it."""
    return isinstance(fit.kind, Cone) and float(other.inside(points).mean()) > _BURIED


def _seen(fit: Fit, inside: Inside, step: float) -> float:
    """The share of a block's or prism's surface that is one of the body."""
    points, normals, weight = _skin(fit)
    points, normals = points @ fit.frame.T + fit.centre, normals @ fit.frame.T
    out = ~inside(points + step * normals) & inside(points - step * normals)
    return float((weight * out).sum() / weight.sum())


def _skin(fit: Fit) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Points on the sides of a block or prism with their normals and weights."""
    outline, height = _outline(fit)
    step = (np.arange(9) + 0.5) / 9.0
    points: list[np.ndarray] = []
    normals: list[np.ndarray] = []
    weight: list[np.ndarray] = []
    turn = np.sign(sum(float(a[0] * b[1] - a[1] * b[0]) for a, b in zip(outline, np.roll(outline, -1, 0), strict=True)))
    for a, b in zip(outline, np.roll(outline, -1, axis=0), strict=True):
        length = float(np.hypot(*(b - a)))
        if length <= 0.0:
            continue
        s, y = (m.reshape(-1) for m in np.meshgrid(step, (step - 0.5) * height))
        flat = a + s[:, None] * (b - a)
        points.append(np.stack([flat[:, 0], y, flat[:, 1]], axis=1))
        n = turn * np.array([b[1] - a[1], 0.0, a[0] - b[0]]) / length
        normals.append(np.tile(n, (len(s), 1)))
        weight.append(np.full(len(s), length * height / len(s)))
    middle = outline.mean(axis=0)
    corners = np.stack([outline, np.roll(outline, -1, axis=0)], axis=1)
    for end in (-1.0, 1.0):
        for a, b in corners:
            area = 0.5 * abs(float((a - middle)[0] * (b - middle)[1] - (a - middle)[1] * (b - middle)[0]))
            for s, t in ((0.2, 0.2), (0.6, 0.2), (0.2, 0.6), (0.4, 0.4), (0.33, 0.1), (0.1, 0.33)):
                flat = middle + s * (a - middle) + t * (b - middle)
                points.append(np.array([[flat[0], 0.5 * end * height, flat[1]]]))
                normals.append(np.array([[0.0, end, 0.0]]))
                weight.append(np.array([area / 6.0]))
    return np.concatenate(points), np.concatenate(normals), np.concatenate(weight)


def _outline(fit: Fit) -> tuple[np.ndarray, float]:
    match fit.kind:
        case Prism(points, height):
            return np.array(points), height
        case Cuboid((x, y, z)):
            return 0.5 * np.array([(-x, -z), (x, -z), (x, z), (-x, z)]), y
        case other:
            raise TypeError(
                f"a {type(other).__name__} has no outline: only boxes and prisms are looked at by their sides"
            )


def _share(shell: Triangles, solids: Sequence[Fit], inside: Inside) -> float:
    """Of the surface: what has a solid just below it, and none just above where the body has nothing.

    Across a gap that is narrower than what is looked at begins the next board, and behind a thin one its other side.
    """
    if not solids:
        return 0.0
    points, face = surface_samples(shell, _POINTS)
    cross = cross_products(shell)[face]
    normal = cross / np.maximum(np.sqrt((cross**2).sum(axis=1)), 1e-300)[:, None]
    step = _ASIDE * shell.diagonal * normal
    deep = np.where(inside(points - step)[:, None], points - step, points - _CLOSE * step)
    below = np.any([fit.inside(deep) for fit in solids], axis=0)
    above = np.any([fit.inside(points + step) for fit in solids], axis=0) & ~inside(points + step)
    told = below & ~above
    beside = _BESIDE * shell.diagonal * normal
    for fit in (fit for fit in solids if isinstance(fit.kind, Carved)):
        # A step aside may go through a wall into what lies behind it.
        told |= fit.inside(points - beside) & ~fit.inside(points + beside)
    return float(told.mean())
