"""The picture of an inference: both halves in one set of colours, with captions."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
from PIL import Image

from shapelang.cli.infer_picture import caption, comparison, input_shapes
from shapelang.inference.infer import infer
from shapelang.inference.writing.palette import guessed_color
from shapelang.rendering.shaded import CLAY
from tests.inference.shapes import data, piece

SIZE = (240, 240)


def test_the_mesh_has_the_colours_of_its_program() -> None:
    red = replace(piece("cuboid", 1, 1, 1), color=(0.8, 0.1, 0.1))
    wood = replace(piece("cuboid", 1, 1, 1, at=(2, 0, 0)), material="wood")
    plain = piece("cuboid", 1, 1, 1, at=(4, 0, 0))
    colors = [shape.color for shape in input_shapes(data(red, wood, plain))]
    assert colors == [(0.8, 0.1, 0.1), guessed_color("wood"), CLAY]


def test_both_halves_show_the_same_box() -> None:
    mesh = data(replace(piece("cuboid", 1, 1, 1), color=(0.8, 0.1, 0.1)))
    found = infer(mesh, name="box")
    assert caption(found) == "program: solid IoU 1.000, Chamfer 0.00 %"
    picture = np.asarray(Image.open(io.BytesIO(comparison(mesh, found, SIZE))).convert("RGB")).astype(int)
    half = picture.shape[1] // 2
    assert picture.shape[1] > 2 * SIZE[0] and picture.shape[0] > SIZE[1]
    red = (picture[..., 0] > picture[..., 1] + 60) & (picture[..., 0] > picture[..., 2] + 60)
    counts = red[:, :half].sum(), red[:, half:].sum()
    # One box in one frame; the program's numbers are rounded to a thousandth of its diagonal.
    assert counts[0] > 2_000 and abs(counts[0] - counts[1]) < 0.01 * counts[0]
    # Captions are written below: something dark on the paper in each half's last rows.
    below = picture[SIZE[1] + 12 :].max(axis=2) < 128
    assert below[:, :half].any() and below[:, half:].any()
