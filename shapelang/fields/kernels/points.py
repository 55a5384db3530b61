"""The lowest field and its leaf at points anywhere, chunk by chunk. Import inside functions only."""

# pyright: reportUntypedFunctionDecorator=false

from __future__ import annotations

import numpy as np

from shapelang.arrays import AnyArray
from shapelang.fields.kernels.arguments import Lists, Tape
from shapelang.fields.kernels.compiled import relaxed
from shapelang.fields.kernels.elementary import HUGE, ZERO
from shapelang.fields.kernels.tape import lower_leaf


@relaxed
def fill_points(
    tape: Tape, lists: Lists, chosen: tuple[int, int], points: AnyArray, depth: int, values: AnyArray, labels: AnyArray
) -> None:
    """Values (n,) and labels (n,) of the points (n, 3) of some chunks; the first of equal leaves."""
    for c in range(chosen[0], chosen[1]):
        first, last = lists.blocks[c], lists.blocks[c + 1]
        count = (last - first + 15) // 16 * 16
        x, y, z = np.full(count, ZERO), np.full(count, ZERO), np.full(count, ZERO)
        middle = (points[first, 0], points[first, 1], points[first, 2])
        for k in range(last - first):
            x[k], y[k], z[k] = (
                points[first + k, 0] - middle[0], points[first + k, 1] - middle[1], points[first + k, 2] - middle[2]
            )  # fmt: skip
        stack, best, own = np.full((depth, count), HUGE), np.full(count, HUGE), np.full(count, HUGE)
        for t in range(lists.starts[c], lists.starts[c + 1]):
            own[:] = HUGE
            lower_leaf(tape, lists.leaves[t], middle, (x, y, z), stack, own)
            for k in range(last - first):
                if own[k] < best[k]:
                    best[k], labels[first + k] = own[k], lists.leaves[t]
        values[first:last] = best[: last - first]
