"""Numbers of matched parts: each column over the examples described by what was known before it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final, final

import numpy as np

from grammars.learning.shapes.bodies import Body, Item, Row
from grammars.learning.shapes.describing import Described, counted, described, independent
from grammars.learning.shapes.frames import boxes_of, own_extent
from grammars.learning.shapes.model import Content, Extent, Gap, LearnedPart, Place, Source, read_source
from grammars.learning.shapes.placing import Support, placed
from grammars.learning.shapes.precision import ANGLE, SHARE, Precision
from grammars.learning.shapes.ties import tied
from shapelang.primitives.table import PRIMITIVE_BY_KIND

_OFF: Final = 0.2

_ACROSS: Final = 5.0

_STILL: Final = 12.0


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
    known: Mapping[int, Sequence[Item]],
    support: Support | None,
    precision: Precision,
) -> LearnedPart:
    """The part that items of the bodies are, its numbers hanging on `known` parts by their items in the same bodies.

    It stays on its support, where there is one.

    Bodies within it are not fitted here.
    """
    first = items[0]
    sources = sources_of(tuple(known), precision.framed) if precision.dependent else ()
    sizes, boxes = np.array([body.size for body in bodies]), {k: boxes_of(own) for k, own in known.items()}
    columns = [read_source(source, sizes, boxes) for source in sources]
    fit = _Fit(np.array(columns, np.float64).reshape(len(sources), len(items)), sources, precision)
    w, h, d = (fit([own_extent(item, k) for item in items], precision, k, positive=True) for k in range(3))
    x, y, z = (fit([float(item.turns[k]) for item in items], ANGLE) for k in range(3))
    held = support if precision.dependent else None
    # A height that is always that of something else is shorter so.
    grounding = h.spread is not None or h.mean.feature is None
    stands = placed(items, held, sources, precision, lambda values, k: fit(values, precision, k), grounding=grounding)
    loose = tied(f"{name}_is_off", (w, stands.grounded or h, d, x, y, z, *stands.place), len(items))
    repeats = [item.repeats for item in items if item.repeats is not None]
    count = counted([r.count for r in repeats]) if repeats else None
    span = None
    rows = [r.span for r in repeats if isinstance(r, Row)]
    if rows:
        a, b, c = (fit([float(row[k]) for row in rows], precision, k) for k in range(3))
        span = (a, b, c)
    contents = _contents(items, fit)
    return LearnedPart(
        number,
        name,
        contents,
        first.mirrored,
        sources,
        (loose[0], loose[1], loose[2]),
        (loose[3], loose[4], loose[5]),
        stands.anchor,
        (loose[6], loose[7], loose[8]),
        count,
        span,
        None if support is None else support.number,
        stands.holds,
        stands.reaching,
        "" if support is None else support.image,
        stands.grounded is not None,
    )


def _contents(items: Sequence[Item], fit: _Fit) -> tuple[Content, ...]:
    """What the items are, the most frequent first. Where they differ, no argument hangs on anything."""
    groups: dict[Hashable, list[int]] = {}
    for k, item in enumerate(items):
        groups.setdefault(item.content, []).append(k)
    found: list[Content] = []
    for members in sorted(groups.values(), key=lambda members: -len(members)):
        one = items[members[0]]
        own = fit if len(groups) == 1 else _Fit(np.zeros((0, len(members))), (), fit.precision)
        skipped = 3 if one.boxed else 0
        fine = () if one.body is not None else _precisions(one, fit.precision)[skipped:]
        arguments = tuple(
            own([items[m].arguments[skipped + k] for m in members], f, positive=f is fit.precision)
            for k, f in enumerate(fine)
        )
        weight = (len(members) + 0.5) / (len(items) + 0.5 * len(groups))
        found.append(Content("", weight, one.kind, one.fixed, one.boxed, arguments, None))
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
        return described(column, self.features, tolerance, fine.step, besides=self._besides(axis, positive))

    def _besides(self, axis: int | None, extent: bool) -> np.ndarray:
        """Bits against what runs along another axis, and against what is always the same: that tells nothing of an
        extent; of a place it does, since a part may touch a face that never moves.
        """
        same = np.ptp(self.features, axis=1) <= 2.0 * self.precision.tolerance if len(self.features) else []
        across = [_ACROSS * (axis is not None and source.axis != axis) for source in self.sources]
        still = [
            _STILL * (bool(s) and (extent or not isinstance(source, Place)))
            for s, source in zip(same, self.sources, strict=True)
        ]
        return np.array(across) + np.array(still)


def _precisions(item: Item, precision: Precision) -> tuple[Precision, ...]:
    """Of each argument."""
    fine = {"length": precision, "angle": ANGLE, "curvature": ANGLE}
    return tuple(fine.get(type_, SHARE) for type_ in slots_of(item.kind))


def slots_of(kind: str) -> tuple[str, ...]:
    """The type of each real argument of a primitive."""
    slots = (s for s in PRIMITIVE_BY_KIND[kind].slots if s.type not in ("points", "int"))
    return tuple("length" if s.in_metres else s.type for s in slots)
