"""Weights of a model from furnished rooms, by a composite likelihood of conditional probabilities.

For each thing that stands: the probability that, all else as it is, it stands where it does and is not elsewhere or
missing; for each kind of which there could be more: that there is no further one. Each is 1 or λ(place) over
1 + Σ λ(places), λ the conditional intensity, so that their product is log-concave: Besag, "Statistical analysis of
non-lattice data", The Statistician 24 (1975); Baddeley, Turner, "Practical maximum pseudolikelihood for spatial point
patterns", Australian & New Zealand Journal of Statistics 42 (2000), for the sums over places. These are exact on cells
up to a sample of those at which nothing touches. With a normal prior on each weight there is one maximum.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, final

import numpy as np
from numpy.typing import NDArray

from grammars.arrangement.cells import cells_of, footprint, state_of, turned
from grammars.arrangement.model import ALONE, STEPS, TOGETHER, ArrangementModel
from grammars.arrangement.reading import Furnished, merged_kinds
from grammars.arrangement.sampling import scratch_of, world_of

COUNTS: Final = 3.0
SHARE: Final = 0.08
"""Of the places away from walls and things, those that are summed, each for as many as it stands for."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Conditional probabilities: sparse rows of features, one for each place, and for how many places each stands.

    Group g has the rows from starts[g]; `things` are the rows of what stands, of which a group has one at most.
    `rooms`: the room of each group.
    """

    matrix: Any
    weights: NDArray[np.float64]
    starts: NDArray[np.int64]
    things: NDArray[np.int64]
    rooms: NDArray[np.int64]


def learned(rooms: Sequence[Furnished], spread: float = 1.0, seed: int = 0) -> ArrangementModel:
    """The model that is most probable given rooms, each weight having a normal prior about 0 of that deviation.

    Weights of counts have a prior `COUNTS` times as wide: they set the scale.
    """
    model = blank(rooms)
    purposes = sorted(model.most)
    rows = rows_of(model, rooms, seed)
    shared = model.alone.size + model.together.size
    deviations = np.full(rows.matrix.shape[1], spread)
    deviations[shared:] = COUNTS * spread
    theta = maximised(rows, deviations)
    alone = theta[: model.alone.size].reshape(model.alone.shape)
    together = theta[model.alone.size : shared].reshape(model.together.shape)
    steps = theta[shared:].reshape(len(purposes), len(model.kinds), STEPS)
    return ArrangementModel(model.kinds, alone, together, dict(zip(purposes, steps, strict=True)), model.most)


def blank(rooms: Sequence[Furnished]) -> ArrangementModel:
    """A model without weights: the kinds of rooms, and for each purpose as many of each as any such room has."""
    kinds = merged_kinds(rooms)
    n = len(kinds)
    names = [kind.name for kind in kinds]
    most: dict[str, NDArray[np.int32]] = {}
    for room in rooms:
        here = np.zeros(n, np.int32)
        for prop in room.props:
            here[names.index(prop.kind)] += 1
        most[room.space.purpose] = np.maximum(most.get(room.space.purpose, here), here)
    steps = {purpose: np.zeros((n, STEPS)) for purpose in most}
    return ArrangementModel(kinds, np.zeros((n, len(ALONE))), np.zeros((n, n, len(TOGETHER))), steps, most)


def rows_of(model: ArrangementModel, rooms: Sequence[Furnished], seed: int = 0, share: float = SHARE) -> Rows:
    """The rows of all rooms, their columns the model's weights: shared ones, then the steps of each purpose."""
    from scipy.sparse import csr_matrix

    purposes = sorted(model.most)
    shared, own = model.alone.size + model.together.size, len(model.kinds) * STEPS
    gathered = _Gathered()
    for k, room in enumerate(rooms):
        shift = own * purposes.index(room.space.purpose)
        _survey(model, room, np.random.default_rng([seed, k]), share, (k, shared, shift), gathered)
    lengths = np.concatenate(gathered.lengths)
    ends = np.concatenate([[0], np.cumsum(lengths)])
    columns = shared + own * len(purposes)
    parts = (np.concatenate(gathered.values), np.concatenate(gathered.indices), ends)
    matrix = csr_matrix(parts, shape=(len(lengths), columns))
    starts = np.cumsum([0, *map(len, gathered.lengths)])[:-1]
    weights = np.concatenate(gathered.weights)
    return Rows(matrix, weights, starts, np.array(gathered.things, np.int64), np.array(gathered.rooms, np.int64))


def maximised(rows: Rows, deviations: NDArray[np.float64]) -> NDArray[np.float64]:
    """The weights of the maximum, by L-BFGS from 0."""
    from scipy.optimize import minimize

    tight = 1.0 / deviations**2
    seen = np.asarray(rows.matrix[rows.things].sum(axis=0)).ravel()
    turned_over = rows.matrix.T.tocsr()

    def loss(theta: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        value, shares = surprise(rows, theta)
        return value - float(seen @ theta) + 0.5 * float(
            (tight * theta) @ theta
        ), turned_over @ shares - seen + tight * theta

    found: Any = minimize(loss, np.zeros(rows.matrix.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 500})
    return found.x


def surprise(rows: Rows, theta: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
    """Σ over groups log(1 + Σ weight · exp(row · theta)), and the probability of each row."""
    scores = rows.matrix @ theta
    sizes = np.diff(np.append(rows.starts, len(scores)))
    tops = np.maximum(np.maximum.reduceat(scores, rows.starts), 0.0)
    shares = rows.weights * np.exp(scores - np.repeat(tops, sizes))
    sums = np.add.reduceat(shares, rows.starts) + np.exp(-tops)
    return float((tops + np.log(sums)).sum()), shares / np.repeat(sums, sizes)


@final
class _Gathered:
    """Rows while they are gathered, in groups."""

    def __init__(self) -> None:
        self.indices: list[NDArray[Any]] = []
        self.values: list[NDArray[Any]] = []
        self.lengths: list[NDArray[Any]] = []
        self.weights: list[NDArray[Any]] = []
        self.things: list[int] = []
        self.rooms: list[int] = []
        self.rows = 0


def _survey(
    model: ArrangementModel, room: Furnished, rng: np.random.Generator, share: float, offsets: tuple[int, int, int],
    gathered: _Gathered,
) -> None:  # fmt: skip
    """Adds a group for each thing that stands in a room, and for each kind of which there could be one more."""
    cells = cells_of(room.space)
    world = world_of(model, cells, room.space.purpose)
    names = model.names
    states = [(names.index(p.kind), *state_of(p, model.kinds[names.index(p.kind)], cells), 0) for p in room.props]
    props = np.array(states, np.int64).reshape(-1, 5)
    for i in range(len(props)):
        others = np.delete(props, i, axis=0)
        where, stands_for = _places(footprint(model.kinds[props[i, 0]]), others, world, rng, share)
        # The thing's own place comes first, and only once.
        kept = (where != props[i, 1:4]).any(axis=1)
        where, stands_for = np.concatenate([props[i : i + 1, 1:4], where[kept]]), np.append(1.0, stands_for[kept])
        gathered.things.append(gathered.rows)
        _add(gathered, int(props[i, 0]), props, i, where, stands_for, world, offsets)
    counts = np.bincount(props[:, 0], minlength=len(names)) if len(props) else np.zeros(len(names), np.int64)
    for kind in world.usable:
        if counts[kind] < world.most[kind]:
            where, stands_for = _places(footprint(model.kinds[kind]), props, world, rng, share)
            _add(gathered, int(kind), props, -1, where, stands_for, world, offsets)


def _add(
    gathered: _Gathered, kind: int, props: NDArray[np.int64], skip: int, where: NDArray[np.int64],
    stands_for: NDArray[np.float64], world: Any, offsets: tuple[int, int, int],
) -> None:  # fmt: skip
    from grammars.arrangement.kernels.chain import surveyed

    room, shared, shift = offsets
    scratch = scratch_of(world, len(props), 0)
    starts = np.zeros(len(where) + 1, np.int64)
    found = np.zeros(len(where) * len(scratch.ids), np.int64)
    weights = np.zeros(len(found))
    surveyed(kind, props, len(props), skip, where, world, scratch, starts, found, weights)
    lengths = np.diff(starts)
    kept = lengths > 0
    if not kept.any():
        return
    indices = found[: starts[-1]]
    gathered.indices.append(np.where(indices >= shared, indices + shift, indices))
    gathered.values.append(weights[: starts[-1]])
    gathered.lengths.append(lengths[kept])
    gathered.weights.append(stands_for[kept])
    gathered.rooms.append(room)
    gathered.rows += int(kept.sum())


def _places(
    size: tuple[int, int], props: NDArray[np.int64], world: Any, rng: np.random.Generator, share: float
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Places to sum over, and for how many each stands: all that touch a wall or a thing, a share of the others."""
    nz, nx = world.inside.shape
    found: list[NDArray[np.int64]] = []
    weights: list[NDArray[np.float64]] = []
    for quarter in range(4):
        sx, sz = turned(size, quarter)
        if sx > nx or sz > nz:
            continue
        z, x = np.mgrid[: nz - sz + 1, : nx - sx + 1]
        near = (x == 0) | (z == 0) | (x == nx - sx) | (z == nz - sz)
        for prop in props:
            wx, wz = turned((int(world.sizes[prop[0], 0]), int(world.sizes[prop[0], 1])), int(prop[3]))
            gap = np.maximum.reduce([prop[1] - x - sx, x - prop[1] - wx, prop[2] - z - sz, z - prop[2] - wz])
            near |= (gap >= 0) & (gap <= 1)
        kept = near | (rng.random(near.shape) < share)
        found.append(np.stack([x[kept], z[kept], np.full(int(kept.sum()), quarter)], axis=1))
        weights.append(np.where(near[kept], 1.0, 1.0 / share))
    if not found:
        return np.zeros((0, 3), np.int64), np.zeros(0)
    return np.concatenate(found), np.concatenate(weights)
