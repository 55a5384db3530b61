"""How far the colours of a program are from those of its mesh."""

from __future__ import annotations

from typing import Final

import numpy as np

from shapelang.arrays import AnyArray
from shapelang.inference.measuring.evidence import mesh_triangles
from shapelang.inference.report.nearest import nearest_pieces
from shapelang.inference.report.primitives import SAMPLES, leaf_surfaces
from shapelang.io.read.mesh_data import MeshData
from shapelang.metrics.sampling import surface_samples
from shapelang.representations.surface import Flat

_TO_XYZ: Final = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
"""From linear sRGB (IEC 61966-2-1)."""

_WHITE: Final = np.array([0.95047, 1.0, 1.08883])
"""D65."""


def color_error(flat: Flat, mesh: MeshData, samples: int = SAMPLES, seed: int = 0) -> float | None:
    """Mean difference of a mesh's colours and those of the nearest primitives, as CIE 1976 ΔE*ab (2.3 is just seen).

    At area-uniform points of those groups that have a colour; None where none has.
    """
    whole = mesh_triangles(mesh)
    points, face = surface_samples(whole, samples, seed)
    group = np.repeat(np.arange(len(mesh.groups)), [len(g.faces) for g in mesh.groups])[face]
    colored = np.array([g.color is not None for g in mesh.groups])[group]
    if not colored.any():
        return None
    given = lab(np.array([g.color or (0.0, 0.0, 0.0) for g in mesh.groups]))[group[colored]]
    made = lab(np.array([leaf.material.color for leaf in flat.leaves]))
    nearest = nearest_pieces(leaf_surfaces(flat), points[colored], whole.diagonal).piece
    known = nearest >= 0
    apart = given[known] - made[nearest[known]]
    return float(np.sqrt((apart**2).sum(axis=1)).mean()) if known.any() else None


def lab(colors: AnyArray) -> AnyArray:
    """(n, 3) sRGB in [0, 1] as CIE L*a*b* (ISO/CIE 11664-4) under D65."""
    linear = np.where(colors <= 0.04045, colors / 12.92, ((colors + 0.055) / 1.055) ** 2.4)
    ratio = linear @ _TO_XYZ.T / _WHITE
    f = np.where(ratio > (6.0 / 29.0) ** 3, np.cbrt(ratio), ratio / (3.0 * (6.0 / 29.0) ** 2) + 4.0 / 29.0)
    return np.stack([116.0 * f[:, 1] - 16.0, 500.0 * (f[:, 0] - f[:, 1]), 200.0 * (f[:, 1] - f[:, 2])], axis=1)
