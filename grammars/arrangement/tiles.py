"""Levels of tiles: which tile beside which, as a Markov random field that is learned from levels and drawn from.

log p of a level = Σ weights of its tiles, of its pairs of neighbours, and, for each tile, of along how many of its two
axes it stands between two walls: a door does along one. Border tiles are walls, and whatever can be walked on is
connected; all else is impossible.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, final

import numpy as np
from numpy.typing import NDArray

from grammars.arrangement.errors import ArrangementError
from shapelang.assembly.assembly import Assembly
from shapelang.geometry.pose import IDENTITY

TAG: Final = "tile"
Level = NDArray[np.int64]
"""Numbers of tiles, [z, x]; row 0 is that of least z."""

_BESIDE: Final = ((0, 1), (1, 0), (0, -1), (-1, 0))


@final
@dataclass(frozen=True, slots=True, eq=False)
class TileModel:
    """Names of tiles; `wall`, the border's; those that can be walked on; weights of tiles (t,), of neighbours (t, t),
    symmetric, and of axes between walls (t, 3).
    """

    tiles: tuple[str, ...]
    wall: int
    walked: frozenset[int]
    single: NDArray[np.float64]
    pair: NDArray[np.float64]
    between: NDArray[np.float64]


def tiles_of(assembly: Assembly) -> dict[tuple[int, int], str]:
    """The tiles of a level, one metre square, by column and row: all bodies with the tag `tile`, by their kinds."""
    found: dict[tuple[int, int], str] = {}
    stack = [(assembly.root, IDENTITY)]
    while stack:
        part, pose = stack.pop()
        if TAG in part.tags:
            place = round(pose.offset[0]), round(pose.offset[2])
            if place in found:
                raise ArrangementError(f"two tiles at {place}: {found[place]} and {part.kind}")
            found[place] = part.kind
            continue
        stack.extend((child.part, child.pose.then(pose)) for child in reversed(part.children))
    return found


def levels_of(maps: Sequence[dict[tuple[int, int], str]], wall: str = "wall") -> tuple[tuple[str, ...], list[Level]]:
    """Names of all tiles and the levels as arrays, the places without a tile being walls."""
    names = tuple(sorted({name for tiles in maps for name in tiles.values()} | {wall}))
    found: list[Level] = []
    for tiles in maps:
        xs, zs = [x for x, _ in tiles], [z for _, z in tiles]
        level = np.full((max(zs) - min(zs) + 1, max(xs) - min(xs) + 1), names.index(wall))
        for (x, z), name in tiles.items():
            level[z - min(zs), x - min(xs)] = names.index(name)
        found.append(level)
    return names, found


def learned(
    names: tuple[str, ...], levels: Sequence[Level], walked: frozenset[str], wall: str = "wall", spread: float = 2.0
) -> TileModel:
    """The weights of the largest pseudo-likelihood, Π p(tile | all others), each with a normal prior: convex."""
    from scipy.optimize import minimize

    t = len(names)
    rows, seen = _rows(levels, t, names.index(wall))
    tight = 1.0 / spread**2

    def loss(theta: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        scores = rows @ theta
        tops = scores.max(axis=1, keepdims=True)
        shares = np.exp(scores - tops)
        sums = shares.sum(axis=1, keepdims=True)
        own = rows[np.arange(len(rows)), seen]
        value = float((np.log(sums) + tops).sum() - (own @ theta).sum()) + 0.5 * tight * float(theta @ theta)
        return value, np.einsum("nt,ntf->f", shares / sums, rows) - own.sum(axis=0) + tight * theta

    found: Any = minimize(loss, np.zeros(rows.shape[2]), jac=True, method="L-BFGS-B")
    pair = np.zeros((t, t))
    upper = np.triu_indices(t)
    pair[upper] = pair.T[upper] = found.x[t : t + len(upper[0])]
    numbers = frozenset(names.index(name) for name in walked if name in names)
    return TileModel(names, names.index(wall), numbers, found.x[:t], pair, found.x[t + len(upper[0]) :].reshape(t, 3))


def score(model: TileModel, level: Level) -> float:
    """log p of a level up to a constant; −∞ where it is impossible."""
    if not allowed(model, level):
        return -np.inf
    total = float(model.single[level].sum() + model.pair[level[1:], level[:-1]].sum())
    total += float(model.pair[level[:, 1:], level[:, :-1]].sum())
    return total + sum(
        float(model.between[level[z, x], axes(level, z, x, model.wall)]) for z, x in np.ndindex(level.shape)
    )


def allowed(model: TileModel, level: Level) -> bool:
    """Whether the border is all wall, and what can be walked on is connected."""
    inner = np.zeros(level.shape, np.bool_)
    inner[1:-1, 1:-1] = True
    if (level[~inner] != model.wall).any():
        return False
    places = {(int(z), int(x)) for z, x in np.argwhere(np.isin(level, list(model.walked)))}
    if not places:
        return True
    waiting = [places.pop()]
    while waiting:
        z, x = waiting.pop()
        for dz, dx in _BESIDE:
            if (z + dz, x + dx) in places:
                places.remove((z + dz, x + dx))
                waiting.append((z + dz, x + dx))
    return not places


def sampled(
    model: TileModel, shape: tuple[int, int], seed: int, steps: int, start: Level | None = None
) -> Iterator[Level]:
    """A Markov chain of levels, one after each step, always the same array: a tile drawn anew, or two swapped."""
    rng = np.random.default_rng(seed)
    level = np.full(shape, model.wall) if start is None else start.copy()
    high, wide = shape
    for _ in range(steps):
        z, x = int(rng.integers(1, high - 1)), int(rng.integers(1, wide - 1))
        v, u = int(rng.integers(1, high - 1)), int(rng.integers(1, wide - 1))
        old, other = int(level[z, x]), int(level[v, u])
        swap = rng.random() < 0.2
        new = other if swap else int(rng.integers(len(model.tiles)))
        if new != old:
            places = {*_around(level, z, x), *(_around(level, v, u) if swap else ())}
            before = _local(model, level, places)
            level[z, x] = new
            if swap:
                level[v, u] = old
            gain = _local(model, level, places) - before
            walks = (old in model.walked) != (new in model.walked)
            if np.log(rng.random()) >= gain or (walks and not allowed(model, level)):
                level[z, x] = old
                if swap:
                    level[v, u] = other
        yield level


def axes(level: Level, z: int, x: int, wall: int) -> int:
    """Along how many axes a place stands between two walls; beyond the border is wall."""
    high, wide = level.shape

    def solid(v: int, u: int) -> bool:
        return not (0 <= v < high and 0 <= u < wide) or level[v, u] == wall

    return int(solid(z, x - 1) and solid(z, x + 1)) + int(solid(z - 1, x) and solid(z + 1, x))


def _around(level: Level, z: int, x: int) -> list[tuple[int, int]]:
    high, wide = level.shape
    near = [(z, x), *((z + dz, x + dx) for dz, dx in _BESIDE)]
    return [(v, u) for v, u in near if 0 <= v < high and 0 <= u < wide]


def _local(model: TileModel, level: Level, places: set[tuple[int, int]]) -> float:
    """All terms of log p that touch some places, each once."""
    total = 0.0
    for z, x in places:
        tile = level[z, x]
        total += model.single[tile] + model.between[tile, axes(level, z, x, model.wall)]
        for v, u in _around(level, z, x)[1:]:
            total += model.pair[tile, level[v, u]] * (0.5 if (v, u) in places else 1.0)
    return float(total)


def _rows(levels: Sequence[Level], t: int, wall: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """(places, t, weights) features near a place with each tile there, and the tile that is seen; borders are given."""
    number = np.zeros((t, t), np.int64)
    upper = np.triu_indices(t)
    number[upper] = number.T[upper] = np.arange(len(upper[0]))
    first, rows, seen = t + len(upper[0]), list[NDArray[np.float64]](), list[int]()
    for level in levels:
        here = level.copy()
        for z, x in np.ndindex(level.shape[0] - 2, level.shape[1] - 2):
            place = (z + 1, x + 1)
            row = np.zeros((t, first + 3 * t))
            for tile in range(t):
                here[place] = tile
                row[tile, tile] += 1
                for v, u in _around(here, *place):
                    row[tile, first + 3 * here[v, u] + axes(here, v, u, wall)] += 1
                    if (v, u) != place:
                        row[tile, t + number[tile, here[v, u]]] += 1
            here[place] = level[place]
            rows.append(row)
            seen.append(int(level[place]))
    return np.stack(rows), np.array(seen)
