"""The states of the parser without values: what may come next, and what would follow."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias, final

from shapelang.syntax import tables
from shapelang.syntax.driver import ACTIONS, GOTOS
from shapelang.syntax.lexical import END

Kind: TypeAlias = str


@final
@dataclass(frozen=True, slots=True)
class Stack:
    """The states of the parser, and for each how many tokens had been kept before its symbol began."""

    states: list[int] = field(default_factory=lambda: [0])
    marks: list[int] = field(default_factory=lambda: [0])

    def copy(self) -> Stack:
        """A stack of its own."""
        return Stack(self.states[:], self.marks[:])

    def accepts(self, kind: Kind) -> bool:
        """Whether a token of this kind may come next."""
        return self.copy().push(kind, 0)

    def push(self, kind: Kind, kept: int) -> bool:
        """Take a token; False when it does not fit, and the stack is then of no use any more."""
        states, marks = self.states, self.marks
        while True:
            action = ACTIONS[states[-1]].get(kind)
            if action is None:
                return False
            if action >= 0:
                states.append(action)
                marks.append(kept)
                return True
            origin, size, _ = tables.RULES[~action]
            mark = kept
            if size:
                mark = marks[-size]
                del states[-size:], marks[-size:]
            states.append(GOTOS[states[-1]][origin])
            marks.append(mark)
            if states[-1] == tables.ACCEPT:
                return kind == END

    def in_parentheses(self) -> bool:
        """Whether the innermost open bracket is ( or [."""
        closed = 0
        for state in reversed(self.states):
            if state in _CLOSED:
                closed += 1
            elif state in _OPENED:
                if not closed:
                    return _OPENED[state] != "LBRACE"
                closed -= 1
        return False


def accepted(stack: Stack) -> frozenset[Kind]:
    """Every kind of token that may come next."""
    return frozenset(kind for kind in ACTIONS[stack.states[-1]] if stack.accepts(kind))


def _entered_by(kinds: tuple[Kind, ...]) -> dict[int, Kind]:
    return {row[kind]: kind for row in ACTIONS for kind in kinds if row.get(kind, -1) >= 0}


_OPENED = _entered_by(("LPAR", "LSQB", "LBRACE"))
_CLOSED = _entered_by(("RPAR", "RSQB", "RBRACE"))
