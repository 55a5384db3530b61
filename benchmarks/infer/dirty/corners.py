"""Damage to corners: where they are, how many, and what they are worth. A mesh and dice give the damaged mesh."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from benchmarks.infer.dirty.faces import FINE
from benchmarks.infer.dirty.refining import refined
from benchmarks.infer.files import welded
from shapelang.metrics.triangles import Triangles, triangles


def noise(mesh: Triangles, dice: Generator) -> Triangles:
    """Corners lie 0.1 to 0.5 % of the diagonal off, each its own way; the mesh is finer than it was."""
    fine = refined(mesh, FINE * mesh.diagonal)
    off = dice.uniform(0.001, 0.005) * mesh.diagonal * dice.normal(size=fine.positions.shape)
    return triangles(fine.positions + off, fine.faces)


def decimated(mesh: Triangles, dice: Generator) -> Triangles:
    """Corners in one cell of 1 to 2 % of the diagonal become one, where their mean is."""
    cell = dice.uniform(0.01, 0.02) * mesh.diagonal
    key, number = np.unique(np.floor(mesh.positions / cell), axis=0, return_inverse=True)
    number = number.reshape(-1)
    count = np.bincount(number, minlength=len(key))[:, None]
    middle = np.stack([np.bincount(number, w, len(key)) for w in mesh.positions.T], axis=1) / count
    return welded(triangles(middle, number[mesh.faces]))


def fine(mesh: Triangles, dice: Generator) -> Triangles:
    """100,000 faces or more, where it had some hundred."""
    length = float(dice.uniform(0.01, 0.02)) * mesh.diagonal
    made = refined(mesh, length)
    while len(made.faces) < 100_000:
        length *= 0.7
        made = refined(made, length)
    return made


def torn_corners(mesh: Triangles, dice: Generator) -> Triangles:
    """No two faces share a corner, and those that did are 1e-7 of the diagonal apart."""
    corners = mesh.corners.reshape(-1, 3)
    return triangles(corners + 1e-7 * mesh.diagonal * dice.uniform(-1, 1, corners.shape), np.arange(len(corners)))


def strays(mesh: Triangles, dice: Generator) -> Triangles:
    """Corners that no face has, up to 1,000 diagonals away."""
    far = 1000.0 * mesh.diagonal * dice.uniform(-1, 1, (50, 3))
    return triangles(np.vstack([far, mesh.positions]), mesh.faces + 50)


def shrunk(mesh: Triangles, dice: Generator) -> Triangles:
    """A diagonal of 1e-4 to 1e-3 m, about the origin."""
    return _of_diagonal(mesh, -4.0 + dice.random())


def grown(mesh: Triangles, dice: Generator) -> Triangles:
    """A diagonal of 1e4 to 1e5 m, about the origin."""
    return _of_diagonal(mesh, 4.0 + dice.random())


def _of_diagonal(mesh: Triangles, power: float) -> Triangles:
    low, high = mesh.bounds
    return triangles((mesh.positions - 0.5 * (low + high)) * (10.0**power / mesh.diagonal), mesh.faces)


def moved(mesh: Triangles, dice: Generator) -> Triangles:
    """100 to 10,000 diagonals from the origin, in any direction."""
    way = dice.normal(size=3)
    off = 10.0 ** dice.uniform(2.0, 4.0) * mesh.diagonal * way / np.sqrt((way * way).sum())
    return triangles(mesh.positions + off, mesh.faces)


def thinned(mesh: Triangles, dice: Generator) -> Triangles:
    """Pressed along one axis to 0.5 to 2 % of its extent."""
    scale = np.ones(3)
    scale[dice.integers(3)] = dice.uniform(0.005, 0.02)
    return triangles(mesh.positions * scale, mesh.faces)


def not_numbers(mesh: Triangles, dice: Generator) -> Triangles:
    """One to five corners are not a number."""
    positions = mesh.positions.copy()
    positions[dice.choice(np.unique(mesh.faces), int(dice.integers(1, 6)))] = np.nan
    return triangles(positions, mesh.faces)


def empty(mesh: Triangles, dice: Generator) -> Triangles:
    """No faces; with corners, or without."""
    return triangles(mesh.positions if dice.random() < 0.5 else [], [])


def one_face(mesh: Triangles, dice: Generator) -> Triangles:
    """One face of all."""
    return triangles(mesh.positions, mesh.faces[dice.integers(len(mesh.faces))])


def flat(mesh: Triangles, dice: Generator) -> Triangles:
    """Pressed into a plane."""
    positions = mesh.positions.copy()
    axis = dice.integers(3)
    positions[:, axis] = positions[:, axis].mean()
    return triangles(positions, mesh.faces)
