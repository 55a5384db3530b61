"""`let`, `param` and `material`: values that names get, drawn or computed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from shapelang.assembly.material import Material
from shapelang.chance.distributions import (
    Bernoulli,
    Beta,
    Categorical,
    Distribution,
    LogNormal,
    Normal,
    Poisson,
    Uniform,
    UniformInt,
)
from shapelang.chance.errors import ParameterError, SupportError
from shapelang.execution.budget import DRAW
from shapelang.execution.codes import Execute
from shapelang.execution.errors import Rejected
from shapelang.execution.expressions import Evaluate, Expressions
from shapelang.execution.run import Frame
from shapelang.execution.trace import Support
from shapelang.semantics.builtins import DISTRIBUTIONS
from shapelang.semantics.declarations import MATERIAL_PROPERTIES
from shapelang.semantics.types import DECLARABLE, Type
from shapelang.syntax import tree

Make = Callable[[Frame], Distribution]


def declared(of: Expressions, node: tree.Param | tree.Let) -> Type:
    """The type of a `param` or `let`, as the checker found it."""
    if node.type is not None:
        return DECLARABLE[node.type]
    if not node.drawn:
        found = of.type(node.value)
        return Type.REAL if found is Type.INT and isinstance(node, tree.Param) else found
    assert isinstance(node.value, tree.Call) and isinstance(node.value.callee, tree.Name)
    name = node.value.callee.name
    if name == "categorical":
        return Type.INT if isinstance(node.value.arguments[0].label, int) else Type.NAME
    return DISTRIBUTIONS[name].result


def compile_let(of: Expressions, node: tree.Let) -> Execute:
    """`let x = …` and `let x ~ …`; a vector is an anchor of the body too."""
    value = _value(of, node)
    name = node.name
    if declared(of, node) is not Type.VECTOR:

        def bind(f: Frame) -> None:
            f.values[name] = value(f)

        return bind

    def anchor(f: Frame) -> None:
        point = value(f)
        f.values[name] = point
        f.layer.anchors[name] = point

    return anchor


def _value(of: Expressions, node: tree.Param | tree.Let) -> Evaluate:
    if node.drawn:
        return _drawn(of, node)
    kind = declared(of, node)
    plain = of.compile(node.value)
    if kind is Type.REAL and of.type(node.value) is Type.INT:
        plain = _widened(plain)
    return plain if node.range is None else _ranged(of, node, plain)


def _widened(whole: Evaluate) -> Evaluate:
    return lambda f: float(whole(f))


def _ranged(of: Expressions, node: tree.Param | tree.Let, value: Evaluate) -> Evaluate:
    assert node.range is not None
    items = [of.compile(i) for i in node.range.items]
    check = range_check(of, node, items)

    def inside(f: Frame) -> Any:
        found = value(f)
        check(f, found)
        return found

    return inside


def range_check(of: Expressions, node: tree.Param | tree.Let, items: list[Evaluate]) -> Callable[[Frame, Any], None]:
    """A check that a value lies in the declared range, or is one of the options."""
    assert node.range is not None
    source, span = of.program.source, node.range.span
    options = declared(of, node) is Type.NAME

    def check(f: Frame, found: Any) -> None:
        ends = [i(f) for i in items]
        if options:
            if found not in ends:
                raise Rejected("E409", source, span, f"{node.name} = {found} is none of {', '.join(ends)}")
            return
        low, high = ends
        inside = (found >= low) & (found <= high)
        if inside is not True and not f.run.holds(inside):
            shown = f"{found:g}" if isinstance(found, int | float) else "a variant"
            raise Rejected("E409", source, span, f"{node.name} = {shown} is outside [{low:g}, {high:g}]")

    return check


def _drawn(of: Expressions, node: tree.Param | tree.Let) -> Evaluate:
    assert isinstance(node.value, tree.Call)
    make = distribution_of(of, node.value, declared(of, node))
    ends = [] if node.range is None else [of.compile(i) for i in node.range.items]
    source, span, name = of.program.source, node.value.span, node.name
    real = declared(of, node) is Type.REAL

    def draw(f: Frame) -> Any:
        run = f.run
        run.spend(DRAW, source, span)
        address = f"{f.prefix}{name}{f.suffix}"
        support: Support = (ends[0](f), ends[1](f)) if ends else None
        distribution = make(f)
        try:
            found = run.draw(address, distribution, support, f.salt, source, span)
        except (ParameterError, SupportError) as error:
            raise Rejected("E407", source, span, str(error)) from None
        if isinstance(distribution, Categorical):
            return distribution.labels[found]
        return float(found) if real and type(found) is int else found

    return draw


def distribution_of(of: Expressions, call: tree.Call, kind: Type) -> Make:
    """A closure that makes the distribution of a call, its parameters evaluated."""
    assert isinstance(call.callee, tree.Name)
    parts = [of.compile(a.value) for a in call.arguments]
    name = call.callee.name
    if name == "categorical":
        labels = tuple(a.label for a in call.arguments if a.label is not None)
        return lambda f: Categorical(labels, tuple([p(f) for p in parts]))
    if name == "bernoulli":
        return lambda f: Bernoulli(parts[0](f))
    if name == "poisson":
        return lambda f: Poisson(parts[0](f) * 1.0)
    a, b = parts
    match name:
        case "normal":
            return lambda f: Normal(a(f) * 1.0, b(f) * 1.0)
        case "lognormal":
            return lambda f: LogNormal(a(f) * 1.0, b(f) * 1.0)
        case "beta":
            return lambda f: Beta(a(f) * 1.0, b(f) * 1.0)
        case "uniform" if kind is Type.INT:
            return lambda f: UniformInt(f.run.same(a(f)), f.run.same(b(f)))
        case _:
            return lambda f: Uniform(a(f) * 1.0, b(f) * 1.0)


def compile_param(of: Expressions, node: tree.Param) -> Execute:
    """A `param`: given from outside, or drawn, or its default; a given one has no log-probability."""
    value = _value(of, node)
    name = node.name
    kind = declared(of, node)
    check = None if node.range is None else range_check(of, node, [of.compile(i) for i in node.range.items])

    def bind(f: Frame) -> None:
        run = f.run
        address = f.prefix + name
        if name in f.given:
            found = f.given[name]
        elif address in run.fixed:
            found = run.fixed[address]
            run.unused.discard(address)
        else:
            f.values[name] = value(f)
            return
        if kind is Type.REAL and type(found) is int:
            found = float(found)
        if check is not None:
            check(f, found)
        f.values[name] = found

    return bind


def _property(of: Expressions, node: tree.Property) -> Evaluate:
    """A colour, or a number in [0, 1]."""
    value = of.compile(node.value)
    if MATERIAL_PROPERTIES[node.name] is Type.COLOUR:
        return value

    def share(f: Frame) -> Any:
        found = value(f) * 1.0
        inside = (found >= 0.0) & (found <= 1.0)
        if inside is not True and not f.run.holds(inside):
            raise of.reject(node.value, f"'{node.name}' lies in [0, 1]")
        return found

    return share


def compile_material(of: Expressions, node: tree.MaterialDefinition) -> Execute:
    """A material: its properties may hang on params."""
    parts = {p.name: _property(of, p) for p in node.properties}
    name = node.name

    def bind(f: Frame) -> None:
        given = {key: part(f) for key, part in parts.items()}
        base = Material(name)
        f.values[name] = Material(
            name,
            given.get("color", base.color),
            given.get("metallic", base.metallic),
            given.get("roughness", base.roughness),
            given.get("emissive", base.emissive),
            given.get("opacity", base.opacity),
        )

    return bind
