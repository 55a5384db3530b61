# ruff: noqa: F821 - the names of shapes are no names of Python
"""Tensor shapes by name. b: examples of a batch; n: points; d: 2 or 3 axes; c: the numbers of a code."""

from __future__ import annotations

from typing import TypeAlias

from jaxtyping import Bool, Float, Int64
from torch import Tensor

Grids: TypeAlias = Bool[Tensor, "b *cells"]
"""Occupancy at cell centres, true inside; the axes are those of the shape, in order."""
Points: TypeAlias = Float[Tensor, "b n d"]
"""In the cube [-1, 1] that the grid fills: the middle of its first cell is at -1 + 1 / resolution."""
Values: TypeAlias = Float[Tensor, "b n"]
"""Occupancy from 0 (outside) to 1 (inside)."""
Codes: TypeAlias = Float[Tensor, "b c"]
Colours: TypeAlias = Float[Tensor, "b k 3 h w"]
"""k pictures of each example: red, green, blue from 0 to 1; rows from the top."""
Indices: TypeAlias = Int64[Tensor, " b"]
