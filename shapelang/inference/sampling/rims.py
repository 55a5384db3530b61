"""What the faces of a shell tell by themselves: where it is open, along which loops, and what volume it encloses."""

from __future__ import annotations

import numpy as np

from shapelang.metrics.triangles import Triangles


def open_edges(faces: np.ndarray) -> np.ndarray:
    """(e, 2) directed edges without an opposite one."""
    start, end = faces.reshape(-1), np.roll(faces, -1, axis=1).reshape(-1)
    count = int(faces.max()) + 1
    low, high = np.minimum(start, end), np.maximum(start, end)
    edge, number = np.unique(low * count + high, return_inverse=True)
    balance = np.bincount(number.reshape(-1), weights=np.sign(end - start), minlength=len(edge))
    number = number.reshape(-1)
    ahead = np.flatnonzero(balance[number] * np.sign(end - start) > 0)
    # Of an edge met twice in one direction and once in the other, one remains open; the first does.
    ahead = ahead[np.argsort(number[ahead], kind="stable")]
    first = np.searchsorted(number[ahead], number[ahead])
    keep = ahead[np.arange(len(ahead)) - first < np.abs(balance[number[ahead]])]
    return np.stack([start[keep], end[keep]], axis=1)


def loops_of(edges: np.ndarray) -> tuple[tuple[int, ...], ...]:
    """Closed walks along open edges; those that do not close are left out."""
    onward: dict[int, list[int]] = {}
    for a, b in edges.tolist():
        onward.setdefault(a, []).append(b)
    loops: list[tuple[int, ...]] = []
    for start in list(onward):
        while onward[start]:
            walk = [start]
            here = onward[start].pop()
            while here != start and onward.get(here):
                walk.append(here)
                here = onward[here].pop()
            if here == start:
                loops.append(tuple(walk))
    return tuple(loops)


def signed_volume(mesh: Triangles) -> float:
    """Volume of a closed mesh; negative when it is wound inside out."""
    a, b, c = ((mesh.positions - mesh.positions.mean(axis=0))[mesh.faces[:, k]].T for k in range(3))
    # Written out: of many small bodies NumPy's cross product is most of the time.
    spanned = a[0] * (b[1] * c[2] - b[2] * c[1]) + a[1] * (b[2] * c[0] - b[0] * c[2])
    return float((spanned + a[2] * (b[0] * c[1] - b[1] * c[0])).sum() / 6.0)
