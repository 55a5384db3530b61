"""Grammars small enough to be written out: programs, queries, and what their choices are under these, by hand.

A tower of storeys, each one of several blocks; some blocks choose once more; a row of posts; a spire of even height.
The exact distribution is summed here over all choices, with nothing of the evaluator or of `grammars.conditioning`.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Final, TypeAlias, final

Choices: TypeAlias = tuple[str | int, ...]
"""What is chosen of each storey (with what is within it), and the number of posts."""


@final
@dataclass(frozen=True, slots=True)
class Block:
    """One alternative of a storey: its name, weight and height; `within` are two more heights to choose between."""

    name: str
    weight: int
    height: float
    within: tuple[float, float] | None


@final
@dataclass(frozen=True, slots=True)
class Tower:
    """A program and a query on it."""

    storeys: tuple[tuple[Block, ...], ...]
    posts: int
    spire: tuple[float, float]
    least: float
    crowd: int | None

    def text(self) -> str:
        """The program."""
        lines = [
            "part a(h) { cuboid(1, h, 1) }",
            f"let n: int ~ uniform(1, {self.posts})",
            f"let spire ~ uniform({self.spire[0]}, {self.spire[1]})",
        ]
        at = "0"
        for k, blocks in enumerate(self.storeys):
            lines += [
                f"s{k} = choose {{",
                *(f"  {_alternative(b)}" for b in blocks),
                f"}} attach bottom to (0, {at}, 0)",
            ]
            at = f"s{k}.top.y"
        lines.append(f"tip = cuboid(0.1, spire, 0.1) attach bottom to (0, {at}, 0)")
        lines.append("for i in 0..n { post = cuboid(0.1, 0.1, 0.1) at (i + 1, 0.05, 0) }")
        return "\n".join(lines) + "\n"

    def clauses(self) -> list[str]:
        """The query."""
        found = [f"height > {self.least}"]
        if self.crowd is not None:
            found.append(f"count(a) + count(post) >= {self.crowd}")
        return found

    def exact(self) -> Mapping[Choices, float]:
        """The probability of all choices under the query."""
        found: dict[Choices, float] = {}
        for options in product(*(tuple(_options(blocks)) for blocks in self.storeys)):
            for posts in range(1, self.posts + 1):
                p, height = 1.0 / self.posts, 0.0
                for _, share, tall in options:
                    p, height = p * share, height + tall
                low, high = self.spire
                p *= min(max((high - (self.least - height)) / (high - low), 0.0), 1.0)
                if self.crowd is None or sum(name == "a" for name, _, _ in options) + posts >= self.crowd:
                    found[(*(name for name, _, _ in options), posts)] = p
        whole = sum(found.values())
        return {choices: p / whole for choices, p in found.items() if p > 0.0}

    def seen(self, choices: Mapping[str, object]) -> Choices:
        """The same of a trace, its values by address."""
        names = [f"{choices[f's{k}']}{choices.get(f's{k}/b', '')}" for k in range(len(self.storeys))]
        posts = choices["n"]
        assert isinstance(posts, int)
        return (*names, posts)


def _alternative(block: Block) -> str:
    if block.name == "a":
        return f"{block.weight}: a(h: {block.height})"
    if block.within is None:
        return f"{block.weight}: {block.name} = cuboid(1, {block.height}, 1)"
    low, high = block.within
    inner = f"b = choose {{ 1: low = cuboid(1, {low}, 1); 2: high = cuboid(1, {high}, 1) }}"
    return f"{block.weight}: {block.name} = {{ {inner} attach bottom to (0, 0, 0) }}"


def _options(blocks: tuple[Block, ...]) -> Iterator[tuple[str, float, float]]:
    """What one storey may be: its name, probability and height."""
    whole = sum(block.weight for block in blocks)
    for block in blocks:
        if block.within is None:
            yield block.name, block.weight / whole, block.height
        else:
            for name, share, height in zip(("low", "high"), (1 / 3, 2 / 3), block.within, strict=True):
                yield block.name + name, block.weight / whole * share, height


_NAMES: Final = "abc"


def tower(seed: int) -> Tower:
    """One of the grammars, with a query that leaves something; at most 24 outcomes, so that sampling shows them all."""
    rng = random.Random(seed)
    while True:
        found = _tower(rng)
        if 2 <= len(found.exact()) <= 24:
            return found


def _tower(rng: random.Random) -> Tower:
    storeys = tuple(
        tuple(
            Block(name, rng.randint(1, 5), _height(rng), _within(rng) if name != "a" else None)
            for name in _NAMES[: rng.randint(2, 3)]
        )
        for _ in range(rng.randint(1, 3))
    )
    highest = sum(max(b.height for b in blocks) for blocks in storeys)
    spire = (0.1, round(rng.uniform(0.3, 1.0), 2))
    least = round(rng.uniform(0.5, 1.0) * (highest + spire[1]), 2)
    return Tower(storeys, rng.randint(1, 3), spire, least, rng.randint(2, 4) if rng.random() < 0.5 else None)


def _within(rng: random.Random) -> tuple[float, float] | None:
    return (_height(rng), _height(rng)) if rng.random() < 0.35 else None


def _height(rng: random.Random) -> float:
    return round(rng.uniform(0.2, 1.0), 2)
