"""Equal solids, and the mirrors, rows, grids, rings and parts that make them."""
