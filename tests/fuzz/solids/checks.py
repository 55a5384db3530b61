"""What every solid's mesh must be, whoever made it: closed, oriented, finite, and as large as its operands say."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, final

import numpy as np

from shapelang.assembly.part import Geometry, Operand, Solid
from shapelang.geometry.invariants import (
    FaultKind,
    degenerate_faces,
    edge_faults,
    faults,
    inward_normals,
    pinched_points,
)
from shapelang.geometry.mesh import Mesh, face_vectors
from shapelang.geometry.pose import IDENTITY, Pose
from shapelang.representations.field import geometry_field
from shapelang.representations.solids.blended import blend_pitch
from shapelang.representations.solids.build import solid_mesh
from shapelang.representations.solids.errors import SolidError
from shapelang.representations.surface import posed_mesh
from tests.fuzz.solids.rays import Floats, Surface, stretches

HAIR: Final = 3e-9
"""Of the largest coordinate, by how much faces may have moved: operands in one plane are moved by 1e-9 of it, once a
level."""

HULL_HAIR: Final = 1e-7
"""Of the extent, how far corners may stand out of a hull: manifold3d's QuickHull leaves out what is nearer to a face than
1e-7 of it."""

SLIVER: Final = 1e-6
"""Of the largest coordinate, the breadth of a face below which nothing is asked of its direction."""

SHARE: Final = 1e-6
"""Of a volume: what the laws of measure may be off by."""

RAYS: Final = 24

MEASURED: Final = 0.25
"""Share of solids whose laws are looked at: each costs seven booleans more."""


class Broken(AssertionError):
    """A mesh that is not what its program says."""


@final
@dataclass(frozen=True)
class Checker:
    """Looks at solids at one number of segments, with rays from one generator."""

    segments: int
    draw: np.random.Generator

    def solid(self, solid: Solid) -> str:
        """How a solid ends: `made`, or the code of its SolidError. Raises Broken where either is wrong."""
        try:
            mesh = solid_mesh(solid, self.segments)
        except SolidError as error:
            if error.code in ("not-closed", "no-operands"):
                raise Broken(f"{error.code}: {error}") from error
            if error.code == "empty" and not self._blended(solid):
                self._compared(solid, None)
            return error.code
        _sound(solid, mesh)
        if self._blended(solid):
            self._like_its_field(solid, mesh)
        else:
            self._compared(solid, mesh)
        return "made"

    def _compared(self, solid: Solid, mesh: Mesh | None) -> None:
        """The mesh, or its absence, with the operands and with other ways to the same.

        These may be refused where the solid itself is not: in a frame of their own, or turned, they may reach too far.
        """
        with contextlib.suppress(SolidError):
            if solid.operator == "hull":
                self._hull(solid, mesh)
                return
            if any(_reaches_for_slivers(part) for part in solids(solid)):
                return
            self._along_rays(solid, mesh)
            plain = not any(self._blended(part) for part in solids(solid))
            if mesh is not None and plain and self.draw.random() < MEASURED:
                self._measured(solid)

    def _blended(self, solid: Solid) -> bool:
        return blend_pitch(solid, self.segments) is not None

    # --- Sharp booleans -------------------------------------------------------------------------------------------

    def _along_rays(self, solid: Solid, mesh: Mesh | None) -> None:
        """The same intervals as the operands', on every ray."""
        leaves: list[Surface] = []
        inside = self._expression(solid, IDENTITY, leaves)
        if not leaves:
            return
        shown = leaves if mesh is None else [*leaves, Surface(mesh.positions, mesh.faces.astype(np.int64))]
        hulled = any(part.operator == "hull" for part in solids(solid))
        found = stretches(shown, self.draw, RAYS, 3.0 * HULL_HAIR if hulled else HAIR)
        is_in = found.winding > 0
        wrong = inside(is_in) != (False if mesh is None else is_in[-1])
        wound = ((found.winding < 0) | (found.winding > 1)).any(axis=0)
        for bad, what in ((wrong, "is inside of one of mesh and operands"), (wound, "is wound about twice")):
            length = np.bincount(found.ray, found.lengths * bad, minlength=RAYS)
            over = length > found.slack
            if over.any():
                raise Broken(f"{solid.operator}: {length[over].max():g} m of a ray {what}")

    def _expression(self, geometry: Geometry, pose: Pose, leaves: list[Surface]) -> Callable[[np.ndarray], np.ndarray]:
        """Which stretches are inside, as a function of which are inside of the leaves; fills the leaves."""
        if isinstance(geometry, Solid) and geometry.operator != "hull" and not self._blended(geometry):
            parts = [self._expression(o.geometry, o.pose.then(pose), leaves) for o in geometry.operands]
            match geometry.operator:
                case "union":
                    return lambda found: np.logical_or.reduce([part(found) for part in parts])
                case "intersection":
                    return lambda found: np.logical_and.reduce([part(found) for part in parts])
                case _:
                    return lambda found: np.logical_and.reduce([parts[0](found), *(~part(found) for part in parts[1:])])
        mesh = self._made(geometry)
        if mesh is None:
            return lambda found: np.zeros(found.shape[1], np.bool_)
        mesh = posed_mesh(mesh, pose)
        number = len(leaves)
        leaves.append(Surface(mesh.positions, mesh.faces.astype(np.int64)))
        return lambda found: found[number]

    def _made(self, geometry: Geometry) -> Mesh | None:
        """The mesh of a leaf; of a hull or a blend, which is looked at by itself, None where nothing is left.

        Raises SolidError as `solid_mesh` does.
        """
        if not isinstance(geometry, Solid):
            return geometry.mesh(self.segments)
        ended = self.solid(geometry)
        return None if ended == "empty" else solid_mesh(geometry, self.segments)

    def _measured(self, solid: Solid) -> None:
        """The laws of measure for the first operand and all the others, and a turned frame."""
        if len(solid.operands) < 2:
            return
        first, rest = solid.operands[:1], solid.operands[1:]
        others = (Operand(Solid("union", 0.0, rest), IDENTITY),)
        a, b = self._size("union", first), self._size("union", rest)
        either, both = self._size("union", first + rest), self._size("intersection", first + others)
        less = self._size("difference", first + rest)
        hair = HAIR * self._extent(solid)
        summed = hair * (a.area + b.area)
        self._law("A + B = (A or B) + (A and B)", a.volume + b.volume, either.volume + both.volume, summed)
        self._law("A = (A and B) + (A less B)", a.volume, both.volume + less.volume, summed)
        turned = Solid(solid.operator, 0.0, tuple(Operand(o.geometry, o.pose.then(_TURNED)) for o in solid.operands))
        whole = self._size("union", (Operand(solid, _TURNED),))
        self._law(
            "turned before or after", whole.volume, self._size("union", (Operand(turned, IDENTITY),)).volume, summed
        )

    def _extent(self, solid: Solid) -> float:
        """The largest coordinate of all leaves: operands that are taken away count, for manifold3d joins by them too."""
        leaves: list[Surface] = []
        self._expression(solid, IDENTITY, leaves)
        return max(float(np.abs(leaf.points).max(initial=0.0)) for leaf in leaves)

    def _law(self, name: str, expected: float, found: float, slack: float) -> None:
        if not abs(expected - found) <= SHARE * expected + slack:
            raise Broken(f"{name}: {expected!r} and {found!r}")

    def _size(self, operator: str, operands: tuple[Operand, ...]) -> _Size:
        try:
            mesh = solid_mesh(Solid(operator, 0.0, operands), self.segments)  # type: ignore[arg-type]
        except SolidError as error:
            if error.code == "too-thin":
                raise
            if error.code != "empty":
                raise Broken(f"{operator} of operands that had a solid: {error}") from error
            return _Size(0.0, 0.0)
        return _size(mesh)

    # --- Hulls and blends -----------------------------------------------------------------------------------------

    def _hull(self, solid: Solid, mesh: Mesh | None) -> None:
        """Closed, convex, around all corners of the operands, and with no others: there is only one such."""
        meshes = [(self._made(operand.geometry), operand.pose) for operand in solid.operands]
        found = [posed_mesh(made, pose).positions for made, pose in meshes if made is not None]
        if not found:
            return
        corners = np.concatenate(found)
        if _reaches_for_slivers(solid):
            if mesh is not None:
                _is_hull(mesh, mesh.positions)
        elif mesh is not None:
            _is_hull(mesh, corners)
        elif not _flat(corners):
            raise Broken("nothing is left of a hull whose corners are not in one plane")

    def _like_its_field(self, solid: Solid, mesh: Mesh) -> None:
        """Inside where the field is below minus two cells, outside where it is above two.

        The field's slope is at most 1: where it is below −√3 cells all corners of the lattice cell about a point are
        inside, and so is the point; taking out triangles moves the surface by a small part of a cell.
        """
        pitch = blend_pitch(solid, self.segments)
        assert pitch is not None
        low, high = mesh.positions.min(axis=0) - 3.0 * pitch, mesh.positions.max(axis=0) + 3.0 * pitch
        points = low + (high - low) * self.draw.random((256, 3))
        field = geometry_field(solid, (points[:, 0], points[:, 1], points[:, 2]))
        sure = np.abs(field) > 2.0 * pitch
        inside = winding(mesh, points[sure]) > 0.5
        wrong = inside != (field[sure] < 0.0)
        if wrong.any():
            raise Broken(f"blend: {int(wrong.sum())} of {int(sure.sum())} points are on the other side of the mesh")


def _reaches_for_slivers(solid: Solid) -> bool:
    """Whether it is a hull of what a difference or an intersection leaves: in one frame a sliver, in another nothing."""
    return solid.operator == "hull" and any(p.operator in ("difference", "intersection") for p in solids(solid))


def _is_hull(mesh: Mesh, corners: Floats) -> None:
    middle = corners.mean(axis=0)
    points, corners = mesh.positions - middle, corners - middle
    extent = float(np.abs(corners).max())
    across = face_vectors(points, mesh.faces)
    length = np.sqrt((across * across).sum(axis=1))
    # Beside the second term, rounding of the product of three coordinates, a needle has no direction.
    hair = HULL_HAIR * extent + HAIR * float(np.abs(mesh.positions).max())
    slack = hair * length + 1e-14 * extent**3
    out = (across @ corners.T).max(axis=1) - (across * points[mesh.faces[:, 0]]).sum(axis=1)
    if (out > slack).any():
        raise Broken(f"corners stand out of a hull, by {(out / np.maximum(length, 1e-300))[out > slack].max():g} m")
    # A corner of a hull is the furthest of all points along some direction between those of its faces.
    ahead = np.zeros_like(points)
    np.add.at(ahead, mesh.faces.reshape(-1), across.repeat(3, axis=0))
    ahead /= np.maximum(np.sqrt((ahead * ahead).sum(axis=1)), 1e-300)[:, None]
    beyond = (points * ahead).sum(axis=1) - (ahead @ corners.T).max(axis=1)
    if (beyond > hair).any():
        raise Broken(f"a hull stands out of its corners, by {beyond.max():g} m")


def _flat(corners: Floats) -> bool:
    """Whether corners are as thin as what manifold3d joins, from a plane."""
    away = corners - corners.mean(axis=0)
    return float(np.linalg.svd(away, compute_uv=False)[2]) <= HAIR * float(np.abs(corners).max()) * len(corners)


def _sound(solid: Solid, mesh: Mesh) -> None:
    """Closed, oriented, finite, of one fan a point; faces without area and against their normals only where slivers are.

    Slivers cannot be avoided where surfaces nearly coincide, and have no direction within rounding.
    """
    found = faults(mesh)
    if any(fault.kind not in (FaultKind.DEGENERATE_FACE, FaultKind.NORMAL_INWARD) for fault in found):
        raise Broken(f"{solid.operator}: " + "; ".join(str(fault) for fault in found))
    if found:
        bad = mesh.faces[degenerate_faces(mesh) | inward_normals(mesh)]
        corners = mesh.positions[bad]
        twice = np.sqrt((face_vectors(mesh.positions, bad) ** 2).sum(axis=1))
        longest = np.sqrt(((corners - np.roll(corners, 1, axis=1)) ** 2).sum(axis=2)).max(axis=1)
        broad = twice / longest
        if broad.max() > SLIVER * float(np.abs(mesh.positions).max()):
            raise Broken(f"{solid.operator}: {found[0]}, the broadest {broad.max():g} m")
        closed = edge_faults(mesh.welded_faces)
        if any(mask.any() for _, mask in closed) or pinched_points(mesh.welded_faces).any():
            raise Broken(f"{solid.operator}: not closed beside slivers")


@final
@dataclass(frozen=True)
class _Size:
    volume: float
    area: float


_TURNED: Final = Pose((0.36, 0.48, -0.8, -0.8, 0.6, 0.0, 0.48, 0.64, 0.6), 1.0, (0.0, 0.0, 0.0))


def _size(mesh: Mesh) -> _Size:
    """Volume about the middle, since it cancels out far from the origin; area; diagonal of the box."""
    points = mesh.positions - mesh.positions.mean(axis=0)
    across = face_vectors(points, mesh.faces)
    volume = float((points[mesh.faces[:, 0]] * across).sum() / 6.0)
    return _Size(volume, float(np.sqrt((across * across).sum(axis=1)).sum() * 0.5))


def winding(mesh: Mesh, points: Floats) -> Floats:
    """The winding number of a mesh about points (n, 3): Van Oosterom & Strackee, IEEE Trans. Biomed. Eng. 30 (1983)."""
    found = np.zeros(len(points))
    for start in range(0, len(points), 16):
        to = mesh.positions[mesh.faces][None] - points[start : start + 16, None, None]
        a, b, c = to[:, :, 0], to[:, :, 1], to[:, :, 2]
        la, lb, lc = (np.sqrt((v * v).sum(axis=2)) for v in (a, b, c))
        triple = (a * np.cross(b, c)).sum(axis=2)
        other = la * lb * lc + (a * b).sum(axis=2) * lc + (b * c).sum(axis=2) * la + (c * a).sum(axis=2) * lb
        found[start : start + 16] = np.arctan2(triple, other).sum(axis=1) / (2.0 * np.pi)
    return found


def solids(geometry: Geometry) -> Iterator[Solid]:
    """A solid and all below it."""
    if isinstance(geometry, Solid):
        yield geometry
        for operand in geometry.operands:
            yield from solids(operand.geometry)
