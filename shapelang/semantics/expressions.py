"""Types of expressions."""

from __future__ import annotations

from typing import assert_never

from shapelang.diagnostics import closest, counted
from shapelang.semantics import slips
from shapelang.semantics.builtins import (
    ANCHORS,
    BOX_WORDS,
    CONSTANTS,
    EXTENTS,
    FUNCTIONS,
    Signature,
)
from shapelang.semantics.constants import warn_radians
from shapelang.semantics.context import Context, View, members
from shapelang.semantics.scope import MaterialEntry, Scope, ShapeEntry, ValueEntry
from shapelang.semantics.shape_values import makes_shape, refuse_shape
from shapelang.semantics.types import NUMERIC, Type, accepts, joined, operate
from shapelang.semantics.unknown import unknown_function, unknown_name
from shapelang.syntax import tree

COMPONENTS = {"x": 0, "y": 1, "z": 2}


def type_of(ctx: Context, scope: Scope, expr: tree.Expr) -> Type:
    """The type of an expression; whatever is wrong in it is noted once and is then UNKNOWN."""
    found = _infer(ctx, scope, expr)
    ctx.types[id(expr)] = found
    return found


def expect(ctx: Context, scope: Scope, expr: tree.Expr, wanted: Type, what: str) -> Type:
    """Checks an expression against the type that its place wants."""
    given = type_of(ctx, scope, expr)
    if not accepts(wanted, given):
        message = f"{what} must be {wanted.one}, not {given.one}"
        ctx.findings.error("E301", expr.span, message, slips.instead_of(expr, wanted, given))
        return Type.UNKNOWN
    return given


def _infer(ctx: Context, scope: Scope, expr: tree.Expr) -> Type:
    match expr:
        case tree.Number(value=value):
            return Type.INT if isinstance(value, int) else Type.REAL
        case tree.Boolean():
            return Type.BOOL
        case tree.Text():
            return Type.NAME
        case tree.Colour():
            return Type.COLOUR
        case tree.Name():
            return _name(ctx, scope, expr)
        case tree.Open():
            ctx.findings.error(
                "E302", expr.span, "'_' stands only for a size of a primitive", "in a slice, or with 'between'"
            )
            return Type.UNKNOWN
        case tree.Tuple():
            return _tuple(ctx, scope, expr)
        case tree.List():
            return _list(ctx, scope, expr)
        case tree.Unary():
            return _unary(ctx, scope, expr)
        case tree.Binary():
            return _binary(ctx, scope, expr)
        case tree.Conditional():
            return _conditional(ctx, scope, expr)
        case tree.Member():
            return _member(ctx, scope, expr)
        case tree.Index():
            return Type.SHAPE if view_of(ctx, scope, expr) is not None else Type.UNKNOWN
        case tree.Call():
            return _call(ctx, scope, expr)
    assert_never(expr)


def _name(ctx: Context, scope: Scope, expr: tree.Name) -> Type:
    ctx.mentioned.add(expr.name)
    match scope.find(expr.name):
        case ValueEntry(type=found):
            return found
        case ShapeEntry():
            return Type.SHAPE if view_of(ctx, scope, expr) is not None else Type.UNKNOWN
        case MaterialEntry():
            return Type.MATERIAL
        case None:
            if expr.name in CONSTANTS:
                return Type.REAL
    unknown_name(ctx, scope, expr)
    return Type.UNKNOWN


def _tuple(ctx: Context, scope: Scope, expr: tree.Tuple) -> Type:
    for item in expr.items:
        expect(ctx, scope, item, Type.REAL, "a component")
    return Type.VECTOR if len(expr.items) == 3 else Type.POINT


def _list(ctx: Context, scope: Scope, expr: tree.List) -> Type:
    for item in expr.items:
        if not isinstance(item, tree.Tuple) or len(item.items) != 2:
            hint = "a vector is (x, y, z), in parentheses; points are [(0, 0), (1, 0), (0, 1)]"
            ctx.findings.error("E303", item.span, "a list holds points such as (0.1, 0.2)", hint)
            return Type.UNKNOWN
        type_of(ctx, scope, item)
    return Type.POINTS


def _unary(ctx: Context, scope: Scope, expr: tree.Unary) -> Type:
    if expr.operator == "not":
        expect(ctx, scope, expr.operand, Type.BOOL, "the operand of 'not'")
        return Type.BOOL
    found = type_of(ctx, scope, expr.operand)
    if found in NUMERIC or found in (Type.VECTOR, Type.UNKNOWN):
        return found
    if found is Type.SHAPE:
        return Type.VECTOR
    ctx.findings.error("E301", expr.span, f"'-' wants a number or a vector, not {found.one}")
    return Type.UNKNOWN


def _binary(ctx: Context, scope: Scope, expr: tree.Binary) -> Type:
    operator = expr.operator
    if operator in ("and", "or"):
        expect(ctx, scope, expr.left, Type.BOOL, f"the left side of '{operator}'")
        expect(ctx, scope, expr.right, Type.BOOL, f"the right side of '{operator}'")
        return Type.BOOL
    left, right = type_of(ctx, scope, expr.left), type_of(ctx, scope, expr.right)
    if Type.UNKNOWN in (left, right):
        return Type.BOOL if operator in ("==", "!=", "<", "<=", ">", ">=") else Type.UNKNOWN
    found = operate(operator, left, right)
    if found is None:
        message = f"'{operator}' does not work on {left.one} and {right.one}"
        ctx.findings.error("E304", expr.span, message)
        return Type.UNKNOWN
    return found


def _conditional(ctx: Context, scope: Scope, expr: tree.Conditional) -> Type:
    expect(ctx, scope, expr.test, Type.BOOL, "the test of 'if'")
    for branch in (expr.then, expr.otherwise):
        if makes_shape(ctx, branch):
            refuse_shape(ctx, branch, "shapes are chosen by blocks: 'if … { a(…) } else { b(…) }'")
            return Type.UNKNOWN
    then, other = type_of(ctx, scope, expr.then), type_of(ctx, scope, expr.otherwise)
    found = joined(then, other)
    if found is None:
        message = f"the branches of 'if' have different types: {then.value} and {other.value}"
        ctx.findings.error("E305", expr.span, message)
        return Type.UNKNOWN
    return Type.VECTOR if found is Type.SHAPE else found


def _member(ctx: Context, scope: Scope, expr: tree.Member) -> Type:
    owner = type_of(ctx, scope, expr.value)
    if owner is Type.UNKNOWN:
        return Type.UNKNOWN
    if owner is Type.VECTOR:
        if expr.name in COMPONENTS:
            return Type.REAL
        hint = "a face is a point already: leave it out" if expr.name in BOX_WORDS else None
        ctx.findings.error("E202", expr.span, f"a vector has .x, .y and .z, not .{expr.name}", hint)
        return Type.UNKNOWN
    if owner is Type.SHAPE:
        return _shape_member(ctx, scope, expr)
    ctx.findings.error("E202", expr.span, f"{owner.one} has no .{expr.name}")
    return Type.UNKNOWN


def _shape_member(ctx: Context, scope: Scope, expr: tree.Member) -> Type:
    if expr.name in ANCHORS or expr.name in ("center", "size"):
        return Type.VECTOR
    if expr.name in EXTENTS:
        return Type.REAL
    if expr.name == "point":
        ctx.findings.error("E306", expr.span, "'point' wants (u, v, w), each from -1 to 1")
        return Type.UNKNOWN
    view = view_of(ctx, scope, expr.value)
    if view is None:
        return Type.UNKNOWN
    found = {} if view.depth else members(view)
    match found.get(expr.name):
        case tree.Let():
            return Type.VECTOR
        case View():
            return Type.SHAPE
        case None:
            pass
    if view.depth:
        hint = f"one instance is reached by an index: {_written(expr.value)}[0].{expr.name}"
    else:
        hint = slips.MEMBERS.get(expr.name) or closest(expr.name, [*found, *BOX_WORDS])
    ctx.findings.error("E202", expr.span, f"'{_written(expr.value)}' has no '{expr.name}'", hint)
    return Type.UNKNOWN


def _written(expr: tree.Expr) -> str:
    match expr:
        case tree.Name(name=name):
            return name
        case tree.Member(value=value, name=name):
            return f"{_written(value)}.{name}"
        case tree.Index(value=value):
            return f"{_written(value)}[…]"
        case _:
            return "this"


def view_of(ctx: Context, scope: Scope, expr: tree.Expr) -> View | None:
    """The shape that a path means, or None (noted) when it means none."""
    match expr:
        case tree.Name(name=name):
            entry = scope.find(name)
            if not isinstance(entry, ShapeEntry):
                return None
            if entry.ambiguous:
                ctx.findings.error(
                    "E204", expr.span, f"'{name}' stands here more than once without a name", "name the one meant"
                )
                return None
            return View(entry.shape, ctx.program, entry.depth)
        case tree.Member(value=value, name=name):
            view = view_of(ctx, scope, value)
            if view is None or view.depth:
                return None
            found = members(view).get(name)
            return found if isinstance(found, View) else None
        case tree.Index():
            return _indexed(ctx, scope, expr)
        case _:
            return None


def _indexed(ctx: Context, scope: Scope, expr: tree.Index) -> View | None:
    expect(ctx, scope, expr.index, Type.INT, "an index")
    if isinstance(expr.value, tree.Name):
        entry = scope.find(expr.value.name)
        if isinstance(entry, ShapeEntry) and entry.looped:
            ctx.types[id(expr.value)] = Type.SHAPE
            ctx.histories.add(id(expr))
            ctx.mentioned.add(expr.value.name)
            return View(entry.shape, ctx.program, entry.depth)
    owner = type_of(ctx, scope, expr.value)
    if owner is Type.UNKNOWN:
        return None
    if owner is not Type.SHAPE:
        hint = "its components are .x, .y and .z" if owner is Type.VECTOR else None
        ctx.findings.error("E307", expr.span, f"{owner.one} takes no index", hint)
        return None
    view = view_of(ctx, scope, expr.value)
    if view is None or view.depth == 0:
        ctx.findings.error("E307", expr.span, f"'{_written(expr.value)}' is one shape and takes no index")
        return None
    return View(view.shape, view.program, view.depth - 1)


def _call(ctx: Context, scope: Scope, expr: tree.Call) -> Type:
    callee = expr.callee
    if isinstance(callee, tree.Member):
        if makes_shape(ctx, expr):
            refuse_shape(ctx, expr, "place it, 'a = …', and read what it has: a.width, a.top")
            return Type.UNKNOWN
        return _anchor_call(ctx, scope, expr, callee)
    if not isinstance(callee, tree.Name):
        ctx.findings.error("E308", expr.span, "this cannot be called")
        return Type.UNKNOWN
    signature = FUNCTIONS.get(callee.name)
    if signature is None:
        unknown_function(ctx, expr, callee)
        return Type.UNKNOWN
    given = arguments(ctx, scope, expr, signature, f"'{callee.name}'")
    if callee.name in ("sin", "cos", "tan") and expr.arguments:
        warn_radians(ctx, expr.arguments[0].value, expr.arguments[0].span)
    if signature.numeric and given and all(t is Type.INT for t in given):
        return Type.INT
    return signature.result


def arguments(ctx: Context, scope: Scope, expr: tree.Call, signature: Signature, what: str) -> list[Type]:
    """Checks the arguments of a function or distribution; these are positional, in the order of the signature."""
    wanted = signature.parameters
    found: list[Type] = []
    for k, argument in enumerate(expr.arguments):
        name, kind = wanted[min(k, len(wanted) - 1)]
        if argument.label is not None and not signature.variadic and argument.label != name:
            ctx.findings.error("E309", argument.span, f"{what} takes its arguments in order: {_listed(signature)}")
        found.append(expect(ctx, scope, argument.value, kind, f"argument '{name}' of {what}"))
    if len(found) < len(wanted) or (len(found) > len(wanted) and not signature.variadic):
        ctx.findings.error("E310", expr.span, f"{what} takes {_listed(signature)}, {len(found)} given")
    return found


def _listed(signature: Signature) -> str:
    names = ", ".join(name for name, _ in signature.parameters)
    return f"({names}, …)" if signature.variadic else f"({names})"


def _anchor_call(ctx: Context, scope: Scope, expr: tree.Call, callee: tree.Member) -> Type:
    owner = type_of(ctx, scope, callee.value)
    if owner is Type.UNKNOWN:
        return Type.UNKNOWN
    if owner is not Type.SHAPE:
        ctx.findings.error("E308", expr.span, f"{owner.one} has nothing to call")
        return Type.UNKNOWN
    return anchor_arguments(ctx, scope, expr, callee.name)


def anchor_arguments(ctx: Context, scope: Scope, expr: tree.Call, word: str) -> Type:
    """Checks the (u, v) of a face, or the (u, v, w) of `point`."""
    count = 2 if word in ANCHORS else 3 if word == "point" else None
    if count is None:
        hint = closest(word, BOX_WORDS)
        ctx.findings.error("E202", expr.callee.span, f"'{word}' is no face and takes no (u, v)", hint)
        return Type.UNKNOWN
    for argument in expr.arguments:
        expect(ctx, scope, argument.value, Type.REAL, "a place on a face")
        value = argument.value
        if isinstance(value, tree.Unary):
            value = value.operand
        if isinstance(value, tree.Number) and abs(value.value) > 1:
            ctx.findings.error("E311", argument.span, "a place on a face lies in [-1, 1], from edge to edge")
    if len(expr.arguments) != count:
        ctx.findings.error("E310", expr.span, f"'{word}' takes {counted(count, 'number')}, {len(expr.arguments)} given")
    return Type.VECTOR
