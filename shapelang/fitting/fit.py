"""fit: the reals of a program moved to a mesh, from many starts and over the program's own choices."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import inf
from time import monotonic
from typing import Any, Final, TypeAlias, final

import torch

from shapelang.deadline import Clock, Deadline, within
from shapelang.diagnostics import ProgramError, UsageError
from shapelang.execution.replay import replay
from shapelang.execution.simulate import simulate
from shapelang.execution.trace import Trace
from shapelang.fields.batched.skeleton import placed_reals, placed_skeleton
from shapelang.fitting.latents import Structure, structure_of
from shapelang.fitting.levenberg import Search, advance, begun
from shapelang.fitting.model import posed
from shapelang.fitting.residuals import residuals
from shapelang.fitting.target import Target, target_of
from shapelang.metrics.triangles import Triangles
from shapelang.outcome import Outcome
from shapelang.representations.field import FieldError
from shapelang.semantics.program import Program

Tensor: TypeAlias = torch.Tensor
Tell: TypeAlias = Callable[[str, float], None]

RUNS: Final = 64
"""Runs of the program that its structures are taken from."""

STRUCTURES: Final = 12
"""How many of them are tried, the commonest first."""

STARTS: Final = 4
"""Starts of each structure; a lone one gets twice as many."""

FIRST: Final = 5
"""Steps before the first structures are left out; then a third of them goes on."""

STEPS: Final = 60

TIME_LIMIT: Final = 30.0
"""Seconds."""

MOST_LATENTS: Final = 200
"""Reals moved at once: a step runs the program once for each of them and each start."""

EXACT: Final = 1e-18
"""A mean square below this, in shares of the diagonal, is rounding."""

STILL: Final = 3
"""A search that gained next to nothing in so many steps has settled."""


@final
@dataclass(frozen=True, slots=True)
class Moved:
    """A latent where the fit left it; `error` is its standard error, inf where the mesh does not say."""

    name: str
    drawn: bool
    value: float
    error: float


@final
@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """What was found.

    `rms` is that of the residuals in % of the mesh's diagonal; `rivals` the rms of the best of each structure tried,
    with what it decided, best first.
    """

    structure: Structure
    moved: tuple[Moved, ...]
    trace: Trace
    rms: float
    rivals: tuple[tuple[float, Mapping[str, Any]], ...]
    starts: int
    steps: int
    seconds: float
    outcome: Outcome


@final
@dataclass(slots=True, eq=False)
class _Race:
    """One structure with its search."""

    structure: Structure
    search: Search
    model: Callable[[Tensor], tuple[Tensor, Tensor]]
    low: Tensor
    high: Tensor

    @property
    def best(self) -> float:
        return float(self.search.cost.min())

    def run(self, steps: int, deadline: Deadline) -> int:
        """Steps until it settles or time is up; returns how many."""
        for step in range(steps):
            if self.settled or deadline.late():
                return step
            advance(self.model, self.search, self.low, self.high)
        return steps

    @property
    def settled(self) -> bool:
        winner = int(self.search.cost.argmin())
        cost = float(self.search.cost[winner])
        return bool(self.search.still[winner] >= STILL) or not EXACT * self.search.residual.shape[1] < cost < inf


def fit(
    program: Program,
    mesh: Triangles,
    given: Mapping[str, Any] | None = None,
    *,
    seed: int = 0,
    starts: int = STARTS,
    steps: int = STEPS,
    time_limit: float = TIME_LIMIT,
    device: str = "cpu",
    tell: Tell | None = None,
    clock: Clock = monotonic,
) -> Fitted:
    """Moves the real params and draws of a program to a mesh in the program's own frame, metres.

    Levenberg–Marquardt from `starts` random starts of each structure that runs of the program show (of a lone one
    twice as many), at most `steps` each; those that fit worst are left out early. `given` params and choices stay.
    After `time_limit` seconds of the `clock` no step begins. `device` is torch's name of one; `tell` hears what is
    being done and the share that is behind. Raises UsageError for a program without a shape or a real to move, or a
    mesh without a surface, ProgramError for a program that does not run, ValueError for less than one start or step.
    """
    if starts < 1 or steps < 1:
        raise ValueError(f"a fit has at least one start and one step, not {starts} and {steps}")
    began, deadline = clock(), within(time_limit, clock)
    say = tell or _silent
    say("sampling the mesh", 0.0)
    target = target_of(mesh, seed, device)
    say("running the program", 0.05)
    structures = _structures(program, dict(given or {}), seed)
    count = starts if len(structures) > 1 else 2 * starts
    races: list[_Race] = []
    for k, structure in enumerate(structures):
        if races and deadline.late():
            break
        races.append(_race(program, structure, target, count, seed + k))
    won, done = _raced(races, steps, deadline, say)
    outcome = Outcome.SETTLED if won.settled else Outcome.TIME_LIMIT if deadline.late() else Outcome.STEPS
    return _fitted(program, won, races, target, count, done, clock() - began, outcome)


def _raced(races: list[_Race], steps: int, deadline: Deadline, say: Tell) -> tuple[_Race, int]:
    """The structure that fits best, and the steps it took: after every round a third of the structures goes on."""
    alive, done = races, 0
    taken = dict.fromkeys(map(id, races), 0)
    while True:
        budget = min(FIRST, steps - done)
        for race in alive:
            say(f"fitting {len(alive)} structures" if len(alive) > 1 else "fitting", 0.1 + 0.8 * done / steps)
            taken[id(race)] += race.run(budget, deadline)
        done += budget
        alive = sorted(alive, key=lambda race: race.best)
        if (len(alive) == 1 and alive[0].settled) or done >= steps or deadline.late():
            return alive[0], taken[id(alive[0])]
        alive = alive[: max(1, len(alive) // 3)]


def _silent(what: str, share: float) -> None:
    del what, share


def _structures(program: Program, given: dict[str, Any], seed: int) -> list[Structure]:
    """Those that runs of the program show, the commonest first; of choices that only dress the shapes, the first."""
    middles: dict[str, float] = {}
    found: dict[tuple[object, ...], tuple[int, Structure]] = {}
    failure: ProgramError | None = None
    for k in range(RUNS):
        try:
            trace = simulate(program, seed + k, given)
        except ProgramError as error:
            failure = error
            continue
        if next(iter(trace.assembly.leaves()), None) is None:
            continue
        structure = structure_of(program, trace, given)
        key = _form(program, structure, middles)
        times, first = found.get(key, (0, structure))
        found[key] = (times + 1, first)
        if not trace.choices:
            break
    if not found:
        raise failure or UsageError("the program makes no shape that could be fitted")
    ranked = sorted(found.values(), key=lambda entry: -entry[0])
    moving = [structure for _, structure in ranked if structure.latents]
    if not moving:
        raise UsageError("the program has nothing to fit: no real param that is free, and no real draw")
    small = [structure for structure in moving if len(structure.latents) <= MOST_LATENTS]
    if not small:
        count = min(len(structure.latents) for structure in moving)
        raise UsageError(f"the program has {count} reals to move, and a fit moves at most {MOST_LATENTS}; see --set")
    return small[:STRUCTURES]


def _form(program: Program, structure: Structure, middles: dict[str, float]) -> tuple[object, ...]:
    """What a structure makes with every latent in the middle: equal for choices that do not touch the geometry."""
    row = [middles.setdefault(latent.name, sum(latent.start) / 2.0) for latent in structure.latents]
    params, choices = structure.values(row)
    try:
        assembly = replay(program, choices, params).assembly
    except ProgramError:
        return structure.key
    leaves = [(leaf.geometry, leaf.pose) for leaf in assembly.leaves()]
    names = tuple(latent.name for latent in structure.latents)
    return (names, tuple((placed_skeleton(*leaf), placed_reals(*leaf)) for leaf in leaves))


def _race(program: Program, structure: Structure, target: Target, starts: int, seed: int) -> _Race:
    device = target.points.device
    generator = torch.Generator().manual_seed(seed)
    draws = torch.rand(starts, len(structure.latents), generator=generator, dtype=torch.float64).to(device)

    def column(pick: Callable[[Any], float]) -> Tensor:
        return torch.tensor([pick(latent) for latent in structure.latents], dtype=torch.float64, device=device)

    begin, end = column(lambda latent: latent.start[0]), column(lambda latent: latent.start[1])

    def model(latents: Tensor) -> tuple[Tensor, Tensor]:
        try:
            return residuals(posed(program, structure, latents), target, *latents.shape)
        except FieldError as error:
            raise UsageError(f"{error}; give the params that it hangs on with --set") from None

    search = begun(model, begin + (end - begin) * draws)
    return _Race(structure, search, model, column(lambda latent: latent.low), column(lambda latent: latent.high))


def _fitted(
    program: Program,
    won: _Race,
    races: list[_Race],
    target: Target,
    starts: int,
    steps: int,
    seconds: float,
    outcome: Outcome,
) -> Fitted:
    winner = int(won.search.cost.argmin())
    row = won.search.latents[winner]
    if not bool(torch.isfinite(won.search.cost[winner])):
        raise UsageError("no start satisfied the program: every one was refused")
    errors = _errors(won.search.residual[winner], won.search.slope[winner])
    values = row.tolist()
    params, choices = won.structure.values(values)
    moved = tuple(
        Moved(latent.name, latent.drawn, value, error)
        for latent, value, error in zip(won.structure.latents, values, errors, strict=True)
    )
    size = target.points.shape[1]
    left = [(100.0 * (race.best / size) ** 0.5, race.structure.decided) for race in races if race.best < inf]
    rivals = sorted(left, key=lambda rival: rival[0])
    return Fitted(
        won.structure, moved, replay(program, choices, params), rivals[0][0], tuple(rivals),
        starts * len(races), steps, seconds, outcome,
    )  # fmt: skip


def _errors(residual: Tensor, slope: Tensor) -> list[float]:
    """Standard errors: roots of the diagonal of (JᵀJ)⁻¹ · cost / (n − d); inf for a latent that moves no residual."""
    normal = slope.T @ slope
    known = torch.diagonal(normal) > 0.0
    left = float((residual * residual).sum()) / max(1, len(residual) - len(normal))
    covariance = torch.linalg.pinv(normal) * left
    spread = torch.sqrt(torch.diagonal(covariance).clamp_min(0.0))
    return torch.where(known, spread, inf).tolist()
