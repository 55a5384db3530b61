"""What moves all solids of a body at once: by blocks in NumPy, or through the language's own fields in torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, final

from shapelang.deadline import Deadline
from shapelang.inference.refine.steps import Softness, Target, descended
from shapelang.inference.solids.kinds import Fit


class Descent(Protocol):
    """Solids brought nearer to a target."""

    def __call__(
        self,
        fits: Sequence[Fit],
        groups: Sequence[int],
        target: Target,
        softness: Softness,
        steps: int,
        deadline: Deadline,
    ) -> tuple[Fit, ...]:
        """The solids after at most so many steps, the soft cost never rising. `groups`: the material of each."""
        ...


BLOCKS: Descent = descended
"""The one that is used: without torch, which takes longer to load than most bodies take."""


@final
@dataclass(frozen=True, slots=True)
class Differentiated:
    """Slopes by torch through the fields that programs have, on a `device` of torch such as cpu or cuda."""

    device: str = "cpu"

    def __call__(
        self,
        fits: Sequence[Fit],
        groups: Sequence[int],
        target: Target,
        softness: Softness,
        steps: int,
        deadline: Deadline,
    ) -> tuple[Fit, ...]:
        """As `Descent`."""
        from shapelang.inference.refine import batched

        return batched.descended(fits, groups, target, softness, steps, deadline, self.device)
