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
    height, width, _ = rgb.shape
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(_filtered(np.ascontiguousarray(rgb)), LEVEL)
    chunks = ((b"IHDR", header), (b"sRGB", b"\0"), (b"IDAT", body), (b"IEND", b""))
    return SIGNATURE + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _filtered(rgb: AnyArray) -> bytes:
    """Each row as the smaller of its differences to the left (filter 1) and upwards (filter 2), by the sum rule."""
    height, width, _ = rgb.shape
    left, up = rgb.copy(), rgb.copy()
    left[:, 1:] -= rgb[:, :-1]
    up[1:] -= rgb[:-1]
    cost = [np.abs(each.astype(np.int8).astype(np.int32)).sum(axis=(1, 2)) for each in (left, up)]
    upward = cost[1] < cost[0]
    rows = np.zeros((height, 1 + 3 * width), np.uint8)
    rows[:, 0] = np.where(upward, 2, 1)
    rows[:, 1:] = np.where(upward[:, None, None], up, left).reshape(height, -1)
    return rows.tobytes()
