"""Whether two runs made the same shapes."""

from __future__ import annotations

from itertools import zip_longest
from math import isclose
from typing import Final

from shapelang.assembly.assembly import Assembly, Leaf
from shapelang.geometry.pose import EYE

_CLOSE: Final = 1e-9
"""Of poses, metres and sines: what a part around a part may be off by."""


def same_leaves(a: Assembly, b: Assembly) -> bool:
    """Whether two assemblies have equal leaves in equal order: geometry, material, and pose but for rounding."""
    return all(x is not None and y is not None and _same(x, y) for x, y in zip_longest(a.leaves(), b.leaves()))


def _same(a: Leaf, b: Leaf) -> bool:
    return (
        a.geometry == b.geometry
        and a.material == b.material
        and a.pose.mirrored == b.pose.mirrored
        and _close((a.pose.scale, *(a.pose.rotation or EYE)), (b.pose.scale, *(b.pose.rotation or EYE)))
        and _close(a.pose.offset, b.pose.offset)
    )


def _close(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return all(isclose(x, y, rel_tol=_CLOSE, abs_tol=_CLOSE) for x, y in zip(a, b, strict=True))
