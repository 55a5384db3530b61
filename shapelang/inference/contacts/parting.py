"""A closed body, cut where one part of it ends at the face of another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, final

import numpy as np

from shapelang.inference.contacts.creases import Plane, Segments, creases
from shapelang.inference.contacts.cuts import Section, Support, on_outline, sections_of, support
from shapelang.inference.contacts.solids import (
    SLOT,
    across,
    flattened,
    pieces_apart,
    sections,
    slot,
    slotted,
    solid_of,
)
from shapelang.inference.sampling.inside_test import ClosedTest, closed_test
from shapelang.inference.sampling.rims import signed_volume
from shapelang.metrics.triangles import Triangles

if TYPE_CHECKING:
    from manifold3d import Manifold

_MOST: Final = 60000
"""Faces of a body that is looked at."""

_ROUNDS: Final = 6
"""How often what is left is looked at again."""

_CRUMB: Final = 0.004
"""Of the body's volume: a piece with less is not cut off."""

_PIECES: Final = 64

_SEAMS: Final = 0.01
"""Of the outlines of all cuts: what seams are of something fused at least."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class _Cut:
    """A slot, the section that it was made for, and the share of its outline that is seams."""

    section: Section
    slot: Manifold
    seams: float


@final
@dataclass(frozen=True, slots=True, eq=False)
class Parting:
    """The `pieces` of a mesh · `seamed`: whether flush faces have seams, as they have where something was fused."""

    pieces: list[Triangles]
    seamed: bool


def parted(mesh: Triangles, late: Callable[[], bool]) -> Parting:
    """The parts of a closed mesh, or the mesh itself where none ends at another.

    A part ends where its section, in the plane of a face, has an outline of edges: creases against that face, and
    seams that the triangles of flush faces have kept. The best supported section is cut first, and no edge tells of two
    cuts. When it is `late` before all are found, the mesh stays whole.
    """
    if len(mesh.faces) > _MOST:
        return Parting([mesh], False)
    middle, diagonal = mesh.positions.mean(axis=0), max(mesh.diagonal, 1e-300)
    plain = Triangles((mesh.positions - middle) / diagonal, mesh.faces)
    segments, planes = creases(plain)
    whole = solid_of(plain) if planes else None
    if whole is None:
        return Parting([mesh], False)
    cuts = _cuts(whole, segments, planes, late)
    if late():
        return Parting([mesh], False)
    pieces, kept = _pieces(whole, cuts)
    if not 1 < len(pieces) <= _PIECES:
        return Parting([mesh], False)
    slots = [cut.section.plane for cut in cuts]
    flat = [flattened(piece, slots) for piece in pieces]
    seams = sum(cut.seams for cut in kept) > _SEAMS * len(kept)
    return Parting([Triangles(piece.positions * diagonal + middle, piece.faces) for piece in flat], seams)


def _cuts(whole: Manifold, segments: Segments, planes: Sequence[Plane], late: Callable[[], bool]) -> list[_Cut]:
    unused = np.ones(len(segments.start), bool)
    cuts: list[_Cut] = []
    for _ in range(_ROUNDS):
        solid = slotted(whole, [cut.slot for cut in cuts])
        chosen = _chosen(_candidates(solid, segments, planes, late), segments, unused, cuts, late)
        cuts += chosen
        if not chosen or late():
            break
    return cuts


def _candidates(
    solid: Manifold, segments: Segments, planes: Sequence[Plane], late: Callable[[], bool]
) -> list[Section]:
    found: list[Section] = []
    for plane in planes:
        if late():
            break
        found += sections_of(sections(solid, plane), plane, segments)
    return found


def _chosen(
    candidates: Sequence[Section],
    segments: Segments,
    unused: np.ndarray,
    before: list[_Cut],
    late: Callable[[], bool],
) -> list[_Cut]:
    """The best of some sections, one after another, each marking what it has used."""
    planes = [cut.section.plane for cut in before]
    left = list(candidates)
    chosen: list[_Cut] = []
    while left and not late():
        said = [(section, support(section, segments, unused, planes)) for section in left]
        able = [(section, of) for section, of in said if of.enough]
        if not able:
            break
        best, of = max(able, key=lambda one: _worth(one[1]))
        unused[on_outline(best, segments)] = False
        planes.append(best.plane)
        chosen.append(_Cut(best, slot(best.area, best.plane), of.clear - of.creased))
        left = [section for section, _ in able if section is not best]
    return chosen


def _worth(of: Support) -> float:
    return round(of.clear, 2) + 0.5 * of.said + 0.01 * of.creased


def _pieces(whole: Manifold, cuts: Sequence[_Cut]) -> tuple[list[Triangles], list[_Cut]]:
    """What is left by those cuts that part two pieces, crumbs being part of what they lie on most; and these cuts."""
    solid = slotted(whole, [cut.slot for cut in cuts])
    pieces = pieces_apart(solid)
    if len(pieces) < 2 or not cuts:
        return [], []
    tests = [closed_test(piece) for piece in pieces]
    borders = [_borders(cut.section, tests) for cut in cuts]
    part = _without_crumbs(np.array([signed_volume(piece) for piece in pieces]), np.sum(borders, axis=0))
    apart = part[:, None] != part
    kept = [cut for cut, border in zip(cuts, borders, strict=True) if (border > 0.0)[apart].any()]
    if len(kept) == len(cuts):
        return pieces, kept
    return pieces_apart(slotted(whole, [cut.slot for cut in kept])), kept


def _borders(section: Section, tests: Sequence[ClosedTest]) -> np.ndarray:
    """(k, k) the area of a section that each piece below it has in common with each above it."""
    points, areas = _triangles_of(section)
    sides = [np.array([test.inside(points + h * SLOT * section.plane.normal) for test in tests]) for h in (0.0, 2.0)]
    return (sides[0] * areas) @ sides[1].T.astype(np.float64)


def _triangles_of(section: Section) -> tuple[np.ndarray, np.ndarray]:
    """The middles (n, 3) and areas (n,) of triangles that a section consists of, in its plane."""
    from manifold3d import triangulate

    polygons = section.area.to_polygons()
    corners = np.concatenate([np.asarray(polygon) for polygon in polygons])[np.array(triangulate(polygons))]
    (ax, ay), (bx, by) = (corners[:, 1] - corners[:, 0]).T, (corners[:, 2] - corners[:, 0]).T
    plane = section.plane
    return corners.mean(axis=1) @ across(plane)[:2] + plane.offset * plane.normal, 0.5 * np.abs(ax * by - ay * bx)


def _without_crumbs(volumes: np.ndarray, borders: np.ndarray) -> np.ndarray:
    """(k,) the part that each piece belongs to, by the volumes (k,) and the areas that they have in common (k, k)."""
    part = np.arange(len(volumes))
    common = borders + borders.T
    for k in np.argsort(volumes, kind="stable").tolist():
        mine = part == part[k]
        beside = np.where(mine, 0.0, common[mine].sum(axis=0))
        if volumes[mine].sum() < _CRUMB * volumes.sum() and beside.any():
            part[mine] = part[int(beside.argmax())]
    return part
