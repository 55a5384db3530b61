"""What is wrong with a mesh: named predicates, for users, tests and checks between phases."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, unique
from typing import final

import numpy as np
from numpy.typing import NDArray

from shapelang.arrays import FaceVectorArray
from shapelang.geometry.mesh import Mesh, face_vectors


@unique
class FaultKind(Enum):
    """A kind of fault; the value is its sentence."""

    INDEX_OUT_OF_RANGE = "faces refer to vertices that are not there"
    NON_FINITE = "positions, normals or uvs are infinite or not numbers"
    DEGENERATE_FACE = "faces have no area"
    NON_MANIFOLD_EDGE = "edges have more than two faces"
    OPEN_EDGE = "edges have one face: the surface is not closed"
    MISORIENTED = "neighbouring faces disagree on which side is out"
    NON_MANIFOLD_VERTEX = "points join several surfaces that share no edge there"
    INSIDE_OUT = "the surface encloses a volume below zero: it is inside out"
    UNREFERENCED_VERTEX = "vertices belong to no face"
    WELD_APART = "vertices of one point lie at different places"
    NORMAL_NOT_UNIT = "normals are not of length 1"
    NORMAL_INWARD = "normals point against their faces"


@final
@dataclass(frozen=True, slots=True)
class Fault:
    """A fault with how often it occurs and the index of the first place (a face, a vertex or an edge)."""

    kind: FaultKind
    count: int
    first: int

    def __str__(self) -> str:
        """One line."""
        return f"{self.kind.value} ({self.count}, first at {self.first})"


def faults(mesh: Mesh) -> tuple[Fault, ...]:
    """Everything that keeps a mesh from being a closed, oriented, finite surface; of a good one, nothing."""
    count = len(mesh.positions)
    outside = ((mesh.faces < 0) | (mesh.faces >= count)).any(axis=1)
    if outside.any():
        return (_fault(FaultKind.INDEX_OUT_OF_RANGE, outside),)
    wild = ~np.isfinite(np.concatenate([mesh.positions, mesh.normals, mesh.uvs], axis=1)).all(axis=1)
    if wild.any():
        return (_fault(FaultKind.NON_FINITE, wild),)
    checks = (
        (FaultKind.DEGENERATE_FACE, degenerate_faces(mesh)),
        (FaultKind.UNREFERENCED_VERTEX, ~np.isin(np.arange(count), mesh.faces)),
        (FaultKind.WELD_APART, welded_apart(mesh)),
        (FaultKind.NORMAL_NOT_UNIT, np.abs((mesh.normals * mesh.normals).sum(axis=1) - 1.0) > 1e-6),
        (FaultKind.NORMAL_INWARD, inward_normals(mesh)),
        *edge_faults(mesh.welded_faces),
    )
    found = tuple(_fault(kind, bad) for kind, bad in checks if bad.any())
    # Only a closed surface has one fan of faces a point, and an inside.
    return found or tuple(_fault(kind, bad) for kind, bad in _closed_checks(mesh) if bad.any())


def _closed_checks(mesh: Mesh) -> tuple[tuple[FaultKind, NDArray[np.bool_]], ...]:
    return (
        (FaultKind.NON_MANIFOLD_VERTEX, pinched_points(mesh.welded_faces)),
        (FaultKind.INSIDE_OUT, np.array([signed_volume(mesh) < 0.0])),
    )


def _fault(kind: FaultKind, bad: NDArray[np.bool_] | np.bool) -> Fault:
    return Fault(kind, int(bad.sum()), int(np.argmax(bad)))


def face_normals(mesh: Mesh) -> FaceVectorArray:
    """(f, 3) normals of the flat faces, as long as twice their area."""
    return face_vectors(mesh.positions, mesh.faces)


def degenerate_faces(mesh: Mesh) -> NDArray[np.bool_]:
    """(f,) faces with two corners at one point of the surface, or with no area at all."""
    a, b, c = mesh.welded_faces.T
    return (a == b) | (b == c) | (c == a) | ~(face_normals(mesh) != 0.0).any(axis=1)


def edge_faults(faces: NDArray[np.int32]) -> tuple[tuple[FaultKind, NDArray[np.bool_]], ...]:
    """Masks over the undirected edges of (f, 3) faces: with one face, with more than two, with two in one direction."""
    start = faces[:, [0, 1, 2]].reshape(-1).astype(np.int64)
    end = faces[:, [1, 2, 0]].reshape(-1).astype(np.int64)
    low, high = np.minimum(start, end), np.maximum(start, end)
    base = int(faces.max(initial=0)) + 1
    _, edge, uses = np.unique(low * base + high, return_inverse=True, return_counts=True)
    forward = np.bincount(edge, weights=start < end, minlength=len(uses))
    return (
        (FaultKind.OPEN_EDGE, uses == 1),
        (FaultKind.NON_MANIFOLD_EDGE, uses > 2),
        (FaultKind.MISORIENTED, (uses == 2) & (forward != 1)),
    )


def pinched_points(faces: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Mask over the points of closed, oriented (f, 3) faces about which the faces make more than one fan.

    From each corner one steps to the next about its point; a fan is a cycle of such steps, found by doubling them.
    """
    start, end = faces.reshape(-1).astype(np.int64), faces[:, [1, 2, 0]].reshape(-1).astype(np.int64)
    corner = np.arange(len(start))
    before = corner - corner % 3 + (corner + 2) % 3
    base = int(start.max(initial=0)) + 1
    order = np.argsort(start * base + end)
    # The edge before a corner runs towards its point; its other half belongs to the next face.
    step = order[np.searchsorted((start * base + end)[order], end[before] * base + start[before])]
    least = corner.copy()
    for _ in range(len(start).bit_length()):
        least, step = np.minimum(least, least[step]), step[step]
    fans = np.bincount(start[least == corner], minlength=base)
    return fans > 1


def welded_apart(mesh: Mesh) -> NDArray[np.bool_]:
    """(v,) vertices that do not lie exactly where the first vertex of their point lies."""
    first = np.full(int(mesh.weld.max(initial=0)) + 1, -1)
    order = np.arange(len(mesh.weld))[::-1]
    first[mesh.weld[order]] = order
    return (mesh.positions != mesh.positions[first[mesh.weld]]).any(axis=1)


def inward_normals(mesh: Mesh) -> NDArray[np.bool_]:
    """(f,) faces against which the mean of their corners' normals points."""
    mean = mesh.normals[mesh.faces].sum(axis=1)
    return (mean * face_normals(mesh)).sum(axis=1) < 0.0


def signed_volume(mesh: Mesh) -> float:
    """Enclosed volume in cubic metres; positive when faces are counter-clockwise from outside."""
    a = mesh.positions[mesh.faces[:, 0]]
    return float((a * face_normals(mesh)).sum() / 6.0)


def area(mesh: Mesh) -> float:
    """Surface in square metres."""
    normal = face_normals(mesh)
    return float(np.sqrt((normal * normal).sum(axis=1)).sum() * 0.5)
