"""Models and meshes as pictures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal, TypeAlias

from shapelang.assembly.assembly import Assembly
from shapelang.cli.build import write_output
from shapelang.cli.console import bytes_shown, clean
from shapelang.cli.facts import facts_of
from shapelang.cli.programs import STDIN
from shapelang.io.read import MeshData
from shapelang.rendering.camera import Camera
from shapelang.rendering.picture import Picture, render
from shapelang.rendering.png import png_bytes
from shapelang.rendering.shaded import Shaded, shaded_of
from shapelang.representations.surface import SEGMENTS

BackendName: TypeAlias = Literal["auto", "gl", "software"]
DEFAULT_COLOR: Final = (0.8, 0.8, 0.8)
HALF: Final = (720, 720)
"""Pixels of one of two pictures."""


def shapes_of(model: Assembly | MeshData, segments: int) -> tuple[Shaded, ...]:
    """What a picture shows of a program's result or of a mesh file; raises EmptyError when that is nothing."""
    if isinstance(model, Assembly):
        facts_of(model, segments)
        return shaded_of(model, segments)
    # Normals of a file are not read: its faces are drawn flat.
    return tuple(Shaded(g.positions, None, g.faces, g.color or DEFAULT_COLOR) for g in model.groups)


def picture_of(shapes: Sequence[Shaded], size: tuple[int, int], camera: Camera, backend: BackendName) -> Picture:
    """The picture of one model."""
    return render(shapes, size=size, camera=camera, backend=backend)


def write_picture(picture: Picture, path: str, what: str) -> list[str]:
    """Write a picture; returns the lines for the person."""
    content = picture.png()
    write_output(path, content)
    height, width, _ = picture.rgb.shape
    name = "stdout" if path == STDIN else clean(path)
    summary = f"{name}: {what}{width} × {height} pixels, {bytes_shown(len(content))}, drawn by {picture.backend}"
    return [summary, *([f"note: {picture.note}"] if picture.note else [])]


def side_by_side(mesh: MeshData, assembly: Assembly) -> bytes:
    """A PNG with a mesh on the left and the program for it on the right, framed alike."""
    import numpy as np

    left, right = shapes_of(mesh, SEGMENTS), shapes_of(assembly, SEGMENTS)
    around = np.concatenate([shape.positions for shape in (*left, *right)])
    pictures = [render(shapes, size=HALF, around=around).rgb for shapes in (left, right)]
    return png_bytes(np.concatenate(pictures, axis=1))
