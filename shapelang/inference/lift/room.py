"""How many tokens parameters may cost: what a program saves against its instances written out."""

from __future__ import annotations

from typing import Final

from shapelang.execution.simulate import simulate
from shapelang.inference.description.tokens import token_count
from shapelang.inference.writing.flat import flat_list, repeats
from shapelang.semantics.check import check_text
from shapelang.syntax import tree
from shapelang.syntax.printer import print_module

_ONCE: Final = 1.05
_SOME: Final = 0.8
_HALF: Final = 0.5
"""Of the tokens of the flat list: where no instance repeats an earlier one, where some do, where at least half do."""


def room(module: tree.Module, grid: float) -> int:
    """Tokens that the program may become longer by; `grid`: metres that its numbers are written on."""
    text = print_module(module)
    leaves = tuple(simulate(check_text(text, "<inferred>")).assembly.leaves())
    flat, now = token_count(print_module(flat_list(leaves, grid))), token_count(text)
    repeated = repeats(leaves, 1.5 * grid)
    share = _HALF if 2 * repeated >= len(leaves) else _SOME if repeated else _ONCE
    return max(0, int(share * flat) - now)
