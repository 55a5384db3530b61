"""Models and meshes as pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, pi, sqrt
from typing import Any, Final, final

from shapelang.arrays import AnyArray
from shapelang.assembly.assembly import Assembly
from shapelang.cli.build import write_output
from shapelang.cli.console import bytes_shown, clean
from shapelang.cli.facts import facts_of, file_row
from shapelang.cli.programs import STDIN
from shapelang.cli.progress import tracked
from shapelang.diagnostics import counted
from shapelang.io.read import MeshData
from shapelang.rendering.camera import Camera
from shapelang.rendering.caption import fits
from shapelang.rendering.picture import Backend, Drawer, Picture, render
from shapelang.rendering.shaded import CLAY, Shaded, points_of, shaded_of
from shapelang.rendering.sheet import contact_sheet

CELLS: Final = ((4, (480, 360)), (8, (320, 240)), (1000, (160, 120)))
"""Pixels of one picture of a sheet, by how many columns it has at most."""
SHEET_SAMPLES: Final = 2
"""On each side of a pixel: small pictures need fewer than one alone."""
DIRECTIONS: Final = 256
GOLDEN_ANGLE: Final = pi * (3.0 - sqrt(5.0))
HALF: Final = (720, 720)
"""Pixels of one of two pictures."""


@final
@dataclass(frozen=True, slots=True)
class SheetLook:
    """How the pictures of a sheet are drawn; without a size, it is smaller the more they are."""

    camera: Camera
    segments: int
    size: tuple[int, int] | None = None
    backend: Backend = "auto"


@final
@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture that was written: where, its bytes, pixels, what drew it, the note, and the seeds of a sheet."""

    path: str
    content: bytes
    size: tuple[int, int]
    backend: Drawer
    note: str
    seeds: tuple[int, ...] | None = None

    def lines(self) -> list[str]:
        """For the person."""
        name = "stdout" if self.path == STDIN else clean(self.path)
        what = "" if self.seeds is None else f"{counted(len(self.seeds), 'variant')}, "
        width, height = self.size
        made = f"{width} × {height} pixels, {bytes_shown(len(self.content))}, drawn by {self.backend}"
        return [f"{name}: {what}{made}", *([f"note: {self.note}"] if self.note else [])]

    def row(self) -> dict[str, Any]:
        """As JSON; `seeds` are those of a sheet's pictures, and null where there is one picture."""
        return {
            **file_row(self.path, self.content),
            "width": self.size[0],
            "height": self.size[1],
            "backend": self.backend,
            "note": self.note or None,
            "seeds": None if self.seeds is None else list(self.seeds),
        }


def shapes_of(model: Assembly | MeshData, segments: int) -> tuple[Shaded, ...]:
    """What a picture shows of a program's result or of a mesh file; raises EmptyError when that is nothing."""
    if isinstance(model, Assembly):
        facts_of(model, segments)
        return shaded_of(model, segments)
    # Normals of a file are not read: its faces are drawn flat.
    return tuple(Shaded(g.positions, None, g.faces, g.color or CLAY) for g in model.groups)


def picture_of(shapes: Sequence[Shaded], size: tuple[int, int], camera: Camera, backend: Backend) -> Picture:
    """The picture of one model."""
    return render(shapes, size=size, camera=camera, backend=backend)


def write_picture(picture: Picture, path: str, seeds: Sequence[int] | None = None) -> Drawn:
    """Write a picture, on a sheet those of several seeds."""
    content = picture.png()
    write_output(path, content)
    height, width, _ = picture.rgb.shape
    return Drawn(path, content, (width, height), picture.backend, picture.note, None if seeds is None else tuple(seeds))


def draw_sheet(
    assemblies: Sequence[Assembly], seeds: Sequence[int], path: str, look: SheetLook, quiet: bool = False
) -> Drawn:
    """Draw variants on one sheet, all at one scale. Raises EmptyError."""
    import numpy as np

    models = [shapes_of(assembly, look.segments) for assembly in assemblies]
    around = np.concatenate([_outermost(points_of(shapes)) for shapes in models])
    columns = ceil(sqrt(len(models)))
    size = look.size or next(cell for most, cell in CELLS if columns <= most)
    drawing = (
        render(m, size=size, camera=look.camera, backend=look.backend, samples=SHEET_SAMPLES, around=around)
        for m in models
    )
    pictures = list(tracked(drawing, len(models), "pictures", quiet))
    captions = [seed_caption(seed, size[0]) for seed in seeds]
    return write_picture(contact_sheet(pictures, captions, columns), path, seeds)


def seed_caption(seed: int, width: int) -> str:
    """What stands below a variant: its seed, which alone matters where there is little room."""
    text = f"seed {seed}"
    return text if fits(text, width) else str(seed)


def _outermost(points: AnyArray) -> AnyArray:
    """(DIRECTIONS, 3) the points that reach furthest in directions all round: enough to frame a cloud of any size."""
    import numpy as np

    number = np.arange(DIRECTIONS)
    y = 1.0 - (2.0 * number + 1.0) / DIRECTIONS
    ring, angle = np.sqrt(1.0 - y * y), number * GOLDEN_ANGLE
    directions = np.stack((ring * np.cos(angle), y, ring * np.sin(angle)))
    return points[(points @ directions).argmax(axis=0)]
