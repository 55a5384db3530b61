"""GLB files as two checks of the grammars read them: by a reader that shares nothing with shapelang."""

from __future__ import annotations

import json
import struct
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

_JSON: Final = 0x4E4F534A


def glb_of(content: bytes) -> tuple[dict[str, Any], bytes]:
    """The document of a binary glTF 2.0 file, and its buffer, which is empty where there is none."""
    length, kind = struct.unpack_from("<II", content, 12)
    assert kind == _JSON
    return json.loads(content[20 : 20 + length]), content[28 + length :]


def matrix_of(node: dict[str, Any]) -> NDArray[np.float64]:
    """(4, 4) of a node in the one above it."""
    if "matrix" in node:
        return np.array(node["matrix"], dtype=np.float64).reshape(4, 4).T
    x, y, z, w = node.get("rotation", (0.0, 0.0, 0.0, 1.0))
    turn = np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
            [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
            [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
        ]
    )
    found = np.eye(4)
    found[:3, :3] = turn * np.array(node.get("scale", (1.0, 1.0, 1.0)))
    found[:3, 3] = node.get("translation", (0.0, 0.0, 0.0))
    return found
