"""Text to tokens: one linear pass, which also finds comments, lexical faults, and what is too large or too deep."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import final

from shapelang.diagnostics import Diagnostic
from shapelang.syntax import faults, tables
from shapelang.syntax.source import Source, Span
from shapelang.syntax.tree import Comment
from shapelang.syntax.words import AXES, KEYWORDS, LARGEST_INT, unknown_escape

END = "$END"
NEWLINE = "NEWLINE"
SOFT_NEWLINE = "SOFT_NEWLINE"
"""A newline that does not count: inside ( ) or [ ], or before a line that continues the one before."""

CONTINUING = frozenset(
    {"AT", "ROTATE", "SCALE", "ATTACH", "BETWEEN", "ALIGN", "WITH", "TAG", "ELSE"},
)
"""What a line begins with that continues the one before."""

LARGEST_FILE = 4_000_000
LARGEST_STRING = 1_000_000
MOST_TOKENS = 1_000_000
DEEPEST = 200


@final
@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens in three lists of one length; the last is END. Blanks and comments are not among them."""

    kinds: list[str]
    texts: list[str]
    starts: list[int]

    def end(self, index: int) -> int:
        """The offset behind a token."""
        return self.starts[index] + len(self.texts[index])


@final
@dataclass(frozen=True, slots=True)
class Scanned:
    """What a scan found; `too_much` when it stopped at a limit, so that there is nothing to parse."""

    tokens: Tokens
    comments: list[Comment] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    too_much: bool = False


def _pattern() -> re.Pattern[str]:
    """One alternative a group; those in lower case are faults."""
    fixed = sorted((s for s in tables.SYMBOLS if s not in KEYWORDS), key=lambda s: (-len(s), s))
    groups = [
        ("NAME", tables.PATTERNS["NAME"]),
        ("COMMENT", tables.PATTERNS["COMMENT"]),
        ("c_comment", r"/\*[^*]*(?:\*(?!/)[^*]*)*(?:\*/)?"),
        ("c_operator", r"\*\*|\^|&&?|\|\|?|!(?!=)"),
        ("FIXED", "|".join(map(re.escape, fixed))),
        ("FLOAT", tables.PATTERNS["FLOAT"]),
        ("unit", r"[0-9]+(?:\.[0-9]+)?[A-Za-z_][A-Za-z0-9_]*"),
        ("INT", tables.PATTERNS["INT"]),
        ("NEWLINE", tables.PATTERNS["NEWLINE"]),
        ("STRING", tables.PATTERNS["STRING"]),
        ("open_string", r'"[^\n]*'),
        ("COLOUR", tables.PATTERNS["COLOUR"]),
        ("bad_colour", r"#[A-Za-z0-9_]*"),
        ("single_quotes", r"'[^'\n]*'?"),
        ("strange", r"[^\n \t\r]"),
    ]
    return re.compile(r"[ \t\r]*(?:" + "|".join(f"(?P<{name}>{pattern})" for name, pattern in groups) + ")")


_TOKEN = _pattern()
_WORDS = {**{w: tables.SYMBOLS[w] for w in KEYWORDS}, **dict.fromkeys(AXES, "AXIS")}
_FIXED = tables.SYMBOLS


def scan(source: Source) -> Scanned:
    """The tokens of a text, each newline among them, with the faults that the characters alone show.

    What stands for a fault is the nearest thing that is right (`&&` becomes `and`), so that it is told once.
    """
    kinds: list[str] = []
    texts: list[str] = []
    starts: list[int] = []
    found = Scanned(Tokens(kinds, texts, starts))
    if len(source.text) > LARGEST_FILE:
        return _refuse(found, faults.file_too_large(source, LARGEST_FILE))
    for match in _TOKEN.finditer(source.text):
        kind = match.lastgroup
        assert kind is not None
        text = match[kind]
        start = match.start(kind)
        if kind == "NAME":
            kind = _WORDS.get(text, kind)
        elif kind == "FIXED":
            kind = _FIXED[text]
        elif kind == NEWLINE:
            if not kinds or kinds[-1] == NEWLINE:
                continue
        elif kind == "COMMENT":
            own_line = not kinds or kinds[-1] == NEWLINE
            found.comments.append(Comment(text.rstrip(), own_line, Span(start, start + len(text.rstrip()))))
            continue
        else:
            mended = _mend(source, found, kind, text, start)
            if mended is None:
                continue
            kind, text = mended
        kinds.append(kind)
        texts.append(text)
        starts.append(start)
    return _finish(source, found)


def _finish(source: Source, found: Scanned) -> Scanned:
    tokens = found.tokens
    if len(tokens.kinds) > MOST_TOKENS:
        return _refuse(found, faults.too_many_tokens(source, tokens.starts[MOST_TOKENS], MOST_TOKENS))
    tokens.kinds.append(END)
    tokens.texts.append("")
    tokens.starts.append(len(source.text))
    return found


def _refuse(found: Scanned, diagnostic: Diagnostic) -> Scanned:
    return Scanned(Tokens([END], [""], [0]), found.comments, [diagnostic], too_much=True)


def _mend(source: Source, found: Scanned, kind: str, text: str, start: int) -> tuple[str, str] | None:
    """Check a literal or a fault: the token to go on with, or None to go on without."""
    span = Span(start, start + len(text))
    match kind:
        case "INT" | "FLOAT":
            if _too_large(kind, text):
                found.diagnostics.append(faults.number_too_large(source, span, text))
                return kind, "0"
            return kind, text
        case "STRING":
            _check_string(source, found, text, start)
            return kind, text
        case "COLOUR":
            return kind, text
        case _:
            diagnostic, mended = faults.strange_text(source, span, kind, text)
            found.diagnostics.append(diagnostic)
            if mended is not None and mended[0] in ("INT", "FLOAT") and _too_large(*mended):
                return mended[0], "1"  # told already: any number does that no place refuses
            return mended


def _too_large(kind: str, text: str) -> bool:
    if kind == "INT":
        return len(text) > 15 and (len(text.lstrip("0")) > 16 or int(text[-17:]) > LARGEST_INT)
    return float(text) == float("inf")


def _check_string(source: Source, found: Scanned, text: str, start: int) -> None:
    if len(text) > LARGEST_STRING:
        found.diagnostics.append(faults.string_too_long(source, Span(start, start + len(text)), LARGEST_STRING))
    elif "\\" in text:
        escape = unknown_escape(text)
        if escape is not None:
            place = Span(start + escape.start(), start + escape.end())
            found.diagnostics.append(faults.unknown_escape(source, place, escape[0]))


# --- layout --------------------------------------------------------------------------------------

_OPENING = {"LPAR", "LSQB", "LBRACE"}
_CLOSING = {"RPAR", "RSQB", "RBRACE"}
_DEEPENING = frozenset(
    "DOT PLUS MINUS STAR SLASH NOT AND OR THEN ELSE LESSTHAN MORETHAN AT_MOST AT_LEAST EQUALS DIFFERS".split()
)
_LAYOUT = _OPENING | _CLOSING | _DEEPENING | {"COMMA", "SEMICOLON", NEWLINE}


@final
@dataclass(frozen=True, slots=True)
class TooDeep:
    """The token of this index makes a tree deeper than `DEEPEST`."""

    index: int


def lay_out(tokens: Tokens) -> Tokens | TooDeep:
    """The same tokens with the newlines that do not count made soft.

    On the way an upper bound of the depth of the tree is kept: operators and brackets deepen it by one each, a comma or
    a line starts anew, and a bracket that closes is as deep as what it held.
    """
    kinds = list(tokens.kinds)
    opened: list[tuple[str, int, int]] = []
    depth = deepest = 0  # of the expression so far, and of those before it within the same bracket
    bracket = ""
    for index, kind in enumerate(tokens.kinds):
        if kind not in _LAYOUT:
            continue
        if kind in _DEEPENING:
            depth += 1
        elif kind in _OPENING:
            opened.append((bracket, depth, deepest))
            bracket, depth, deepest = kind, 0, 0
        elif kind in _CLOSING:
            while kind == "RBRACE" and bracket in ("LPAR", "LSQB"):
                bracket, depth, deepest = opened.pop()  # never closed: told later
            if opened:
                inner = max(depth, deepest) + 1
                bracket, depth, deepest = opened.pop()
                depth = max(depth, inner)
        else:
            if kind == NEWLINE and (bracket in ("LPAR", "LSQB") or tokens.kinds[index + 1] in CONTINUING):
                kinds[index] = SOFT_NEWLINE
                continue
            depth, deepest = 0, max(depth, deepest)
        if depth > DEEPEST or len(opened) > DEEPEST:
            return TooDeep(index)
    return Tokens(kinds, tokens.texts, tokens.starts)
