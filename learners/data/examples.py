"""What every set of examples offers, and which of them a step takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol, final, runtime_checkable

import torch

from learners.chance import generator
from learners.tensors import Colours, Grids, Indices
from shapelang.diagnostics import UsageError

ENDLESS: Final = 1 << 40
"""The length of a set that draws each example when it is asked for."""

MEASURED: Final = 10_000
"""Examples of a set that is longer which something is measured on."""

_PLACES: Final = 1 << 16
_STEP: Final = 37345
"""Of them, by the inverse square of the plastic number: kinds that take turns came out most evenly of nine numbers."""


@final
@dataclass(frozen=True, slots=True)
class Batch:
    """What an update sees. labels: the class of each, from 0; all 0 where a set has one class. indices: which examples
    of the set these are, on the CPU; None for grids of no set. colours: of sets that have pictures in colour. step: of
    the training, from 0, where what is learned from changes with it.
    """

    grids: Grids
    labels: Indices
    indices: Indices | None = None
    colours: Colours | None = None
    step: int = 0

    def to(self, device: torch.device) -> Batch:
        """The same on a device."""
        grids, labels = (some.to(device, non_blocking=True) for some in (self.grids, self.labels))
        colours = None if self.colours is None else self.colours.to(device, non_blocking=True)
        return Batch(grids, labels, self.indices, colours, self.step)


class Examples(Protocol):
    """Shapes on a grid. The same index gives the same shape, in whichever order, worker or run it is asked for."""

    @property
    def resolution(self) -> int:
        """Cells along each axis."""
        ...

    @property
    def axes(self) -> int:
        """2 for pictures, 3 for solids."""
        ...

    @property
    def classes(self) -> int:
        """How many classes the labels name; 1 where there are none."""
        ...

    def __len__(self) -> int:
        """How many there are; `ENDLESS` where they do not end."""
        ...

    def grids(self, indices: Indices) -> Grids:
        """The occupancy of those of the given indices, on the CPU."""
        ...

    def labels(self, indices: Indices) -> Indices:
        """The class of each, from 0, on the CPU."""
        ...


@runtime_checkable
class Coloured(Protocol):
    """Examples of which there are pictures in colour besides."""

    def colours(self, indices: Indices) -> Colours:
        """Those of the given indices, on the CPU."""
        ...


def spaced(count: int, wanted: int) -> Indices:
    """So many indices of `count`, one of each stretch of as many equal ones, since sets may be in an order: by class,
    or as they were drawn; all where fewer are there. Of what does not end they are the first.
    """
    if count >= ENDLESS or count <= wanted:
        return torch.arange(min(count, wanted))
    number = torch.arange(wanted)
    first, end = number * count // wanted, (number + 1) * count // wanted
    # Not at the same place of each stretch: every 20th of six kinds that take turns would be of three.
    return first + ((number % _PLACES * _STEP % _PLACES) * (end - first) // _PLACES)


def as_many(count: int, training: Examples, away: Examples) -> int:
    """So many shapes, or as many as there are of both to learn from and held out. Raises UsageError for fewer than two,
    which have no spread.
    """
    found = min(count, len(training), len(away))
    if found < 2:
        raise UsageError(f"sets of {found} are not compared: {len(away)} held-out shapes, --count {count}; two will do")
    return found


def measured(examples: Examples, count: int = 0) -> Indices:
    """Those that something is measured on: all, or `MEASURED` where more are there, or `count` if that is more."""
    return spaced(len(examples), max(count, MEASURED))


def batch_of(examples: Examples, indices: Indices) -> Batch:
    """Those of the given indices, on the CPU."""
    colours = examples.colours(indices) if isinstance(examples, Coloured) else None
    return Batch(examples.grids(indices), examples.labels(indices), indices, colours)


def taken(step: int, size: int, count: int, seed: int) -> Indices:
    """The indices that a step takes of `count` examples: epoch after epoch, each in an order of its own.

    step: from 0; size: examples a step. Any step is known without those before it, also across the end of an epoch.
    What does not end is taken in order.
    """
    first = step * size
    if count >= ENDLESS:
        return torch.arange(first, first + size)
    pieces: list[Indices] = []
    while size > 0:
        epoch, place = divmod(first, count)
        order = torch.randperm(count, generator=generator(seed, "epoch", epoch))
        pieces.append(order[place : place + size])
        first, size = first + len(pieces[-1]), size - len(pieces[-1])
    return torch.cat(pieces)
