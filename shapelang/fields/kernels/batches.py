"""The lowest leaf of each of many assemblies at points of its own. Import inside functions only."""

# pyright: reportUntypedFunctionDecorator=false

from __future__ import annotations

import numpy as np

from shapelang.arrays import AnyArray
from shapelang.fields.kernels.arguments import Tape
from shapelang.fields.kernels.compiled import relaxed
from shapelang.fields.kernels.elementary import HUGE, ZERO
from shapelang.fields.kernels.tape import lower_leaf

CHUNK = 512
"""Points at once: their coordinates and two columns of values stay in the first cache."""


@relaxed
def lower_assemblies(
    tape: Tape, firsts: AnyArray, leaves: AnyArray, chosen: tuple[int, int], points: AnyArray, values: AnyArray,
    owner: AnyArray,
) -> None:  # fmt: skip
    """Lowers values (count, p) and sets owner (count, p) for assemblies chosen[0] … chosen[1] − 1.

    Assembly a has the rows firsts[a] … firsts[a + 1] − 1 of the tape, one terminal each, which are the `leaves`; its
    points are points[a] (p, 3), or points[0] where there is but one row of them.
    """
    size = points.shape[1]
    x, y, z, own = np.full(CHUNK, ZERO), np.full(CHUNK, ZERO), np.full(CHUNK, ZERO), np.full(CHUNK, HUGE)
    stack, best, nearest = np.full((1, CHUNK), HUGE), np.full(CHUNK, HUGE), np.full(CHUNK, np.int32(0))
    for a in range(chosen[0], chosen[1]):
        here = points[a if len(points) > 1 else 0]
        for start in range(0, size, CHUNK):
            count = min(CHUNK, size - start)
            middle = (float(here[start, 0]), float(here[start, 1]), float(here[start, 2]))
            for k in range(count):
                x[k] = here[start + k, 0] - middle[0]
                y[k] = here[start + k, 1] - middle[1]
                z[k] = here[start + k, 2] - middle[2]
            best[:] = HUGE
            nearest[:] = -1
            for row in range(firsts[a], firsts[a + 1]):
                own[:] = HUGE
                lower_leaf(tape, row, middle, (x, y, z), stack, own)
                # Written without a branch, so that it becomes vector code.
                number = np.int32(row)
                for k in range(CHUNK):
                    closer = own[k] < best[k]
                    best[k] = own[k] if closer else best[k]
                    nearest[k] = number if closer else nearest[k]
            for k in range(count):
                if nearest[k] >= 0 and best[k] < values[a, start + k]:
                    values[a, start + k] = best[k]
                    owner[a, start + k] = leaves[nearest[k]]
