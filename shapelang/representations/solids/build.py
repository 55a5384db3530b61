"""Booleans of solids as closed meshes.

Sharp booleans and hulls are manifold3d's, in double precision, with the operands' own normals carried along. Blended
ones are the zero surface of the smooth field (`blended.py`). Texture coordinates are those of a box (`box_map.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final, Literal, assert_never, final

import numpy as np

from shapelang.assembly.assembly import Assembly
from shapelang.assembly.part import Operand, Solid
from shapelang.geometry.mesh import Mesh
from shapelang.geometry.pose import EYE, IDENTITY, Pose
from shapelang.representations.solids.apart import groups
from shapelang.representations.solids.blended import blend_pitch, blended
from shapelang.representations.solids.coplanar import agreed
from shapelang.representations.solids.errors import SolidError
from shapelang.representations.solids.exported import checked, exported
from shapelang.representations.solids.hull import hull
from shapelang.representations.solids.limits import LIMIT, check_pose, checked_reach, count_triangles
from shapelang.representations.solids.shell import Placed, Shell, grid, imported, primitive_shell, shell_of
from shapelang.representations.surface import SEGMENTS

if TYPE_CHECKING:
    from manifold3d import Manifold

_CELLS: Final = 1024
"""Of the grid, between primitives that are apart."""


def solid_mesh(solid: Solid, segments: int = SEGMENTS) -> Mesh:
    """The surface of a boolean in its own frame: closed, oriented, metres, the same bytes on every run.

    A blend's surface may stand out by up to blend / 4 a joint from the box of the operands, which remains the box that
    the language speaks of. A blend below half of the smallest cell that is affordable (`_NODES`) is left out.

    Raises SolidError where an operand is not finite, larger than 1,000 km, thinner than 1e-6 of the solid's reach or
    not closed, where the operands have more than 600,000 triangles, or where nothing is left.
    """
    reach = checked_reach(solid)
    count_triangles(solid, segments)
    frame = _frame(solid)
    made = _Build(segments, reach).solid(solid, frame if frame is IDENTITY else frame.inverse())
    return exported(_placed(made.manifold, frame), solid.operator)


def united(assembly: Assembly, segments: int = SEGMENTS) -> Mesh:
    """All leaves of an assembly as one closed solid in the world's frame. Raises SolidError as `solid_mesh` does."""
    return solid_mesh(
        Solid("union", 0.0, tuple(Operand(leaf.geometry, leaf.pose) for leaf in assembly.leaves())), segments
    )


@final
class _Build:
    """One evaluation of one solid, all of it in one frame and with the corners of all primitives on one grid.

    Surfaces that coincide but for rounding coincide exactly then, for which manifold3d has rules; without, it has lost
    faces (tests/fuzz/solids/corpus). Operands become Manifolds anew for each evaluation: manifold3d orders the
    triangles of a result by numbers that it gives to operands as they are made, so that keeping them would make the
    bytes depend on what was built before. The arrays they are made from are kept instead (`primitive_shell`).
    """

    def __init__(self, segments: int, reach: float) -> None:
        self._segments = segments
        self._reach = reach
        self._finest = grid(reach)
        self._made: dict[tuple[Solid, Pose], Placed] = {}

    def solid(self, solid: Solid, pose: Pose) -> Placed:
        """A boolean after a pose."""
        if not solid.operands:
            raise SolidError("no-operands", f"a {solid.operator} of nothing")
        if not 0.0 <= solid.blend <= LIMIT:
            raise SolidError("blend", f"blend must be from 0 to {LIMIT:g} m, not {solid.blend:g}")
        pitch = blend_pitch(solid, self._segments)
        if pitch is not None:
            return _alone(_placed(blended(solid, self._segments, pitch), pose))
        operands = [self._operand(operand, pose) for operand in _distinct(solid)]
        match solid.operator:
            case "hull":
                return _alone(hull([_one(operand).manifold for operand in operands], self._segments))
            case "intersection":
                return self._sharp(solid.operator, [_one(operand) for operand in operands])
            case "union":
                return self._sharp(solid.operator, self._together(operands))
            case "difference":
                return self._sharp(solid.operator, [_one(operands[0]), *self._together(operands[1:])])
            case _:
                assert_never(solid.operator)

    def _sharp(self, operator: Literal["union", "intersection", "difference"], operands: Sequence[Placed]) -> Placed:
        made = checked(agreed(operands, partial(_evaluated, operator), self._reach), operator)
        return Placed(made, tuple(shell for operand in operands for shell in operand.shells))

    def _together(self, operands: Sequence[Placed | Shell]) -> list[Placed]:
        """Operands that count as one: primitives that are apart are imported at once, which takes a third less."""
        shells = [operand for operand in operands if isinstance(operand, Shell)]
        made = [operand for operand in operands if isinstance(operand, Placed)]
        return [*made, *map(imported, groups(shells, _CELLS * self._finest))]

    def _operand(self, operand: Operand, outer: Pose) -> Placed | Shell:
        check_pose(operand.pose)
        geometry, pose = operand.geometry, operand.pose.then(outer)
        if not isinstance(geometry, Solid):
            return primitive_shell(geometry, self._segments).placed(pose, self._finest)
        made = self._made.get((geometry, pose))
        if made is None:
            made = self._made[geometry, pose] = self.solid(geometry, pose)
        return made


def _one(operand: Placed | Shell) -> Placed:
    return imported([operand]) if isinstance(operand, Shell) else operand


def _alone(manifold: Manifold) -> Placed:
    """What is no sum of its operands' faces."""
    return Placed(manifold, () if manifold.is_empty() else (shell_of(manifold),))


def _evaluated(operator: Literal["union", "intersection", "difference"], operands: Sequence[Manifold]) -> Manifold:
    from manifold3d import Manifold, OpType

    match operator:
        case "union":
            return Manifold.batch_boolean(operands, OpType.Add)
        case "intersection":
            return Manifold.batch_boolean(operands, OpType.Intersect)
        case "difference":
            return Manifold.batch_boolean(operands, OpType.Subtract)
        case _:
            assert_never(operator)


def _frame(solid: Solid) -> Pose:
    """How the first primitive is turned: what is parallel to it has its faces on axes there, and on the grid."""
    geometry, pose = solid, IDENTITY
    while isinstance(geometry, Solid) and geometry.operands:
        first = geometry.operands[0]
        geometry, pose = first.geometry, first.pose.then(pose)
    return IDENTITY if pose.rotation is None else Pose(pose.rotation, mirrored=pose.mirrored)


def _placed(manifold: Manifold, pose: Pose) -> Manifold:
    if pose is IDENTITY:
        return manifold
    (a, b, c, d, e, f, g, h, i), s = pose.rotation or EYE, pose.scale
    x, y, z = pose.offset
    rows = [[a * s, b * s, c * s, x], [d * s, e * s, f * s, y], [g * s, h * s, i * s, z]]
    return manifold.transform(np.array(rows, np.float64))


def _distinct(solid: Solid) -> Iterator[Operand]:
    """The operands, each once, for manifold3d is weakest where surfaces coincide; the first of a difference stays."""
    if solid.operator == "difference":
        yield solid.operands[0]
        yield from dict.fromkeys(solid.operands[1:])
    else:
        yield from dict.fromkeys(solid.operands)
