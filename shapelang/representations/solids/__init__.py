"""Booleans, hulls and blends of solids as closed meshes; the only room that knows manifold3d."""
