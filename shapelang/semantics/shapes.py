"""Checks of shapes: their cores, their modifiers, and the names they show to the block around them."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from shapelang.semantics.calls import check_instance
from shapelang.semantics.constants import literal
from shapelang.semantics.context import Context
from shapelang.semantics.declarations import declare
from shapelang.semantics.expressions import expect
from shapelang.semantics.modifiers import check_modifiers
from shapelang.semantics.naming import alternative_name, default_name, draws
from shapelang.semantics.scope import MaterialEntry, Scope, ShapeEntry, ValueEntry
from shapelang.semantics.types import Type
from shapelang.syntax import tree
from shapelang.syntax.source import Span


def check_shape(ctx: Context, scope: Scope, shape: tree.Shape, name: str | None, *, sliced: bool = False) -> None:
    """Checks one shape; `name` is None when the text gives it none; `sliced` when a slice fills its open sizes."""
    spanning = any(isinstance(m, tree.Between) for m in shape.modifiers)
    opened = _core(ctx, scope, shape, name, sliced or spanning)
    if spanning and not isinstance(shape.core, tree.Instance):
        ctx.findings.error("E317", shape.span, "'between' stretches one primitive", "place the shapes inside the block")
    elif spanning and opened != 1:
        ctx.findings.error(
            "E317", shape.span, f"'between' fills exactly one '_', and {opened} are left open", "cuboid(0.03, _, 0.03)"
        )
    check_modifiers(ctx, scope, shape)


def _core(ctx: Context, scope: Scope, shape: tree.Shape, name: str | None, fills: bool) -> int:
    core = shape.core
    match core:
        case tree.Instance():
            return check_instance(ctx, scope, core, fills)
        case tree.Block(statements=statements):
            _block(ctx, scope, statements, name is not None, 0)
        case tree.SolidBlock():
            _solid(ctx, scope, core)
        case tree.Mirror(axes=axes, body=body):
            if len(set(axes)) != len(axes):
                ctx.findings.error("E318", core.span, "an axis of 'mirror' is named twice")
            _block(ctx, scope, body.statements, name is not None, 1)
        case tree.Array(count=count, step=step, body=body):
            _count(ctx, scope, count, "the count of 'array'")
            expect(ctx, scope, step, Type.VECTOR, "the step of 'array'")
            _block(ctx, scope, body.statements, name is not None, 1)
        case tree.Ring(count=count, body=body):
            _count(ctx, scope, count, "the count of 'ring'")
            _block(ctx, scope, body.statements, name is not None, 1)
        case tree.For():
            _for(ctx, scope, core, name is not None)
        case tree.If():
            _if(ctx, scope, core, name is not None)
        case tree.Choose():
            return _choose(ctx, scope, core, name, fills)
        case tree.Split():
            _split(ctx, scope, core, name is not None)
        case _:
            assert_never(core)
    return 0


def _count(ctx: Context, scope: Scope, expr: tree.Expr, what: str) -> None:
    expect(ctx, scope, expr, Type.INT, what)
    number = literal(expr)
    if number is not None and number < 1:
        ctx.findings.error("E312", expr.span, f"{what} must be at least 1")


def _statements(ctx: Context, scope: Scope, statements: tuple[tree.Statement, ...]) -> None:
    # Here and not above: statements hold shapes, and shapes statements.
    from shapelang.semantics.statements import check_statement

    for statement in statements:
        check_statement(ctx, scope, statement)


def _block(ctx: Context, scope: Scope, statements: tuple[tree.Statement, ...], named: bool, depth: int) -> None:
    """A block inside a body; unless it has a name of its own, its shapes are known to the block around it."""
    inner = scope.block(named=named)
    _statements(ctx, inner, statements)
    if not named:
        lift(ctx, scope, inner, depth)


def lift(ctx: Context, scope: Scope, inner: Scope, depth: int) -> None:
    """Enters the shapes of a control block into the block around it, `depth` indices deeper."""
    for name, entry in inner.entries.items():
        if isinstance(entry, ShapeEntry):
            deep = entry.depth + depth
            enter_shape(ctx, scope, name, replace(entry, depth=deep, looped=scope.loop and deep == 0))


def enter_shape(ctx: Context, scope: Scope, name: str, entry: ShapeEntry, *, named: bool = True) -> None:
    """Enters a shape's name. Two without a name of their own may share one, which then means neither."""
    old = scope.entries.get(name) or scope.find(name)
    if isinstance(old, ShapeEntry) and (not named or entry.ambiguous):
        entry = replace(entry, ambiguous=True)
    elif old is not None:
        line, _ = ctx.findings.source.position(old.span.start)
        what = f"'{name}' is already defined in line {line}"
        ctx.findings.error("E203", entry.span, what, "names are never redefined")
    scope.entries[name] = entry


def _solid(ctx: Context, scope: Scope, core: tree.SolidBlock) -> None:
    if core.blend is not None:
        expect(ctx, scope, core.blend, Type.REAL, "the radius of 'blend'")
        number = literal(core.blend)
        if number is not None and number < 0:
            ctx.findings.error("E312", core.blend.span, "the radius of 'blend' is not negative")
        if core.operator == "hull":
            ctx.findings.error("E319", core.blend.span, "a hull has no 'blend'")
    if not any(isinstance(s, tree.ShapeStatement) for s in core.body.statements):
        ctx.findings.error("E320", core.span, f"'{core.operator}' holds no shape")
    _block(ctx, scope, core.body.statements, True, 0)


def _for(ctx: Context, scope: Scope, core: tree.For, named: bool) -> None:
    expect(ctx, scope, core.start, Type.INT, "the start of 'for'")
    expect(ctx, scope, core.stop, Type.INT, "the end of 'for'")
    inner = scope.block(named=named, loop=True)
    declare(ctx, inner, core.variable, ValueEntry(Type.INT, core.span, local=True))
    _statements(ctx, inner, core.body.statements)
    if not named:
        lift(ctx, scope, inner, 1)


def _if(ctx: Context, scope: Scope, core: tree.If, named: bool) -> None:
    expect(ctx, scope, core.test, Type.BOOL, "the test of 'if'")
    merged = scope.block()
    branch: tree.Block | tree.If | None = core
    while branch is not None:
        block = branch.then if isinstance(branch, tree.If) else branch
        inner = scope.block()
        _statements(ctx, inner, block.statements)
        merged.entries |= {n: e for n, e in inner.entries.items() if isinstance(e, ShapeEntry)}
        branch = branch.otherwise if isinstance(branch, tree.If) else None
        if isinstance(branch, tree.If):
            expect(ctx, scope, branch.test, Type.BOOL, "the test of 'if'")
    if not named:
        lift(ctx, scope, merged, 0)


def _choose(ctx: Context, scope: Scope, core: tree.Choose, name: str | None, fills: bool) -> int:
    opened = 0
    seen: set[str] = set()
    inner = scope.block()
    for alternative in core.alternatives:
        expect(ctx, scope, alternative.weight, Type.REAL, "a weight")
        number = literal(alternative.weight)
        if number is not None and number < 0:
            ctx.findings.error("E312", alternative.weight.span, "a weight is not negative")
        known = alternative_name(alternative)
        if known in seen:
            ctx.findings.error(
                "E211", alternative.span, f"two alternatives are called '{known}'", "name one: 'weight: name = shape'"
            )
        seen.add(known)
        branch = scope.block()
        check_named(ctx, branch, name or alternative.name, alternative.shape, alternative.span, sliced=fills)
        opened = max(opened, _open_count(alternative.shape))
        inner.entries |= {n: e for n, e in branch.entries.items() if isinstance(e, ShapeEntry)}
    if all(literal(a.weight) == 0 for a in core.alternatives):
        ctx.findings.error("E312", core.span, "every weight is 0: nothing can be chosen")
    if name is None:
        lift(ctx, scope, inner, 0)
    return opened


def _open_count(shape: tree.Shape) -> int:
    core = shape.core
    return sum(isinstance(a.value, tree.Open) for a in core.arguments) if isinstance(core, tree.Instance) else 0


def _split(ctx: Context, scope: Scope, core: tree.Split, named: bool) -> None:
    expect(ctx, scope, core.size, Type.VECTOR, "the size of 'split'")
    groups = [s for s in core.slices if isinstance(s, tree.RepeatGroup)]
    for extra in groups[1:]:
        ctx.findings.error("E321", extra.span, "a split has one 'repeat { … }'")
    inner = scope.block()
    for item in core.slices:
        if isinstance(item, tree.RepeatGroup):
            for piece in item.slices:
                if piece.unit != "absolute" or piece.repeated:
                    ctx.findings.error("E321", piece.span, "inside 'repeat { … }' every slice has an absolute size")
                _slice(ctx, inner, piece, repeated=True)
        else:
            _slice(ctx, inner, item, repeated=item.repeated)
    if not named:
        lift(ctx, scope, inner, 0)


def _slice(ctx: Context, scope: Scope, item: tree.Slice, *, repeated: bool) -> None:
    expect(ctx, scope, item.size, Type.REAL, "the size of a slice")
    number = literal(item.size)
    if number is not None and (number < 0 or (item.repeated and number == 0)):
        ctx.findings.error("E312", item.size.span, "the size of a slice is not negative, and of a repeated one above 0")
    inner = scope.block()
    inner.entries["scope"] = ValueEntry(Type.VECTOR, item.span, local=True)
    if repeated:
        inner.entries["index"] = ValueEntry(Type.INT, item.span, local=True)
    check_named(ctx, inner, item.name, item.shape, item.span, sliced=True)
    lift(ctx, scope, inner, 1 if repeated else 0)


def check_named(
    ctx: Context, scope: Scope, name: str | None, shape: tree.Shape, span: Span, *, sliced: bool = False
) -> None:
    """Checks a shape and enters the name it goes by."""
    check_shape(ctx, scope, shape, name, sliced=sliced)
    if name is not None:
        enter_shape(ctx, scope, name, ShapeEntry(shape, span, 0, looped=scope.loop))
        return
    if not isinstance(shape.core, tree.Instance | tree.SolidBlock | tree.Choose):
        return
    base = default_name(shape.core)
    label = scope.label(base)
    ctx.labels[id(shape)] = label
    old = ctx.nameless.setdefault(id(scope.taken), {}).setdefault(base, shape)
    if label != base and _meet(scope, base) and draws(ctx.program, shape) and draws(ctx.program, old):
        message = f"two shapes called '{base}' draw at random here, and neither has a name of its own"
        ctx.findings.error("E213", span, message, f"name them, so that their choices keep apart: a = {base}(…)")
    if not isinstance(shape.core, tree.Choose) and not isinstance(scope.find(base), ValueEntry | MaterialEntry):
        enter_shape(ctx, scope, base, ShapeEntry(shape, span, 0, looped=scope.loop), named=False)


def _meet(scope: Scope, base: str) -> bool:
    """Whether a shape called `base` stands earlier here; two branches of one `if` or `choose` never meet."""
    return base == "choose" or isinstance(scope.find(base), ShapeEntry)
