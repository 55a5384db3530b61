"""What is asked of a shell of triangles: points, cells, frames, rims, and whether something is inside."""
