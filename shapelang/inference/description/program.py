"""Bits of a program: its structure under a fixed code of the grammar, and its numbers by the grid they stand on."""

from __future__ import annotations

from decimal import Decimal
from typing import Final, NamedTuple, final

from shapelang.inference.description.codes import one_of, written
from shapelang.primitives.table import PRIMITIVE_BY_KIND
from shapelang.syntax.driver import ACTIONS
from shapelang.syntax.lexical import NEWLINE, SOFT_NEWLINE, Tokens, lay_out, scan
from shapelang.syntax.source import Source
from shapelang.syntax.states import Stack

_NUMBERS: Final = ("FLOAT", "INT")
"""Kinds of tokens that are numbers."""

_COLOUR: Final = 24.0
_LETTER: Final = 8.0
"""Bits of a colour, and of a byte of a text."""


@final
class ProgramBits(NamedTuple):
    """structure: tokens and names · numbers: the numbers that are written."""

    structure: float
    numbers: float


def program_bits(text: str) -> ProgramBits:
    """The bits of a program's text, which must be one that parses; comments and layout are free.

    A token is one of the kinds that the parser's table has in its state, all alike. A name is a primitive, one that
    stood before, or a new one, all alike: what a new one is spelled as is free, so that renaming changes nothing. A
    colour has 24 bits, a text 8 for each byte, a number those of `codes.written`.
    """
    tokens = lay_out(scan(Source("<program>", text)).tokens)
    assert isinstance(tokens, Tokens), "a text that parses is not too deep"
    structure, numbers, known, stack = 0.0, 0.0, set(PRIMITIVE_BY_KIND), Stack()
    for kind, spelled in zip(tokens.kinds, tokens.texts, strict=True):
        choices = ACTIONS[stack.states[-1]]
        if kind in (NEWLINE, SOFT_NEWLINE) and kind not in choices:
            continue
        structure += one_of(len(choices))
        stack.push(kind, 0)
        match kind:
            case "NAME":
                structure += one_of(len(known) + 1)
                known.add(spelled)
            case "COLOUR":
                numbers += _COLOUR
            case "STRING":
                structure += _LETTER * (len(spelled.encode()) - 1)
            case kind if kind in _NUMBERS:
                numbers += written(Decimal(spelled))
            case _:
                pass
    return ProgramBits(structure, numbers)
