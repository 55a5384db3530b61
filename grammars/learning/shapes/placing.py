"""Where parts stand: the point of a part that is placed, and each of its coordinates by what keeps it on its support.

Two boxes touch where they overlap along each axis. So a coordinate of a point of one box that lies within the other is
a share of the other's extent, in [-1, 1] from end to end, or another number that is held within it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias, final

import numpy as np

from grammars.learning.shapes.bodies import Item, Mirrored, Row, signs
from grammars.learning.shapes.describing import Described, described
from grammars.learning.shapes.ends import reaching
from grammars.learning.shapes.frames import boxes_of, extent_of, within
from grammars.learning.shapes.grounding import grounded
from grammars.learning.shapes.model import FREE, Clamped, Hold, Place, ShareOf, Source
from grammars.learning.shapes.precision import Precision
from grammars.learning.shapes.touching import Anchor, is_hollow, solid, touched

_ANCHORS: Final = (
    (0, 0, 0), (0, -1, 0), (0, 1, 0), (0, 0, -1), (0, 0, 1), (-1, 0, 0), (1, 0, 0),
    (0, -1, -1), (0, -1, 1), (0, 1, -1), (0, 1, 1),
)  # fmt: skip
"""Of a part that is turned."""

_MIDDLE: Final = (0.0, 0.0, 0.0)

_ANCHOR: Final = 1.0
"""Bits of an anchor other than the middle, on each axis."""

_WRITTEN: Final = 6.0
"""Bits of an anchor that is neither the middle nor an end."""

_TRIED: Final = 4
"""Anchors by whose shares the place is told in fewest bits, of which other descriptions are tried."""

_CLAMPED: Final = 8.0
"""Bits of a number that is held within an extent besides."""

_NOWHERE: Final = 1e6
"""Bits against what lies nowhere on its support."""

_MISSED: Final = 24.0
"""Bits of an example that is held elsewhere than it is."""

_MISSES: Final = 0.04
"""Of the examples: where a point may lie off its support."""

Fit: TypeAlias = Callable[[np.ndarray, int], Described]
"""Describes a column of lengths along an axis."""

_MOST: Final = 0.5
"""Of the examples: where an anchor lies on the support at least."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Support:
    """What a part hangs on: its number, its items in the examples, and whether numbers may hang on it.

    They are no further `apart` than that, in metres; along an axis on which they are not near they are told as far off
    it as they are. Of a support with images the part hangs on the `image` in some planes, on which no numbers may hang.
    """

    number: int
    items: Sequence[Item]
    firm: bool
    apart: float
    image: Mirrored = ""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """The anchor of a part, in [-1, 1] of its own box, where it is, and how that keeps it on its support.

    `reaching`: along which axes a row stands on its support from the first to the last. `grounded`: how far its height
    is off what brings it to the ground from there, where all are on it.
    """

    anchor: Anchor
    place: tuple[Described, Described, Described]
    holds: tuple[Hold, Hold, Hold]
    reaching: tuple[bool, bool, bool] = (False, False, False)
    grounded: Described | None = None

    @property
    def length(self) -> float:
        """Bits."""
        clamped = sum(isinstance(hold, Clamped) for hold in self.holds)
        return sum(n.bits for n in self.place) + sum(map(_bits, self.anchor)) + _CLAMPED * clamped


def placed(
    items: Sequence[Item],
    support: Support | None,
    sources: Sequence[Source],
    precision: Precision,
    fit: Fit,
    *,
    grounding: bool = True,
) -> Placed:
    """The anchor whose place is told shortest, of those that lie on the support.

    `grounding`: whether the height of what always stands on the ground is to be told by that.
    """
    placer = _Placer(items, support, sources, precision, fit)
    if grounding and grounded(_MIDDLE, items, precision) is not None:
        # The middle is known before such a height is.
        placer.told -= {1}
    found = _placed(placer, items, support)
    if support is None:
        return found
    to_ground = grounded(found.anchor, items, precision) if grounding else None
    if not support.firm:
        return replace(found, grounded=to_ground)
    held = reaching(items, support.items, found.anchor, precision.tolerance)
    return replace(found, reaching=held, grounded=to_ground)


def _placed(placer: _Placer, items: Sequence[Item], support: Support | None) -> Placed:
    turned = any(item.turns.any() and not isinstance(item.repeats, Row) for item in items)
    if support is not None and (turned or not support.firm or any(map(is_hollow, (*items, *support.items)))):
        anchors = sorted(
            (placer.shared(own) for own in placer.anchors(not support.firm)), key=lambda found: found.length
        )
        if anchors and not support.firm:
            return anchors[0]
        if anchors:
            return min((placer.at(found.anchor) for found in anchors[:_TRIED]), key=lambda found: found.length)
        if not support.firm:
            placer = placer.alone()
    if turned:
        return min((placer.at(own) for own in _ANCHORS), key=lambda found: found.length)
    (a, x, f), (b, y, g), (c, z, h) = (placer.along(k) for k in range(3))
    return Placed((a, b, c), (x, y, z), (f, g, h))


def _is_told(item: Item, k: int) -> bool:
    """Whether an extent of an item's box is an argument of its own."""
    alone = not isinstance(item.repeats, Row) or not (item.repeats.span[k] or item.turns.any())
    return item.boxed and item.body is None and alone


def _bits(side: float) -> float:
    return _ANCHOR * abs(side) if side in (-1.0, 0.0, 1.0) else _WRITTEN


@final
class _Placer:
    """Describes the place of one part."""

    def __init__(
        self,
        items: Sequence[Item],
        support: Support | None,
        sources: Sequence[Source],
        precision: Precision,
        fit: Fit,
    ) -> None:
        self.items, self.support, self.sources, self.precision, self.fit = items, support, sources, precision, fit
        self.boxes = boxes_of(items)
        self.told = {k for k in range(3) if all(_is_told(item, k) for item in items)}
        # One coordinate of many anchors is the same.
        self._known: dict[tuple[int, bytes, bool], tuple[Described, Hold]] = {}
        if support is not None:
            self.others = boxes_of(support.items)
            self.both = tuple(self._has_image(axis, support) for axis in range(3))
            extents = [[extent_of(item, k, self.both[k]) for k in range(3)] for item in support.items]
            self.middle, self.half = np.moveaxis(np.array(extents), 2, 0)
            self.beyond = 1.0 + precision.near / self.half
            self.touched = touched(items, support.items, support.image)

    def alone(self) -> _Placer:
        """The place of the part wherever it hangs."""
        return _Placer(self.items, None, self.sources, self.precision, self.fit)

    def _has_image(self, axis: int, support: Support) -> bool:
        """Whether the parts have images that the support has none for, but reaches."""
        if not support.firm or not all("xyz"[axis] in item.mirrored for item in self.items):
            return False
        across = any("xyz"[axis] in item.mirrored for item in support.items)
        off = [abs(float(item.centre[axis])) for item in support.items]
        reach = [0.5 * float(item.size[axis]) - o for item, o in zip(support.items, off, strict=True)]
        return not across and max(off) > 0.0 and min(reach) > support.apart

    def anchors(self, mostly: bool) -> list[Anchor]:
        """Those that lie on the support in nearly all examples: where something is, if there are any.

        Else `mostly` the one that does in most, if that are half: the others are exceptions.
        """
        assert self.support is not None
        sides = [(0.0, -1.0, 1.0, side) for side in self.touched]
        every = [(x, y, z) for x in sides[0] for y in sides[1] for z in sides[2]]
        shares = {own: self._lying(own) for own in every}
        lie = [own for own, share in shares.items() if share >= 1.0 - _MISSES]
        if not lie:
            most = max(every, key=lambda own: shares[own])
            return [most] if mostly and shares[most] >= _MOST else []
        points = np.stack([self.boxes.points(own) for own in lie], axis=1)
        there = solid(points, self.items, self.support.items, self.support.image, self.support.apart)
        return [own for own, share in zip(lie, there.tolist(), strict=True) if share >= 1.0 - _MISSES] or lie

    def _lying(self, own: Anchor) -> float:
        return float((np.abs(self._shares(own)) <= self.beyond).all(axis=1).mean())

    def shared(self, own: Anchor) -> Placed:
        """By shares of the support alone."""
        shares = self._shares(own)
        (x, f), (y, g), (z, h) = (self._once(None, shares[:, k], k) for k in range(3))
        return Placed(own, (x, y, z), (f, g, h))

    def at(self, own: Anchor) -> Placed:
        """Each coordinate by what is shortest."""
        points = self.boxes.points(own)
        shares = None if self.support is None else self._shares(own)
        (x, f), (y, g), (z, h) = (
            self._once(points[:, k], None if shares is None else shares[:, k], k) for k in range(3)
        )
        return Placed(own, (x, y, z), (f, g, h))

    def _once(self, ends: np.ndarray | None, shares: np.ndarray | None, k: int) -> tuple[Described, Hold]:
        """A coordinate by its shares of the support, or by what is shortest."""
        numbers = b"".join(column.tobytes() for column in (ends, shares) if column is not None)
        key = k, numbers, ends is None
        if key not in self._known:
            if ends is None:
                assert shares is not None
                self._known[key] = self._share(shares, k)
            else:
                self._known[key] = self._held(ends, shares, k)
        return self._known[key]

    def along(self, k: int) -> tuple[float, Described, Hold]:
        """Of parts that are not turned, an axis by itself."""
        options: list[tuple[float, float, Described, Hold]] = []
        for side in (0.0, -1.0, 1.0) if self.support is None else (0.0, -1.0, 1.0, self.touched[k]):
            ends = self.boxes.centre[:, k] + 0.5 * side * self.boxes.size[:, k]
            shares = None
            if self.support is not None:
                shares = (ends - self.middle[:, k]) / self.half[:, k]
            number, hold = self._held(ends, shares, k)
            nowhere = 0.0
            if self.support is not None and hold is FREE and not self._sure(number, k):
                # No end of it lies on the support, but it may overlap.
                hold, missed = self._overlap(k) if side == 0 else (FREE, 0.0)
                number = replace(number, bits=number.bits + missed)
                nowhere = _NOWHERE * (hold is FREE)
            bits = number.bits + _bits(side) + _CLAMPED * isinstance(hold, Clamped) + nowhere
            options.append((bits, side, number, hold))
        _, side, number, hold = min(options, key=lambda option: option[0])
        return side, number, hold

    def _overlap(self, k: int) -> tuple[Hold, float]:
        """How the middle of a part is kept on its support, which it lies off and overlaps, and bits of exceptions."""
        assert self.support is not None
        sizes = self.boxes.size[:, k]
        off = np.abs(self.boxes.centre[:, k] - self.middle[:, k]) - self.half[:, k]
        if (off - 0.5 * sizes > self.precision.near).mean() > _MISSES:
            return FREE, 0.0
        tolerance = self.precision.tolerance
        if float(np.ptp(sizes)) > tolerance and k in self.told:
            return Clamped(0.0, self.both[k], own=True), 0.0
        beyond = round(0.5 * float(sizes.min()), 4)
        return Clamped(beyond, self.both[k]), _MISSED * float((off - beyond > tolerance).sum())

    def _held(self, ends: np.ndarray, shares: np.ndarray | None, k: int) -> tuple[Described, Hold]:
        free = self.fit(ends, k)
        if shares is None or (np.abs(shares) > self.beyond[:, k]).mean() > _MISSES or self._sure(free, k):
            return free, FREE
        share, hold = self._share(shares, k)
        off = np.where(np.abs(shares) <= self.beyond[:, k], (np.abs(shares) - 1.0) * self.half[:, k], 0.0)
        snapped = _MISSED * int((off > 2.0 * self.precision.tolerance).sum())
        if share.bits + snapped <= free.bits + _CLAMPED:
            return share, hold
        return free, Clamped(round(max(float(off.max()), 0.0), 4), self.both[k])

    def _share(self, shares: np.ndarray, k: int) -> tuple[Described, Hold]:
        """A share of the support; lengths are to their precision at its median extent."""
        half = float(np.median(self.half[:, k]))
        inside = np.clip(shares, -1.0, 1.0)
        features = np.zeros((0, len(shares)))
        found = described(inside, features, self.precision.tolerance / half, self.precision.step / half)
        off = np.where(np.abs(shares) <= self.beyond[:, k], shares - inside, 0.0)
        below, above = max(0.0, -float(off.min())), max(0.0, float(off.max()))
        found = within(found, below, above)
        exact = np.abs(inside - found.mean.constant) <= found.tolerance
        reach = float(np.abs(inside + off - found.mean.constant)[exact].max(initial=0.0))
        return replace(found, tolerance=max(found.tolerance, reach)), ShareOf(self.both[k])

    def _shares(self, own: Anchor) -> np.ndarray:
        assert self.support is not None
        points = self.boxes.points(own)
        if self.support.firm:
            return (points - self.middle) / self.half
        return self.others.shares(points * signs(self.support.image))

    def _sure(self, number: Described, k: int) -> bool:
        """Whether a number is an end or the middle of the support."""
        if self.support is None or self.both[k]:
            return False
        mean = number.mean
        if number.spread is not None or mean.feature is None or mean.slope != 1.0 or mean.constant:
            return False
        match self.sources[mean.feature]:
            case Place(part, axis, _):
                return part == self.support.number and axis == k
            case _:
                return False
