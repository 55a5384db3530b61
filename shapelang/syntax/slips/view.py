"""Tokens as the rules of slips see them, and what such a rule finds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

from shapelang.syntax.lexical import END, NEWLINE, Tokens
from shapelang.syntax.source import Source

NOWHERE: Final = -1
_CLOSING = {"RPAR": "LPAR", "RSQB": "LSQB", "RBRACE": "LBRACE"}
_OPENING = frozenset(_CLOSING.values())
_ENDS = frozenset((NEWLINE, "SEMICOLON", END))
_LONGEST_QUOTE = 40

VALUE_ENDS = frozenset("NAME INT FLOAT STRING COLOUR TRUE FALSE RPAR RSQB AXIS".split())
"""What a value may end with."""
VALUE_BEGINS = frozenset("NAME INT FLOAT STRING COLOUR TRUE FALSE LPAR LSQB MINUS NOT OPEN AXIS".split())


@final
@dataclass(frozen=True, slots=True)
class Edit:
    """The tokens from `start` to before `stop` go, and these (kind, text) come; between two tokens start == stop."""

    start: int
    stop: int
    put_in: tuple[tuple[str, str], ...] = ()


@final
@dataclass(frozen=True, slots=True)
class Slip:
    """One mistake that was recognized: what is told of the tokens from `first` to `last`, and how to read on."""

    code: str
    message: str
    first: int
    last: int
    hint: str
    edits: tuple[Edit, ...]
    exact: bool = False
    """Whether the edits are surely what was meant, so that the checker may judge the line."""


def lines_of(source: Source, tokens: Tokens, slip: Slip) -> set[int]:
    """The lines (from 1) on which a slip stands or changes something."""
    places = {slip.first, slip.last, *(k for e in slip.edits for k in (e.start, max(e.start, e.stop - 1)))}
    return {source.position(min(tokens.starts[k], len(source.text)))[0] for k in places}


@final
class View:
    """Tokens (each newline among them) with the brackets that belong together."""

    def __init__(self, source: Source, tokens: Tokens) -> None:
        self.source, self.tokens, self.kinds = source, tokens, tokens.kinds
        self.opener: list[int] = []
        """For each token the innermost bracket that is open before it; for a closing one, its own."""
        self.partner: dict[int, int] = {}
        """Opening bracket → the one that closes it."""
        self.given_in: dict[str, int] = {}
        """A name that `let` or `param` gave a value → its first token."""
        self.placed_in: dict[str, int] = {}
        """The name of a shape → its first token."""
        self.callees: set[str] = set()
        """What stands before a '(': primitives, parts, functions."""
        opened: list[int] = []
        for index, kind in enumerate(tokens.kinds):
            while kind in _CLOSING and opened and tokens.kinds[opened[-1]] != _CLOSING[kind]:
                if kind != "RBRACE" and tokens.kinds[opened[-1]] == "LBRACE":
                    break
                opened.pop()
            self.opener.append(opened[-1] if opened else NOWHERE)
            if kind in _OPENING:
                opened.append(index)
            elif kind in _CLOSING and opened and tokens.kinds[opened[-1]] == _CLOSING[kind]:
                self.partner[opened.pop()] = index
            elif kind in ("NAME", "AXIS") and index and tokens.kinds[index - 1] in ("LET", "PARAM"):
                self.given_in.setdefault(tokens.texts[index], index)
            elif kind == "NAME" and tokens.kinds[index + 1] == "EQUAL" and self.begins(index):
                self.placed_in.setdefault(tokens.texts[index], index)
            elif kind == "NAME" and tokens.kinds[index + 1] == "LPAR":
                self.callees.add(tokens.texts[index])

    def kind(self, index: int) -> str:
        """The kind of a token; END beyond the last, and before the first."""
        return self.kinds[index] if 0 <= index < len(self.kinds) else END

    def text(self, index: int) -> str:
        """The text of a token."""
        return self.tokens.texts[index] if 0 <= index < len(self.kinds) else ""

    def within(self, index: int) -> str:
        """What the bracket around a token is of: `call`, `part`, `material`, `choose`, `split`, `body` or `group`."""
        at = self.opener[index]
        if at == NOWHERE:
            return "body"
        before = self.kind(at - 1)
        match self.kinds[at]:
            case "LBRACE" if before == "CHOOSE":
                return "choose"
            case "LBRACE" if before == "EQUAL" and self.kind(at - 3) == "MATERIAL":
                return "material"
            case "LBRACE":
                return "split" if self._splits(at) else "body"
            case "LPAR" if before in ("NAME", "AXIS"):
                return "part" if self.kind(at - 2) == "PART" else "call"
            case _:
                return "group"

    def _splits(self, brace: int) -> bool:
        start = self.line_start(brace)
        return "SPLIT" in self.kinds[start:brace] or "REPEAT" in self.kinds[start:brace]

    def line_start(self, index: int) -> int:
        """The first token of the line, as the text has it."""
        while index > 0 and self.kinds[index - 1] not in (NEWLINE, "SEMICOLON"):
            index -= 1
        return index

    def begins(self, index: int) -> bool:
        """Whether a statement begins with this token."""
        before = NEWLINE if index == 0 else self.kinds[index - 1]
        return before in (NEWLINE, "SEMICOLON", "LBRACE") and self.within(index) == "body"

    def stop(self, index: int) -> int:
        """The token that ends the line or statement that this one is in: outside all brackets opened from here on."""
        while index < len(self.kinds) - 1:
            if self.kinds[index] in _ENDS or self.kinds[index] in _CLOSING:
                return index
            index = self.partner.get(index, index) + 1
        return len(self.kinds) - 1

    def outside(self, first: int, stop: int) -> list[int]:
        """The tokens from `first` to before `stop` that stand in no bracket opened there; of one, both its ends."""
        found: list[int] = []
        while first < stop:
            found.append(first)
            closing = self.partner.get(first)
            first += 1
            if closing is not None and closing < stop:
                found.append(closing)
                first = closing + 1
        return found

    def items(self, bracket: int) -> list[tuple[int, int]]:
        """What commas part within a bracket that is closed: (first, stop) of each."""
        closing = self.partner[bracket]
        if closing == bracket + 1:
            return []
        commas = [i for i in self.outside(bracket + 1, closing) if self.kinds[i] == "COMMA"]
        return list(zip([bracket + 1, *(c + 1 for c in commas)], [*commas, closing], strict=True))

    def quote(self, first: int, stop: int) -> str:
        """The text from a token to before another, as it stands; `…` when it is long or has lines."""
        text = self.source.text[self.tokens.starts[first] : self.tokens.end(stop - 1)] if stop > first else ""
        return text if len(text) <= _LONGEST_QUOTE and "\n" not in text else "…"

    def found(self, index: int) -> str:
        """A token in the words of a message."""
        text = self.text(index)
        return text if self.kinds[index] == "STRING" and len(text) <= _LONGEST_QUOTE else f"'{text}'"

    def called(self, index: int) -> int:
        """The token behind a call `a.b(…)` that begins here, or -1 where none does."""
        if self.kind(index) != "NAME":
            return NOWHERE
        while self.kind(index + 1) == "DOT" and self.kind(index + 2) == "NAME":
            index += 2
        return self.partner.get(index + 1, -2) + 1 if self.kind(index + 1) == "LPAR" else NOWHERE
