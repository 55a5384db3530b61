"""A mesh as what a fit compares with: points on it, and points beside it with their distance and side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias, final

import numpy as np
import torch

from shapelang.diagnostics import UsageError
from shapelang.metrics.chamfer import distances_to
from shapelang.metrics.inside import closed_faces, inside
from shapelang.metrics.sampling import surface_points, surface_samples, uniforms
from shapelang.metrics.triangles import Points, Triangles, cross_products, face_areas

Tensor: TypeAlias = torch.Tensor

ON = 640
"""Points on the surface."""

BESIDE = 384
"""Points in the box around it, half of them near the surface."""

HIDDEN = 1e-4
"""How far above and below a point of the surface both sides are inside where it is hidden; a share of the diagonal."""

MARGIN = 0.15
"""How far the box of those points reaches beyond the mesh's, as a share of its diagonal."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """points (1, n, 3): the first `on` lie on the surface; distance (n,) from it, negative inside; metres.

    Of a mesh that encloses nothing there are only points on the surface and outside.
    """

    points: Tensor
    distance: Tensor
    on: int
    diagonal: float


def seen(mesh: Triangles, count: int, seed: int) -> Points:
    """Those of `count` points of the surface that no other part of the mesh covers: hidden ones say nothing of a union.

    Of a mesh without a surface, none.
    """
    if len(mesh.faces) == 0 or not float(face_areas(mesh).sum()) > 0.0:
        return np.zeros((0, 3))
    points, face = surface_samples(mesh, count, seed)
    normal = cross_products(mesh)[face]
    normal = normal / np.sqrt((normal * normal).sum(axis=1))[:, None]
    lifted = HIDDEN * mesh.diagonal * normal
    return points[~(inside(mesh, points + lifted) & inside(mesh, points - lifted))]


def target_of(mesh: Triangles, seed: int, device: str) -> Target:
    """Samples of a mesh. Raises UsageError for one without a surface."""
    if len(mesh.faces) == 0 or not float(face_areas(mesh).sum()) > 0.0:
        raise UsageError("the mesh has no surface to fit to")
    surface = seen(mesh, ON, seed)
    low, high = mesh.bounds
    reach = MARGIN * mesh.diagonal
    draws = uniforms(BESIDE, 3, seed + 1)
    far = low - reach + draws[: BESIDE // 2] * (high - low + 2.0 * reach)
    near = surface_points(mesh, BESIDE - len(far), seed + 2) + (draws[BESIDE // 2 :] - 0.5) * reach
    beside = np.concatenate([far, near])
    distance = distances_to(mesh, beside)
    within = inside(mesh, beside) if closed_faces(mesh).any() else np.zeros(len(beside), bool)
    signed = np.concatenate([np.zeros(len(surface)), np.where(within, -distance, distance)])
    points = torch.tensor(np.concatenate([surface, beside])[None], device=device)
    if not len(surface):
        raise UsageError("the mesh has no surface that is seen from outside")
    return Target(points, torch.tensor(signed, device=device), len(surface), mesh.diagonal)
