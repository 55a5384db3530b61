"""Prisms as they are written: regular polygons by their sides, and turned as little as possible."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from shapelang.inference.rounding.turns import Turns, turns_of
from shapelang.inference.solids.kinds import Prism, Tapered
from shapelang.numbers import FLOAT
from shapelang.primitives import prism as primitive_prism

_SIDES: Final = (3, 5, 6, 7, 8, 9, 10, 11, 12)
"""Of polygons that are written by their sides: four are a box."""

_NEAR: Final = 0.004
"""Of the radius: how far each corner may lie from its place."""

_ROUNDED: Final = 1e-3
"""Of the radius: what is left out of its digits."""


def regular_radius(points: Sequence[tuple[float, float]]) -> float | None:
    """The radius of a regular polygon as `prism(sides: …)` makes it, one edge to the front; None of any other."""
    if len(points) not in _SIDES:
        return None
    given = np.array(points)
    unit = np.array(primitive_prism.Prism(1.0, len(points), 1.0).outline(FLOAT))
    radius = float(np.sqrt((given * given).sum() / (unit * unit).sum()))
    if not np.isfinite(radius) or radius <= 0.0:
        return None
    apart = np.sqrt(((given[:, None] - radius * unit[None]) ** 2).sum(axis=2))
    near = _NEAR * radius
    if apart.min(axis=0).max() > near or apart.min(axis=1).max() > near:
        return None
    return next(r for k in range(1, 18) if abs((r := float(f"{radius:.{k}g}")) - radius) <= _ROUNDED * radius)


def prism_turns(kind: Prism | Tapered, frame: np.ndarray) -> tuple[Prism | Tapered, Turns]:
    """The shortest of its forms: quarter turns about its own axis, and upside down unless it is tapered."""
    best: tuple[tuple[bool, int, float], Prism | Tapered, Turns] | None = None
    kind, frame = _edge_to_front(kind, frame)
    for form, axes in _forms(kind, frame):
        turns = turns_of(axes)
        cost = (regular_radius(form.points) is None, len(turns), sum(abs(a) for _, a in turns))
        if best is None or cost < best[0]:
            best = (cost, form, turns)
    assert best is not None, "four forms at least were tried"
    return best[1], best[2]


def _edge_to_front(kind: Prism | Tapered, frame: np.ndarray) -> tuple[Prism | Tapered, np.ndarray]:
    """A prism whose outline is regular however it is turned, in a frame in which it is as one by its sides is."""
    given = np.array(kind.points)
    if len(given) not in _SIDES or len(given) % 2:
        return kind, frame
    # The box is of all corners, so that the middle of an even number of them is that of the box.
    first = float(np.arctan2(given[0, 1], given[0, 0]))
    unit = np.array(primitive_prism.Prism(1.0, len(given), 1.0).outline(FLOAT))
    t = first - float(np.arctan2(unit[0, 1], unit[0, 0]))
    turned = given @ np.array([[np.cos(t), -np.sin(t)], [np.sin(t), np.cos(t)]])
    points = tuple((float(a), float(b)) for a, b in turned)
    if regular_radius(points) is None:
        return kind, frame
    x, y, z = frame.T
    return replace(kind, points=points), np.stack(
        [np.cos(t) * x + np.sin(t) * z, y, np.cos(t) * z - np.sin(t) * x], axis=1
    )


def _forms(kind: Prism | Tapered, frame: np.ndarray) -> Iterator[tuple[Prism | Tapered, np.ndarray]]:
    x, y, z = frame.T
    for down in (False, True) if isinstance(kind, Prism) else (False,):
        points = [(a, -b) for a, b in kind.points] if down else list(kind.points)
        u, v, w = (x, -y, -z) if down else (x, y, z)
        for _ in range(4):
            yield from (
                (replace(kind, points=tuple(points)), axes) for axes in _alike(np.stack([u, v, w], axis=1), points)
            )
            # A quarter turn of the frame about y takes z to x and x to -z.
            u, w = w, -u
            points = [(b, -a) for a, b in points]


def _alike(axes: np.ndarray, points: Sequence[tuple[float, float]]) -> list[np.ndarray]:
    """The frames in which an outline is the same: of a regular one as many as it has sides."""
    if regular_radius(points) is None or len(points) % 2:
        # One with an odd number of sides does not stand with its middle in that of its box.
        return [axes]
    angles = np.arange(len(points)) * (2.0 * np.pi / len(points))
    x, y, z = axes.T
    return [np.stack([np.cos(t) * x + np.sin(t) * z, y, np.cos(t) * z - np.sin(t) * x], axis=1) for t in angles]
