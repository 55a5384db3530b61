"""The findings of the syntax, E101–E124: what their texts say. `docs/errors.md` has a page on each."""

from __future__ import annotations

import re

from shapelang.diagnostics import Diagnostic
from shapelang.syntax.source import Source, Span


def _at(code: str, message: str, source: Source, span: Span, hint: str | None = None) -> Diagnostic:
    return Diagnostic(code, message, source, span.start, span.end, hint)


# --- what the characters alone show --------------------------------------------------------------

_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_GROUPED = re.compile(r"[0-9]+(?:_[0-9]+)+")
_HEXADECIMAL = re.compile(r"0[xX][0-9a-fA-F]{1,12}")
_OPERATORS = {
    "&&": ("AND", "and", "write 'and'"),
    "&": ("AND", "and", "write 'and'"),
    "||": ("OR", "or", "write 'or'"),
    "|": ("OR", "or", "write 'or'"),
    "!": ("NOT", "not", "write 'not'"),
    "**": ("STAR", "*", "write 'pow(a, b)'"),
    "^": ("STAR", "*", "write 'pow(a, b)'"),
}
_STRANGE = {
    "?": "write 'if test then a else b'",
    "$": "no variable is special: '--segments' says how finely round shapes are cut",
    **dict.fromkeys("“”„«»", 'a text stands in straight quotes: "…"'),
    **dict.fromkeys("−–—", "write '-'"),
    "×": "write '*'",
    "÷": "write '/'",
    "≤": "write '<='",
    "≥": "write '>='",
    "≠": "write '!='",
    "°": "angles are degrees: leave it out",
    "…": "write '..'",
}


def strange_text(source: Source, span: Span, kind: str, text: str) -> tuple[Diagnostic, tuple[str, str] | None]:
    """The finding for a lexical fault, and the token that most likely was meant."""
    match kind:
        case "c_comment":
            return _at("E104", "a comment between '/*' and '*/'", source, span, "begin each line with '//'"), None
        case "c_operator":
            token, word, hint = _OPERATORS[text]
            return _at("E105", f"unknown operator '{text}'", source, span, hint), (token, word)
        case "unit":
            token, hint = _number_alone(text)
            return _at("E106", f"a number and a name run together: '{text}'", source, span, hint), token
        case "open_string":
            hint = "a text ends on its own line: write '\\n' for a line break"
            return _at("E107", "a text without its closing '\"'", source, span, hint), ("STRING", text.rstrip() + '"')
        case "single_quotes":
            inner = text.strip("'")
            hint = f'write "{inner}"'
            return _at("E107", "a text in single quotes", source, span, hint), ("STRING", '""')
        case "bad_colour":
            return _at("E108", f"'{text}' is not a colour", source, span, _colour_hint(text)), ("COLOUR", "#000000")
        case _:
            shown = text if text.isprintable() else f"U+{ord(text):04X}"
            return _at("E103", f"unexpected character '{shown}'", source, span, _STRANGE.get(text)), None


def _number_alone(text: str) -> tuple[tuple[str, str], str]:
    """The number that was meant by one with letters, as a token, and what to write."""
    number = _NUMBER.match(text)
    assert number is not None
    whole = None
    if _GROUPED.fullmatch(text):
        whole = text.replace("_", "").lstrip("0") or "0"
    elif _HEXADECIMAL.fullmatch(text):
        whole = str(int(text, 16))
    if whole is None:
        return ("FLOAT", number[0]), "numbers have no unit: lengths are metres, angles degrees"
    return ("INT", whole), f"write '{whole}'"


def _colour_hint(text: str) -> str:
    digits = text[1:].lower()
    if len(digits) == 3 and all(c in "0123456789abcdef" for c in digits):
        return f"write '#{''.join(c + c for c in digits)}'"
    return "a colour is '#' and six hex digits, such as '#b98b5e'; a comment begins with '//'"


def number_too_large(source: Source, span: Span, text: str) -> Diagnostic:
    """An int beyond 2**53, or a real beyond the largest double."""
    whole = text.isdigit() and len(text) < 300
    hint = "write it as a real, with '.0'" if whole else None
    return _at("E109", "a number too large", source, span, hint)


def unknown_escape(source: Source, span: Span, text: str) -> Diagnostic:
    """A backslash before a character that needs none."""
    hint = r"known are '\"', '\\', '\n', '\t' and '\r'"
    return _at("E110", f"unknown escape '{text}'", source, span, hint)


def placed_once(name: str, line: int) -> tuple[str, str]:
    """The message and the help where the name of a shape stands for a part: the parser and the checker both find it."""
    hint = (
        f"a shape stands once: to place it twice write 'part {name}() {{ … }}', and '{name}()' for each; "
        "'mirror' and 'array' repeat what is in their braces"
    )
    return f"'{name}' is the shape of line {line}, and no part", hint


# --- limits --------------------------------------------------------------------------------------


def file_too_large(source: Source, limit: int) -> Diagnostic:
    """More characters than are read at all."""
    message = f"a file of {len(source.text)} characters; the limit is {limit}"
    return _at("E120", message, source, Span(0, 0))


def too_many_tokens(source: Source, start: int, limit: int) -> Diagnostic:
    """More tokens than are parsed at all."""
    return _at("E121", f"more than {limit} words and signs", source, Span(start, start + 1))


def string_too_long(source: Source, span: Span, limit: int) -> Diagnostic:
    """A text literal beyond the limit."""
    return _at("E122", f"a text of {span.end - span.start} characters; the limit is {limit}", source, span)


def too_deep(source: Source, span: Span, limit: int) -> Diagnostic:
    """Brackets within brackets, or one operator after another, beyond the limit."""
    hint = "name what is inside with 'let', or make it a 'part'"
    return _at("E123", f"more than {limit} levels of brackets and operators", source, span, hint)


def not_a_value(source: Source, span: Span) -> Diagnostic:
    """A text given as a value is none."""
    hint = "such as 0.5, -3, true, plain, (1, 2, 3) or #b98b5e"
    return _at("E113", "expected one value", source, span, hint)


def too_many_errors(source: Source, last: Diagnostic, limit: int) -> Diagnostic:
    """More syntax errors than are told at once."""
    return _at("E124", f"{limit} syntax errors: the rest of the file was not read", source, Span(last.start, last.end))
