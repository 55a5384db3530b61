"""Arrangements drawn from a model by a Markov chain, and the furnisher that does so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, final

import numpy as np
from numpy.typing import NDArray

from grammars.arrangement.cells import Cells, cells_of, footprint, prop_of, state_of
from grammars.arrangement.errors import ArrangementError
from grammars.arrangement.model import ArrangementModel
from grammars.arrangement.space import Furnisher, Kind, Prop, Sizes, Space
from shapelang.diagnostics import closest

MOST_PROPS: Final = 200
_HOT: Final = 3.0
"""The temperature that a room is furnished from."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """What a chain gave: its last arrangement; `records` (rows, 1 + kinds): log-probability and counts along the way;
    `moments`: features per record, where asked for; `tallies` (moves, 2): tried, taken.
    """

    props: tuple[Prop, ...]
    records: NDArray[np.float64]
    moments: NDArray[np.float64]
    tallies: NDArray[np.int64]


@final
@dataclass(frozen=True, slots=True)
class Schedule:
    """Steps of a chain, its temperatures at the start and the end, and every how many steps it is recorded."""

    steps: int = 20_000
    heats: tuple[float, float] = (1.0, 1.0)
    every: int = 1_000
    moments: bool = False


def sampled(
    model: ArrangementModel, space: Space, seed: int, schedule: Schedule, standing: Sequence[Prop] = (),
    start: Sequence[Prop] = (),
) -> Run:  # fmt: skip
    """A chain from `standing`, which stays, and `start`, which moves; raises ArrangementError where these cannot be."""
    from grammars.arrangement.kernels.chain import MOVES, run

    cells = cells_of(space)
    purpose = model.purpose(space.purpose)
    world = world_of(model, cells, purpose)
    rows = [*(_row(model, prop, cells, 1) for prop in standing), *(_row(model, prop, cells, 0) for prop in start)]
    props = np.zeros((max(MOST_PROPS, len(rows)), 5), np.int64)
    props[: len(rows)] = np.array(rows, np.int64).reshape(-1, 5)
    scratch = scratch_of(world, len(props), seed)
    _refuse(props, len(rows), world, scratch, space)
    counted = np.array([len(rows)])
    records = np.zeros((schedule.steps // schedule.every, 1 + len(model.kinds)))
    moments = np.zeros(len(world.theta) if schedule.moments else 0)
    tallies = np.zeros((MOVES, 2), np.int64)
    heats = np.array(schedule.heats, np.float64)
    run(schedule.steps, schedule.every, props, counted, heats, world, scratch, records, moments, tallies)
    found = [
        prop_of(model.kinds[kind], int(x), int(z), int(turn), cells)
        for kind, x, z, turn, _ in props[len(standing) : counted[0]]
    ]
    return Run((*standing, *found), records, moments / max(len(records), 1), tallies)


def allowed(model: ArrangementModel, space: Space, props: Sequence[Prop]) -> bool:
    """Whether things stand as `Furnisher.furnish` promises."""
    from grammars.arrangement.kernels.allowed import stands

    cells = cells_of(space)
    world = world_of(model, cells, model.purpose(space.purpose))
    rows = np.array([_row(model, prop, cells, 0) for prop in props], np.int64).reshape(-1, 5)
    return bool(stands(rows, len(rows), world, scratch_of(world, len(rows), 0)))


def features_of(model: ArrangementModel, space: Space, props: Sequence[Prop]) -> NDArray[np.float64]:
    """The features that an arrangement has, in the order of the model's weights for the room's purpose."""
    from grammars.arrangement.kernels.features import gathered

    cells = cells_of(space)
    world = world_of(model, cells, model.purpose(space.purpose))
    rows = np.array([_row(model, prop, cells, 0) for prop in props], np.int64).reshape(-1, 5)
    found = np.zeros(len(world.theta))
    gathered(rows, len(rows), world, scratch_of(world, len(rows), 0), found)
    return found


def world_of(model: ArrangementModel, cells: Cells, purpose: str) -> Any:
    """A room and a model as the kernels take them."""
    from grammars.arrangement.kernels.world import World

    most = model.most[purpose]
    return World(
        sizes=np.array([footprint(kind) for kind in model.kinds], np.int64),
        flat=np.array([kind.flat for kind in model.kinds], np.int64),
        most=most,
        usable=np.nonzero(most)[0].astype(np.int64),
        inside=cells.inside,
        reserved=cells.reserved,
        walls=cells.walls,
        doors=cells.doors,
        windows=cells.windows,
        log_area=cells.log_area,
        theta=model.theta(purpose),
    )


def scratch_of(world: Any, rows: int, seed: int) -> Any:
    """Memory for a chain of at most so many things."""
    from grammars.arrangement.kernels.world import Scratch

    nz, nx = world.inside.shape
    return Scratch(
        taken=np.zeros((2, nz, nx), np.int16),
        numbers=np.zeros(len(world.sizes), np.int64),
        ids=np.zeros(16 * (rows + 4), np.int64),
        values=np.zeros(16 * (rows + 4)),
        state=np.random.SeedSequence(seed).generate_state(1, np.uint64),
        work=np.zeros((3, nz + 1, nx + 1), np.int32),
        group=np.zeros(rows, np.uint8),
        other=np.zeros((rows, 5), np.int64),
    )


def _row(model: ArrangementModel, prop: Prop, cells: Cells, fixed: int) -> tuple[int, int, int, int, int]:
    if prop.kind not in model.names:
        hint = closest(prop.kind, model.names) or f"it knows {', '.join(model.names)}"
        raise ArrangementError(f"the model knows no '{prop.kind}'; {hint}")
    kind = model.names.index(prop.kind)
    return kind, *state_of(prop, model.kinds[kind], cells), fixed


def _refuse(props: NDArray[np.int64], count: int, world: Any, scratch: Any, space: Space) -> None:
    from grammars.arrangement.kernels.allowed import reachable, refill

    refill(props, count, world, scratch)
    if not reachable(props, count, world, scratch):
        raise ArrangementError(
            f"a {space.purpose} of {space.floor[0].size[0]:g} m by {space.floor[0].size[1]:g} m cannot be furnished: "
            "there is no way 0.5 m wide from its first door to the others and to what stands in it"
        )


@final
@dataclass(frozen=True, slots=True, eq=False)
class MarkovFurnisher(Furnisher):
    """Furnishes by a chain: half of its steps draw what stands where; then the things stay, and the places cool down
    to a `temperature`, below 1 for rooms that are tidier than those learned from. `steps` for each square metre.
    """

    model: ArrangementModel
    temperature: float = 0.4
    steps: int = 1_500

    def furnish(
        self, space: Space, seed: int, standing: Sequence[Prop] = (), sizes: Sizes | None = None
    ) -> tuple[Prop, ...]:
        """See `Furnisher`."""
        model = self.model if sizes is None else at_hand(self.model, sizes)
        area = sum(rect.size[0] * rect.size[1] for rect in space.floor)
        steps = max(1, round(self.steps * area / 2))
        what = sampled(model, space, seed, Schedule(steps, (_HOT, 1.0), steps), standing).props
        kept = replace(model, most={name: np.zeros_like(most) for name, most in model.most.items()})
        tidy = Schedule(steps, (1.0, self.temperature), steps)
        return sampled(kept, space, seed + 1, tidy, standing, what[len(standing) :]).props


def at_hand(model: ArrangementModel, sizes: Sizes) -> ArrangementModel:
    """The model for things of some sizes, of which it may not know all kinds, and without other kinds."""
    known = np.array([kind.name in sizes for kind in model.kinds])
    most = {purpose: np.where(known, count, 0).astype(np.int32) for purpose, count in model.most.items()}
    return replace(with_sizes(model, {k: size for k, size in sizes.items() if k in model.names}), most=most)


def with_sizes(model: ArrangementModel, sizes: Sizes) -> ArrangementModel:
    """The model for things of other sizes: width, depth and height by kind; raises ArrangementError for no kind."""
    for name in sizes:
        if name not in model.names:
            hint = closest(name, model.names) or f"it knows {', '.join(model.names)}"
            raise ArrangementError(f"the model knows no '{name}'; {hint}")
    kinds = (Kind(k.name, *sizes.get(k.name, (k.width, k.depth, k.height)), flat=k.flat) for k in model.kinds)
    return replace(model, kinds=tuple(kinds))
