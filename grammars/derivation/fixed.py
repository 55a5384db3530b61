"""A program with its choices fixed: what is left is one shape."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from shapelang.execution.replay import replay
from shapelang.execution.trace import Trace
from shapelang.fitting.rewrite import edit, number, written
from shapelang.semantics.check import check
from shapelang.semantics.loader import FileLoader
from shapelang.semantics.program import Program
from shapelang.syntax import tree
from shapelang.syntax.source import Source


def fixed_text(program: Program, choices: Mapping[str, Any], params: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
    """The text with draws and params as constants and each `choose` as what was chosen, and the addresses left over.

    Left over are choices inside parts, blocks and used files. Comments and layout stay.
    """
    edits: list[tuple[int, int, str]] = []
    placed: set[str] = set()
    for name, span in _edits(program, choices, params):
        edits.append(span)
        placed.add(name)
    text = program.source.text
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text, tuple(sorted(set(choices) - placed))


def rerun(program: Program, text: str, folder: FileLoader, left: Mapping[str, Any]) -> Trace:
    """The run of a fixed text when what it leaves open is chosen as before."""
    return replay(check(Source(program.source.name, text), folder), left)


def _edits(
    program: Program, choices: Mapping[str, Any], params: Mapping[str, Any]
) -> Iterator[tuple[str, tuple[int, int, str]]]:
    text = program.source.text
    for node in program.module.statements:
        match node:
            case tree.Param(name=name, drawn=False) if isinstance(params.get(name), float):
                yield name, edit(text, node, number(params[name]))
            case tree.Param(name=name, drawn=True) | tree.Let(name=name, drawn=True) if name in choices:
                value = choices[name]
                yield name, edit(text, node, number(value) if isinstance(value, float) else written(value))
            case tree.ShapeStatement(shape=tree.Shape(core=tree.Choose() as core) as shape):
                name = node.name or program.labels.get(id(shape), "")
                chosen = _alternative(core, choices.get(name))
                if chosen is not None:
                    span = chosen.shape.core.span
                    yield name, (core.span.start, core.span.end, text[span.start : span.end])
            case _:
                pass


def _alternative(core: tree.Choose, chosen: object) -> tree.Alternative | None:
    """The alternative of this name, where it can stand for the whole `choose`."""
    for alternative in core.alternatives:
        called = alternative.shape.core
        name = alternative.name or (called.callee[-1] if isinstance(called, tree.Instance) else None)
        if name == chosen and not alternative.shape.modifiers:
            return alternative
    return None
