"""Meshes read from files: `read_mesh` gives valid triangles or raises a MeshError."""

from shapelang.io.limits import Limits
from shapelang.io.read.mesh_data import MeshData, MeshGroup, welded
from shapelang.io.read.reader import DEFAULT_LIMITS, FORMATS, read_mesh

__all__ = ["read_mesh", "MeshData", "MeshGroup", "welded", "Limits", "DEFAULT_LIMITS", "FORMATS"]
