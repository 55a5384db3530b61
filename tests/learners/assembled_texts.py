"""ShapeAssembly programs that a test writes itself."""

from __future__ import annotations


def text(parts: int, wide: float) -> str:
    """So many cuboids on the ground of the box, one in the other: `parts` is the skeleton, `wide` a number of it."""
    cuboids = "\n".join(f"    cube{k} = Cuboid({wide}, 1.0, 1.0, True)" for k in range(parts))
    placed = "\n".join(f"    attach(cube{k}, bbox, 0.5, 0.0, 0.5, 0.5, 0.0, 0.5)" for k in range(parts))
    return f"Assembly Program_0 {{\n    bbox = Cuboid({wide}, 1.0, 1.0, True)\n{cuboids}\n{placed}\n}}\n"
