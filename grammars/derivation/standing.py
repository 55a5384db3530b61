"""The text of a program whose whole shape is put elsewhere: what makes shapes becomes one block."""

from __future__ import annotations

from typing import Final

from grammars.derivation.placing import HERE, Place
from shapelang.fitting.rewrite import number
from shapelang.semantics.check import check
from shapelang.semantics.loader import FileLoader
from shapelang.syntax import tree
from shapelang.syntax.source import Source

_NAME: Final = "model"


def standing(source: Source, folder: FileLoader, place: Place) -> tuple[str, str]:
    """A program's text with its shapes in a block that stands at a place, and what addresses in it begin with.

    Params, definitions and what is bound before the first shape stay outside; definitions after it are put before the
    block. Raises ProgramError where the text does not check so.
    """
    if place == HERE:
        return source.text, ""
    text = source.text
    statements = check(source, folder).module.statements
    first = next(k for k, node in enumerate(statements) if isinstance(node, tree.ShapeStatement | tree.Require))
    inner, moved = list(text[statements[first].span.start :]), ""
    for node in reversed(statements[first:]):
        if isinstance(node, tree.Param | tree.MaterialDefinition | tree.PartDefinition | tree.Use | tree.Meta):
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


def _modifiers(place: Place) -> str:
    found = [f"at ({', '.join(number(value) for value in place.shift)})"]
    if place.quarters:
        found.append(f"rotate y {90 * place.quarters}")
    if place.scale != 1.0:
        found.append(f"scale {number(place.scale)}")
    return " ".join(found)
