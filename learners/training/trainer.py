"""A system with its optimisers: one step of it, and its state as tensors and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, final

import torch
from torch import Tensor, nn

from learners.chance import generator
from learners.data.examples import Batch, Examples, batch_of, taken
from learners.systems.system import Loss, Phase
from learners.systems.systems import built
from learners.training.average import Average
from learners.training.checkpoint import Checkpoint
from learners.training.engine import Engine
from learners.training.run import Precision, Run
from learners.training.subnormals import flushed
from learners.training.trained import TrainedSystem, filled
from learners.training.upon import begin, keep_codes
from learners.weights import put_weights, refuse_others
from shapelang.diagnostics import UsageError


@final
class Trainer:
    """A run in memory, at some step. Its first weights are drawn from the run's seed."""

    def __init__(self, run: Run, examples: Examples, engine: Engine) -> None:
        self.run, self.examples, self.engine, self.device = run, examples, engine, engine.device
        if run.batch % engine.count:
            raise UsageError(f"{engine.count} processes cannot share a batch of {run.batch} evenly")
        with torch.random.fork_rng(devices=[]):
            # Layers draw their first weights from torch's own generator and take no other; it is put back after.
            torch.default_generator.manual_seed(generator(run.seed, "weights").initial_seed())
            self.system = built(run.system)
        self.net: nn.Module = self.system.net.to(self.device)
        self.optimizers = {phase.name: _adam(phase) for phase in self.system.phases}
        self.average = Average(self.net, run.average)
        self.step = 0

    def begin(self) -> None:
        """Take in what the system stands upon; raises UsageError where that is gone or has changed."""
        begin(self.run.system, self.net, self.examples)
        keep_codes(self.net, self.examples)
        self.average = Average(self.net, self.run.average)

    def advance(self) -> dict[str, float]:
        """One step: every update of every phase, on a batch of its own. Returns the losses of the last of each.

        Several processes share each batch, and move their weights alike by the mean of their slopes.
        """
        self.net.train()
        shown: dict[str, Tensor] = {}
        updates = [(phase, time) for phase in self.system.phases for time in range(phase.times)]
        for number, (phase, time) in enumerate(updates):
            batch = self._batch(self.step * len(updates) + number)
            with flushed():
                loss = self._update(phase, batch, self._draws("step", self.step, phase.name, time))
            shown |= {f"{phase.name}/{name}": value.detach() for name, value in loss.shown.items()}
        with flushed():
            self.average.follow(self.net, self.step)
        self.step += 1
        means = self.engine.mean(torch.stack([value.double() for value in shown.values()]))
        return dict(zip(shown, means.tolist(), strict=True))

    def _update(self, phase: Phase, batch: Batch, draws: torch.Generator) -> Loss:
        """Move a phase's weights by one loss."""
        loss = self._loss(phase, batch, draws)
        optimizer = self.optimizers[phase.name]
        optimizer.zero_grad(set_to_none=True)
        if (total := loss.at(self.step)) is not None:
            total.backward()
        if shared_slopes(optimizer.param_groups[0]["params"], self.engine):
            optimizer.step()
        return loss

    def _batch(self, number: int) -> Batch:
        """This process' share of what an update sees."""
        share = self.run.batch // self.engine.count
        chosen = taken(number, self.run.batch, len(self.examples), self.run.seed)
        own = chosen[self.engine.rank * share : (self.engine.rank + 1) * share]
        return replace(batch_of(self.examples, own), step=self.step).to(self.device)

    def _draws(self, *path: str | int) -> torch.Generator:
        """Those of one process are the same as ever, and each further one has its own."""
        own = ("process", self.engine.rank) if self.engine.rank else ()
        return generator(self.run.seed, *path, *own, device=self.device)

    def _loss(self, phase: Phase, batch: Batch, draws: torch.Generator) -> Loss:
        bf16 = self.run.precision is Precision.BF16
        with torch.autocast(self.device.type, torch.bfloat16, enabled=bf16):
            return phase.loss(batch, draws)

    def trained(self) -> TrainedSystem:
        """The system with the average of its weights as it stands, apart from the one that learns."""
        return filled(self.run, self.average.tensors, self.step, self.device, "the average")

    def checkpoint(self, run: Any) -> Checkpoint:
        """The state now; run: the configuration as JSON."""
        optimizers: dict[str, Tensor] = {}
        for name, optimizer in self.optimizers.items():
            for index, state in optimizer.state_dict()["state"].items():
                optimizers |= {f"{name}/{index}/{key}": value.contiguous() for key, value in state.items()}
        net = {name: value.contiguous() for name, value in self.net.state_dict().items()}
        return Checkpoint(self.step, run, net, dict(self.average.tensors), optimizers)

    def resume(self, checkpoint: Checkpoint, origin: str) -> None:
        """Go on from a checkpoint; raises UsageError where it is not one of this system."""
        put_weights(self.net, checkpoint.net, origin)
        refuse_others(self.average.tensors, checkpoint.average, origin)
        self.average.put(checkpoint.average)
        refuse_others(self._moments(checkpoint.optimizers), checkpoint.optimizers, origin)
        for name, optimizer in self.optimizers.items():
            state = _nested(checkpoint.optimizers, f"{name}/")
            optimizer.load_state_dict({"state": state, "param_groups": optimizer.state_dict()["param_groups"]})
        keep_codes(self.net, self.examples)
        self.step = checkpoint.step

    def _moments(self, found: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Tensors as the optimisers keep them, by name, of those weights that `found` has moments of."""
        kept: dict[str, Tensor] = {}
        for name, optimizer in self.optimizers.items():
            for index, weight in enumerate(optimizer.param_groups[0]["params"]):
                if f"{name}/{index}/step" in found:
                    # A weight that no loss depends on, as one after which all is normalised, has none.
                    moments = {"step": torch.zeros(()), "exp_avg": weight, "exp_avg_sq": weight}
                    kept |= {f"{name}/{index}/{key}": value for key, value in moments.items()}
        return kept


def shared_slopes(weights: Sequence[Tensor], engine: Engine) -> bool:
    """Put the mean of all processes' slopes into the weights; whether there are any.

    A process that rests adds nothing, and is counted: the mean is that of a loss of 0 there.
    """
    if engine.count > 1:
        there = torch.tensor([weight.grad is not None for weight in weights], device=engine.device).double()
        found = [weight.grad if weight.grad is not None else torch.zeros_like(weight) for weight in weights]
        means = engine.mean(torch.cat([slope.flatten() for slope in found])).split([w.numel() for w in weights])
        for weight, slope, share in zip(weights, means, engine.mean(there).tolist(), strict=True):
            weight.grad = slope.view_as(weight) if share > 0.0 else None
    return any(weight.grad is not None for weight in weights)


def _adam(phase: Phase) -> torch.optim.Adam:
    weights = [weight for weight in phase.net.parameters() if weight.requires_grad]
    return torch.optim.Adam(weights, lr=phase.adam.rate, betas=(phase.adam.beta1, phase.adam.beta2), fused=True)


def _nested(tensors: Mapping[str, Tensor], prefix: str) -> dict[int, dict[str, Tensor]]:
    """`NAME/INDEX/KEY` of one optimiser as torch keeps it."""
    state: dict[int, dict[str, Tensor]] = {}
    for name, value in tensors.items():
        if name.startswith(prefix):
            index, key = name.removeprefix(prefix).split("/")
            state.setdefault(int(index), {})[key] = value
    return state
