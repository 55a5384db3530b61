"""A program of plain numbers, written shorter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, final

import numpy as np

from shapelang.deadline import NEVER, Deadline
from shapelang.inference.description.tokens import token_count
from shapelang.inference.rewrites.egraph import EGraph
from shapelang.inference.rewrites.positive import on_positive_side
from shapelang.inference.rewrites.rules import REWRITES, Rewrite
from shapelang.inference.rewrites.scene import one, scene_of
from shapelang.inference.rewrites.search import Search, Step
from shapelang.inference.rewrites.single import without_single_block
from shapelang.inference.rewrites.terms import Arrayed, Class, Group, Mirrored, Piece
from shapelang.inference.rewrites.within import Within
from shapelang.inference.solids.cores import plain_vector
from shapelang.inference.writing.looks import looks_inward, looks_outward
from shapelang.syntax import tree
from shapelang.syntax.printer import print_module

NEAR: Final = 1.5
"""Of the grid: what lies within it is one place, one size."""

_MOVED: Final = 4.0
"""Of the grid: by how much a corner may move in all."""

MOST: Final = 150
"""Statements of a block that is looked at."""


@final
@dataclass(frozen=True, slots=True)
class Restructured:
    """The program, and what was done to it; `flat`: what it was before that, where that was kept."""

    module: tree.Module
    steps: tuple[Step, ...]
    flat: tree.Module | None = None


def restructured(
    module: tree.Module, grid: float, deadline: Deadline = NEVER, rewrites: Sequence[Rewrite] = REWRITES
) -> Restructured:
    """The shortest program that the rewrites give within the deadline; the same one where there is none.

    `grid`: metres that its numbers are written on. It makes the same instances, in another order, no corner further
    off than four of the grid.
    """
    before = scene_of(module)
    if before is None or deadline.late():
        return Restructured(module, ())
    definitions = tuple(s for s in module.statements if not isinstance(s, tree.ShapeStatement))
    within = Within(lambda statements: _block(definitions, statements, grid, deadline, rewrites), grid)
    plain = within.module(looks_inward(module))
    made, steps = _rewritten(plain, grid, deadline, rewrites)
    short = on_positive_side(without_single_block(looks_outward(made), grid))
    after = scene_of(short)
    if after is None or not one(before, after, _MOVED * grid) or _tokens(short) >= _tokens(module):
        return Restructured(module, ())
    return Restructured(short, (*within.steps, *steps))


def _tokens(module: tree.Module) -> int:
    return token_count(print_module(module))


def _rewritten(
    module: tree.Module, grid: float, deadline: Deadline, rewrites: Sequence[Rewrite]
) -> tuple[tree.Module, tuple[Step, ...]]:
    """The block of the model written shorter, or the module's own statements where it has none."""
    definitions = tuple(s for s in module.statements if not isinstance(s, tree.ShapeStatement))
    shapes = tuple(s for s in module.statements if isinstance(s, tree.ShapeStatement))
    match shapes:
        case (tree.ShapeStatement(_, tree.Shape(tree.Block(inside), _)) as whole,):
            made, steps = _block(definitions, inside, grid, deadline, rewrites)
            shape = replace(whole.shape, core=tree.Block(made))
            return replace(module, statements=(*definitions, replace(whole, shape=shape))), steps
        case _:
            made, steps = _block(definitions, shapes, grid, deadline, rewrites)
            return replace(module, statements=(*definitions, *made)), steps


def _block(
    definitions: tuple[tree.Statement, ...],
    statements: tuple[tree.Statement, ...],
    grid: float,
    deadline: Deadline,
    rewrites: Sequence[Rewrite],
) -> tuple[tuple[tree.Statement, ...], tuple[Step, ...]]:
    graph = EGraph(NEAR * grid, grid)
    root = _read(graph, definitions, statements) if len(statements) <= MOST else None
    if root is None:
        return statements, ()
    search = Search(graph, root, rewrites)
    search.run(deadline)
    return graph.statements(graph.add(root)), search.steps()


def _read(
    graph: EGraph, definitions: tuple[tree.Statement, ...], statements: tuple[tree.Statement, ...]
) -> Group | None:
    """The statements as terms; None where one of them makes nothing by itself."""
    members = [_class(graph, definitions, s) for s in statements]
    return Group(tuple(m for m in members if m is not None)) if None not in members else None


def _class(graph: EGraph, definitions: tuple[tree.Statement, ...], statement: tree.Statement) -> Class | None:
    match statement:
        case tree.ShapeStatement(None, tree.Shape(tree.Mirror(axes, body), ())):
            inside = _read(graph, definitions, body.statements)
            return None if inside is None else graph.add(Mirrored(axes, graph.add(inside)))
        case tree.ShapeStatement(None, tree.Shape(tree.Array(tree.Number(int(count)), step, body), ())):
            inside = _read(graph, definitions, body.statements)
            by = plain_vector(step)
            return (
                None
                if inside is None or by is None
                else graph.add(Arrayed(count, graph.step(np.array(by)), graph.add(inside)))
            )
        case tree.ShapeStatement():
            scene = scene_of(tree.Module((*definitions, statement)))
            return None if scene is None or not scene.marks else graph.add(Piece(statement), scene)
        case _:
            return None
