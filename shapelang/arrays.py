"""Shape-typed array names, defined once; checked by jaxtyping and beartype in the test run.

Whoever checks annotations has loaded jaxtyping before (its import hook). For everybody else the names are plain arrays:
loading jaxtyping takes a sixth of the time in which the command line builds a chair.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from shapelang.checked import CHECKED

if TYPE_CHECKING or CHECKED:
    from jaxtyping import Bool as Bool
    from jaxtyping import Float32 as Float32
    from jaxtyping import Float64 as Float64
    from jaxtyping import Int32 as Int32
    from jaxtyping import Int64 as Int64
    from jaxtyping import Shaped as Shaped
else:

    class Shaped:
        """`Shaped[array, shape]` is the array's type."""

        def __class_getitem__(cls, item: tuple[type, str]) -> type:
            return item[0]

    Bool = Float32 = Float64 = Int32 = Int64 = Shaped

PointArray: TypeAlias = Float64[np.ndarray, "v 3"]
NormalArray: TypeAlias = Float64[np.ndarray, "v 3"]
UvArray: TypeAlias = Float64[np.ndarray, "v 2"]
FaceArray: TypeAlias = Int32[np.ndarray, "f 3"]
FaceVectorArray: TypeAlias = Float64[np.ndarray, "f 3"]
WeldArray: TypeAlias = Int32[np.ndarray, " v"]
LabelArray: TypeAlias = Int32[np.ndarray, " n"]

ValueArray: TypeAlias = Float64[np.ndarray, " n"]
IndexArray: TypeAlias = Int64[np.ndarray, " n"]
IndexTriples: TypeAlias = Int64[np.ndarray, "t 3"]
GridArray: TypeAlias = Float64[np.ndarray, "x y z"]
OccupancyArray: TypeAlias = Bool[np.ndarray, "x y z"]
TileGrid: TypeAlias = Int32[np.ndarray, "z x"]
MaskGrid: TypeAlias = Bool[np.ndarray, "z x"]
"""Numbers and flags of square tiles seen from above, a row for each z."""
LabelGrid: TypeAlias = Int32[np.ndarray, "x y z"]
RealArray: TypeAlias = Float64[np.ndarray, "..."]
"""Numbers in any shape, where a function works element by element."""
AnyArray: TypeAlias = Shaped[np.ndarray, "..."]
"""An array of any shape and type, where the two vary with what is passed through."""
FaceLabelArray: TypeAlias = Int32[np.ndarray, " f"]
VertexLabelArray: TypeAlias = Int32[np.ndarray, " v"]
EdgeArray: TypeAlias = Int64[np.ndarray, " e"]


def read_only(*arrays: AnyArray) -> None:
    """Forbid writing to arrays that are kept and handed out again: whoever wants others copies them."""
    for array in arrays:
        array.setflags(write=False)
