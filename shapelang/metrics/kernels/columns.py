"""The inner loops of columns through triangles. Import inside functions: numba is slow to load.

Every call works on its own columns or cells, so that the answer does not depend on the number of threads.
"""

from __future__ import annotations

from typing import Final

from shapelang.arrays import AnyArray
from shapelang.fields.kernels.compiled import compiled

OUTSIDE: Final = 0
INSIDE: Final = 1
SEEMS_OUTSIDE: Final = 2
SEEMS_INSIDE: Final = 3
UNKNOWN: Final = 4
"""States of a cell: the first two are decided, the next two are what the only trusted column says."""

_ENOUGH: Final = 3
"""Neighbours that must agree before they settle a cell."""


@compiled
def places(values: AnyArray, line: AnyArray, out: AnyArray) -> None:
    """For each value the first index on an ascending line that is not below it; even lines are met at the first try."""
    n = len(line)
    low, high = line[0], line[n - 1]
    scale = (n - 1) / (high - low) if high > low else 0.0
    for k in range(len(values)):
        value = values[k]
        if not value > low:
            out[k] = 0
            continue
        if value > high:
            out[k] = n
            continue
        first = min(n - 1, int((value - low) * scale))
        last = first + 1
        if line[first] >= value:
            first, last = 0, first
        elif last < n and line[last] < value:
            first, last = last, n
        # Between: line[first] < value <= line[last], unless an end stands for the whole line.
        while last - first > 1:
            middle = (first + last) >> 1
            if line[middle] < value:
                first = middle
            else:
                last = middle
        out[k] = last


@compiled
def left_of(au: float, av: float, bu: float, bv: float, pu: float, pv: float) -> bool:
    """Whether a point lies left of the line from a to b: never the same for the line from b to a.

    On the line it counts as moved by a little along v and by much less along u (Edelsbrunner & Mücke, "Simulation of
    Simplicity", TOG 1990), so that a closed mesh is crossed evenly wherever a column runs.
    """
    side = (au - pu) * (bv - pv) - (bu - pu) * (av - pv)
    if side != 0.0:
        return side > 0.0
    return au < bu or (au == bu and av > bv)


@compiled
def level_at(line: AnyArray, height: float, first: int, last: int) -> int:
    """The first index from `first` to `last` on an ascending line that is not below a height."""
    while first < last:
        middle = (first + last) >> 1
        if line[middle] < height:
            first = middle + 1
        else:
            last = middle
    return first


@compiled
def cast(
    corners: tuple[AnyArray, AnyArray, AnyArray],
    indices: tuple[AnyArray, AnyArray, AnyArray],
    lines: tuple[AnyArray, AnyArray, AnyArray],
    faces: AnyArray,
    stretch: tuple[int, int],
    turn: int,
    steps: AnyArray,
    totals: AnyArray,
) -> None:
    """Add the signed crossings of columns along w to `steps` (u, v, w) at the cell after each, and to `totals` (u, v).

    Coordinates, their places, and the lattice's lines come in the order u, v, w; the columns are those of a stretch of
    u. A crossing beyond the last cell shows in the totals alone.
    """
    pu, pv, pw = corners
    iu, iv, iw = indices
    us, vs, ws = lines
    cells = len(ws)
    for f in range(len(faces)):
        a, b, c = faces[f, 0], faces[f, 1], faces[f, 2]
        first = max(stretch[0], min(iu[a], min(iu[b], iu[c])))
        last = min(stretch[1], max(iu[a], max(iu[b], iu[c])))
        low, high = min(iv[a], min(iv[b], iv[c])), max(iv[a], max(iv[b], iv[c]))
        if first >= last or low >= high:
            continue
        under, over = min(iw[a], min(iw[b], iw[c])), max(iw[a], max(iw[b], iw[c]))
        au, av, bu, bv, cu, cv = pu[a], pv[a], pu[b], pv[b], pu[c], pv[c]
        for i in range(first, last):
            u = us[i]
            for k in range(low, high):
                v = vs[k]
                side = left_of(au, av, bu, bv, u, v)
                if side != left_of(bu, bv, cu, cv, u, v) or side != left_of(cu, cv, au, av, u, v):
                    continue
                level = under
                if under < over:
                    at_a = (bu - u) * (cv - v) - (cu - u) * (bv - v)
                    at_b = (cu - u) * (av - v) - (au - u) * (cv - v)
                    at_c = (au - u) * (bv - v) - (bu - u) * (av - v)
                    area = at_a + at_b + at_c
                    height = pw[a] if area == 0.0 else (at_a * pw[a] + at_b * pw[b] + at_c * pw[c]) / area
                    level = level_at(ws, height, under, over)
                sign = turn if side else -turn
                totals[i, k] += sign
                if level < cells:
                    steps[i, k, level] += sign


@compiled
def accumulate(steps: AnyArray, first: int, last: int) -> None:
    """Steps (x, y, z) along x become windings, for a stretch of y."""
    for i in range(1, steps.shape[0]):
        for j in range(first, last):
            for k in range(steps.shape[2]):
                steps[i, j, k] += steps[i - 1, j, k]


@compiled
def judge(
    grids: tuple[AnyArray, AnyArray, AnyArray],
    even: tuple[AnyArray, AnyArray, AnyArray],
    stretch: tuple[int, int],
    needed: int,
    runs: AnyArray,
    states: AnyArray,
) -> int:
    """Write the state of each cell of a stretch of x, and count the undecided.

    `grids` are windings along x and steps along y and z; `even` says which columns are crossed evenly, 0 or 1; `runs`
    (2, z) is scratch. As many even columns as are needed decide when they all agree; an uneven one has met a hole and
    is not heard.
    """
    wx, sy, sz = grids
    ex, ey, ez = even
    waiting = 0
    for i in range(stretch[0], stretch[1]):
        runs[0] = 0
        for j in range(wx.shape[1]):
            along = sz[i, j, 0]
            runs[1, 0] = along
            for k in range(1, wx.shape[2]):
                along += sz[i, j, k]
                runs[1, k] = along
            z_even = ez[i, j]
            for k in range(wx.shape[2]):
                run = runs[0, k] + sy[i, j, k]
                runs[0, k] = run
                a, b, c = ex[j, k], ey[i, k], z_even
                heard = a + b + c
                full = a * (wx[i, j, k] != 0) + b * (run != 0) + c * (runs[1, k] != 0)
                sure = (heard >= needed) & ((full == heard) | (full == 0))
                undecided = SEEMS_OUTSIDE + full if heard == 1 else UNKNOWN
                states[i, j, k] = int(full != 0) if sure else undecided
                waiting += 1 - sure
    return waiting


@compiled
def voice(state: int, step: int) -> int:
    """What a neighbour says of a cell, 1 full and -1 empty: nothing when it is undecided or a face stands between."""
    if step != 0 or state > INSIDE:
        return 0
    return 2 * state - 1


@compiled
def voices(grids: tuple[AnyArray, AnyArray, AnyArray], states: AnyArray, i: int, j: int, k: int) -> tuple[int, int]:
    """How many speak for full and how many for empty: six neighbours, and the cell's only trusted column if it has one.

    `grids` are those of `judge`.
    """
    wx, sy, sz = grids
    nx, ny, nz = states.shape
    said = (
        voice(states[i - 1, j, k], wx[i, j, k] - wx[i - 1, j, k]) if i > 0 else 0,
        voice(states[i + 1, j, k], wx[i + 1, j, k] - wx[i, j, k]) if i + 1 < nx else 0,
        voice(states[i, j - 1, k], sy[i, j, k]) if j > 0 else 0,
        voice(states[i, j + 1, k], sy[i, j + 1, k]) if j + 1 < ny else 0,
        voice(states[i, j, k - 1], sz[i, j, k]) if k > 0 else 0,
        voice(states[i, j, k + 1], sz[i, j, k + 1]) if k + 1 < nz else 0,
    )
    full, empty = int(states[i, j, k] == SEEMS_INSIDE), int(states[i, j, k] == SEEMS_OUTSIDE)
    for one in said:
        full += int(one > 0)
        empty += int(one < 0)
    return full, empty


@compiled
def settle(
    grids: tuple[AnyArray, AnyArray, AnyArray], states: AnyArray, cells: AnyArray, margin: int, found: AnyArray
) -> None:
    """For undecided cells, by their flat indices: the state that their neighbours give them, or else their own.

    `_ENOUGH` must agree, and be more than the others by a margin.
    """
    _, ny, nz = states.shape
    for c in range(len(cells)):
        i, j, k = cells[c] // (ny * nz), cells[c] // nz % ny, cells[c] % nz
        full, empty = voices(grids, states, i, j, k)
        found[c] = states[i, j, k]
        if full >= max(_ENOUGH, empty + margin):
            found[c] = INSIDE
        elif empty >= max(_ENOUGH, full + margin):
            found[c] = OUTSIDE
