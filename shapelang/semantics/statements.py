"""Checks of statements, and of bodies made of them."""

from __future__ import annotations

from typing import assert_never

from shapelang.primitives.table import PRIMITIVE_BY_KIND
from shapelang.semantics.builtins import DISTRIBUTIONS, FUNCTIONS
from shapelang.semantics.calls import declared_type, parameter_type
from shapelang.semantics.context import Context
from shapelang.semantics.declarations import check_material, check_value, declare
from shapelang.semantics.expressions import expect, type_of
from shapelang.semantics.scope import Scope, ValueEntry
from shapelang.semantics.shapes import check_named
from shapelang.semantics.types import Type, accepts
from shapelang.syntax import tree
from shapelang.syntax.source import Span


def check_statement(ctx: Context, scope: Scope, node: tree.Statement) -> None:
    """Checks one statement and enters what it names."""
    match node:
        case tree.Let():
            check_value(ctx, scope, node)
        case tree.Param():
            if scope.outer is not None:
                ctx.findings.error(
                    "E216",
                    node.span,
                    "'param' stands only at the top of a file",
                    "a part has parameters: part p(w) { … }",
                )
            check_value(ctx, scope, node)
        case tree.MaterialDefinition():
            if scope.outer is not None:
                ctx.findings.error("E216", node.span, "'material' stands only at the top of a file")
            check_material(ctx, scope, node)
        case tree.PartDefinition():
            if scope.outer is not None:
                ctx.findings.error("E216", node.span, "'part' stands only at the top of a file")
            check_part(ctx, scope, node)
        case tree.Use():
            if scope.outer is not None:
                ctx.findings.error("E216", node.span, "'use' stands only at the top of a file")
        case tree.Require(test=test):
            expect(ctx, scope, test, Type.BOOL, "what 'require' tests")
        case tree.Meta(value=value):
            found = type_of(ctx, scope, value)
            if found in (Type.SHAPE, Type.MATERIAL, Type.POINTS, Type.POINT):
                ctx.findings.error("E301", value.span, f"a meta value cannot be {found.one}")
        case tree.Tag():
            pass
        case tree.ShapeStatement(name=name, shape=shape, name_span=span):
            if name is not None:
                reserved(ctx, name, span)
            check_named(ctx, scope, name, shape, span if name is not None else node.span)
        case _:
            assert_never(node)


def reserved(ctx: Context, name: str, span: Span) -> None:
    """Refuses `scope` and `index` where slices bind them: the name would mean two things."""
    if name in ("scope", "index"):
        ctx.findings.error("E217", span, f"'{name}' is what a slice calls its own", "choose another name")


def check_part(ctx: Context, scope: Scope, node: tree.PartDefinition) -> None:
    """Checks a part's parameters and body; of the file around it, it sees what stands earlier and is no shape."""
    for known, what in (
        (PRIMITIVE_BY_KIND, "a primitive"),
        (FUNCTIONS, "a function"),
        (DISTRIBUTIONS, "a distribution"),
    ):
        if node.name in known:
            ctx.findings.error(
                "E203", node.name_span, f"'{node.name}' is {what} of the language", "choose another name"
            )
    body = Scope(scope, body=True)
    inner = Scope(None)
    for parameter in node.parameters:
        _parameter(ctx, scope, inner, node, parameter)
    body.entries = inner.entries
    for statement in node.body.statements:
        check_statement(ctx, body, statement)


def _parameter(ctx: Context, scope: Scope, inner: Scope, part: tree.PartDefinition, parameter: tree.Parameter) -> None:
    declared_type(ctx, parameter.type, parameter.span)
    kind = parameter_type(ctx.program, part, parameter)
    if parameter.default is not None:
        given = type_of(ctx, scope, parameter.default)
        if not accepts(kind, given):
            message = f"'{parameter.name}' is {kind.one} but its default is {given.one}"
            ctx.findings.error("E301", parameter.default.span, message)
    entry = ValueEntry(kind, parameter.span)
    declare(ctx, inner, parameter.name, entry)
    ctx.inner_values.append((parameter.name, entry))
