"""Checks of modifiers: placement, rotation, scale, material, and the shape's own anchors."""

from __future__ import annotations

from typing import assert_never

from shapelang.diagnostics import closest
from shapelang.semantics.builtins import ANCHORS
from shapelang.semantics.constants import literal, warn_radians
from shapelang.semantics.context import Context, View, members
from shapelang.semantics.expressions import anchor_arguments, expect, type_of
from shapelang.semantics.scope import MaterialEntry, Scope
from shapelang.semantics.types import Type
from shapelang.syntax import tree

PLACEMENTS = (tree.At, tree.Attach, tree.Between, tree.Align)


def check_modifiers(ctx: Context, scope: Scope, shape: tree.Shape) -> None:
    """Checks the modifiers of a shape: each kind once, one placement, and every expression in them."""
    placed: tree.Modifier | None = None
    once: set[type] = set()
    for modifier in shape.modifiers:
        if isinstance(modifier, PLACEMENTS):
            if placed is not None and not (isinstance(placed, tree.Align) and isinstance(modifier, tree.Align)):
                ctx.findings.error(
                    "E322",
                    modifier.span,
                    "a shape has one placement: at, attach, between or align",
                    "put the shape in a block { … } and place the block",
                )
            placed = modifier
        elif not isinstance(modifier, tree.Tagged):
            if type(modifier) in once:
                word = type(modifier).__name__.lower()
                ctx.findings.error("E322", modifier.span, f"'{word}' stands here twice")
            once.add(type(modifier))
        _modifier(ctx, scope, shape, modifier)
    if isinstance(placed, tree.Between) and tree.Rotate in once:
        ctx.findings.error("E322", placed.span, "'between' turns the shape itself; no 'rotate' beside it")


def _modifier(ctx: Context, scope: Scope, shape: tree.Shape, modifier: tree.Modifier) -> None:
    match modifier:
        case tree.At(point=point):
            expect(ctx, scope, point, Type.VECTOR, "the place after 'at'")
        case tree.Rotate(turns=turns):
            for turn in turns:
                expect(ctx, scope, turn.angle, Type.REAL, "an angle")
                warn_radians(ctx, turn.angle, turn.span)
        case tree.Scale(factor=factor):
            _factor(ctx, scope, factor)
            number = literal(factor)
            if number is not None and number <= 0:
                ctx.findings.error("E312", factor.span, "the factor of 'scale' must be above 0")
        case tree.Attach(anchor=anchor, target=target):
            _own_anchor(ctx, scope, shape, anchor)
            expect(ctx, scope, target, Type.VECTOR, "the place after 'to'")
        case tree.Between(first=first, second=second):
            expect(ctx, scope, first, Type.VECTOR, "an end of 'between'")
            expect(ctx, scope, second, Type.VECTOR, "an end of 'between'")
        case tree.Align():
            _align(ctx, scope, shape, modifier)
        case tree.With(material=material):
            _material(ctx, scope, material)
        case tree.Tagged():
            pass
        case _:
            assert_never(modifier)


def _factor(ctx: Context, scope: Scope, factor: tree.Expr) -> None:
    if isinstance(factor, tree.Tuple):
        hint = "along single axes the sizes themselves say it: width, height, depth"
        ctx.findings.error("E301", factor.span, "the factor of 'scale' is one number for all axes", hint)
        return
    expect(ctx, scope, factor, Type.REAL, "the factor of 'scale'")


def _align(ctx: Context, scope: Scope, shape: tree.Shape, node: tree.Align) -> None:
    _own_anchor(ctx, scope, shape, node.anchor)
    expect(ctx, scope, node.target, Type.VECTOR, "the place after 'to'")
    anchor = node.anchor.callee if isinstance(node.anchor, tree.Call) else node.anchor
    if node.axis is None and not (isinstance(anchor, tree.Name) and anchor.name in ANCHORS):
        ctx.findings.error(
            "E323", node.span, "'align' needs its axis when the anchor is no face", "align x center to …"
        )


def _own_anchor(ctx: Context, scope: Scope, shape: tree.Shape, anchor: tree.Expr) -> None:
    """An anchor of the placed shape itself: a face, or a path through its parts that ends in one or in a vector let."""
    call = anchor if isinstance(anchor, tree.Call) else None
    path = anchor.callee if isinstance(anchor, tree.Call) else anchor
    words = _path(ctx, scope, path)
    if words is None:
        ctx.findings.error(
            "E324", anchor.span, "after 'attach' stands an anchor of the shape itself", "top, or bottom(0, -1)"
        )
        return
    last = words[-1]
    view = View(shape, ctx.program, 0)
    for word in words[:-1]:
        found = members(view).get(word)
        if not isinstance(found, View):
            own = f"the anchor is one of the shape itself: 'attach {last} to …'" if last in ANCHORS else None
            hint = closest(word, members(view)) or own
            ctx.findings.error("E202", anchor.span, f"this shape has no part '{word}'", hint)
            return
        view = View(found.shape, found.program, 0)
    if call is not None:
        anchor_arguments(ctx, scope, call, last)
    elif last not in ANCHORS and last != "center":
        found = members(view)
        if last not in found:
            known = [*ANCHORS, "center", *found]
            ctx.findings.unknown("E202", anchor.span, "anchor", last, known)


def _path(ctx: Context, scope: Scope, expr: tree.Expr) -> list[str] | None:
    """The words of an own anchor, its indices checked; None when it is no path."""
    words: list[str] = []
    while True:
        match expr:
            case tree.Name(name=name):
                return [name, *words]
            case tree.Member(value=value, name=name):
                words.insert(0, name)
                expr = value
            case tree.Index(value=value, index=index):
                expect(ctx, scope, index, Type.INT, "an index")
                expr = value
            case _:
                return None


def _material(ctx: Context, scope: Scope, expr: tree.Expr) -> None:
    if isinstance(expr, tree.Name):
        if isinstance(scope.find(expr.name), MaterialEntry):
            ctx.used.add(expr.name)
            return
        if expr.name in ctx.broken:
            return
        known = [n for n in scope.names() if isinstance(scope.find(n), MaterialEntry)]
        hint = closest(expr.name, known) or f"'material {expr.name} = {{ color: #b98b5e }}' makes one"
        ctx.findings.error("E214", expr.span, f"unknown material '{expr.name}'", hint)
        return
    if isinstance(expr, tree.Member) and isinstance(expr.value, tree.Name):
        home = ctx.program.uses.get(expr.value.name)
        ctx.used.add(expr.value.name)
        known = (
            [] if home is None else [s.name for s in home.module.statements if isinstance(s, tree.MaterialDefinition)]
        )
        if expr.name in known:
            return
    type_of(ctx, scope, expr)
    colour = f"#{expr.digits}" if isinstance(expr, tree.Colour) else "#b98b5e"
    hint = f"'material oak = {{ color: {colour} }}' makes one for 'with oak'"
    ctx.findings.error("E214", expr.span, "after 'with' stands the name of a material", hint)
