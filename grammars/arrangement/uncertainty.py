"""How far learned weights may be off: the sandwich of Godambe, rooms being independent."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from grammars.arrangement.learning import Rows, surprise


def standard_errors(
    rows: Rows, theta: NDArray[np.float64], deviations: NDArray[np.float64], columns: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Standard errors of the weights in some columns, the other weights held where they are.

    H⁻¹ J H⁻¹ with H the curvature of the log-likelihood with its prior and J the sum over rooms of the squares of its
    slope: Lindsay, "Composite likelihood methods", Contemporary Mathematics 80 (1988).
    """
    _, shares = surprise(rows, theta)
    matrix = rows.matrix[:, columns].toarray()
    weighted = matrix * shares[:, None]
    means = np.add.reduceat(weighted, rows.starts)
    curvature = matrix.T @ weighted - means.T @ means + np.diag(1.0 / deviations[columns] ** 2)
    slopes = np.zeros((int(rows.rooms.max()) + 1, len(columns)))
    np.add.at(slopes, rows.rooms, -means)
    group = np.searchsorted(rows.starts, rows.things, side="right") - 1
    np.add.at(slopes, rows.rooms[group], matrix[rows.things])
    inverse = np.linalg.inv(curvature)
    return np.sqrt(np.diag(inverse @ (slopes.T @ slopes) @ inverse))
