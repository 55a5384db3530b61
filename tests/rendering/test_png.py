from __future__ import annotations

import io
import struct

import numpy as np
import pytest

from shapelang.rendering.png import png_bytes


@pytest.mark.parametrize("shape", [(1, 1), (7, 3), (40, 64)])
def test_another_reader_sees_the_same_pixels(shape: tuple[int, int]) -> None:
    image = pytest.importorskip("PIL.Image", reason="Pillow is not installed")
    rgb = np.random.default_rng(3).integers(0, 256, (*shape, 3), np.uint8)
    rgb[shape[0] // 2 :] = 200
    with image.open(io.BytesIO(png_bytes(rgb))) as read:
        np.testing.assert_array_equal(np.asarray(read), rgb)


def test_there_are_no_chunks_but_the_pixels() -> None:
    data, kinds, at = png_bytes(np.zeros((2, 2, 3), np.uint8)), [], 8
    while at < len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        kinds.append(data[at + 4 : at + 8])
        at += 12 + length
    assert kinds == [b"IHDR", b"sRGB", b"IDAT", b"IEND"]
