"""The picture of `shapelang infer`: the mesh and its program side by side, in the same colours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from shapelang.cli.pictures import HALF, shapes_of
from shapelang.inference.writing.palette import guessed_color
from shapelang.rendering.picture import render
from shapelang.rendering.shaded import CLAY, Shaded
from shapelang.rendering.sheet import contact_sheet
from shapelang.representations.surface import SEGMENTS

if TYPE_CHECKING:
    from shapelang.inference.infer import Inferred
    from shapelang.io.read import MeshData

INPUT: Final = "input"


def comparison(mesh: MeshData, found: Inferred, size: tuple[int, int] = HALF) -> bytes:
    """A PNG: the mesh on the left, the program's result on the right, framed alike, each with its caption.

    The mesh has the colours that the program gives to its groups: the file's, or those that its materials' names call
    to mind. The program is drawn from its text.
    """
    left = input_shapes(mesh)
    right = shapes_of(found.assembly(), SEGMENTS)
    around = np.concatenate([shape.positions for shape in (*left, *right)])
    pictures = [render(shapes, size=size, around=around) for shapes in (left, right)]
    return contact_sheet(pictures, (INPUT, caption(found)), 2).png()


def input_shapes(mesh: MeshData) -> tuple[Shaded, ...]:
    """The groups of a mesh in their colours, its faces flat."""
    return tuple(
        Shaded(g.positions, None, g.faces, g.color or guessed_color(g.material or "") or CLAY) for g in mesh.groups
    )


def caption(found: Inferred) -> str:
    """What stands below the program: how well it agrees."""
    e = found.evidence
    return f"program: solid IoU {e.iou64:.3f}, Chamfer {e.chamfer:.2f} %"
