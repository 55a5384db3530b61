"""Shapes from trained nets: voxels, fields, points and meshes."""
