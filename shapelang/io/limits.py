"""How much a mesh file may ask for, so that no file fills the memory or never ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final


@final
@dataclass(frozen=True, slots=True)
class Limits:
    """Upper bounds, checked before anything of that size is made. Bytes where nothing else is said."""

    file_bytes: int = 512 * 2**20
    vertices: int = 20_000_000
    """Of the whole scene, every instance counted."""
    faces: int = 40_000_000
    """Triangles of the whole scene, every instance counted."""
    cells: int = 2**27
    """Of a grid of voxels: 512³."""
    groups: int = 100_000
    nodes: int = 1_000_000
    """Nodes of a scene, every instance counted."""
    depth: int = 64
    """How deep JSON, XML and components may nest; trees of nodes may be 4 times as deep."""
    text_bytes: int = 64 * 2**20
    """The JSON of a glTF."""
    unzipped_bytes: int = 2**30
    zip_ratio: int = 200
    array_ratio: int = 1_100
    """The same for arrays: what is mostly empty packs to 1,030 at most, which is as far as the method goes."""
    zip_entries: int = 10_000
    concave_corners: int = 2_000
    """Corners of one polygon that is not convex: cutting it up takes quadratic time."""
    coordinate: float = 1e12
    """No coordinate is larger: its cube still has finite sums."""
