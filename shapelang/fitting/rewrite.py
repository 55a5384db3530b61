"""A fit written back into the program's text: each moved param and draw of the file gets its value as a constant."""

from __future__ import annotations

from shapelang.execution.replay import replay
from shapelang.execution.trace import Trace
from shapelang.fitting.fit import Fitted
from shapelang.semantics.program import Program
from shapelang.syntax import tree

DIGITS = 7
"""Significant ones: beyond them lies no size that a mesh of float32 tells."""


def rewritten(program: Program, fitted: Fitted) -> tuple[str, tuple[str, ...]]:
    """The text with the values in place of defaults and distributions, and the addresses that no place in it stands
    for: draws inside parts and blocks, and choices between shapes.

    Comments and layout stay as they are.
    """
    values = {moved.name: moved.value for moved in fitted.moved}
    edits: list[tuple[int, int, str]] = []
    placed: set[str] = set()
    text = program.source.text
    for node in program.module.statements:
        if not isinstance(node, tree.Param | tree.Let):
            continue
        if node.name in values:
            edits.append(edit(text, node, number(values[node.name])))
            placed.add(node.name)
        elif node.drawn and node.name in fitted.structure.decided:
            edits.append(edit(text, node, written(fitted.structure.decided[node.name])))
            placed.add(node.name)
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text, tuple(sorted({*values, *fitted.structure.decided} - placed))


def rerun(again: Program, fitted: Fitted, undecided: tuple[str, ...]) -> Trace:
    """The run that a rewritten program makes when what its text leaves to chance is decided as the fit had it.

    Raises ReplayError or ProgramError where the text no longer says what was fitted.
    """
    values = {**fitted.structure.decided, **{moved.name: moved.value for moved in fitted.moved}}
    return replay(again, {address: values[address] for address in undecided}, fitted.structure.fixed)


def number(value: float) -> str:
    """A real in at most DIGITS digits, as the language writes it."""
    return f"{value:.{DIGITS}g}"


def written(value: object) -> str:
    """A decided value as the language writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f'"{value}"' if isinstance(value, str) else str(value)


def edit(text: str, node: tree.Param | tree.Let, value: str) -> tuple[int, int, str]:
    """The span of the value, with the sign before it where that is a `~`."""
    start, end = node.value.span.start, node.value.span.end
    if not node.drawn:
        return start, end, value
    sign = text.rindex("~", node.span.start, start)
    return sign, end, f"= {value}"
