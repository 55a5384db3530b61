"""Copies of one part as the mirrors, rows and rings that make them from one of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeAlias

import numpy as np

from grammars.learning.shapes.bodies import Mirrored, Repeats, Ring, Row

_NEAR: Final = 0.02
"""Of the body's longest extent: how far an image may be from where its symmetry puts it."""

Gathered: TypeAlias = tuple[Mirrored, Repeats, tuple[int, ...]]
"""The planes, what repeats within them, and the instances, the one that stands for all first."""


def gathered(centres: np.ndarray, frames: Sequence[np.ndarray], size: np.ndarray) -> list[Gathered]:
    """Sets of copies of one part, from their middles (n, 3) about the body's middle and their rotations (3, 3)."""
    near = _NEAR * float(size.max())
    left = list(range(len(centres)))
    found: list[Gathered] = []
    while left:
        gained = _largest(centres, frames, left, near)
        found.append(gained)
        left = [k for k in left if k not in gained[2]]
    return found


def _largest(centres: np.ndarray, frames: Sequence[np.ndarray], left: Sequence[int], near: float) -> Gathered:
    whole = _one(centres, frames, left, near)
    if whole is not None:
        return whole
    for planes in ("xz", "x", "z"):
        for k in left:
            orbit = _orbit(centres, frames, left, k, planes, near)
            if orbit is not None:
                return planes, None, orbit
    return "", None, (left[0],)


def _one(centres: np.ndarray, frames: Sequence[np.ndarray], left: Sequence[int], near: float) -> Gathered | None:
    """All of them as one set."""
    if len(left) == 1:
        return "", None, tuple(left)
    row = _row(centres, frames, left, near) if len(left) > 2 else None
    if row is not None:
        return "", row[0], row[1]
    for planes in ("xz", "x", "z"):
        half = [k for k in left if all(centres[k, "xyz".index(axis)] > near for axis in planes)]
        if not half or len(half) * 2 ** len(planes) != len(left):
            continue
        orbits = [_orbit(centres, frames, left, k, planes, near) for k in half]
        if any(orbit is None for orbit in orbits):
            continue
        if len(half) == 1:
            assert orbits[0] is not None
            return planes, None, orbits[0]
        inner = _row(centres, frames, half, near) if len(half) > 2 else None
        if inner is not None:
            return planes, inner[0], (*inner[1], *(k for k in left if k not in inner[1]))
    ring = _ring(centres, frames, left, near)
    if ring is not None:
        return "", Ring(len(left)), ring
    row = _row(centres, frames, left, near)
    return None if row is None else ("", row[0], row[1])


def _orbit(
    centres: np.ndarray, frames: Sequence[np.ndarray], left: Sequence[int], k: int, planes: str, near: float
) -> tuple[int, ...] | None:
    """The instance with its images in the planes; None where one is not there."""
    found = [k]
    for axes in {"x": ("x",), "z": ("z",), "xz": ("x", "z", "xz")}[planes]:
        sign = np.array([-1.0 if axis in axes else 1.0 for axis in "xyz"])
        if any(centres[k, "xyz".index(axis)] <= near for axis in axes):
            return None
        place = centres[k] * sign
        # A turned box mirrored in a plane is one turned by S R S.
        frame = sign[:, None] * frames[k] * sign[None, :]
        image = [
            j
            for j in left
            if np.abs(centres[j] - place).max() <= near and np.abs(np.abs(frames[j]) - np.abs(frame)).max() < 0.05
        ]
        if not image or image[0] in found:
            return None
        found.append(image[0])
    return tuple(found)


def _row(
    centres: np.ndarray, frames: Sequence[np.ndarray], left: Sequence[int], near: float
) -> tuple[Row, tuple[int, ...]] | None:
    if any(np.abs(frames[k] - frames[left[0]]).max() > 0.02 for k in left) or len(left) < 2:
        return None
    points = centres[list(left)]
    axis = int(np.ptp(points, axis=0).argmax())
    order = np.argsort(points[:, axis], kind="stable")
    points = points[order]
    span = points[-1] - points[0]
    even = points[0] + np.arange(len(left))[:, None] / (len(left) - 1) * span
    if np.abs(points - even).max() > near or float(np.abs(span).max()) <= near:
        return None
    span = np.where(np.abs(span) <= near, 0.0, span)
    if len(left) == 2 and np.count_nonzero(span) > 1:
        return None
    return Row(len(left), span), tuple(left[k] for k in order)


def _ring(
    centres: np.ndarray, frames: Sequence[np.ndarray], left: Sequence[int], near: float
) -> tuple[int, ...] | None:
    """Instances at equal angles about +Y, each turned with its place; the first is the one nearest to +X."""
    if len(left) < 3:
        return None
    points = centres[list(left)]
    first = int(points[:, 0].argmax())
    found: list[int] = []
    for k in range(len(left)):
        angle = 2.0 * np.pi * k / len(left)
        c, s = np.cos(angle), np.sin(angle)
        turn = np.array([[c, 0.0, s], [0.0, 1.0, 0.0], [-s, 0.0, c]])
        place = turn @ points[first]
        frame = turn @ frames[left[first]]
        image = [
            j
            for n, j in enumerate(left)
            if np.abs(points[n] - place).max() <= near and np.abs(frames[j] - frame).max() < 0.05
        ]
        if not image or image[0] in found:
            return None
        found.append(image[0])
    return tuple(found)
