"""The text of a program whose whole shape is put elsewhere: what makes shapes becomes one block."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from grammars.explaining.placing import HERE, Place
from shapelang.fitting.rewrite import number
from shapelang.semantics.check import check
from shapelang.semantics.loader import FileLoader
from shapelang.syntax import tree
from shapelang.syntax.source import Source
from shapelang.syntax.tree.traversal import nodes_in

_NAME: Final = "model"


def standing(source: Source, folder: FileLoader, place: Place) -> tuple[str, str]:
    """A program's text with its shapes in a block that stands at a place, and what addresses in it begin with.

    Params, definitions and what is bound before the first shape stay outside; definitions after it are put before the
    block, and so is what `let` binds, which they may use, unless it is drawn, or hangs on what stays inside. Raises
    ProgramError where the text does not check so.
    """
    if place == HERE:
        return source.text, ""
    text = source.text
    statements = check(source, folder).module.statements
    first = next(k for k, node in enumerate(statements) if isinstance(node, tree.ShapeStatement | tree.Require))
    inner, moved = list(text[statements[first].span.start :]), ""
    for node in reversed(_outside(statements[first:])):
        start, end = (offset - statements[first].span.start for offset in (node.span.start, node.span.end))
        moved = "".join(inner[start:end]) + "\n" + moved
        inner[start:end] = ""
    name = _NAME
    while name in text:
        name += "_"
    body = "".join(f"  {line}\n" if line.strip() else "" for line in "".join(inner).splitlines())
    made = f"{text[: statements[first].span.start]}{moved}{name} = {{\n{body}}} {_modifiers(place)}\n"
    check(Source(source.name, made), folder)
    return made, f"{name}/"


def _outside(statements: Sequence[tree.Statement]) -> list[tree.Statement]:
    """Those that can stand before the shapes, in their order."""
    found: list[tree.Statement] = []
    inside: set[str] = set()
    for node in statements:
        match node:
            case tree.Param() | tree.MaterialDefinition() | tree.PartDefinition() | tree.Use() | tree.Meta():
                found.append(node)
            case tree.Let(drawn=False) if inside.isdisjoint(_names(node.value)):
                found.append(node)
            case tree.Let(name=name) | tree.ShapeStatement(name=str(name)):
                inside.add(name)
            case _:
                pass
    return found


def _names(value: tree.Expr) -> set[str]:
    return {node.name for node in nodes_in(value) if isinstance(node, tree.Name)}


def _modifiers(place: Place) -> str:
    found = [f"at ({', '.join(number(value) for value in place.shift)})"]
    if place.quarters:
        found.append(f"rotate y {90 * place.quarters}")
    if place.scale != 1.0:
        found.append(f"scale {number(place.scale)}")
    return " ".join(found)
