"""Solids that have no surface, told at their place in the program."""

from __future__ import annotations

from shapelang.assembly.assembly import Assembly
from shapelang.assembly.part import Geometry, Solid
from shapelang.diagnostics import Diagnostic, ProgramError
from shapelang.representations.solids.errors import SolidError
from shapelang.representations.solids.limits import TRIANGLES, count_triangles
from shapelang.representations.surface import SEGMENTS, geometry_mesh


def refuse_broken_solids(assembly: Assembly, segments: int = SEGMENTS) -> None:
    """Raises ProgramError with one E414 for each solid of the text whose mesh cannot be made: nothing is left, say.

    So is the solid with which the triangles of all solids' operands come to more than `TRIANGLES`. Meshes are kept by
    value, so that what is made here is made only once. A solid that no text stands behind passes its SolidError on.
    """
    found: dict[tuple[str, int, int], Diagnostic] = {}
    counted: set[Geometry] = set()
    triangles = 0
    for leaf in assembly.leaves():
        if not isinstance(leaf.geometry, Solid):
            continue
        try:
            if leaf.geometry not in counted:
                counted.add(leaf.geometry)
                triangles += count_triangles(leaf.geometry, segments)
            if triangles > TRIANGLES:
                raise SolidError("too-many", f"the solids' operands have more than {TRIANGLES:,} triangles in all")
            geometry_mesh(leaf.geometry, segments)
        except SolidError as error:
            source = leaf.part.source
            if source is None:
                raise
            start, end = leaf.part.span
            diagnostic = Diagnostic("E414", str(error), source, start, end)
            found.setdefault((source.name, start, end), diagnostic)
    if found:
        raise ProgramError(found.values())
