"""fit: the reals of a program moved to a mesh, from many starts and over the program's own choices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from time import monotonic
from typing import Any, Final, final

import torch

from shapelang.deadline import Clock, Deadline, Progress, silent, within
from shapelang.diagnostics import ProgramError, UsageError
from shapelang.execution.replay import replay
from shapelang.execution.simulate import simulate
from shapelang.execution.trace import Trace
from shapelang.fitting.latents import Structure, structure_of
from shapelang.fitting.race import Race, errors_of, form_of, race_of
from shapelang.fitting.target import Target, target_of
from shapelang.metrics.triangles import Triangles
from shapelang.outcome import Outcome
from shapelang.semantics.program import Program

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
    tell: Progress | None = None,
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
    say = tell or silent
    say("sampling the mesh", 0.0)
    target = target_of(mesh, seed, device)
    say("running the program", 0.05)
    structures = _structures(program, dict(given or {}), seed)
    count = starts if len(structures) > 1 else 2 * starts
    races: list[Race] = []
    for k, structure in enumerate(structures):
        if races and deadline.late():
            break
        races.append(race_of(program, structure, target, count, seed + k))
    won, done = _raced(races, steps, deadline, say)
    outcome = Outcome.SETTLED if won.settled else Outcome.TIME_LIMIT if deadline.late() else Outcome.STEPS
    return _fitted(program, won, races, target, count, done, clock() - began, outcome)


def _raced(races: list[Race], steps: int, deadline: Deadline, say: Progress) -> tuple[Race, int]:
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
        key = form_of(program, structure, middles)
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


def _fitted(
    program: Program,
    won: Race,
    races: list[Race],
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
    errors = errors_of(won.search.residual[winner], won.search.slope[winner])
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
