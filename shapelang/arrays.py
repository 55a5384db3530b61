"""Shape-typed array names, defined once; checked by jaxtyping and beartype in the test run."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from jaxtyping import Bool, Float64, Int32, Int64, Shaped

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
LabelGrid: TypeAlias = Int32[np.ndarray, "x y z"]
AnyArray: TypeAlias = Shaped[np.ndarray, "..."]
"""An array of any shape and type, where the two vary with what is passed through."""
FaceLabelArray: TypeAlias = Int32[np.ndarray, " f"]
VertexLabelArray: TypeAlias = Int32[np.ndarray, " v"]
EdgeArray: TypeAlias = Int64[np.ndarray, " e"]
