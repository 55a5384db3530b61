"""Shapes read from files: `read_mesh` gives valid triangles, `read_shape` points and voxels too; or a MeshError."""

from shapelang.io.limits import Limits
from shapelang.io.read.mesh_data import MeshData, MeshGroup, welded
from shapelang.io.read.reader import DEFAULT_LIMITS, FORMATS, read_mesh, read_shape
from shapelang.io.read.sampled_data import PointData, ShapeData, VoxelData

__all__ = [
    "read_mesh",
    "read_shape",
    "MeshData",
    "MeshGroup",
    "PointData",
    "VoxelData",
    "ShapeData",
    "welded",
    "Limits",
    "DEFAULT_LIMITS",
    "FORMATS",
]
