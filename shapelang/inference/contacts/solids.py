"""Solids that are cut by thin slots: sections, slots, and what is left in one piece with its cavities."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from shapelang.inference.contacts.creases import Plane
from shapelang.inference.sampling.inside_test import closed_test
from shapelang.metrics.triangles import Triangles, joined, triangles

if TYPE_CHECKING:
    from manifold3d import CrossSection, Manifold

SLOT: Final = 2e-6
"""Of the diagonal: how thick a slot is. It begins half of that above its plane."""


def solid_of(mesh: Triangles) -> Manifold | None:
    """A closed mesh as a solid, or None where it is none. No two of its faces become one."""
    from manifold3d import Error, Manifold, Mesh64

    numbers = np.arange(len(mesh.faces), dtype=np.uint64)
    given = Mesh64(np.ascontiguousarray(mesh.positions), np.ascontiguousarray(mesh.faces, np.uint64), face_id=numbers)
    given.merge()
    made = Manifold(given)
    return made if made.status() == Error.NoError and made.volume() > 0.0 else None


def mesh_of(solid: Manifold) -> Triangles:
    """The surface of a solid."""
    mesh = solid.to_mesh64()
    return triangles(np.array(mesh.vert_properties[:, :3]), np.array(mesh.tri_verts))


def across(plane: Plane) -> np.ndarray:
    """(3, 3) the axes of a plane in rows: two in it, and its normal."""
    axis = np.eye(3)[np.abs(plane.normal).argmin()]
    u = np.cross(plane.normal, axis)
    u /= np.linalg.norm(u)
    return np.stack([u, np.cross(plane.normal, u), plane.normal])


def sections(solid: Manifold, plane: Plane) -> list[CrossSection]:
    """The connected pieces of a solid's section just above a plane, in the plane's axes; none where it is beside it."""
    bounds = np.array(solid.bounding_box()).reshape(2, 3)
    middle, half = 0.5 * bounds.sum(axis=0), 0.5 * (bounds[1] - bounds[0])
    room = float(np.abs(plane.normal) @ half) - abs(float(plane.normal @ middle) - plane.offset)
    if room < 10.0 * SLOT:
        return []
    turned = solid.transform(np.column_stack([across(plane), np.zeros(3)]))
    return turned.slice(plane.offset + SLOT).decompose()


def slot(section: CrossSection, plane: Plane) -> Manifold:
    """A section as a slot: as thick as SLOT, from half of that above its plane up, and a little wider than it."""
    from manifold3d import JoinType

    flat = section.offset(0.5 * SLOT, JoinType.Miter).extrude(SLOT)
    raised = flat.translate((0.0, 0.0, plane.offset + 0.5 * SLOT))
    return raised.transform(np.column_stack([across(plane).T, np.zeros(3)]))


def slotted(solid: Manifold, slots: Sequence[Manifold]) -> Manifold:
    """A solid less its slots."""
    from manifold3d import Manifold, OpType

    return Manifold.batch_boolean([solid, *slots], OpType.Subtract)


def pieces_apart(solid: Manifold) -> list[Triangles]:
    """The surfaces of what of a solid hangs together, each with its cavities."""
    parts = [(part.volume(), mesh_of(part)) for part in solid.decompose()]
    outer = [part for part in parts if part[0] > 0.0]
    members = [[mesh] for _, mesh in outer]
    tests = [closed_test(mesh) for _, mesh in outer] if len(outer) < len(parts) else []
    for volume, mesh in parts:
        if volume <= 0.0:
            around = [(outer[k][0], k) for k, test in enumerate(tests) if test.inside(mesh.positions[:3]).all()]
            if around:
                members[min(around)[1]].append(mesh)
    return [joined(meshes) for meshes in members]


def flattened(mesh: Triangles, planes: Sequence[Plane]) -> Triangles:
    """A piece whose corners at slots lie in the planes of these."""
    positions = mesh.positions.copy()
    for plane in planes:
        above = positions @ plane.normal - plane.offset
        at = np.abs(above - 0.5 * SLOT) < 1.2 * SLOT
        positions[at] -= above[at, None] * plane.normal
    return Triangles(positions, mesh.faces)
