"""Damage to faces and to how they hang together. Every function takes a mesh and dice, and gives the damaged mesh."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.random import Generator

from benchmarks.infer.dirty.pieces import piece_of
from benchmarks.infer.dirty.refining import refined
from benchmarks.infer.files import welded
from shapelang.metrics.sampling import surface_points
from shapelang.metrics.triangles import Triangles, cross_products, face_areas, joined, triangles

FINE: Final = 0.05
"""Of the diagonal: the longest edge of a mesh of which faces are taken or turned."""


def soup(mesh: Triangles, dice: Generator) -> Triangles:
    """Every face has corners of its own, and they come in no order."""
    corners = mesh.corners[dice.permutation(len(mesh.faces))]
    return triangles(corners, np.arange(3 * len(corners)))


def holes(mesh: Triangles, dice: Generator) -> Triangles:
    """3 % of the faces are missing, here and there."""
    fine = refined(mesh, FINE * mesh.diagonal)
    return triangles(fine.positions, fine.faces[dice.random(len(fine.faces)) >= 0.03])


def gap(mesh: Triangles, dice: Generator) -> Triangles:
    """All faces about one point of the surface are missing, up to 8 % of the diagonal from it."""
    fine = refined(mesh, 0.5 * FINE * mesh.diagonal)
    centre = surface_points(fine, 1, int(dice.integers(2**31)))[0]
    away = fine.corners.mean(axis=1) - centre
    return triangles(fine.positions, fine.faces[(away * away).sum(axis=1) > (0.08 * mesh.diagonal) ** 2])


def doubled(mesh: Triangles, dice: Generator) -> Triangles:
    """30 % of the faces are there twice."""
    again = dice.random(len(mesh.faces)) < 0.3
    return triangles(mesh.positions, np.concatenate([mesh.faces, mesh.faces[again]]))


def two_sided(mesh: Triangles, dice: Generator) -> Triangles:
    """Every face has another that looks the other way, as for renderers that draw one side."""
    del dice
    return triangles(mesh.positions, np.concatenate([mesh.faces, mesh.faces[:, ::-1]]))


def flipped(mesh: Triangles, dice: Generator) -> Triangles:
    """10 % of the faces look inward."""
    turned = dice.random(len(mesh.faces)) < 0.1
    return triangles(mesh.positions, np.where(turned[:, None], mesh.faces[:, ::-1], mesh.faces))


def inside_out(mesh: Triangles, dice: Generator) -> Triangles:
    """All faces look inward, as after a mirroring."""
    del dice
    return triangles(mesh.positions, mesh.faces[:, ::-1])


def mixed_winding(mesh: Triangles, dice: Generator) -> Triangles:
    """About half of the connected pieces look inward, the first in any case."""
    mesh = welded(mesh)
    piece = piece_of(mesh)
    turned = dice.random(int(piece.max()) + 1) < 0.5
    turned[0] = True
    return triangles(mesh.positions, np.where(turned[piece][:, None], mesh.faces[:, ::-1], mesh.faces))


def z_fighting(mesh: Triangles, dice: Generator) -> Triangles:
    """A fifth of the faces has a copy 1e-4 of the diagonal above or below."""
    some = np.flatnonzero(dice.random(len(mesh.faces)) < 0.2)
    normals = cross_products(mesh)[some]
    normals /= np.maximum(np.sqrt((normals * normals).sum(axis=1, keepdims=True)), 1e-300)
    off = dice.choice([-1e-4, 1e-4], len(some))[:, None] * mesh.diagonal * normals
    return joined([mesh, triangles(mesh.corners[some] + off[:, None, :], np.arange(3 * len(some)))])


def t_junctions(mesh: Triangles, dice: Generator) -> Triangles:
    """A third of the faces is halved at its longest edge, which its neighbour across that edge does not know of."""
    mesh = welded(mesh)
    some = dice.random(len(mesh.faces)) < 1 / 3
    spans = mesh.corners[some] - np.roll(mesh.corners[some], -1, axis=1)
    order = ((spans * spans).sum(axis=2).argmax(axis=1)[:, None] + np.arange(3)) % 3
    a, b, c = np.take_along_axis(mesh.faces[some], order, axis=1).T
    middle = len(mesh.positions) + np.arange(len(a))
    points = np.vstack([mesh.positions, 0.5 * (mesh.positions[a] + mesh.positions[b])])
    halves = [np.stack([a, middle, c], axis=1), np.stack([middle, b, c], axis=1)]
    return triangles(points, np.concatenate([mesh.faces[~some], *halves]))


def fins(mesh: Triangles, dice: Generator) -> Triangles:
    """At 20 edges stands a third face, which reaches 3 % of the diagonal into the air."""
    mesh = welded(mesh)
    some = dice.integers(len(mesh.faces), size=20)
    normals = cross_products(mesh)[some]
    normals /= np.maximum(np.sqrt((normals * normals).sum(axis=1, keepdims=True)), 1e-300)
    a, b, _ = mesh.faces[some].T
    tips = 0.5 * (mesh.positions[a] + mesh.positions[b]) + 0.03 * mesh.diagonal * normals
    faces = np.stack([a, b, len(mesh.positions) + np.arange(20)], axis=1)
    return triangles(np.vstack([mesh.positions, tips]), np.concatenate([mesh.faces, faces]))


def slivers(mesh: Triangles, dice: Generator) -> Triangles:
    """A tenth more of faces without an area: with two equal corners, or on a line; and some cut next to a corner."""
    mesh = welded(mesh)
    count = max(3, len(mesh.faces) // 10)
    a, b, c = mesh.faces[dice.integers(len(mesh.faces), size=count)].T
    near = len(mesh.positions) + np.arange(count)
    points = np.vstack([mesh.positions, 0.5 * (mesh.positions[a] + mesh.positions[b])])
    whole = np.ones(len(mesh.faces), np.bool_)
    cut = dice.choice(len(mesh.faces), min(count, len(mesh.faces)), replace=False)
    whole[cut] = False
    x, y, z = mesh.faces[cut].T
    at = len(points) + np.arange(len(cut))
    points = np.vstack(
        [points, mesh.positions[x] + 1e-6 * (mesh.positions[y] + mesh.positions[z] - 2.0 * mesh.positions[x])]
    )
    thin = [np.stack(face, axis=1) for face in ((x, y, at), (y, z, at), (z, x, at))]
    none = [np.stack([a, a, b], axis=1), np.stack([a, near, b], axis=1), np.stack([c, c, c], axis=1)]
    return triangles(points, np.concatenate([mesh.faces[whole], *thin, *none]))


def confetti(mesh: Triangles, dice: Generator) -> Triangles:
    """20,000 closed crumbs of 1e-3 of the diagonal lie on the surface."""
    count, size = 20_000, 1e-3 * mesh.diagonal
    corners = np.array([(0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1)], np.float64)
    faces = np.array([(0, 2, 1), (0, 1, 3), (1, 2, 3), (2, 0, 3)])
    places = surface_points(mesh, count, int(dice.integers(2**31)))
    crumbs = triangles(places[:, None, :] + size * corners, 4 * np.arange(count)[:, None, None] + faces)
    return joined([mesh, crumbs])


def sheet(mesh: Triangles, dice: Generator) -> Triangles:
    """Only what looks to one side is left: an open shell."""
    way = dice.normal(size=3)
    kept = (cross_products(mesh) * way).sum(axis=1) > 0.0
    return triangles(mesh.positions, mesh.faces[kept & (face_areas(mesh) > 0.0)])
