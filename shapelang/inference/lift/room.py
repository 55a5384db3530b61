"""How long a program with parameters may be: what it saves against its instances written out."""

from __future__ import annotations

from typing import Final

from shapelang.execution.simulate import simulate
from shapelang.inference.description.tokens import token_count
from shapelang.inference.writing.flat import flat_list, repeats
from shapelang.semantics.check import check_text
from shapelang.syntax import tree
from shapelang.syntax.printer import print_module

_ONCE: Final = 1.08
_SOME: Final = 1.0
_HALF: Final = 0.5
"""Of the tokens of the flat list: where no instance repeats an earlier one, where some do, where at least half do."""

_SMALL: Final = 0.62
_ONE: Final = 18
"""Where that leaves no room: up to which share of the flat list so many tokens more are for one parameter at least."""

_FORTIETH: Final = 40
"""Where that leaves none either: of the flat list, one token of so many, up to `_ONCE`."""


def room(module: tree.Module, grid: float) -> int:
    """Tokens that the program may have; `grid`: metres that its numbers are written on."""
    leaves = tuple(simulate(check_text(print_module(module), "<inferred>")).assembly.leaves())
    flat = token_count(print_module(flat_list(leaves, grid)))
    repeated = repeats(leaves, 1.5 * grid)
    share = _HALF if 2 * repeated >= len(leaves) else _SOME if repeated else _ONCE
    now = token_count(print_module(module))
    some = min(int(_SMALL * flat), now + _ONE)
    return max(int(share * flat), some, min(int(_ONCE * flat), now + flat // _FORTIETH))
