"""Shape-typed array names, defined once; checked by jaxtyping and beartype in the test run."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from jaxtyping import Float64, Int32

PointArray: TypeAlias = Float64[np.ndarray, "v 3"]
NormalArray: TypeAlias = Float64[np.ndarray, "v 3"]
UvArray: TypeAlias = Float64[np.ndarray, "v 2"]
FaceArray: TypeAlias = Int32[np.ndarray, "f 3"]
WeldArray: TypeAlias = Int32[np.ndarray, " v"]
LabelArray: TypeAlias = Int32[np.ndarray, " n"]
