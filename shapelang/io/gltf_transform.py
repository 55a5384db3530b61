"""Poses as glTF's translation, rotation, scale: always proper, since engines handle negative scales each in its way."""

from __future__ import annotations

import math
from typing import Final, TypeAlias

from shapelang.geometry.pose import Mat3, Pose
from shapelang.io.json_text import Json

Quaternion: TypeAlias = tuple[float, float, float, float]
"""x, y, z, w."""

FLIPS: Final = (
    Pose((-1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0), mirrored=True),
    Pose((1.0, 0.0, 0.0, 0.0, -1.0, 0.0, 0.0, 0.0, 1.0), mirrored=True),
    Pose((1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, -1.0), mirrored=True),
)
"""The reflections in x = 0, y = 0 and z = 0; each is its own inverse."""


def transform(pose: Pose) -> Json:
    """`translation`, `rotation` and `scale` of a pose that does not mirror, as far as they differ from the identity."""
    made: Json = {}
    offset = [float(value) + 0.0 for value in pose.offset]
    if any(offset):
        made["translation"] = offset
    if pose.rotation is not None:
        rotation = quaternion(pose.rotation)
        if rotation != (0.0, 0.0, 0.0, 1.0):
            made["rotation"] = list(rotation)
    if pose.scale != 1.0:
        made["scale"] = [float(pose.scale)] * 3
    return made


def quaternion(m: Mat3) -> Quaternion:
    """The unit quaternion of a rotation matrix, by the largest of its four parts (Shepperd 1978); w ≥ 0."""
    a, b, c, d, e, f, g, h, i = (float(value) for value in m)
    trace = a + e + i
    largest = max(trace, a, e, i)
    if largest == trace:
        parts = (h - f, c - g, d - b, 1.0 + trace)
    elif largest == a:
        parts = (1.0 + a - e - i, b + d, c + g, h - f)
    elif largest == e:
        parts = (b + d, 1.0 - a + e - i, f + h, c - g)
    else:
        parts = (c + g, f + h, 1.0 - a - e + i, d - b)
    x, y, z, w = parts
    length = math.sqrt(x * x + y * y + z * z + w * w)
    if w < 0.0:
        length = -length
    return (x / length + 0.0, y / length + 0.0, z / length + 0.0, w / length + 0.0)
