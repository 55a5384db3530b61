"""Found parts against true ones: matched one to one, counted, and which of them touch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final, final

import numpy as np

from shapelang.arrays import Float64
from shapelang.metrics.chamfer import distances_to
from shapelang.metrics.iou import solid_iou
from shapelang.metrics.triangles import Triangles

CELLS: Final = 96
"""On each side of the joint box of two parts: finer than as many along the longest side of the whole, and the only way
to see a board that is thinner than a cell of that."""

_MATCHED: Final = 0.5
"""The IoU from which a part counts as found."""

NEAR: Final = 0.005
"""Of the diagonal: surfaces that come so near are connected."""

_FINEST: Final = 0.02
"""Of the distance asked for: what is left undecided, and counts as near."""

Pair = tuple[int, int]


@final
@dataclass(frozen=True, slots=True)
class Counts:
    """What is true, what was said, and what of both is the same; sums over shapes make the F1 of a set."""

    true: int
    said: int
    both: int

    @property
    def f1(self) -> float:
        """2 · both / (true + said); 1 where there was nothing to say and nothing was said."""
        total = self.true + self.said
        return 2.0 * self.both / total if total else 1.0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.true + other.true, self.said + other.said, self.both + other.both)


@final
@dataclass(frozen=True, slots=True, eq=False)
class PartScores:
    """`iou` (true, said) of all pairs · `matched`: the pairs of the best one-to-one matching with an IoU ≥ 0.5."""

    iou: Float64[np.ndarray, "t p"]
    matched: tuple[Pair, ...]

    @property
    def counts(self) -> Counts:
        """Of the parts."""
        return Counts(self.iou.shape[0], self.iou.shape[1], len(self.matched))


@final
@dataclass(frozen=True, slots=True)
class ConnectionScores:
    """`among_matched`: pairs of true parts that were both found. `of_all`: what touches a lost part is lost too."""

    among_matched: Counts
    of_all: Counts


def part_scores(truth: Sequence[Triangles], said: Sequence[Triangles], cells: int = CELLS) -> PartScores:
    """The matching of the highest sum of volume IoU (Kuhn, "The Hungarian Method", 1955), cut at `_MATCHED`."""
    from scipy.optimize import linear_sum_assignment

    iou = np.zeros((len(truth), len(said)))
    for i, a in enumerate(truth):
        for j, b in enumerate(said):
            if _boxes_meet(a, b, 0.0):
                iou[i, j] = solid_iou(a, b, cells)
    rows, columns = linear_sum_assignment(-iou)
    pairs = ((int(i), int(j)) for i, j in zip(rows, columns, strict=True) if iou[i, j] >= _MATCHED)
    return PartScores(iou, tuple(pairs))


def connection_scores(
    true: frozenset[Pair], said: Sequence[Triangles], matched: Sequence[Pair], reach: float
) -> ConnectionScores:
    """The connections of the found parts, named by the true parts that they are matched with, against the true ones."""
    found = connections({i: said[j] for i, j in matched}, reach)
    ours = {i for i, _ in matched}
    known = {pair for pair in true if set(pair) <= ours}
    right = len(found & true)
    return ConnectionScores(Counts(len(known), len(found), right), Counts(len(true), len(found), right))


def connections(parts: dict[int, Triangles], reach: float) -> frozenset[Pair]:
    """The pairs, smaller number first, whose surfaces come within `reach` metres."""
    return frozenset((i, j) for i, j in combinations(sorted(parts), 2) if surfaces_within(parts[i], parts[j], reach))


def surfaces_within(a: Triangles, b: Triangles, reach: float) -> bool:
    """Whether two surfaces come within `reach` of each other; up to 1.02 · reach may count as well.

    A triangle is told by its centre, and halved across its longest edge while neither the centre is near nor all of it
    far. Exact where sampled points would miss two edges that cross.
    """
    if not _boxes_meet(a, b, reach):
        return False
    corners = _near_box(a.corners, b, reach)
    while len(corners):
        centre = corners.mean(axis=1)
        apart = distances_to(b, centre)
        if (apart <= reach).any():
            return True
        radius = np.sqrt(((corners - centre[:, None]) ** 2).sum(axis=2)).max(axis=1)
        open_still = apart - radius <= reach
        if (open_still & (radius <= _FINEST * reach)).any():
            return True
        corners = _halved(corners[open_still])
    return False


def _boxes_meet(a: Triangles, b: Triangles, reach: float) -> bool:
    (low_a, high_a), (low_b, high_b) = a.bounds, b.bounds
    return bool((np.maximum(low_a, low_b) <= np.minimum(high_a, high_b) + reach).all())


def _near_box(corners: Float64[np.ndarray, "f 3 3"], b: Triangles, reach: float) -> Float64[np.ndarray, "g 3 3"]:
    """The triangles whose boxes come within `reach` of the box of b."""
    low, high = b.bounds
    near = (corners.max(axis=1) >= low - reach) & (corners.min(axis=1) <= high + reach)
    return corners[near.all(axis=1)]


def _halved(corners: Float64[np.ndarray, "f 3 3"]) -> Float64[np.ndarray, "g 3 3"]:
    """Each triangle as two, cut from the middle of its longest edge."""
    edges = ((np.roll(corners, -1, axis=1) - corners) ** 2).sum(axis=2)
    turned = (edges.argmax(axis=1)[:, None] + np.arange(3)) % 3
    p, q, r = (np.take_along_axis(corners, turned[:, k, None, None], axis=1)[:, 0] for k in range(3))
    middle = 0.5 * (p + q)
    return np.concatenate([np.stack([p, middle, r], axis=1), np.stack([middle, q, r], axis=1)])
