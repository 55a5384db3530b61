"""differentiate: run a program on tensors, so that whatever it makes has gradients to its params and draws.

Imports torch: only what needs a gradient imports this file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, final

import torch

from shapelang.assembly.assembly import Assembly
from shapelang.chance.distributions import Categorical, Distribution
from shapelang.diagnostics import UsageError
from shapelang.execution.budget import Limits
from shapelang.execution.choosers import Missing
from shapelang.execution.errors import Diverged, Rejected
from shapelang.execution.interpreter import DEFAULT_LIMITS, checked_values, execute
from shapelang.execution.replay import ReplayError
from shapelang.execution.trace import Choice, Support, Trace, total_log_prob
from shapelang.numbers import Numbers
from shapelang.semantics.program import Program
from shapelang.semantics.types import Type
from shapelang.torch_numbers import TORCH

Tensor: TypeAlias = torch.Tensor
Values: TypeAlias = Mapping[str, Any]
"""By name or address: float64 tensors of lanes (b,) for reals, plain values for all else."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Lanes:
    """The variants of one structure.

    `positions` (k,) are their places among the lanes given. Every real of `assembly` and of `choices` is a float, where
    it hangs on nothing given, or a tensor (k,) with gradients to the given ones.
    """

    positions: Tensor
    assembly: Assembly
    choices: Mapping[str, Choice]

    def log_prob(self) -> Tensor:
        """(k,) Σ log p(choice)."""
        total = torch.as_tensor(total_log_prob(self.choices, TORCH), dtype=torch.float64)
        return total.expand(len(self.positions))


@final
@dataclass(frozen=True, slots=True, eq=False)
class Differentiated:
    """What all lanes made, structure by structure; `refused` says of the others why they make nothing."""

    structures: tuple[Lanes, ...]
    refused: tuple[tuple[Tensor, Rejected], ...]


def differentiate(program: Program, params: Values, choices: Values, limits: Limits = DEFAULT_LIMITS) -> Differentiated:
    """Runs a program with `params` fixed from outside and every draw taken from `choices`.

    Tensors are float64, all of one length and on one device. Lanes that decide differently (a `require`, an `if`, a
    count) part into structures. Raises ReplayError for a draw that is not given, UsageError for a value that its param
    does not take, ProgramError for what no values mend.
    """
    tensors = {k: v for k, v in (*params.items(), *choices.items()) if isinstance(v, torch.Tensor)}
    count = _lane_count(tensors)
    plain = {k: v for k, v in params.items() if not isinstance(v, torch.Tensor)}
    fixed = {**checked_values(program, plain), **_checked_tensors(program, params)}
    waiting = [torch.arange(count)]
    structures: list[Lanes] = []
    refused: list[tuple[Tensor, Rejected]] = []
    while waiting:
        lanes = waiting.pop()
        whole = len(lanes) == count
        chooser = _Taking(choices if whole else _some(choices, lanes))
        try:
            run, assembly = execute(program, TORCH, chooser, 0, fixed if whole else _some(fixed, lanes), limits)
        except Diverged as parted:
            waiting.extend(lanes[group.expand(len(lanes)).cpu()] for group in reversed(parted.groups))
        except Rejected as failure:
            refused.append((lanes, failure))
        except Missing as missing:
            raise ReplayError(f"the choice '{missing}' is not given") from None
        else:
            structures.append(Lanes(lanes, assembly, run.choices))
    return Differentiated(tuple(structures), tuple(refused))


def lifted_values(trace: Trace, device: str = "cpu") -> tuple[dict[str, Any], dict[str, Any]]:
    """The params and the choices of a trace for `differentiate`, reals as tensors (1,) that want a gradient."""

    def lifted(value: Any) -> Any:
        if type(value) is not float:
            return value
        return torch.tensor([value], dtype=torch.float64, device=device, requires_grad=True)

    choices = {address: lifted(choice.value) for address, choice in trace.choices.items()}
    drawn = set(choices)
    return {n: lifted(v) for n, v in trace.assembly.parameters.items() if n not in drawn}, choices


def _lane_count(tensors: Mapping[str, Tensor]) -> int:
    for name, tensor in tensors.items():
        if tensor.dtype != torch.float64 or tensor.ndim != 1:
            raise UsageError(f"'{name}' must be a float64 tensor of one dimension")
    counts = {len(t) for t in tensors.values()}
    if len(counts) > 1:
        raise UsageError(f"tensors of one run are of one length, not {sorted(counts)}")
    return counts.pop() if counts else 1


def _checked_tensors(program: Program, params: Values) -> dict[str, Tensor]:
    types = {p.name: program.param_type(p) for p in program.params}
    found = {k: v for k, v in params.items() if isinstance(v, torch.Tensor)}
    for name in found:
        if types.get(name, Type.REAL) is not Type.REAL:
            raise UsageError(f"'{name}' takes a {types[name].value}, not a tensor")
    return found


def _some(values: Values, lanes: Tensor) -> dict[str, Any]:
    return {k: v[lanes.to(v.device)] if isinstance(v, torch.Tensor) else v for k, v in values.items()}


@final
class _Taking:
    """Takes every choice as it is given."""

    redraws = False

    def __init__(self, choices: Values) -> None:
        self.choices = choices

    def choose(self, n: Numbers, address: str, distribution: Distribution, support: Support, salt: int) -> Any:
        """The given value; of a categorical the index of its label."""
        del n, support, salt
        if address not in self.choices:
            raise Missing(address)
        value = self.choices[address]
        if isinstance(distribution, Categorical):
            return distribution.labels.index(value)
        return value
