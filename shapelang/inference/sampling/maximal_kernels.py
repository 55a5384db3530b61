"""The compiled search for the largest boxes. Kept apart, since numba takes a third of a second to load."""

# pyright: reportUntypedFunctionDecorator=false

from __future__ import annotations

import numpy as np

from shapelang.rendering.compiled import compiled


@compiled
def maximal_boxes(full: np.ndarray, most: int) -> np.ndarray:
    """(b, 6) the boxes of full cells (x, y, z) that no larger one holds: bounds low and high on each axis.

    For every run of layers, and of rows of what is full in all of these, the runs of columns; after Nandy and
    Bhattacharya, "Maximal empty cuboids among points and blocks", 1998. No more than `most` are given.
    """
    nx, ny, nz = full.shape
    out = np.zeros((most, 6), np.int64)
    count = 0
    for a in range(nx):
        sheet = full[a].copy()
        for d in range(a + 1, nx + 1):
            if d - 1 > a:
                sheet &= full[d - 1]
            if not sheet.any():
                break
            for b in range(ny):
                row = sheet[b].copy()
                for e in range(b + 1, ny + 1):
                    if e - 1 > b:
                        row &= sheet[e - 1]
                    if not row.any():
                        break
                    c = 0
                    while c < nz:
                        if not row[c]:
                            c += 1
                            continue
                        f = c
                        while f < nz and row[f]:
                            f += 1
                        grows = (
                            (b > 0 and sheet[b - 1, c:f].all())
                            or (e < ny and sheet[e, c:f].all())
                            or (a > 0 and full[a - 1, b:e, c:f].all())
                            or (d < nx and full[d, b:e, c:f].all())
                        )
                        if not grows and count < most:
                            out[count] = np.array([a, b, c, d, e, f])
                            count += 1
                        c = f
    return out[:count]
