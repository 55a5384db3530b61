"""One structure of a program on its way to a mesh: its reals from several starts at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import inf
from typing import Any, Final, TypeAlias, final

import torch

from shapelang.deadline import Deadline
from shapelang.diagnostics import ProgramError, UsageError
from shapelang.execution.replay import replay
from shapelang.fields.batched.skeleton import placed_reals, placed_skeleton
from shapelang.fitting.latents import Latent, Structure
from shapelang.fitting.levenberg import Search, advance, begun
from shapelang.fitting.model import posed
from shapelang.fitting.placed import placed
from shapelang.fitting.residuals import residuals
from shapelang.fitting.target import Target
from shapelang.representations.field import FieldError
from shapelang.semantics.program import Program

Tensor: TypeAlias = torch.Tensor

EXACT: Final = 1e-18
"""A mean square below this, in shares of the diagonal, is rounding."""

STILL: Final = 3
"""A search that gained next to nothing in so many steps has settled."""


@final
@dataclass(slots=True, eq=False)
class Race:
    """One structure with its search."""

    structure: Structure
    search: Search
    model: Callable[[Tensor], tuple[Tensor, Tensor]]
    low: Tensor
    high: Tensor

    @property
    def best(self) -> float:
        """The least sum of squares of all rows; inf where the program refused every one."""
        return float(self.search.cost.min())

    def run(self, steps: int, deadline: Deadline) -> int:
        """Steps until it settles or time is up; returns how many."""
        for step in range(steps):
            if self.settled or deadline.late():
                return step
            advance(self.model, self.search, self.low, self.high)
        return steps

    @property
    def row(self) -> list[float]:
        """The latents of the best row."""
        return self.search.latents[int(self.search.cost.argmin())].tolist()

    @property
    def errors(self) -> list[float]:
        """Their standard errors; inf where the mesh does not say."""
        winner = int(self.search.cost.argmin())
        return errors_of(self.search.residual[winner], self.search.slope[winner])

    @property
    def settled(self) -> bool:
        """Whether no further step brings it nearer, as none does without latents."""
        if self.search.latents.shape[1] == 0:
            return True
        winner = int(self.search.cost.argmin())
        cost = float(self.search.cost[winner])
        return bool(self.search.still[winner] >= STILL) or not EXACT * self.search.residual.shape[1] < cost < inf


def form_of(program: Program, structure: Structure, middles: dict[str, float]) -> tuple[object, ...]:
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


def race_of(
    program: Program,
    structure: Structure,
    target: Target,
    starts: int,
    seed: int,
    known: Mapping[str, float] | None = None,
    place: tuple[Latent, ...] = (),
) -> Race:
    """A search for a structure's latents from random starts; the first of them takes what is `known`, by name.

    With the latents of a `place` (`placed.placing`) the whole may be moved too: they come last in `row` and `errors`.
    """
    device = target.points.device
    generator = torch.Generator().manual_seed(seed)
    latents, own = (*structure.latents, *place), len(structure.latents)
    draws = torch.rand(starts, len(latents), generator=generator, dtype=torch.float64).to(device)

    def column(pick: Callable[[Any], float]) -> Tensor:
        return torch.tensor([pick(latent) for latent in latents], dtype=torch.float64, device=device)

    begin, end = column(lambda latent: latent.start[0]), column(lambda latent: latent.start[1])

    def model(rows: Tensor) -> tuple[Tensor, Tensor]:
        try:
            found = posed(program, structure, rows[:, :own])
            if place:
                found = tuple(placed(some, rows[:, own:]) for some in found)
            return residuals(found, target, *rows.shape)
        except FieldError as error:
            raise UsageError(f"{error}; give the params that it hangs on with --set") from None

    rows = begin + (end - begin) * draws
    for k, latent in enumerate(latents):
        if known and latent.name in known:
            rows[0, k] = known[latent.name]
    search = begun(model, rows)
    return Race(structure, search, model, column(lambda latent: latent.low), column(lambda latent: latent.high))


def errors_of(residual: Tensor, slope: Tensor) -> list[float]:
    """Standard errors: roots of the diagonal of (JᵀJ)⁻¹ · cost / (n − d); inf for a latent that moves no residual."""
    normal = slope.T @ slope
    known = torch.diagonal(normal) > 0.0
    left = float((residual * residual).sum()) / max(1, len(residual) - len(normal))
    covariance = torch.linalg.pinv(normal) * left
    spread = torch.sqrt(torch.diagonal(covariance).clamp_min(0.0))
    return torch.where(known, spread, inf).tolist()
