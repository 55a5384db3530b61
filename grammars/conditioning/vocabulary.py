"""The names that a condition on a program may use: of its parts, and of what it draws."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import final

from shapelang.primitives.table import PRIMITIVE_BY_KIND
from shapelang.semantics.naming import alternative_name, default_name
from shapelang.semantics.program import Program
from shapelang.syntax import tree


@final
@dataclass(frozen=True, slots=True)
class Vocabulary:
    """`parts`: names, kinds and tags. `draws`: draws, chooses and params by name, with what they may be if named.

    `top` are those that stand in the program itself, so that their name is their address. `looks` are drawn names of
    the program on which nothing hangs but materials.
    """

    parts: frozenset[str]
    draws: Mapping[str, tuple[str, ...]]
    top: frozenset[str]
    looks: frozenset[str]


@lru_cache(maxsize=256)
def vocabulary_of(program: Program) -> Vocabulary:
    """The names of a program and of the files that it uses."""
    parts: set[str] = set(PRIMITIVE_BY_KIND)
    draws: dict[str, tuple[str, ...]] = {}
    for file in program.files():
        parts |= set(file.labels.values()) | _whole(file)
        for node in tree.nodes_in(file.module):
            parts |= set(_named(node))
            for name, labels in _drawn(file, node, file is program):
                draws[name] = (*draws.get(name, ()), *labels)
    return Vocabulary(frozenset(parts), draws, frozenset(_top(program)), frozenset(_looks(program)))


def _whole(file: Program) -> set[str]:
    """What a file as a whole goes by; one of definitions alone is no part, and its name a slip for one of them."""
    return {file.name} if any(isinstance(node, tree.ShapeStatement) for node in file.module.statements) else set()


def _named(node: object) -> Iterator[str]:
    match node:
        case tree.ShapeStatement(name=name, shape=shape):
            yield from _shape_names(name, shape)
        case tree.Slice(name=name, shape=shape):
            yield from _shape_names(name, shape)
        case tree.PartDefinition(name=name):
            yield name
        case tree.Instance(callee=callee):
            yield callee[-1]
        case tree.SolidBlock(operator=operator):
            yield operator
        case tree.Tagged(text=text) | tree.Tag(text=text):
            yield text
        case _:
            return


def _shape_names(name: str | None, shape: tree.Shape) -> Iterator[str]:
    """What a shape goes by; an alternative has its own name only where its `choose` has none."""
    yield name or default_name(shape.core)
    yield default_name(shape.core)
    if name is None and isinstance(shape.core, tree.Choose):
        yield from (alternative_name(each) for each in shape.core.alternatives)


def _drawn(file: Program, node: object, root: bool) -> Iterator[tuple[str, tuple[str, ...]]]:
    match node:
        case tree.Param(name=name, value=value, drawn=drawn) if root or drawn:
            yield name, _labels(value)
        case tree.Let(name=name, value=value, drawn=True):
            yield name, _labels(value)
        case tree.ShapeStatement(name=name, shape=shape) if isinstance(shape.core, tree.Choose):
            yield _label(file, name, shape), tuple(alternative_name(a) for a in shape.core.alternatives)
        case _:
            return


def _label(file: Program, name: str | None, shape: tree.Shape) -> str:
    return name or file.labels.get(id(shape)) or default_name(shape.core)


def _labels(value: tree.Expr) -> tuple[str, ...]:
    match value:
        case tree.Call(callee=tree.Name(name="categorical"), arguments=arguments):
            return tuple(str(a.label) for a in arguments if isinstance(a.label, str))
        case _:
            return ()


def _top(program: Program) -> Iterator[str]:
    for node in program.module.statements:
        for name, _ in _drawn(program, node, True):
            yield name


def _looks(program: Program) -> Iterator[str]:
    """Drawn names that are read in materials alone."""
    read: set[str] = set()
    for node in program.module.statements:
        if not isinstance(node, tree.MaterialDefinition):
            read |= {inner.name for inner in tree.nodes_in(node) if isinstance(inner, tree.Name)}
    for node in program.module.statements:
        match node:
            case tree.Param(name=name, drawn=True) | tree.Let(name=name, drawn=True) if name not in read:
                yield name
            case _:
                pass
