"""`parse`: text to syntax tree, with every syntax error of the text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from shapelang.diagnostics import Diagnostic
from shapelang.syntax import faults
from shapelang.syntax.complaints import complain
from shapelang.syntax.driver import Stuck, run
from shapelang.syntax.lexical import DEEPEST, Scanned, TooDeep, lay_out, scan
from shapelang.syntax.recovery import MOST_ERRORS, Recovered, recover
from shapelang.syntax.source import Source, Span
from shapelang.syntax.tree import Module, Statement


@final
@dataclass(frozen=True, slots=True)
class Parsed:
    """A module, and the diagnostics in the order of the text; with errors the module holds what could be read."""

    module: Module
    diagnostics: tuple[Diagnostic, ...]


def parse(source: Source) -> Parsed:
    """Read a program; never raises for any text."""
    scanned = scan(source)
    statements = () if scanned.too_much else _statements(source, scanned)
    module = Module(statements, tuple(scanned.comments), Span(0, len(source.text)))
    return Parsed(module, tuple(sorted(scanned.diagnostics, key=lambda d: (d.start, d.end))))


def _statements(source: Source, scanned: Scanned) -> tuple[Statement, ...]:
    tokens = lay_out(scanned.tokens)
    if isinstance(tokens, TooDeep):
        start = scanned.tokens.starts[tokens.index]
        scanned.diagnostics.append(faults.too_deep(source, Span(start, scanned.tokens.end(tokens.index)), DEEPEST))
        return ()
    result = run(tokens)
    if not isinstance(result, Stuck):
        return result
    recovered = recover(scanned.tokens)
    scanned.diagnostics.extend(_told(source, scanned, recovered))
    if recovered.tokens is None:
        return ()
    mended = lay_out(recovered.tokens)
    result = () if isinstance(mended, TooDeep) else run(mended)
    return () if isinstance(result, Stuck) else result


def _told(source: Source, scanned: Scanned, recovered: Recovered) -> list[Diagnostic]:
    """The diagnostics of the faults, but for those on a line of which the characters were at fault already."""
    lines = {source.position(d.start)[0] for d in scanned.diagnostics}
    found = [complain(source, scanned.tokens, fault) for fault in recovered.faults]
    if len(recovered.faults) == MOST_ERRORS:
        found.append(faults.too_many_errors(source, found[-1], MOST_ERRORS))
    return [d for d in found if source.position(d.start)[0] not in lines]
