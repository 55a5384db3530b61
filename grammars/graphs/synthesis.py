"""Component-based synthesis: what a shape consists of is drawn from the network, and put together from examples' parts.

Kalogerakis, Chaudhuri, Koller, Koltun, "A probabilistic model for component-based shape synthesis", SIGGRAPH 2012: a
row of the network says which parts and how many; the example that is nearest to it is changed slot by slot, each by the
donor with which most of the row holds, what is given before the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import final

import numpy as np

from grammars.graphs.exchange import NotCompatible, Slot, exchanged
from grammars.graphs.network import Network, Row, features
from grammars.graphs.pieces import Piece, connected


@final
@dataclass(frozen=True, slots=True)
class Synthesised:
    """A shape, the row that was drawn for it, the variables of which it is otherwise, and the example of each slot.

    `base` is the number of the example that was changed; a slot is None where nothing stands in it now.
    """

    pieces: tuple[Piece, ...]
    row: Mapping[str, str]
    missed: tuple[str, ...]
    base: int
    donors: Mapping[str, int | None]


def synthesised(
    examples: Sequence[Sequence[Piece]],
    network: Network,
    slots: Mapping[str, Slot],
    seed: int,
    given: Row | None = None,
) -> Synthesised:
    """A connected shape of the examples' parts, near to a row drawn with what is given; the same for a seed.

    Raises NotCompatible where no example is connected, ValueError where nothing has what is given.
    """
    row = network.sample(seed, given)
    rng = np.random.default_rng([seed, 1])
    # Among what is as near to the row chance decides: examples are taken in an order of their own.
    order = [int(k) for k in rng.permutation(len(examples)) if connected(examples[k])]
    if not order:
        raise NotCompatible("no example is connected")

    def off(shape: Sequence[Piece]) -> tuple[int, int]:
        missed = _missed(shape, row)
        return sum(name in (given or {}) for name in missed), len(missed)

    base = min(order, key=lambda k: off(examples[k]))
    pieces, donors = tuple(examples[base]), dict[str, int | None]()
    for name, slot in slots.items():
        options = [(base, pieces), *_filled(pieces, examples, order, slot)]
        donors[name], pieces = min(options, key=lambda option: off(option[1]))
    return Synthesised(pieces, row, tuple(_missed(pieces, row)), base, donors)


def _filled(
    pieces: tuple[Piece, ...], examples: Sequence[Sequence[Piece]], order: Sequence[int], slot: Slot
) -> Iterator[tuple[int | None, tuple[Piece, ...]]]:
    """The shape with what each example has in a slot, and with nothing there, where that is connected."""
    without = tuple(piece for piece in pieces if piece.label not in slot.labels)
    if without and connected(without):
        yield None, without
    for k in order:
        try:
            made = exchanged(pieces, examples[k], slot)
        except NotCompatible:
            continue
        if connected(made):
            yield k, made


def _missed(pieces: Sequence[Piece], row: Row) -> list[str]:
    found = features(pieces)
    return [name for name, value in row.items() if found[name] != value]
