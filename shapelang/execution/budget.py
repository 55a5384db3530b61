"""Every program ends: fuel, depth and size limits, counted the same on every machine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

# What things cost, in units of fuel of about a microsecond; a statement costs 1. A program that runs out does so at the
# same place everywhere only while these stay as they are.
PRIMITIVE: Final = 10
PART: Final = 20
DRAW: Final = 10
IMAGE: Final = 5
SOLID: Final = 100
PREDICATE: Final = 5


@final
@dataclass(frozen=True, slots=True)
class Limits:
    """What one run may use. The defaults are documented in the language reference."""

    fuel: int = 2_000_000
    depth: int = 64
    instances: int = 200_000
    tries: int = 100
    """Draws of one run of a block before its `require` gives up and the failure passes outward."""
    chain_steps: int = 2_000
    """Steps of the Markov chain that follows when rejection failed at the program."""
    integer: int = 2**53
    """The largest int: beyond it, ints and reals would part."""
    extent: float = 1e6
    """The largest coordinate, in metres."""
