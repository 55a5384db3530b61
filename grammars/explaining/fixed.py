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

    Left over are choices inside parts, blocks and used files, and alternatives with modifiers of their own, which may
    not make the same when they stand for the whole `choose`. Comments and layout stay.
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


def rerun(source: Source, folder: FileLoader, left: Mapping[str, Any]) -> Trace:
    """The run of a fixed text when what it leaves open is chosen as before.

    Raises ProgramError, ReplayError or UsageError where it does not run so.
    """
    return replay(check(source, folder), left)


def _edits(
    program: Program, choices: Mapping[str, Any], params: Mapping[str, Any]
) -> Iterator[tuple[str, tuple[int, int, str]]]:
    for node in program.module.statements:
        match node:
            case tree.Param(name=name, drawn=False) if isinstance(params.get(name), float):
                made = edit(program.source.text, node, number(params[name]))
            case tree.Param(name=name, drawn=True) | tree.Let(name=name, drawn=True):
                made = statement_edit(program, node, choices[name]) if name in choices else None
            case tree.ShapeStatement(shape=shape):
                name = node.name or program.labels.get(id(shape), "")
                made = None if _is_placed(node, choices.get(name)) else statement_edit(program, node, choices.get(name))
            case _:
                continue
        if made is not None:
            yield name, made


def statement_edit(
    program: Program, node: tree.Param | tree.Let | tree.ShapeStatement, value: object
) -> tuple[int, int, str] | None:
    """The span of a draw or a `choose` and what stands there once it is decided; None where nothing can."""
    text = program.source.text
    match node:
        case tree.Param() | tree.Let():
            return edit(text, node, number(value) if isinstance(value, float) else written(value))
        case tree.ShapeStatement(shape=tree.Shape(core=tree.Choose() as core)):
            chosen = _alternative(core, value)
            if chosen is None:
                return None
            own = text[chosen.shape.span.start : chosen.shape.span.end]
            # A shape has one placement: that of the `choose` is then a block's.
            made = f"{{ {own} }}" if chosen.shape.modifiers and node.shape.modifiers else own
            return core.span.start, core.span.end, made
        case tree.ShapeStatement():
            return None


def _is_placed(node: tree.ShapeStatement, value: object) -> bool:
    """Whether the alternative that was chosen has modifiers of its own."""
    match node.shape.core:
        case tree.Choose() as core:
            chosen = _alternative(core, value)
            return chosen is not None and bool(chosen.shape.modifiers)
        case _:
            return False


def _alternative(core: tree.Choose, chosen: object) -> tree.Alternative | None:
    """The alternative of this name."""
    for alternative in core.alternatives:
        called = alternative.shape.core
        name = alternative.name or (called.callee[-1] if isinstance(called, tree.Instance) else None)
        if name == chosen:
            return alternative
    return None
