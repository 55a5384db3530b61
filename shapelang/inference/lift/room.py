"""How many tokens parameters may cost: what a program saves against its instances written out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

from shapelang.execution.simulate import simulate
from shapelang.inference.evidence import token_count
from shapelang.inference.flat import flat_list, repeats
from shapelang.semantics.check import check_text
from shapelang.syntax import tree
from shapelang.syntax.printer import print_module

_TOKENS: Final = 60
"""That parameters may cost in a small program, which has no room within its share."""


@final
@dataclass(frozen=True, slots=True)
class _Share:
    """Of the tokens of the flat list: what a program may always have, and at most for the sake of `_TOKENS`."""

    always: float
    most: float


_ONCE: Final = _Share(1.05, 1.05)
_SOME: Final = _Share(0.75, 0.85)
_HALF: Final = _Share(0.45, 0.6)
"""No instance repeats an earlier one; some do; at least half of them."""


def room(module: tree.Module, grid: float) -> int:
    """Tokens that the program may become longer by; `grid`: metres that its numbers are written on."""
    text = print_module(module)
    leaves = tuple(simulate(check_text(text, "<inferred>")).assembly.leaves())
    flat, now = token_count(print_module(flat_list(leaves, grid))), token_count(text)
    repeated = repeats(leaves, 1.5 * grid)
    share = _HALF if 2 * repeated >= len(leaves) else _SOME if repeated else _ONCE
    small = min(int(share.most * flat) - now, _TOKENS)
    return max(int(share.always * flat) - now, small) if repeated else small
