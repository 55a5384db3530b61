"""Sizes that solids may have: what is beyond them is refused before manifold3d sees it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

import numpy as np

from shapelang.assembly.part import Geometry, Solid
from shapelang.geometry.pose import EYE, IDENTITY, Pose
from shapelang.numbers import FLOAT
from shapelang.primitives.protocol import Primitive
from shapelang.representations.solids.errors import SolidError
from shapelang.representations.surface import geometry_mesh

LIMIT: Final = 1e6
"""Metres: beyond it a solid is refused. manifold3d takes infinite sizes without a word and answers nothing or NaN."""

THINNEST: Final = 1e-6
"""Of a solid's reach, the thinnest that an operand may be: manifold3d joins what is nearer than 1e-12 of it, and loses
faces of what is not much thicker."""


TRIANGLES: Final = 600_000
"""Of all operands of the solids of a program: about 2 s."""


def check_pose(pose: Pose) -> None:
    """Raises SolidError for an operand's pose that is not finite or beyond `LIMIT`."""
    numbers = (*pose.offset, pose.scale, *(pose.rotation or EYE))
    if not all(map(math.isfinite, numbers)):
        raise SolidError("not-finite", "an operand's pose is not finite")
    if max(map(abs, numbers)) > LIMIT:
        raise SolidError("too-large", f"an operand is moved or scaled by more than {LIMIT:g}")


def check_size(geometry: Primitive) -> None:
    """Raises SolidError for a primitive without a size, or with one that is not finite or beyond `LIMIT`."""
    size = geometry.size(FLOAT)
    if not all(map(math.isfinite, size)):
        raise SolidError("not-finite", f"an operand's size is not finite: {geometry}")
    if not min(size) > 0.0:
        raise SolidError("no-size", f"an operand has no size: {geometry}")
    if max(size) > LIMIT:
        raise SolidError("too-large", f"an operand is larger than {LIMIT:g} m: {geometry}")


def checked_reach(solid: Solid) -> float:
    """How far a solid reaches from its origin, metres, or a little less.

    Raises SolidError where an operand has no size, one beyond the limits, or is thinner than `THINNEST` of the reach.
    """
    reach, thin = 0.0, np.inf
    for geometry, pose in _leaves(solid, IDENTITY):
        check_size(geometry)
        size = geometry.size(FLOAT)
        reach = max(reach, *map(abs, pose.offset), 0.5 * pose.scale * max(size))
        thin = min(thin, pose.scale * _thickness(geometry))
    if reach > LIMIT:
        raise SolidError("too-large", f"the solid reaches {reach:g} m from its origin, more than {LIMIT:g} m")
    if thin < THINNEST * reach:
        raise SolidError(
            "too-thin", f"an operand is {thin:g} m thin, too little beside the {reach:g} m that the solid reaches"
        )
    return reach


def count_triangles(solid: Solid, segments: int) -> int:
    """Triangles of all primitives below a solid. Raises SolidError from `TRIANGLES` on."""
    total = 0
    for geometry, _ in _leaves(solid, IDENTITY):
        total += len(geometry_mesh(geometry, segments).faces)
        if total > TRIANGLES:
            raise SolidError("too-many", f"the operands have more than {TRIANGLES:,} triangles in all")
    return total


@lru_cache(maxsize=1024)
def _thickness(geometry: Primitive) -> float:
    """The least extent, or what the volume leaves for it: a bent sheet is thin, though its box is not."""
    least, middle, most = sorted(geometry.size(FLOAT))
    return min(least, geometry.volume() / (middle * most))


def _leaves(geometry: Geometry, pose: Pose) -> Iterator[tuple[Primitive, Pose]]:
    """The primitives below a solid, in its frame. Raises SolidError as `check_pose` does."""
    if isinstance(geometry, Solid):
        for operand in geometry.operands:
            check_pose(operand.pose)
            yield from _leaves(operand.geometry, operand.pose.then(pose))
    else:
        yield geometry, pose
