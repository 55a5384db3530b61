"""Of an assembly's body the solids that tell something of the whole model: ribs and sockets of castings do not.

A body is explained by its own measure, so that a small one is as detailed as a large one. What one of its solids is
worth to the whole model is asked afterwards: a solid less for a share of the model's volume (`PRICE`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, final

import numpy as np

from shapelang.inference.bodies.bodies import Body
from shapelang.inference.parting.explained import Explained
from shapelang.inference.sampling.frames import body_frame
from shapelang.inference.sampling.inside_test import ClosedTest, closed_test
from shapelang.inference.sampling.rims import signed_volume
from shapelang.inference.solids.fit import burden
from shapelang.inference.solids.kinds import Carved, Fit, Tube

PRICE: Final = 0.002
"""Of the volume of all bodies: what a primitive of one body must explain."""

_KEPT: Final = 0.15
"""Of a body's own volume: what may be lost of it, so that it stays the part that it is."""

_REACH: Final = 0.04
"""Of the model's diagonal: what lies farther from the other solids of its body is to be seen, and stays."""

_SHORTER: Final = 0.01
"""Of the model's diagonal: by so much a body may be shorter on any side, since other bodies begin where it ends."""

_ALIKE: Final = 0.02
"""Of the largest extent: solids whose extents differ by less are alike, and stay or go together."""

_SAMPLES, _BATCHES = 20000, 10
"""Samples about a body in a batch, and batches at most,"""

_ENOUGH, _FEWEST = 1000, 300
"""until so many are inside; with fewer of them a body is left as it is."""

_MARGIN: Final = 0.03
"""Samples reach this part of the extents beyond the body."""

_SLIVER: Final = 0.005
"""Of the volume of all bodies: what is less makes no assembly."""

_BODIES: Final = 3
"""Bodies from which on a mesh is an assembly."""


@final
@dataclass(frozen=True, slots=True)
class Model:
    """What a body is a part of: the volume of all closed bodies, and the diagonal of the mesh."""

    volume: float
    diagonal: float


def assembly_of(bodies: Sequence[Body], diagonal: float) -> Model | None:
    """The model that closed bodies make; None where they are too few for an assembly."""
    volumes = np.array([abs(signed_volume(body.shell)) if body.closed else 0.0 for body in bodies])
    total = float(volumes.sum())
    return Model(total, diagonal) if int((volumes > _SLIVER * total).sum()) >= _BODIES else None


def telling(body: Body, copies: int, options: list[list[Explained]], model: Model) -> list[list[Explained]]:
    """The explanations of a body, the first being the one that is cheapest for the whole model, without what tells
    nothing of it.

    `copies`: how often the body is there, each losing the same. Parts that seams tell of are left alone.
    """
    if not body.closed or len(options[0]) < 2 or any(one.fit.part is not None for one in options[0]):
        return options
    scene = _scene(body, copies, model)
    if scene.inside.sum() < _FEWEST:
        return options
    before = scene.wrong(options[0])
    thinned = [_thinned(option, scene) for option in options]
    wrong = [scene.wrong(solids) for solids in thinned]
    longest = _burden(thinned[0])
    fair = [k for k, lost in enumerate(wrong) if lost <= before + scene.kept and _burden(thinned[k]) <= longest]
    best = min(fair, key=lambda k: wrong[k] + PRICE * _primitives(thinned[k]), default=0)
    return [thinned[best], *(option for k, option in enumerate(options) if k != best)]


@final
@dataclass(frozen=True, slots=True, eq=False)
class _Scene:
    """points (n, 3) about a body, in its frame in metres as well (`local`), whether they are inside (n,), and the
    share of the model's volume that each of them stands for · kept: of that, what may be lost · reach, shorter: metres.
    """

    points: np.ndarray
    local: np.ndarray
    inside: np.ndarray
    share: float
    kept: float
    reach: float
    shorter: float

    def covered(self, solids: Sequence[Explained]) -> np.ndarray:
        """(k, n) which points each of the solids holds."""
        return np.array([one.fit.inside(self.points) for one in solids])

    def wrong(self, solids: Sequence[Explained]) -> float:
        """The share of the model's volume that solids miss, or claim without reason."""
        return float((np.bitwise_or.reduce(self.covered(solids), axis=0) ^ self.inside).sum()) * self.share


def _scene(body: Body, copies: int, model: Model) -> _Scene:
    frame = body_frame(body.shell)
    corners = body.shell.positions @ frame
    low, high = corners.min(axis=0), corners.max(axis=0)
    low, high = low - _MARGIN * (high - low), high + _MARGIN * (high - low)
    local, inside = _drawn(closed_test(body.shell), frame, low, high)
    points = local @ frame.T
    share = copies * float(np.prod(high - low)) / len(points) / model.volume
    kept = _KEPT * float(inside.sum()) * share
    return _Scene(points, local, inside, share, kept, _REACH * model.diagonal, _SHORTER * model.diagonal)


def _drawn(test: ClosedTest, frame: np.ndarray, low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Points (n, 3) of a box in a frame, and which are inside (n,).

    Not the even sequence of other samples, whose pattern meets thin ribs or passes them by.
    """
    dice = np.random.default_rng(0)
    points: list[np.ndarray] = []
    inside: list[np.ndarray] = []
    while len(points) < _BATCHES and sum(int(some.sum()) for some in inside) < _ENOUGH:
        points.append(low + dice.random((_SAMPLES, 3)) * (high - low))
        inside.append(test.inside(points[-1] @ frame.T))
    return np.concatenate(points), np.concatenate(inside)


def _thinned(solids: list[Explained], scene: _Scene) -> list[Explained]:
    """The solids without those that explain least, one kind after the other, as long as each is worth less than its
    price and the body keeps what makes it that.

    Alike solids stay or go together: a row or a pair is told by one statement, and half of it by as many.
    """
    covered = scene.covered(solids)
    groups = _alike(solids)
    left, firm, spent = list(range(len(groups))), set[int](), 0.0
    while len(left) > 1:
        there = [k for g in left for k in groups[g]]
        count = covered[there].sum(axis=0)
        losses = {g: _loss(count == covered[groups[g]].sum(axis=0), count > 0, scene) for g in left if g not in firm}
        prices = {g: PRICE * sum(_operands(solids[k].fit) for k in groups[g]) for g in losses}
        cheap = {g: loss for g, loss in losses.items() if loss <= prices[g]}
        if not cheap:
            break
        least = min(cheap, key=lambda g: cheap[g] / prices[g])
        others = [k for k in there if k not in groups[least]]
        stands = any(_stands_out(covered[k], covered[others], scene) for k in groups[least])
        if spent + cheap[least] > scene.kept or stands:
            firm.add(least)  # with fewer solids beside it, it stands out even more
            continue
        left, spent = [g for g in left if g != least], spent + max(cheap[least], 0.0)
    return [solids[k] for k in sorted(k for g in left for k in groups[g])]


def _alike(solids: Sequence[Explained]) -> list[list[int]]:
    """The numbers of solids that are equal but for their places, mirror images among them; each is in one group."""
    groups: list[list[int]] = []
    for number, one in enumerate(solids):
        same = (group for group in groups if _is_like(solids[group[0]].fit, one.fit))
        group = next(same, None)
        if group is None:
            groups.append([number])
        else:
            group.append(number)
    return groups


def _is_like(one: Fit, other: Fit) -> bool:
    a, b = np.sort(one.kind.size), np.sort(other.kind.size)
    return type(one.kind) is type(other.kind) and bool((np.abs(a - b) <= _ALIKE * max(a[-1], b[-1])).all())


def _loss(own: np.ndarray, covered: np.ndarray, scene: _Scene) -> float:
    """What is lost of the model's volume without what is covered by nothing else (`own`); negative where more of it is
    false.
    """
    alone = own & covered
    return float((alone & scene.inside).sum() - (alone & ~scene.inside).sum()) * scene.share


def _stands_out(covered: np.ndarray, others: np.ndarray, scene: _Scene) -> bool:
    """Whether what is covered (n,) reaches far from what the others (k, n) cover."""
    from scipy.spatial import KDTree

    held = np.bitwise_or.reduce(others, axis=0)
    own = scene.points[covered & scene.inside & ~held]
    if len(own) == 0:
        return False
    held &= scene.inside
    if not held.any():
        return True
    ends, mine = scene.local[held], scene.local[covered & scene.inside]
    beyond = np.maximum(mine.max(axis=0) - ends.max(axis=0), ends.min(axis=0) - mine.min(axis=0)).max()
    return float(beyond) > scene.shorter or float(KDTree(scene.points[held]).query(own)[0].max()) > scene.reach


def _primitives(solids: Sequence[Explained]) -> int:
    return sum(_operands(one.fit) for one in solids)


def _burden(solids: Sequence[Explained]) -> float:
    """How many numbers tell solids, in those of a box: one with few corners may be longer than two boxes."""
    return sum(burden(one.fit.kind) for one in solids)


def _operands(fit: Fit) -> int:
    """How many primitives a solid is written as."""
    match fit.kind:
        case Carved(_, holes):
            return 1 + len(holes)
        case Tube():
            return 2
        case _:
            return 1
