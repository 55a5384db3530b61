"""Many pictures as one: contact sheets with captions, and turntables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from shapelang.arrays import AnyArray
from shapelang.diagnostics import UsageError
from shapelang.rendering.camera import Camera
from shapelang.rendering.caption import letters, line
from shapelang.rendering.picture import SAMPLES, SIZE, Backend, Model, Picture, drawn, placed
from shapelang.rendering.shaded import points_of

GAP: Final = 12
"""Pixels between the pictures of a sheet, and round them."""
PAPER: Final = 252
INK: Final = 58


def contact_sheet(pictures: Sequence[Picture], captions: Sequence[str], columns: int) -> Picture:
    """A grid of pictures, row by row, each with its caption below it; without any caption, no room is left for them.

    Smaller pictures stand in the middle of their cells. Raises UsageError where there is nothing to show, or where
    captions and pictures differ in number.
    """
    if not pictures or columns < 1:
        raise UsageError("a contact sheet needs a picture and a column")
    if len(captions) != len(pictures):
        raise UsageError(f"{len(captions)} captions for {len(pictures)} pictures")
    columns = min(columns, len(pictures))
    rows = -(-len(pictures) // columns)
    height, width = (max(picture.rgb.shape[side] for picture in pictures) for side in (0, 1))
    below = letters().height + GAP if any(captions) else 0
    sheet = np.full((rows * (height + below + GAP) + GAP, columns * (width + GAP) + GAP, 3), PAPER, np.uint8)
    for number, (picture, caption) in enumerate(zip(pictures, captions, strict=True)):
        row, column = divmod(number, columns)
        top, left = GAP + row * (height + below + GAP), GAP + column * (width + GAP)
        _paste(
            sheet, picture.rgb, top + (height - picture.rgb.shape[0]) // 2, left + (width - picture.rgb.shape[1]) // 2
        )
        if caption:
            ink = line(caption, width)
            _write(sheet, ink, top + height + GAP // 2, left + (width - ink.shape[1]) // 2)
    notes = dict.fromkeys(picture.note for picture in pictures if picture.note)
    return Picture(sheet, pictures[0].backend, "; ".join(notes))


def turntable(
    model: Model,
    frames: int,
    *,
    size: tuple[int, int] = SIZE,
    camera: Camera | None = None,
    backend: Backend = "auto",
    samples: int = SAMPLES,
) -> Iterator[Picture]:
    """Pictures all round a model, from one distance, the lights standing still beside the camera.

    Raises UsageError as `render` does.
    """
    camera = camera or Camera()
    if frames < 1:
        raise UsageError("a turntable needs at least one frame")
    shapes = placed(model)
    ring = _swept(points_of(shapes))
    for number in range(frames):
        yield drawn(shapes, ring, size, camera.turned(number * 360.0 / frames), backend, samples)


def _swept(points: AnyArray) -> AnyArray:
    """(p, 3) points round the box of all turns of the model about the vertical through its middle."""
    low, high = points.min(axis=0), points.max(axis=0)
    middle = (low + high) * 0.5
    aside = points - middle
    reach = float(np.sqrt((aside[:, ::2] ** 2).sum(axis=1)).max())
    angle = np.arange(48) * (2.0 * np.pi / 48)
    circle = np.stack((np.cos(angle), np.zeros(48), np.sin(angle)), axis=1) * reach + middle
    rings = np.stack((circle, circle))
    rings[0, :, 1], rings[1, :, 1] = low[1], high[1]
    return rings.reshape(-1, 3)


def _paste(sheet: AnyArray, rgb: AnyArray, top: int, left: int) -> None:
    sheet[top : top + rgb.shape[0], left : left + rgb.shape[1]] = rgb


def _write(sheet: AnyArray, ink: AnyArray, top: int, left: int) -> None:
    place = sheet[top : top + ink.shape[0], left : left + ink.shape[1]]
    place[...] = np.floor(place + (INK - place.astype(np.float64)) * ink[..., None] + 0.5).astype(np.uint8)
