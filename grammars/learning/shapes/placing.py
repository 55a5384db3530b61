"""Where parts stand: the point of a part that is placed, and each of its coordinates by what keeps it on its support.

Two boxes touch where they overlap along each axis. So a coordinate of a point of one box that lies within the other is
a share of the other's extent, in [-1, 1] from end to end, or another number that is held within it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias, final

import numpy as np

from grammars.learning.shapes.bodies import PLANES, Item, Mirrored, Row, signs
from grammars.learning.shapes.contacts import contact, distances, image_of, leaves_of, near
from grammars.learning.shapes.describing import Described, described
from grammars.learning.shapes.frames import boxes_of, extent_of, share_of, within
from grammars.learning.shapes.grounding import grounded
from grammars.learning.shapes.model import FREE, Clamped, Hold, Place, ShareOf, Source
from grammars.learning.shapes.precision import Precision, evenly

_ANCHORS: Final = (
    (0, 0, 0), (0, -1, 0), (0, 1, 0), (0, 0, -1), (0, 0, 1), (-1, 0, 0), (1, 0, 0),
    (0, -1, -1), (0, -1, 1), (0, 1, -1), (0, 1, 1),
)  # fmt: skip
"""Of a part that is turned."""

_ANCHOR: Final = 1.0
"""Bits of an anchor other than the middle, on each axis."""

_WRITTEN: Final = 6.0
"""Bits of an anchor that is neither the middle nor an end."""

_TRIED: Final = 4
"""Anchors by whose shares the place is told in fewest bits, of which other descriptions are tried."""

_CLAMPED: Final = 8.0
"""Bits of a number that is held within an extent besides."""

_MISSES: Final = 0.04
"""Of the examples: where a point may lie off its support."""

_SOME: Final = 200
"""Examples at most by which it is told where parts touch."""

Fit: TypeAlias = Callable[[np.ndarray, int], Described]
"""Describes a column of lengths along an axis."""

_MOST: Final = 0.5
"""Of the examples: where an anchor lies on the support at least."""

Anchor: TypeAlias = tuple[float, float, float]


@final
@dataclass(frozen=True, slots=True, eq=False)
class Support:
    """What a part hangs on: its number, its items in the examples, and whether numbers may hang on it.

    They are no further `apart` than that, in metres. Of a support with images the part hangs on the `image` in some
    planes, on which no numbers may hang.
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
    items: Sequence[Item], support: Support | None, sources: Sequence[Source], precision: Precision, fit: Fit
) -> Placed:
    """The anchor whose place is told shortest, of those that lie on the support."""
    found = _placed(items, support, sources, precision, fit)
    if support is None:
        return found
    return replace(found, reaching=_reaching(items, support), grounded=grounded(found.anchor, items, precision))


def _reaching(items: Sequence[Item], support: Support) -> tuple[bool, bool, bool]:
    def reaches(item: Item, other: Item, k: int) -> bool:
        if not isinstance(item.repeats, Row) or item.repeats.span[k] <= 0.0:
            return False
        off = abs(float(item.centre[k] - other.centre[k])) + 0.5 * abs(float(item.repeats.span[k]))
        return off <= 0.5 * float(other.size[k]) + support.apart

    both = list(zip(items, support.items, strict=True))
    x, y, z = (support.firm and all(reaches(item, other, k) for item, other in both) for k in range(3))
    return x, y, z


def _placed(
    items: Sequence[Item], support: Support | None, sources: Sequence[Source], precision: Precision, fit: Fit
) -> Placed:
    turned = any(item.turns.any() and not isinstance(item.repeats, Row) for item in items)
    placer = _Placer(items, support, sources, precision, fit)
    if support is not None and (turned or not support.firm or any(map(_hollow, (*items, *support.items)))):
        anchors = sorted(
            (placer.shared(own) for own in placer.anchors(not support.firm)), key=lambda found: found.length
        )
        if anchors and not support.firm:
            return anchors[0]
        if anchors:
            return min((placer.at(found.anchor) for found in anchors[:_TRIED]), key=lambda found: found.length)
        if not support.firm:
            placer = _Placer(items, None, sources, precision, fit)
    if turned:
        return min((placer.at(own) for own in _ANCHORS), key=lambda found: found.length)
    (a, x, f), (b, y, g), (c, z, h) = (placer.along(k) for k in range(3))
    return Placed((a, b, c), (x, y, z), (f, g, h))


def _hollow(item: Item) -> bool:
    """Whether a point of its box may be where nothing is."""
    return item.body is not None or item.repeats is not None


def _reached(item: Item) -> Item:
    """The one that is placed, and that a name reaches: a row, or the first of images."""
    return replace(item, mirrored="", repeats=item.repeats if isinstance(item.repeats, Row) else None)


def nearest_image(items: Sequence[Item], others: Sequence[Item], apart: float) -> Mirrored:
    """Which of the images that all supports have the parts touch in most examples; of equals the original."""
    reflected: list[Mirrored] = [
        planes for planes in PLANES if all(set(planes) <= set(other.mirrored) for other in others)
    ]
    images: list[Mirrored] = ["", *reflected]
    if len(images) == 1:
        return ""
    some = evenly(len(items), _SOME)
    both = [(leaves_of(_reached(items[k])), _reached(others[k])) for k in some]
    met = {i: sum(bool(near(own, image_of(other, i), apart).any()) for own, other in both) for i in images}
    return max(images, key=lambda image: met[image])


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
        # One coordinate of many anchors is the same.
        self._known: dict[tuple[int, bytes, bool], tuple[Described, Hold]] = {}
        if support is not None:
            self.others = boxes_of(support.items)
            self.both = tuple(self._has_image(axis, support) for axis in range(3))
            extents = [[extent_of(item, k, self.both[k]) for k in range(3)] for item in support.items]
            self.middle, self.half = np.moveaxis(np.array(extents), 2, 0)
            self.beyond = 1.0 + support.apart / self.half
            self.touched = self._touched(support)

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
        some = evenly(len(self.items), _SOME)
        solid = np.ones((len(some), len(lie)), bool)
        for row, k in enumerate(some):
            other = self.support.items[k]
            for hollow in filter(_hollow, (self.items[k], other)):
                seen = points[k] * signs(self.support.image) if hollow is other else points[k]
                solid[row] &= distances(seen, leaves_of(_reached(hollow))) <= self.support.apart
        return [own for own, share in zip(lie, solid.mean(axis=0), strict=True) if share >= 1.0 - _MISSES] or lie

    def _touched(self, support: Support) -> Anchor:
        """Where the parts touch, in the part's own box, in the middle of the examples."""
        both = [(self.items[k], support.items[k]) for k in evenly(len(self.items), _SOME)]
        met = [contact(leaves_of(_reached(item)), image_of(_reached(other), support.image)) for item, other in both]
        points = [share_of(item, point) for (item, _), point in zip(both, met, strict=True)]
        x, y, z = (min(max(round(float(s), 2), -1.0), 1.0) + 0.0 for s in np.median(points, axis=0))
        return x, y, z

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
            if self.support is not None and hold is FREE and not self._sure(number, k):
                # No end of it lies on the support, but it may overlap.
                beyond = self._overlap(k) if side == 0 else None
                if beyond is None:
                    options.append((number.bits + _CLAMPED + _bits(side) + 1e6, side, number, FREE))
                    continue
                hold = Clamped(beyond, self.both[k])
            bits = number.bits + _bits(side) + _CLAMPED * isinstance(hold, Clamped)
            options.append((bits, side, number, hold))
        _, side, number, hold = min(options, key=lambda option: option[0])
        return side, number, hold

    def _overlap(self, k: int) -> float | None:
        """By how much the middle of a part may lie off its support, which it overlaps; None where it does not."""
        assert self.support is not None
        sizes, middles = self.boxes.size[:, k], self.boxes.centre[:, k]
        off = np.abs(middles - self.middle[:, k]) - self.half[:, k] - 0.5 * sizes
        if (off > self.support.apart).mean() > _MISSES:
            return None
        return round(0.5 * float(sizes.min()), 4)

    def _held(self, ends: np.ndarray, shares: np.ndarray | None, k: int) -> tuple[Described, Hold]:
        free = self.fit(ends, k)
        if shares is None or (np.abs(shares) > self.beyond[:, k]).mean() > _MISSES or self._sure(free, k):
            return free, FREE
        share, hold = self._share(shares, k)
        return (share, hold) if share.bits <= free.bits + _CLAMPED else (free, Clamped(0.0, self.both[k]))

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
