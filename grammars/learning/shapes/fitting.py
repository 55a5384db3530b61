"""Numbers of matched parts: each column over the examples described by what was known before it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import floor, log10
from typing import Final, TypeAlias, final

import numpy as np

from grammars.learning.shapes.bodies import Body, Item, Row
from grammars.learning.shapes.describing import Described, counted, described, independent
from grammars.learning.shapes.model import Content, Extent, Gap, LearnedPart, Place, Source, read_source
from grammars.learning.shapes.roles import turns_named
from shapelang.io.turns import matrix_of
from shapelang.primitives.table import PRIMITIVE_BY_KIND

_ANCHORS: Final = (
    (0, 0, 0), (0, -1, 0), (0, 1, 0), (0, 0, -1), (0, 0, 1), (-1, 0, 0), (1, 0, 0),
    (0, -1, -1), (0, -1, 1), (0, 1, -1), (0, 1, 1),
)  # fmt: skip
"""Of a part that is turned."""

_OFF: Final = 0.2

_ACROSS: Final = 5.0

_STILL: Final = 12.0

_BOXED: Final = frozenset({"cuboid", "ellipsoid", "superquadric", "wedge"})
"""Primitives whose first arguments are their extents."""

_ANCHOR: Final = 1.0
"""Bits of an anchor other than the middle, on each axis."""


@final
@dataclass(frozen=True, slots=True)
class Precision:
    """Metres: what is exact to within `tolerance` holds; samples are told to a `step`.

    `dependent`: whether numbers may hang on one another; otherwise each is uniform. `framed`: whether they may hang on
    the extents of the body.
    """

    tolerance: float
    step: float
    dependent: bool = True
    framed: bool = True


def precision_of(bodies: Sequence[Body], tolerance: float) -> Precision:
    """A tolerance as a share of the bodies' median diagonal, and the power of ten below a thousandth of that."""
    diagonal = float(np.median([np.sqrt((body.size**2).sum()) for body in bodies]))
    return Precision(tolerance * diagonal, 10.0 ** (floor(log10(diagonal)) - 3))


ANGLE: Final = Precision(2.0, 0.5)
"""Degrees."""

SHARE: Final = Precision(0.02, 0.01)
"""Of numbers without a unit."""


def sources_of(parts: Sequence[int], framed: bool) -> tuple[Source, ...]:
    """All that a number may hang on, where some parts are known; without the ends of the body if it is not framed."""
    found: list[Source] = [Extent(None, axis) for axis in range(3)] if framed else []
    found += [Extent(part, axis) for part in parts for axis in range(3)]
    found += [Place(part, axis, side) for part in parts for axis in range(3) for side in (-1, 1, 0)]
    for axis in range(3) if framed else ():
        found += [Gap(part, None, axis) for part in parts]
        if axis != 1:
            found += [Gap(None, part, axis) for part in parts]
    found += [Gap(a, b, 1) for a, b in product(parts, parts) if a != b]
    return tuple(found)


def fitted_part(
    number: int,
    name: str,
    bodies: Sequence[Body],
    items: Sequence[Item],
    known: Sequence[int],
    before: Sequence[Mapping[int, Item]],
    precision: Precision,
) -> LearnedPart:
    """The part that items of the bodies are, its numbers hanging on `known` parts, whose items are in `before`.

    Bodies within it are not fitted here.
    """
    first = items[0]
    sources = sources_of(known, precision.framed) if precision.dependent else ()
    columns = [[read_source(s, b, i) for b, i in zip(bodies, before, strict=True)] for s in sources]
    fit = _Fit(np.array(columns, np.float64).reshape(len(sources), len(items)), sources, precision)
    w, h, d = (fit([_extent(item, k) for item in items], precision, k, positive=True) for k in range(3))
    x, y, z = (fit([float(item.turns[k]) for item in items], ANGLE) for k in range(3))
    anchor, place = _placed(items, fit)
    repeats = [item.repeats for item in items if item.repeats is not None]
    count = counted([r.count for r in repeats]) if repeats else None
    span = None
    rows = [r.span for r in repeats if isinstance(r, Row)]
    if rows:
        a, b, c = (fit([float(row[k]) for row in rows], precision, k) for k in range(3))
        span = (a, b, c)
    contents = _contents(items, fit)
    return LearnedPart(
        number, name, contents, first.mirrored, sources, (w, h, d), (x, y, z), anchor, place, count, span
    )


def _extent(item: Item, k: int) -> float:
    """Of the part itself, not of the row that it stands in."""
    return float(item.arguments[k] if boxed(item) else item.size[k])


def boxed(item: Item) -> bool:
    """Whether its first arguments are its extents."""
    return item.body is not None or item.kind in _BOXED


def _contents(items: Sequence[Item], fit: _Fit) -> tuple[Content, ...]:
    """What the items are, the most frequent first. Where they differ, no argument hangs on anything."""
    groups: dict[Hashable, list[int]] = {}
    for k, item in enumerate(items):
        groups.setdefault(item.content, []).append(k)
    found: list[Content] = []
    for members in sorted(groups.values(), key=lambda members: -len(members)):
        one = items[members[0]]
        own = fit if len(groups) == 1 else _Fit(np.zeros((0, len(members))), (), fit.precision)
        skipped = 3 if boxed(one) else 0
        fine = () if one.body is not None else _precisions(one, fit.precision)[skipped:]
        arguments = tuple(
            own([items[m].arguments[skipped + k] for m in members], f, positive=f is fit.precision)
            for k, f in enumerate(fine)
        )
        weight = (len(members) + 0.5) / (len(items) + 0.5 * len(groups))
        found.append(Content("", weight, one.kind, one.fixed, boxed(one), arguments, None))
    return tuple(found)


@final
@dataclass(frozen=True, slots=True, eq=False)
class _Fit:
    """Describes columns by the same features (sources, examples); only lengths hang on lengths."""

    features: np.ndarray
    sources: tuple[Source, ...]
    precision: Precision

    def __call__(
        self,
        values: Sequence[float] | np.ndarray,
        fine: Precision,
        axis: int | None = None,
        *,
        positive: bool = False,
    ) -> Described:
        """Of a length the `axis` that it is along; `positive`: none is told as one that is off by much of itself."""
        column = np.asarray(values, np.float64)
        tolerance = min(fine.tolerance, _OFF * float(column.min())) if positive else fine.tolerance
        if not self.precision.dependent:
            return independent(column, tolerance, fine.step)
        if fine is not self.precision:
            return described(column, np.zeros((0, len(column))), tolerance, fine.step)
        return described(column, self.features, tolerance, fine.step, besides=self._besides(axis))

    def _besides(self, axis: int | None) -> np.ndarray:
        """Bits against what runs along another axis, and against an extent or gap that is always the same."""
        same = np.ptp(self.features, axis=1) <= 2.0 * self.precision.tolerance if len(self.features) else []
        across = [_ACROSS * (axis is not None and source.axis != axis) for source in self.sources]
        still = [
            _STILL * (bool(s) and not isinstance(source, Place)) for s, source in zip(same, self.sources, strict=True)
        ]
        return np.array(across) + np.array(still)


def _precisions(item: Item, precision: Precision) -> tuple[Precision, ...]:
    """Of each argument."""
    fine = {"length": precision, "angle": ANGLE, "curvature": ANGLE}
    return tuple(fine.get(type_, SHARE) for type_ in slots_of(item.kind))


def slots_of(kind: str) -> tuple[str, ...]:
    """The type of each real argument of a primitive."""
    return tuple(s.type for s in PRIMITIVE_BY_KIND[kind].slots if s.type not in ("points", "int"))


_Placed: TypeAlias = tuple[tuple[int, int, int], tuple[Described, Described, Described]]


def _placed(items: Sequence[Item], fit: _Fit) -> _Placed:
    """The anchor whose place is told shortest."""
    if any(item.turns.any() and not isinstance(item.repeats, Row) for item in items):
        return min((_at(items, own, fit) for own in _ANCHORS), key=_length)
    x, y, z = (_along(items, k, fit) for k in range(3))
    return (x[0], y[0], z[0]), (x[1], y[1], z[1])


def _along(items: Sequence[Item], k: int, fit: _Fit) -> tuple[int, Described]:
    options = [
        (side, fit([float(i.centre[k] + 0.5 * side * i.size[k]) for i in items], fit.precision, k))
        for side in (0, -1, 1)
    ]
    return min(options, key=lambda option: option[1].bits + _ANCHOR * abs(option[0]))


def _at(items: Sequence[Item], own: tuple[int, int, int], fit: _Fit) -> _Placed:
    points = np.array([anchored(item, own) for item in items])
    x, y, z = (fit(points[:, k], fit.precision, k) for k in range(3))
    return own, (x, y, z)


def _length(placed: _Placed) -> float:
    return sum(number.bits for number in placed[1]) + _ANCHOR * sum(map(abs, placed[0]))


def anchored(item: Item, anchor: tuple[int, int, int]) -> np.ndarray:
    """(3,): where an anchor of an item is in its body."""
    own = 0.5 * np.array(anchor) * item.size
    if isinstance(item.repeats, Row):
        return item.centre + own
    return item.centre + matrix_of(turns_named(item.turns)) @ own
