"""Compiled: where a field is zero on the crossed edges of a grid, and its normal there. Import inside functions."""

# pyright: reportUntypedFunctionDecorator=false

from __future__ import annotations

from typing import Final

import numpy as np

from shapelang.arrays import AnyArray
from shapelang.fields.kernels.compiled import called, compiled
from shapelang.fields.kernels.dual_arguments import Cells, Edges

INWARD: Final = 1e-4
"""How far inside the crossing a field is looked at, in cells.

There the gradient is that of one side of a crease, while on the crease itself and outside it may be anything between
the two; and a distance of 0 has no direction.
"""


@called
def looked_at(edges: Edges, e: int) -> float:
    """Where along an edge the field is looked at."""
    return max(0.0, edges.along[e] - INWARD) if edges.axes[e] >= 4 else min(1.0, edges.along[e] + INWARD)


@compiled
def places_on(
    chosen: AnyArray, edges: Edges, low: AnyArray, pitch: float, start: int, stop: int, out: AnyArray
) -> None:  # fmt: skip
    """The places (n, 3) in metres where the field is looked at on chosen edges; low (3,) is the grid's first node."""
    for n in range(start, stop):
        e = chosen[n]
        for c in range(3):
            out[n, c] = low[c] + pitch * edges.lows[e, c]
        out[n, edges.axes[e] & 3] += pitch * looked_at(edges, e)


@compiled
def advance(
    chosen: AnyArray, values: AnyArray, gradients: AnyArray, bracket: AnyArray, pitch: float,
    start: int, stop: int, edges: Edges, steps: AnyArray,
) -> None:  # fmt: skip
    """One step of Newton's method along each chosen edge, of bisection where that leaves the bracket.

    values (n,), gradients (n, 3): the field where `places_on` said, of which the unit normals are kept.
    bracket (e, 2): between which the crossing lies · steps (n,): how far it moved, in cells.
    """
    axes, along, normals = edges.axes, edges.along, edges.normals
    for n in range(start, stop):
        e, value = chosen[n], values[n]
        axis, here = axes[e] & 3, looked_at(edges, e)
        x, y, z = gradients[n, 0], gradients[n, 1], gradients[n, 2]
        length = np.sqrt(x * x + y * y + z * z)
        if length > 0.0:
            normals[e, 0], normals[e, 1], normals[e, 2] = x / length, y / length, z / length
        else:
            normals[e, 0], normals[e, 1], normals[e, 2] = 0.0, 0.0, 0.0
            normals[e, axis] = 1.0 if axes[e] >= 4 else -1.0
        if (value < 0.0) == (axes[e] >= 4):
            bracket[e, 0] = here
        else:
            bracket[e, 1] = here
        rate = gradients[n, axis] * pitch
        new = here
        if value != 0.0:
            new = here - value / rate if rate != 0.0 else np.inf
            if not bracket[e, 0] <= new <= bracket[e, 1]:
                new = 0.5 * (bracket[e, 0] + bracket[e, 1])
        steps[n] = abs(new - along[e])
        along[e] = new


@compiled
def cap(edges: Edges, cells: AnyArray, start: int, stop: int, capped: AnyArray) -> None:
    """Marks the edges that cross the border of the grid where it cuts the solid: they lie in it, with its normal.

    cells (3,): of the grid, along each axis.
    """
    axes, ends, normals = edges.axes, edges.ends, edges.normals
    for e in range(start, stop):
        axis = axes[e] & 3
        outer = edges.lows[e, axis] + (axes[e] >= 4)
        if ends[e, 1 if axes[e] >= 4 else 0] == 0.0 and outer % cells[axis] == 0:
            capped[e] = True
            edges.along[e] = 1.0 if axes[e] >= 4 else 0.0
            normals[e, 0], normals[e, 1], normals[e, 2] = 0.0, 0.0, 0.0
            normals[e, axis] = 1.0 if axes[e] >= 4 else -1.0


@called
def sample(samples: AnyArray, near: AnyArray, b: int, i: int, j: int, k: int) -> float:
    """A node's sample, in the block or in the one behind its low or high faces; infinite where there is none.

    near (m, 27): the number of the block at each place around, 9 dx + 3 dy + dz + 13.
    """
    if 0 <= i <= 8 and 0 <= j <= 8 and 0 <= k <= 8:
        return samples[b, i, j, k]
    dx, dy, dz = (i > 8) - (i < 0), (j > 8) - (j < 0), (k > 8) - (k < 0)
    a = near[b, 9 * dx + 3 * dy + dz + 13]
    if a < 0:
        return np.inf
    return samples[a, i - 8 * dx, j - 8 * dy, k - 8 * dz]


@called
def rise(samples: AnyArray, near: AnyArray, b: int, i: int, j: int, k: int, axis: int) -> float:
    """The central difference of the samples at a node, one-sided where a side is missing."""
    x, y, z = int(axis == 0), int(axis == 1), int(axis == 2)
    here = samples[b, i, j, k]
    if 0 < x * i + y * j + z * k < 8:
        up, down = samples[b, i + x, j + y, k + z], samples[b, i - x, j - y, k - z]
    else:
        up, down = sample(samples, near, b, i + x, j + y, k + z), sample(samples, near, b, i - x, j - y, k - z)
    if not np.isfinite(up):
        return here - down if np.isfinite(down) else 0.0
    return 0.5 * (up - down) if np.isfinite(down) else up - here


@compiled
def slopes(samples: AnyArray, near: AnyArray, cells: Cells, start: int, stop: int, edges: Edges) -> None:
    """Normals at the crossings from the samples alone, the differences at both ends by their share.

    near (m, 27): see `sample`.
    """
    axes, along, normals = edges.axes, edges.along, edges.normals
    for b in range(start, stop):
        for n in range(cells.first[b], cells.first[b + 1]):
            cell = cells.inside[n]
            i, j, k = cell >> 6, cell >> 3 & 7, cell & 7
            first, last = cells.first_edge[b] + cells.edge_at[b, cell], cells.first_edge[b + 1]
            if n + 1 < cells.first[b + 1]:
                last = cells.first_edge[b] + cells.edge_at[b, cells.inside[n + 1]]
            for e in range(first, last):
                own, t = axes[e] & 3, along[e]
                x, y, z = int(own == 0), int(own == 1), int(own == 2)
                length = 0.0
                for axis in range(3):
                    if axis == own:
                        slope = samples[b, i + x, j + y, k + z] - samples[b, i, j, k]
                    else:
                        slope = (1.0 - t) * rise(samples, near, b, i, j, k, axis)
                        slope += t * rise(samples, near, b, i + x, j + y, k + z, axis)
                    normals[e, axis] = slope
                    length += slope * slope
                for axis in range(3):
                    if 0.0 < length < np.inf:
                        normals[e, axis] /= np.sqrt(length)
                    else:
                        normals[e, axis] = (1.0 if axes[e] >= 4 else -1.0) if axis == own else 0.0
