"""Booleans of solids as closed meshes.

Sharp booleans and hulls are manifold3d's, in double precision, with the operands' own normals carried along. Blended
ones are the zero surface of the smooth field (`blended.py`). Texture coordinates are those of a box (`box_map.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, assert_never

import numpy as np

from shapelang.arrays import AnyArray
from shapelang.assembly.assembly import Assembly
from shapelang.assembly.part import Operand, Solid
from shapelang.geometry.mesh import Mesh
from shapelang.geometry.pose import EYE, IDENTITY, Pose
from shapelang.representations.solids.blended import blend_pitch, blended
from shapelang.representations.solids.errors import SolidError
from shapelang.representations.solids.exported import checked, exported
from shapelang.representations.solids.hull import hull
from shapelang.representations.solids.limits import LIMIT, check_pose, check_thinness
from shapelang.representations.solids.shell import Shell, grid, primitive_shell, solid_shell
from shapelang.representations.surface import SEGMENTS

if TYPE_CHECKING:
    from manifold3d import Manifold


def solid_mesh(solid: Solid, segments: int = SEGMENTS) -> Mesh:
    """The surface of a boolean in its own frame: closed, oriented, metres, the same bytes on every run.

    A blend's surface may stand out by up to blend / 4 a joint from the box of the operands, which remains the box that
    the language speaks of. A blend below half of the smallest cell that is affordable (`_NODES`) is left out.

    Raises SolidError where an operand is not finite, larger than 1,000 km, thinner than 1e-6 of the solid's reach or
    not closed, or where nothing is left.
    """
    return exported(_Build(segments).solid(solid), solid.operator)


def united(assembly: Assembly, segments: int = SEGMENTS) -> Mesh:
    """All leaves of an assembly as one closed solid in the world's frame. Raises SolidError as `solid_mesh` does."""
    return solid_mesh(
        Solid("union", 0.0, tuple(Operand(leaf.geometry, leaf.pose) for leaf in assembly.leaves())), segments
    )


class _Build:
    """One evaluation of one solid.

    Operands become Manifolds anew for each evaluation: manifold3d orders the triangles of a result
    by numbers that it gives to operands as they are made, so that keeping them would make the bytes depend on what was
    built before. The arrays they are made from are kept instead (`primitive_shell`).
    """

    def __init__(self, segments: int) -> None:
        self._segments = segments
        self._made: dict[Solid, Shell] = {}

    def solid(self, solid: Solid) -> Manifold:
        """A boolean, not yet looked at: manifold3d evaluates when it is asked for a result."""
        if not solid.operands:
            raise SolidError("no-operands", f"a {solid.operator} of nothing")
        if not 0.0 <= solid.blend <= LIMIT:
            raise SolidError("blend", f"blend must be from 0 to {LIMIT:g} m, not {solid.blend:g}")
        check_thinness(solid)
        pitch = blend_pitch(solid, self._segments)
        if pitch is not None:
            return blended(solid, self._segments, pitch)
        frame = _frame(solid)
        made = self._sharp(solid, frame if frame is IDENTITY else frame.inverse())
        return made if frame is IDENTITY else made.transform(_matrix(frame))

    def _sharp(self, solid: Solid, frame: Pose) -> Manifold:
        """A boolean after `frame`, corners of its operands on one grid.

        Surfaces that coincide but for rounding then coincide, for which manifold3d has rules; without, it has lost
        faces (tests/fuzz/solids/corpus).
        """
        from manifold3d import Manifold, OpType

        shells = [self._shell(operand, frame) for operand in _distinct(solid)]
        finest = grid(max((shell.reach for shell in shells), default=0.0))
        operands = [shell.on_grid(finest) for shell in shells]
        match solid.operator:
            case "union":
                return Manifold.batch_boolean(operands, OpType.Add)
            case "intersection":
                return Manifold.batch_boolean(operands, OpType.Intersect)
            case "difference":
                return Manifold.batch_boolean(operands, OpType.Subtract)
            case "hull":
                return hull(operands, self._segments)
            case _:
                assert_never(solid.operator)

    def _shell(self, operand: Operand, frame: Pose) -> Shell:
        geometry = operand.geometry
        check_pose(operand.pose)
        pose = operand.pose.then(frame)
        if not isinstance(geometry, Solid):
            return primitive_shell(geometry, self._segments).posed(pose)
        made = self._made.get(geometry)
        if made is None:
            made = self._made[geometry] = solid_shell(checked(self.solid(geometry), geometry.operator))
        return made.posed(pose)


def _frame(solid: Solid) -> Pose:
    """How the first operand is turned: what is parallel there has its faces on axes, and on the grid, in that frame."""
    turned = solid.operands[0].pose
    return IDENTITY if turned.rotation is None else Pose(turned.rotation, mirrored=turned.mirrored)


def _matrix(pose: Pose) -> AnyArray:
    a, b, c, d, e, f, g, h, i = pose.rotation or EYE
    return np.array([[a, b, c, 0.0], [d, e, f, 0.0], [g, h, i, 0.0]], np.float64)


def _distinct(solid: Solid) -> Iterator[Operand]:
    """The operands, each once, for manifold3d is weakest where surfaces coincide; the first of a difference stays."""
    if solid.operator == "difference":
        yield solid.operands[0]
        yield from dict.fromkeys(solid.operands[1:])
    else:
        yield from dict.fromkeys(solid.operands)
