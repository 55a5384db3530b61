"""Voxels as `.npz`, the same bytes every time; loads with `numpy.load(file, allow_pickle=False)`."""

from __future__ import annotations

import io
import zipfile
from typing import Final

import numpy as np

from shapelang.representations.voxels import Voxels

_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
"""The earliest date a zip file can state: the time of writing must not change the bytes."""
_REGULAR_FILE: Final = 0o100644 << 16


def voxel_bytes(voxels: Voxels) -> bytes:
    """`occupancy` (x, y, z) bool · `labels` (x, y, z) int32, 0 where empty, else 1 + the number in `label_names` ·
    `origin` (3,) float64, the corner of cell 0 0 0 · `pitch` float64, both in metres.
    """
    # Unicode arrays drop trailing NULs and need a width of at least one.
    names = np.array(voxels.label_names, np.str_) if voxels.label_names else np.zeros(0, "<U1")
    arrays = {
        "label_names": names,
        "labels": voxels.labels.astype("<i4"),
        "occupancy": voxels.occupied.astype(np.bool_),
        "origin": np.array(voxels.origin, "<f8") + 0.0,
        "pitch": np.array(voxels.pitch, "<f8"),
    }
    return deterministic_npz(arrays)


def deterministic_npz(arrays: dict[str, np.ndarray]) -> bytes:
    """An `.npz` with sorted names, one date and one level of compression."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in sorted(arrays):
            content = io.BytesIO()
            np.lib.format.write_array(content, np.asarray(arrays[name], order="C"), version=(1, 0), allow_pickle=False)
            entry = zipfile.ZipInfo(f"{name}.npy", _EPOCH)
            entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, _REGULAR_FILE, 3
            archive.writestr(entry, content.getvalue(), compresslevel=6)
    return packed.getvalue()
