"""What each primitive of a program explains of a mesh, how well, and what it claims that is not there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, final

import numpy as np

from shapelang.arrays import Bool, Float64
from shapelang.inference.report.nearest import nearest_pieces
from shapelang.metrics.chamfer import distances_to
from shapelang.metrics.fscore import THRESHOLD
from shapelang.metrics.inside import inside
from shapelang.metrics.sampling import surface_points, surface_samples
from shapelang.metrics.triangles import Points, Triangles, cross_products, joined, triangles
from shapelang.representations.labels import instance_of
from shapelang.representations.surface import Flat

SAMPLES: Final = 20_000
"""Points on the mesh; a share has a standard error of at most 0.4 %."""

NEAR: Final = THRESHOLD
"""What lies within this part of the mesh's diagonal is explained: the threshold of the F-score."""

_OWN: Final = (100, 2_000)
"""Least and most points on the surface of one primitive."""

OFF: Final = 1e-4
"""This part of the diagonal above a face it is asked whether another primitive buries it."""


@final
@dataclass(frozen=True, slots=True)
class PrimitiveEvidence:
    """One leaf of the assembly. Shares are parts of 1, residuals % of the mesh's diagonal.

    name: the instance, `leg[1].foot` · kind: of its shape · nearest: share of the mesh's surface that no other
    primitive is nearer to (where several are equally near, the first in the program has it) · explained: the share
    within 1 % of the diagonal of it · residual_mean, residual_max: how far that nearest surface is from the primitive;
    None when it is nearest to nothing · outer: share of the primitive's own surface that no other primitive buries ·
    false_surface: share of that outer surface that is further than 1 % of the diagonal from the mesh; None where all
    is buried.
    """

    name: str
    kind: str
    nearest: float
    explained: float
    residual_mean: float | None
    residual_max: float | None
    outer: float
    false_surface: float | None


def explained_share(primitives: Iterable[PrimitiveEvidence]) -> float:
    """Share of the mesh's surface within 1 % of the diagonal of any primitive, in [0, 1]."""
    return min(sum(primitive.explained for primitive in primitives), 1.0)


def leaf_surfaces(flat: Flat) -> tuple[Triangles, ...]:
    """The surface of each leaf, in the order of the program."""
    order = np.argsort(flat.face_leaf, kind="stable")
    ends = np.searchsorted(flat.face_leaf[order], np.arange(len(flat.leaves) + 1))
    return tuple(_compact(flat, order[a:b]) for a, b in pairwise(ends))


def primitive_evidence(
    flat: Flat, mesh: Triangles, samples: int = SAMPLES, seed: int = 0
) -> tuple[PrimitiveEvidence, ...]:
    """One row for each leaf, in the order of the program; the rows' `nearest` sum to 1.

    `samples`: area-uniform points on the mesh. A primitive's own surface is sampled by 100 to 2,000 points.
    """
    pieces, diagonal = leaf_surfaces(flat), mesh.diagonal
    found = nearest_pieces(pieces, surface_points(mesh, samples, seed), diagonal)
    claims = _claims(pieces, mesh, samples, seed)
    rows: list[PrimitiveEvidence] = []
    for number, (leaf, claim) in enumerate(zip(flat.leaves, claims, strict=True)):
        apart = found.distance[found.piece == number] / diagonal
        rows.append(
            PrimitiveEvidence(
                name=instance_of(leaf.path),
                kind=leaf.part.kind,
                nearest=len(apart) / samples,
                explained=int((apart <= NEAR).sum()) / samples,
                residual_mean=float(100.0 * apart.mean()) if len(apart) else None,
                residual_max=float(100.0 * apart.max()) if len(apart) else None,
                outer=claim.outer,
                false_surface=claim.false_surface,
            )
        )
    return tuple(rows)


@final
@dataclass(frozen=True, slots=True)
class _Claim:
    outer: float
    false_surface: float | None


def _claims(pieces: Sequence[Triangles], mesh: Triangles, samples: int, seed: int) -> list[_Claim]:
    """Of each primitive's own surface: which share shows, and which share of that has no counterpart."""
    count = min(max(samples // len(pieces), _OWN[0]), _OWN[1])
    points, seen = _own_points(pieces, count, OFF * mesh.diagonal, seed)
    far: Float64[np.ndarray, " n"] = np.zeros(len(points))
    far[seen] = distances_to(mesh, points[seen]) > NEAR * mesh.diagonal
    shown, wrong = seen.reshape(-1, count).sum(axis=1), far.reshape(-1, count).sum(axis=1)
    return [
        _Claim(int(outer) / count, float(false) / int(outer) if outer else None)
        for outer, false in zip(shown, wrong, strict=True)
    ]


def _own_points(
    pieces: Sequence[Triangles], count: int, off: float, seed: int
) -> tuple[Points, Bool[np.ndarray, " n"]]:
    """(pieces · count, 3) points on each piece, piece after piece, and which of them no other piece buries."""
    points: list[Points] = []
    above: list[Points] = []
    for number, piece in enumerate(pieces):
        # The mesh has the points of `seed`.
        own, face = surface_samples(piece, count, seed + 1 + number)
        normal = cross_products(piece)[face]
        length = np.sqrt((normal**2).sum(axis=1))[:, None]
        points.append(own)
        above.append(own + off * normal / np.maximum(length, 1e-300))
    return np.concatenate(points), ~inside(joined(pieces), np.concatenate(above))


def _compact(flat: Flat, faces: np.ndarray) -> Triangles:
    used, corners = np.unique(flat.faces[faces], return_inverse=True)
    return triangles(flat.positions[used], corners.reshape(-1, 3))
