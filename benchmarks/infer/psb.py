"""The Princeton segmentation benchmark: do the parts of a program lie where people cut the shape?

Chen, Golovinskiy, Funkhouser, "A Benchmark for 3D Mesh Segmentation", SIGGRAPH 2009: some eleven people cut each of the
shapes. The set is for research only; nothing of it is part of the project.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Final, final

import numpy as np

from shapelang.arrays import Float64, Int64
from shapelang.metrics.chamfer import distances_to
from shapelang.metrics.sampling import uniforms
from shapelang.metrics.triangles import Triangles, face_areas, triangles

Labels = Int64[np.ndarray, " f"]
Areas = Float64[np.ndarray, " f"]

CLUSTERS: Final = (2, 3, 4, 5, 6, 7, 8)
"""How many clusters k-means is asked for; the best of them for the whole set is what is told."""

_GRID: Final = 65535
"""The corners are whole numbers up to this along the longest side."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Segmented:
    """`people` (n, f): the segment of each face, as each of n people cut."""

    name: str
    mesh: Triangles
    people: Int64[np.ndarray, "n f"]

    @property
    def category(self) -> str:
        """`Chair`, or another."""
        return self.name.partition("_")[0]


def shapes(archive: Path) -> list[Segmented]:
    """All shapes of the set, in order of name."""
    with np.load(archive, allow_pickle=False) as data:
        return [_shape(data, key[:-2]) for key in sorted(data.files) if key.endswith("_f")]


def _shape(data: np.lib.npyio.NpzFile, name: str) -> Segmented:
    return Segmented(name, mesh_of(data, name), data[f"{name}_seg"].astype(np.int64))


def mesh_of(data: np.lib.npyio.NpzFile, name: str) -> Triangles:
    """The mesh of a shape, about two long: the scale is the longest side, for corners as parts of the grid."""
    points = data[f"{name}_v"].astype(np.float64) / _GRID * data[f"{name}_s"] + data[f"{name}_lo"]
    return triangles(points, data[f"{name}_f"])


def rand_index(a: Labels, b: Labels, areas: Areas) -> float:
    """The share of pairs of faces that two labellings agree about: in one segment, or in two. In [0, 1].

    A pair weighs the product of its areas; a face makes no pair with itself. Rand, "Objective Criteria for the
    Evaluation of Clustering Methods", 1971, with weights.
    """
    _, a = np.unique(a, return_inverse=True)
    _, b = np.unique(b, return_inverse=True)
    width = int(b.max(initial=0)) + 1
    common = np.bincount(a * width + b, weights=areas)
    of_a, of_b = np.bincount(a, weights=areas), np.bincount(b, weights=areas)
    alone = float((areas**2).sum())
    pairs = float(areas.sum()) ** 2 - alone
    differing = float((of_a**2).sum() + (of_b**2).sum() - 2.0 * (common**2).sum())
    return 1.0 - differing / pairs if pairs > 0.0 else 1.0


def agreement(labels: Labels, shape: Segmented) -> float:
    """The mean Rand index against the people who cut the shape."""
    areas = face_areas(shape.mesh)
    return float(np.mean([rand_index(labels, person, areas) for person in shape.people]))


def nearest_instance(instances: Sequence[Triangles], mesh: Triangles) -> Labels:
    """(f,) the instance whose surface is nearest to the centre of each face; the first of equal ones."""
    centres = mesh.corners.mean(axis=1)
    return np.argmin([distances_to(instance, centres) for instance in instances], axis=0)


# --- What the numbers stand beside ---------------------------------------------------------------


def among_people(shape: Segmented) -> float:
    """The mean Rand index of two people."""
    areas = face_areas(shape.mesh)
    return float(np.mean([rand_index(a, b, areas) for a, b in combinations(shape.people, 2)]))


def one_segment(shape: Segmented) -> Labels:
    """Nothing cut."""
    return np.zeros(len(shape.mesh.faces), np.int64)


def k_means(shape: Segmented, clusters: int, seed: int = 0) -> Labels:
    """Centres of faces in clusters: no use of the shape at all."""
    from scipy.cluster.vq import kmeans2

    centres = shape.mesh.corners.mean(axis=1)
    start = centres[_spread(centres, clusters, seed)]
    return np.asarray(kmeans2(centres, start, iter=50, minit="matrix")[1], np.int64)


def _spread(points: Float64[np.ndarray, "n 3"], count: int, seed: int) -> list[int]:
    """Some points far from each other: Arthur, Vassilvitskii, "k-means++", SODA 2007."""
    draws = uniforms(count, 1, seed)[:, 0]
    found = [int(draws[0] * len(points))]
    for draw in draws[1:].tolist():
        apart = np.min([((points - points[k]) ** 2).sum(axis=1) for k in found], axis=0)
        reach = np.cumsum(apart)
        found.append(min(int(np.searchsorted(reach, draw * reach[-1], side="right")), len(points) - 1))
    return found


def category_means(values: Sequence[tuple[str, float]]) -> dict[str, float]:
    """The mean of the shapes of each category, and under `mean` that of the categories."""
    names = sorted({name for name, _ in values})
    means = {name: float(np.mean([value for of, value in values if of == name])) for name in names}
    return means | {"mean": float(np.mean(list(means.values())))}
