"""Pictures as PNG files: the pixels and nothing else, so that equal pictures are equal files."""

from __future__ import annotations

import struct
import zlib
from typing import Final

import numpy as np

from shapelang.arrays import AnyArray

SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
LEVEL: Final = 6


def png_bytes(rgb: AnyArray) -> bytes:
    """The file of an (h, w, 3) uint8 picture (ISO/IEC 15948), in sRGB, without time or text."""
    return _file(np.ascontiguousarray(rgb), 8, 2, ((b"sRGB", b"\0"),))


def grey_png_bytes(values: AnyArray) -> bytes:
    """The file of (h, w) whole numbers from 0 to 65,535, as 16 bits of grey without a colour space: a map of labels."""
    digits = values.astype(">u2")
    return _file(digits.view(np.uint8).reshape(*digits.shape, 2), 16, 0, ())


def _file(pixels: AnyArray, depth: int, kind: int, before: tuple[tuple[bytes, bytes], ...]) -> bytes:
    """(h, w, bytes of a pixel) uint8."""
    height, width, _ = pixels.shape
    header = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0)
    body = zlib.compress(_filtered(pixels), LEVEL)
    chunks = ((b"IHDR", header), *before, (b"IDAT", body), (b"IEND", b""))
    return SIGNATURE + b"".join(_chunk(name, data) for name, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _filtered(pixels: AnyArray) -> bytes:
    """Each row as the smaller of its differences to the left (filter 1) and upwards (filter 2), by the sum rule."""
    height, width, size = pixels.shape
    left, up = pixels.copy(), pixels.copy()
    left[:, 1:] -= pixels[:, :-1]
    up[1:] -= pixels[:-1]
    cost = [np.abs(each.astype(np.int8).astype(np.int32)).sum(axis=(1, 2)) for each in (left, up)]
    upward = cost[1] < cost[0]
    rows = np.zeros((height, 1 + size * width), np.uint8)
    rows[:, 0] = np.where(upward, 2, 1)
    rows[:, 1:] = np.where(upward[:, None, None], up, left).reshape(height, -1)
    return rows.tobytes()
