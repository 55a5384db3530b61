"""Meshes as plain files: what every system can read, and what it may answer with."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from shapelang.io.read import FORMATS, read_mesh
from shapelang.metrics.triangles import Triangles, cross_products, triangles


def write_obj(path: Path, mesh: Triangles) -> None:
    """Vertices and triangles and nothing else, whole or not at all; makes the folder."""
    vertices = "".join(f"v {x!r} {y!r} {z!r}\n" for x, y, z in mesh.positions.tolist())
    faces = "".join(f"f {a} {b} {c}\n" for a, b, c in (mesh.faces + 1).tolist())
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(".tmp")
    half.write_text(vertices + faces, encoding="ascii")
    half.replace(path)


def read_triangles(path: Path) -> Triangles:
    """All triangles of a mesh file. Raises MeshError."""
    mesh = read_mesh(path)
    return triangles(mesh.positions, mesh.faces)


def welded(mesh: Triangles) -> Triangles:
    """The same triangles, corners at equal positions being one vertex; those that collapse are left out."""
    positions, number = np.unique(mesh.positions, axis=0, return_inverse=True)
    faces = number.reshape(-1)[mesh.faces]
    a, b, c = faces.T
    return triangles(positions, faces[(a != b) & (b != c) & (c != a)])


def pieces_in(folder: Path) -> list[Triangles]:
    """The meshes of a folder in order of name, each turned so that its volume is positive. Raises MeshError."""
    files = sorted(p for p in folder.iterdir() if p.suffix.lower().lstrip(".") in FORMATS)
    return [outward(read_triangles(path)) for path in files]


def outward(mesh: Triangles) -> Triangles:
    """With its faces turned where it encloses a negative volume."""
    centre = mesh.positions.mean(axis=0)
    volume = float(((mesh.corners[:, 0] - centre) * cross_products(mesh)).sum())
    return mesh if volume >= 0.0 else triangles(mesh.positions, mesh.faces[:, ::-1])
