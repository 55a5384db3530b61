"""Checks of `param`, `let`, `material` and the distributions they draw from."""

from __future__ import annotations

from shapelang.chance.distributions import (
    Bernoulli,
    Beta,
    Categorical,
    Distribution,
    Normal,
    Poisson,
    Uniform,
    UniformInt,
)
from shapelang.chance.errors import ParameterError
from shapelang.chance.families import check as check_parameters
from shapelang.diagnostics import closest
from shapelang.numbers import FLOAT
from shapelang.semantics import slips
from shapelang.semantics.builtins import DISTRIBUTIONS
from shapelang.semantics.calls import declared_type
from shapelang.semantics.constants import literal
from shapelang.semantics.context import Context
from shapelang.semantics.expressions import arguments, expect, type_of
from shapelang.semantics.reach import names_in
from shapelang.semantics.scope import MaterialEntry, Scope, ShapeEntry, ValueEntry
from shapelang.semantics.shape_values import makes_shape, refuse_shape
from shapelang.semantics.types import NUMERIC, Type, accepts
from shapelang.syntax import tree

MATERIAL_PROPERTIES = {
    "color": Type.COLOUR,
    "emissive": Type.COLOUR,
    "metallic": Type.REAL,
    "roughness": Type.REAL,
    "opacity": Type.REAL,
}


def declare(ctx: Context, scope: Scope, name: str, entry: ValueEntry | MaterialEntry) -> None:
    """Enters a name, which must be new in this body."""
    old = scope.find(name)
    if old is not None:
        line, _ = ctx.findings.source.position(old.span.start)
        ctx.findings.error(
            "E203", entry.span, f"'{name}' is already defined in line {line}", "names are never redefined"
        )
    scope.entries[name] = entry


def check_value(ctx: Context, scope: Scope, node: tree.Param | tree.Let) -> None:
    """Checks a `param` or `let` and enters it."""
    before = _mentions_shape(scope, node.value)
    if node.drawn:
        found = _distribution(ctx, scope, node)
    else:
        found = _plain(ctx, scope, node)
    if node.range is not None:
        _range(ctx, scope, node, found)
    entry = ValueEntry(found, node.name_span, node.drawn, before)
    declare(ctx, scope, node.name, entry)
    if scope.outer is not None:
        ctx.inner_values.append((node.name, entry))


def _mentions_shape(scope: Scope, expr: tree.Expr) -> bool:
    for name in names_in(expr):
        entry = scope.find(name)
        if isinstance(entry, ShapeEntry) or (isinstance(entry, ValueEntry) and entry.local):
            return True
    return False


def _plain(ctx: Context, scope: Scope, node: tree.Param | tree.Let) -> Type:
    if makes_shape(ctx, node.value):
        text = ctx.findings.source.text[node.value.span.start : node.value.span.end]
        shape = text if len(text) <= 40 and "\n" not in text else "…"
        hint = f"write '{node.name} = {shape}' without 'let'; what stands more than once is a 'part'"
        refuse_shape(ctx, node.value, hint)
        return Type.UNKNOWN
    given = type_of(ctx, scope, node.value)
    if given in (Type.SHAPE, Type.MATERIAL, Type.POINT):
        ctx.findings.error("E301", node.value.span, f"'{node.name}' cannot be {given.one}")
        return Type.UNKNOWN
    wanted = declared_type(ctx, node.type, node.span, Type.UNKNOWN)
    if node.type is None:
        # A real unless it says int: `param width = 1` is a slider over the reals.
        return Type.REAL if given is Type.INT and isinstance(node, tree.Param) else given
    if not accepts(wanted, given):
        hint = "round, floor or ceil makes an int of a real" if wanted is Type.INT else None
        message = f"'{node.name}' is declared {wanted.value} but its value is {given.one}"
        ctx.findings.error("E301", node.value.span, message, hint)
    return wanted


def _distribution(ctx: Context, scope: Scope, node: tree.Param | tree.Let) -> Type:
    call = node.value
    wanted = declared_type(ctx, node.type, node.span, Type.UNKNOWN)
    if not isinstance(call, tree.Call) or not isinstance(call.callee, tree.Name):
        ctx.findings.error("E313", call.span, "after '~' stands a distribution", "such as normal(0.5, 0.1)")
        return wanted
    name = call.callee.name
    signature = DISTRIBUTIONS.get(name)
    if signature is None:
        hint = slips.meant(name, DISTRIBUTIONS, slips.DISTRIBUTIONS) or "known: " + ", ".join(DISTRIBUTIONS)
        ctx.findings.error("E206", call.callee.span, f"unknown distribution '{name}'", hint)
        return wanted
    if name != "categorical" or all(a.label is not None for a in call.arguments):
        arguments(ctx, scope, call, signature, f"'{name}'")
    natural = _categorical(ctx, call) if name == "categorical" else signature.result
    found = _drawn_type(ctx, node, name, natural, wanted)
    _literal_parameters(ctx, call, name, found)
    return found


def _drawn_type(ctx: Context, node: tree.Param | tree.Let, name: str, natural: Type, wanted: Type) -> Type:
    if node.type is None or wanted is Type.UNKNOWN:
        return natural
    if name == "categorical" and natural is Type.NAME:
        # `param arms: int ~ categorical(one: 3, two: 2)` draws names; the annotation is wrong.
        if wanted is not Type.NAME:
            ctx.findings.error(
                "E301", node.value.span, f"these labels are names, not {wanted.value}s", "declare it : name"
            )
        return Type.NAME
    fits = (
        wanted is natural or (name == "uniform" and wanted is Type.INT) or (wanted is Type.REAL and natural is Type.INT)
    )
    if not fits:
        ctx.findings.error("E301", node.value.span, f"'{name}' draws {natural.one}, not {wanted.one}")
    return wanted


def _categorical(ctx: Context, call: tree.Call) -> Type:
    labels = [a.label for a in call.arguments]
    seen: set[str | int] = set()
    for argument, label in zip(call.arguments, labels, strict=True):
        if label is None:
            ctx.findings.error("E314", argument.span, "each weight needs its label", "categorical(plain: 3, carved: 1)")
        elif label in seen:
            ctx.findings.error("E209", argument.span, f"label '{label}' is given twice")
        else:
            seen.add(label)
    if seen and all(isinstance(label, int) for label in seen):
        return Type.INT
    if any(isinstance(label, int) for label in seen):
        ctx.findings.error("E314", call.span, "labels are all names or all ints")
    return Type.NAME


def _literal_parameters(ctx: Context, call: tree.Call, name: str, found: Type) -> None:
    """Refuses at once what could only fail later: a spread of 0, a probability of 3."""
    signature = DISTRIBUTIONS[name]
    dist = _of_literals(name, [literal(a.value) for a in call.arguments], found is Type.INT)
    if dist is None:
        return
    try:
        check_parameters(FLOAT, dist)
    except ParameterError as error:
        places = {parameter: a.span for (parameter, _), a in zip(signature.parameters, call.arguments, strict=False)}
        span = call.span if signature.variadic else places.get(error.name, call.span)
        ctx.findings.error("E312", span, f"'{name}': {error}")


def _of_literals(name: str, numbers: list[float | None], whole: bool) -> Distribution | None:
    """The distribution with a harmless value for each parameter that is no literal; None where there is none."""
    match name, numbers:
        case "normal" | "lognormal", [mean, sd]:
            return Normal(_or(mean, 0.0), _or(sd, 1.0))
        case "uniform", [float() | int() as low, float() | int() as high]:
            return UniformInt(low, high) if whole else Uniform(low, high)
        case "beta", [a, b]:
            return Beta(_or(a, 1.0), _or(b, 1.0))
        case "bernoulli", [p]:
            return Bernoulli(_or(p, 0.5))
        case "poisson", [mean]:
            return Poisson(_or(mean, 1.0))
        case "categorical", [_, *_]:
            return Categorical(tuple(range(len(numbers))), tuple(_or(weight, 1.0) for weight in numbers))
        case _:
            return None


def _or(number: float | None, otherwise: float) -> float:
    return otherwise if number is None else number


def _range(ctx: Context, scope: Scope, node: tree.Param | tree.Let, found: Type) -> None:
    assert node.range is not None
    items = node.range.items
    if node.drawn and _draws_label(node.value):
        ctx.findings.error("E316", node.range.span, "a label has no range", "leave out the labels that are not wanted")
        return
    if found is Type.NAME:
        options = [i.value for i in items if isinstance(i, tree.Text)]
        for item in items:
            expect(ctx, scope, item, Type.NAME, "an option")
        if isinstance(node.value, tree.Text) and options and node.value.value not in options:
            hint = closest(node.value.value, options)
            ctx.findings.error("E315", node.value.span, f"'{node.value.value}' is not one of the options", hint)
        return
    if found not in NUMERIC and found is not Type.UNKNOWN:
        ctx.findings.error("E316", node.range.span, f"{found.one} has no range")
        return
    if len(items) != 2:
        ctx.findings.error("E316", node.range.span, "a range is [low, high]")
        return
    for item in items:
        expect(ctx, scope, item, Type.REAL, "an end of a range")
    low, high = literal(items[0]), literal(items[1])
    if low is not None and high is not None and low > high:
        ctx.findings.error("E316", node.range.span, f"the range is empty: {low:g} is above {high:g}")
    value = None if node.drawn else literal(node.value)
    if value is not None and ((low is not None and value < low) or (high is not None and value > high)):
        message = f"the default {value:g} is outside the range"
        ctx.findings.error("E315", node.value.span, message, "widen the range or move the default")


def _draws_label(value: tree.Expr) -> bool:
    return isinstance(value, tree.Call) and value.callee == tree.Name("categorical")


def check_material(ctx: Context, scope: Scope, node: tree.MaterialDefinition) -> None:
    """Checks a material and enters it."""
    for item in node.properties:
        wanted = MATERIAL_PROPERTIES.get(item.name)
        if wanted is None:
            hint = closest(item.name, MATERIAL_PROPERTIES) or f"known: {', '.join(MATERIAL_PROPERTIES)}"
            ctx.findings.error("E210", item.span, f"unknown property '{item.name}'", hint)
            continue
        if wanted is Type.COLOUR and isinstance(item.value, tree.Name) and scope.find(item.value.name) is None:
            message = f"'{item.name}' must be a colour, and '{item.value.name}' is unknown"
            hint = "a colour is '#' and six hex digits, such as #b98b5e"
            ctx.findings.error("E301", item.value.span, message, hint)
            continue
        expect(ctx, scope, item.value, wanted, f"'{item.name}'")
        number = literal(item.value)
        if number is not None and not 0 <= number <= 1:
            ctx.findings.error("E312", item.span, f"'{item.name}' lies in [0, 1], not {number:g}")
    declare(ctx, scope, node.name, MaterialEntry(node.name_span))
