"""Draws by (seed, address): any draw of a level is had without the others, and none moves when another is added."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar, final

from shapelang.chance.address import indexed, join, key
from shapelang.chance.draw import hash64, uniform
from shapelang.numbers import FLOAT

T = TypeVar("T")


@final
@dataclass(frozen=True, slots=True)
class Dice:
    """The draws whose addresses begin with `path`."""

    seed: int
    path: str = ""

    def under(self, name: str, *indices: int) -> Dice:
        """The draws below a name; an index may be negative, as those of chunks are."""
        return Dice(self.seed, join(self.path, indexed(name, *map(_natural, indices))))

    def real(self, name: str) -> float:
        """Uniform, strictly between 0 and 1."""
        return uniform(FLOAT, self.seed, key(join(self.path, name)))

    def between(self, name: str, low: float, high: float) -> float:
        """Uniform between two reals."""
        return low + (high - low) * self.real(name)

    def whole(self, name: str, low: int, high: int) -> int:
        """Uniform among the whole numbers from low to high, both included."""
        return low + int(self.real(name) * (high - low + 1))

    def pick(self, name: str, weights: Sequence[float]) -> int:
        """The index of an option, by weight; the weights need no sum, and one must be above 0."""
        left = self.real(name) * sum(weights)
        for number, weight in enumerate(weights):
            left -= weight
            if left < 0.0:
                return number
        return max(number for number, weight in enumerate(weights) if weight > 0.0)

    def one_of(self, name: str, options: Sequence[T]) -> T:
        """One of several, each as likely."""
        return options[self.whole(name, 0, len(options) - 1)]

    def shuffled(self, name: str, options: Sequence[T]) -> list[T]:
        """All of them, in an order that is drawn."""
        under = self.under(name)
        return [option for _, _, option in sorted((under.real(f"at[{k}]"), k, o) for k, o in enumerate(options))]

    def seed_of(self, name: str) -> int:
        """A seed of 64 bits for a program that is run."""
        found = hash64(self.seed, key(join(self.path, name)))
        return int(found) if isinstance(found, int) else 0


def _natural(index: int) -> int:
    """0, −1, 1, −2, … as 0, 1, 2, 3, …: an address holds no sign."""
    return 2 * index if index >= 0 else -2 * index - 1
