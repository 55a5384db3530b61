"""Choices inside parts and blocks, written where every place that makes them chose alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from grammars.explaining.fixed import rerun, statement_edit
from shapelang.diagnostics import ProgramError, UsageError
from shapelang.execution.replay import ReplayError
from shapelang.execution.trace import Trace
from shapelang.semantics.check import check
from shapelang.semantics.loader import FileLoader
from shapelang.semantics.program import Program
from shapelang.syntax import tree
from shapelang.syntax.source import Source
from shapelang.syntax.tree.traversal import nodes_in


def inner_fixed(source: Source, folder: FileLoader, left: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """A text with what its parts and blocks chose as constants, and the choices by address that are still left.

    A statement that chose differently in two places stays, and so does what a used file chose. What is written makes
    the same geometry, or it is not written.
    """
    text, rest = source.text, dict(left)
    before = _geometry(rerun(source, folder, left)) if left else []
    while (step := next(_steps(Source(source.name, text), folder, rest, before), None)) is not None:
        text, rest = step
    return text, rest


def _steps(
    source: Source, folder: FileLoader, left: Mapping[str, Any], wanted: list[object]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Texts with one more choice written."""
    program = check(source, folder)
    for name, node in _statements(program):
        own = {address: value for address, value in left.items() if _last(address) == name}
        for value in dict.fromkeys(own.values()):
            edit = statement_edit(program, node, value)
            if edit is None:
                continue
            text = source.text[: edit[0]] + edit[2] + source.text[edit[1] :]
            rest = {a: v for a, v in left.items() if not (a in own and v == value)}
            try:
                made = rerun(Source(source.name, text), folder, rest)
            except (ProgramError, ReplayError, UsageError):
                continue
            if _geometry(made) == wanted:
                yield text, rest


def _statements(program: Program) -> Iterator[tuple[str, tree.Let | tree.ShapeStatement]]:
    """In the order of the text."""
    found = [n for n in nodes_in(program.module) if isinstance(n, tree.Let | tree.ShapeStatement)]
    for node in sorted(found, key=lambda n: n.span.start):
        match node:
            case tree.Let(drawn=True):
                yield node.name, node
            case tree.ShapeStatement(shape=tree.Shape(core=tree.Choose()) as shape):
                yield node.name or program.labels.get(id(shape), ""), node
            case _:
                pass


def _last(address: str) -> str:
    return address.rsplit("/", 1)[-1].split("[", 1)[0]


def _geometry(trace: Trace) -> list[object]:
    return [(leaf.geometry, leaf.pose) for leaf in trace.assembly.leaves()]
