"""Which items a run has, and the seeds that they are drawn from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, final

from shapelang.chance.address import key
from shapelang.diagnostics import UsageError

_AGAIN: Final = key("sample/again")
_SEEDS: Final = 1 << 64


@final
@dataclass(frozen=True, slots=True)
class Shard:
    """The items whose index leaves the remainder `number` − 1 when divided by `of`; 1 of 1 is all of them."""

    number: int = 1
    of: int = 1

    def index(self, place: int) -> int:
        """The index of the item at a place of this shard, both from 0."""
        return place * self.of + self.number - 1

    def places(self, count: int) -> int:
        """How many of so many items are this shard's."""
        return max(0, -(-(count - self.number + 1) // self.of))

    @property
    def suffix(self) -> str:
        """What tells this shard's files from those of others: `-2-of-4`."""
        return "" if self.of == 1 else f"-{self.number}-of-{self.of}"


def parse_shard(text: str | None) -> Shard:
    """`2/4` as the second of four; raises UsageError."""
    if text is None:
        return Shard()
    match = re.fullmatch(r"([0-9]{1,6})/([0-9]{1,6})", text)
    number, of = (int(match[1]), int(match[2])) if match else (0, 0)
    if not 1 <= number <= of:
        raise UsageError(f"--shard takes K/N with K from 1 to N, such as 2/4, not '{text}'")
    return Shard(number, of)


def seed_of(seed: int, index: int, draw: int = 0) -> int:
    """The seed of an item: the run's seed + its index; of a later draw of the same item 53 bits of (that, draw)."""
    first = (seed + index) % _SEEDS
    if draw == 0:
        return first
    # numpy loads with it.
    from shapelang.chance.draw import hash64

    found = hash64(first, _AGAIN, draw)
    assert isinstance(found, int)
    return found >> 11
