"""What a syntax fault says: found, expected, and how to mend it (E101, E102, E111–E113)."""

from __future__ import annotations

from typing import assert_never

from shapelang.diagnostics import Diagnostic
from shapelang.syntax import tables
from shapelang.syntax.lexical import END, NEWLINE, Tokens
from shapelang.syntax.recovery import Fault, Repair, Skipped, Unfinished
from shapelang.syntax.slips.view import Slip
from shapelang.syntax.source import Source, Span
from shapelang.syntax.states import Kind
from shapelang.syntax.words import KEYWORDS

_VALUE = frozenset("NAME INT FLOAT STRING COLOUR TRUE FALSE OPEN LPAR LSQB MINUS NOT".split())
_OPERAND = _VALUE - {"NOT"}
_SHAPE = frozenset("NAME UNION DIFFERENCE INTERSECTION HULL MIRROR ARRAY RING FOR IF CHOOSE SPLIT LBRACE".split())
_STATEMENT = _SHAPE | frozenset("PARAM LET MATERIAL PART USE REQUIRE META TAG".split())
_OPERATOR = frozenset("PLUS MINUS STAR SLASH AND OR LESSTHAN MORETHAN AT_MOST AT_LEAST EQUALS DIFFERS".split())
_MODIFIER = frozenset("AT ROTATE SCALE ATTACH BETWEEN ALIGN WITH TAG".split())
_LINE_END = frozenset(("NEWLINE", "SEMICOLON"))

_GROUPS: tuple[tuple[frozenset[Kind], str], ...] = (
    (_STATEMENT, "a statement"),
    (_SHAPE, "a shape"),
    (_VALUE, "a value"),
    (_OPERAND, "a value"),
    (_LINE_END, "the end of the line"),
    (_MODIFIER, "a modifier such as 'at'"),
    (_OPERATOR, "an operator"),
    (_OPERATOR - {"AND", "OR"}, "an operator"),
    (_OPERATOR - {"AND"}, "an operator"),
    (frozenset("PLUS MINUS STAR SLASH".split()), "an operator"),
)
_NAMED = {
    "NAME": "a name",
    "AXIS": "an axis (x, y or z)",
    "INT": "a number",
    "FLOAT": "a number",
    "STRING": "a text in double quotes",
    "COLOUR": "a colour",
    "NEWLINE": "the end of the line",
    "SEMICOLON": "a new line or ';'",
    END: "the end of the file",
}
_PERCENT_HINT = "there is no '%' operator: write 'mod(a, b)'; '10%' is only a size in a 'split'"
_POINT_HINT = "write digits on both sides of the point: '0.5', '1.0'"
_FIXED = {name: text for text, name in tables.SYMBOLS.items()}


def complain(source: Source, tokens: Tokens, fault: Fault) -> Diagnostic:
    """The diagnostic of one fault; `tokens` are those of the text as it stands."""
    match fault:
        case Repair("insert"):
            return _missing(source, tokens, fault)
        case Repair("delete"):
            return _unexpected(source, tokens, fault)
        case Repair():
            return _instead(source, tokens, fault)
        case Skipped():
            return _stuck(source, tokens, fault)
        case Unfinished():
            return _unfinished(source, tokens, fault)
        case _:
            assert_never(fault)


def slip_told(source: Source, tokens: Tokens, slip: Slip) -> Diagnostic:
    """The diagnostic of a slip that was recognized."""
    span = _span(tokens, slip.first).to(_span(tokens, slip.last))
    return _diagnostic(slip.code, slip.message, source, span, slip.hint)


# --- in words ------------------------------------------------------------------------------------


def _kind(kind: Kind) -> str:
    return _NAMED.get(kind) or f"'{_FIXED[kind]}'"


def _found(tokens: Tokens, index: int) -> str:
    kind = tokens.kinds[index]
    if kind == END:
        return "the end of the file"
    if kind == NEWLINE:
        return "the end of the line"
    text = tokens.texts[index]
    return text if kind == "STRING" and len(text) <= 40 else "a text" if kind == "STRING" else f"'{text}'"


def _expected(kinds: frozenset[Kind]) -> str:
    """The kinds in few words, the most telling first; empty when there are none worth naming."""
    rest, words = set(kinds - {"AXIS"} if "NAME" in kinds else kinds), []
    for group, word in _GROUPS:
        if group <= rest:
            rest -= group | ({"IF", "TAG"} if word in ("a value", "a statement") else set())
            words.append(word)
    rest -= {END} if len(kinds) > 1 else set()
    signs = sorted((_kind(kind) for kind in rest), key=_dull)
    words = [*signs[:3], *words][:4] if len(signs) <= 4 else [*words, *signs[:2]][:4]
    return " or ".join((", ".join(words[:-1]), words[-1])) if len(words) > 1 else "".join(words)


def _dull(word: str) -> tuple[bool, str]:
    return (word in ("'.'", "'['", "'('"), word)


def _span(tokens: Tokens, index: int) -> Span:
    return Span(tokens.starts[index], tokens.end(index))


def _behind(tokens: Tokens, index: int) -> Span:
    """The place behind the token before this one."""
    end = tokens.end(index - 1) if index > 0 else 0
    return Span(end, end + 1)


def _diagnostic(code: str, message: str, source: Source, span: Span, hint: str | None = None) -> Diagnostic:
    # A token that was put in for the parser's sake may be longer than what stood there.
    start = min(span.start, len(source.text))
    return Diagnostic(code, message, source, start, max(start, span.end), hint)


# --- by kind of fault ----------------------------------------------------------------------------


def _wanted(fault: Repair) -> str:
    """What is put in, as the most general thing that could stand there."""
    kind = fault.kinds[0]
    if len(fault.kinds) > 1:
        return "'()'"
    for group, word in _GROUPS:
        if kind in group and group <= fault.expected:
            return word if kind in _OPERATOR or kind in ("NAME", "INT") else _kind(kind)
    return _kind(kind)


def _missing(source: Source, tokens: Tokens, fault: Repair) -> Diagnostic:
    """Something has to be put in."""
    before = fault.place - (fault.place > 0 and tokens.kinds[fault.place - 1] == NEWLINE)
    ends_line = tokens.kinds[before] in (NEWLINE, END)
    what = "'=' or '~'" if fault.kinds == ("EQUAL",) and {"TILDE"} <= fault.expected else _wanted(fault)
    if ends_line:
        where = "at the end of the file" if fault.kinds == ("RBRACE",) else "at the end of the line"
        message, span = f"expected {what} {where}", _behind(tokens, before)
    else:
        message, span = f"expected {what} before {_found(tokens, before)}", _span(tokens, before)
    return _diagnostic("E102", message, source, span, _missing_hint(source, tokens, fault))


def _missing_hint(source: Source, tokens: Tokens, fault: Repair) -> str | None:
    here = tokens.kinds[fault.place]
    if fault.kinds == ("RBRACE",):
        return _unclosed_hint(source, tokens, "LBRACE")
    if here == "TAG" and fault.kinds == ("SEMICOLON",):
        return "a line that begins with 'tag' continues the one before; put ';' before it, or move it to the top"
    behind = [k for k in tokens.kinds[max(0, fault.place - 3) : fault.place] if k != NEWLINE]
    if behind[-2:] == ["INT", "DOT"]:
        return _POINT_HINT
    if fault.kinds == ("LET",):
        return "a value is named with 'let' or 'param'; 'name = …' alone places a shape"
    if fault.kinds == ("LPAR", "RPAR"):
        return "a part or primitive is called with '()', even without arguments"
    return None


def _unexpected(source: Source, tokens: Tokens, fault: Repair) -> Diagnostic:
    """Something has to go."""
    kind = tokens.kinds[fault.place]
    hint = None
    if kind == "RBRACE":
        hint = "no '{' is open here"
    elif kind == "PERCENT":
        hint = _PERCENT_HINT
    elif kind == "DOT" and tokens.kinds[fault.place + 1] == "INT":
        hint = _POINT_HINT
    return _diagnostic("E101", f"unexpected {_found(tokens, fault.place)}", source, _span(tokens, fault.place), hint)


def _instead(source: Source, tokens: Tokens, fault: Repair) -> Diagnostic:
    """Something stands for something else."""
    found, span, text = _found(tokens, fault.place), _span(tokens, fault.place), tokens.texts[fault.place]
    if fault.kinds == ("NAME",) and text in KEYWORDS:
        hint = f"choose another name, such as '{text}_'" if text != "_" else "'_' is a size that its place fills"
        return _diagnostic("E111", f"{found} is a keyword: it cannot be a name", source, span, hint)
    if fault.kinds[0] in _MODIFIER | _OPERATOR - {"EQUALS"}:
        message = f"unexpected {found}; expected {_expected(fault.expected)}"
    else:
        message = f"expected {_wanted(fault)}, found {found}"
    return _diagnostic("E101", message, source, span, _instead_hint(tokens, fault))


def _instead_hint(tokens: Tokens, fault: Repair) -> str | None:
    match tokens.kinds[fault.place], fault.kinds[0]:
        case "EQUAL", "COLON":
            return "arguments and properties are written 'name: value'"
        case "COLON", "EQUAL":
            return "names are given a value with '='"
        case "EQUAL", "EQUALS":
            return "'==' compares"
        case "PERCENT", _:
            return _PERCENT_HINT
        case (("LESSTHAN" | "AT_MOST" | "MORETHAN" | "AT_LEAST" | "EQUALS" | "DIFFERS"), _):
            return "comparisons do not chain: write 'a < b and b < c'"
        case kind, _ if kind in _MODIFIER:
            return "a modifier stands behind a shape, or at the beginning of the line after it"
        case _:
            return None


def _stuck(source: Source, tokens: Tokens, fault: Skipped) -> Diagnostic:
    """Something does not fit, and no small change helps."""
    message = f"unexpected {_found(tokens, fault.stuck)}"
    expected = _expected(fault.expected)
    if expected:
        message += f"; expected {expected}"
    hint = _instead_hint(tokens, Repair("replace", fault.stuck, ("STAR",), fault.stuck))
    if "CHOOSE" in fault.expected and tokens.kinds[fault.stuck] in _VALUE:
        hint = "a value is named with 'let' or 'param'; 'name = …' alone places a shape"
    return _diagnostic("E101", message, source, _span(tokens, fault.stuck), hint)


def _unfinished(source: Source, tokens: Tokens, fault: Unfinished) -> Diagnostic:
    """The file ends within something."""
    first = fault.missing[0] if fault.missing else END
    index = fault.stuck - (fault.stuck > 0 and tokens.kinds[fault.stuck - 1] == NEWLINE)
    hint = {"RBRACE": "LBRACE", "RPAR": "LPAR", "RSQB": "LSQB"}.get(first)
    message = f"the file ends too early: expected {_kind(first)}"
    return _diagnostic(
        "E112", message, source, _behind(tokens, index), None if hint is None else _unclosed_hint(source, tokens, hint)
    )


def _unclosed_hint(source: Source, tokens: Tokens, kind: Kind) -> str | None:
    """The line of the bracket that most likely is not closed: the first that indentation gives away, or the last."""
    closing = {"LBRACE": "RBRACE", "LPAR": "RPAR", "LSQB": "RSQB"}[kind]
    opened: list[tuple[int, int]] = []
    for index, found in enumerate(tokens.kinds):
        if found == kind:
            opened.append(_indent(source, tokens, index))
        elif found == closing and opened:
            _, indent = _indent(source, tokens, index)
            begins_line = index == 0 or tokens.kinds[index - 1] == NEWLINE
            if begins_line and len(opened) > 1 and opened[-1][1] > indent:
                break
            opened.pop()
    return f"the '{_FIXED[kind]}' of line {opened[-1][0]} is not closed" if opened else None


def _indent(source: Source, tokens: Tokens, index: int) -> tuple[int, int]:
    """The line of a token, and how far that line is indented."""
    line, _ = source.position(tokens.starts[index])
    text = source.line(line)
    return line, len(text) - len(text.lstrip())
