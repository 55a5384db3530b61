"""Calls of primitives and parts: the nodes of the tree."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypeAlias, final

from shapelang.assembly.material import Material
from shapelang.assembly.part import Part, Placed
from shapelang.execution.budget import PART, PRIMITIVE
from shapelang.execution.codes import PartCode, ProgramCode
from shapelang.execution.errors import fail
from shapelang.execution.expressions import Evaluate, Expressions
from shapelang.execution.memo import Before, call_key, leaf_key
from shapelang.execution.placement import AXES, rejected_at
from shapelang.execution.references import hull_box, turned_box
from shapelang.execution.retry import attempt
from shapelang.execution.run import Frame, Layer, Run
from shapelang.geometry.box import Box, centred
from shapelang.geometry.pose import IDENTITY, ZERO, Vec3
from shapelang.primitives.protocol import Primitive, Slot
from shapelang.primitives.table import PRIMITIVE_BY_KIND
from shapelang.semantics.types import Type
from shapelang.syntax import tree
from shapelang.syntax.source import Source, Span

Look: TypeAlias = Callable[[Frame], Material | None]
Core: TypeAlias = Callable[[Frame, str, Any, Material | None, tuple[str, ...]], Placed | Layer | None]
"""(frame, name, open size or None, material, tags) → what was made, before its own modifiers move it."""

NOTHING = Box(ZERO, ZERO)


def body_part(
    f: Frame, name: str, kind: str, arguments: dict[str, Any] | None, material: Material | None,
    tags: tuple[str, ...], span: tuple[int, int],
) -> Part:  # fmt: skip
    """The part that a finished body makes: its box, its children, its anchors."""
    layer = f.layer
    n = f.run.n
    children = tuple(layer.children)
    box = hull_box(n, (turned_box(n, c.part.box, c.pose) for c in children)) or NOTHING
    count = 0
    for child in children:
        count += child.part.count
    return Part(
        name, kind, box, None, children, tuple(layer.relations), arguments, layer.anchors, material,
        (*layer.tags, *tags), layer.meta or None, layer.names, count, span,
    )  # fmt: skip


def refuse_crowd(run: Run, part: Part, source: Source, span: Span) -> None:
    """Refuses a part with more leaf instances than the limits allow, before anyone lists them."""
    limit = run.limits.instances
    if part.count > limit:
        message = f"'{part.name}' holds {part.count:,} instances, more than the limit of {limit:,}"
        raise fail("E502", source, span, message, "fewer repetitions, or a higher --max-instances")


# --- primitives ----------------------------------------------------------------------------------


@final
class PrimitiveCall:
    """`cuboid(w, _, d)`: evaluates the arguments and makes a leaf."""

    def __init__(self, of: Expressions, call: tree.Instance) -> None:
        self.of, self.call = of, call
        self.cls = PRIMITIVE_BY_KIND[call.callee[0]]
        self.kind = call.callee[0]
        self.span = (call.span.start, call.span.end)
        self.scalar = all(slot.type != "points" for slot in self.cls.slots)
        self.parts: tuple[Evaluate, ...] = tuple(self._slot(s) for s in self.cls.slots)

    @property
    def open_axis(self) -> Literal[0, 1, 2] | None:
        """The axis of the first open size."""
        for slot, argument in self._given():
            if isinstance(argument.value, tree.Open) and slot.axis is not None:
                return AXES[slot.axis]
        return None

    def _given(self) -> list[tuple[Slot, tree.Argument]]:
        by_name = {s.name: s for s in self.cls.slots}
        return [
            (self.cls.slots[k] if a.label is None else by_name[str(a.label)], a)
            for k, a in enumerate(self.call.arguments)
        ]

    def _slot(self, slot: Slot) -> Evaluate:
        for other, argument in self._given():
            if other is not slot:
                continue
            if isinstance(argument.value, tree.Open):
                return _fill(AXES[slot.axis or "x"])
            value = self.of.compile(argument.value)
            if slot.type in ("int", "points"):
                return value
            if isinstance(argument.value, tree.Number):
                constant = float(argument.value.value)
                return lambda _: constant
            if self.of.type(argument.value) is Type.INT:
                return lambda f: float(value(f))
            return value
        default = () if slot.optional else slot.default
        return lambda _: default

    def __call__(self, f: Frame, name: str, fill: Any, material: Material | None, tags: tuple[str, ...]) -> Placed:
        """Makes the leaf; `fill` is the size of the place, or the distance that a `between` spans."""
        run = f.run
        run.spend(PRIMITIVE, self.of.program.source, self.call.span)
        outer, f.extent = f.extent, fill if fill is not None else f.extent
        values = [p(f) for p in self.parts]
        f.extent = outer
        if run.n.batched or not self.scalar:
            return Placed(self._made(run, name, values, material, tags), IDENTITY, name + f.tail)
        key = leaf_key(self, name, values, material, tags)
        part = run.memo.leaves.get(key)
        if part is None:
            part = run.memo.leaves[key] = self._made(run, name, values, material, tags)
        return Placed(part, IDENTITY, name + f.tail)

    def _made(self, run: Run, name: str, values: list[Any], material: Material | None, tags: tuple[str, ...]) -> Part:
        geometry: Primitive = self.cls(*values)
        for bad, message in geometry.refusals(run.n):
            if bad is not False and run.n.any(bad) and (bad is True or not run.holds(~bad)):
                raise rejected_at(self.of, self.call.span, "E401", f"'{self.kind}': {message}")
        box = centred(geometry.size(run.n))
        return Part(name, self.kind, box, geometry, material=material, tags=tags, span=self.span)


def _fill(axis: Literal[0, 1, 2]) -> Evaluate:
    def size(f: Frame) -> Any:
        extent = f.extent
        assert extent is not None, "the checker let an open size through that nothing fills"
        return extent[axis]

    return size


def filled(distance: Any) -> Vec3:
    """The size of the place that a `between` gives: its length, on whatever axis is open."""
    return (distance, distance, distance)


# --- parts ---------------------------------------------------------------------------------------


@final
class PartCall:
    """`leg(0.4)`: runs a part's body in a frame of its own."""

    def __init__(self, of: Expressions, call: tree.Instance, code: PartCode, home: ProgramCode) -> None:
        self.of, self.call, self.code, self.home = of, call, code, home
        self.given = _bind_arguments(of, call, code.names)
        self.foreign = home.program is not of.program

    def __call__(self, f: Frame, name: str, fill: Any, material: Material | None, tags: tuple[str, ...]) -> Placed:
        """Makes the part."""
        del fill
        run, code = f.run, self.code
        _enter(f, self.of, self.call)
        module = module_values(f, self.home) if self.foreign else f.values if self.of.local is None else f.module
        values: dict[str, Any] = {}
        inner = Frame(run, values, module, f"{f.prefix}{name}{f.suffix}/", f.salt)
        for parameter, kind, default, given in zip(code.names, code.kinds, code.defaults, self.given, strict=True):
            if given is not None:
                value = given(f)
            else:
                assert default is not None
                value = default(Frame(run, module, module, "", 0))
            values[parameter] = float(value) if kind is Type.REAL and type(value) is int else value
        part = self._made(inner, name, material, tags)
        run.depth -= 1
        return Placed(part, IDENTITY, name + f.tail)

    def _made(self, inner: Frame, name: str, material: Material | None, tags: tuple[str, ...]) -> Part:
        """The part that the body makes, or the one that an equal call has made before in this run."""
        run, code = inner.run, self.code
        alone = code.random or run.reaches(inner.prefix)
        key = None if alone else call_key(code, inner.module, name, inner.values, material, tags)
        if key is not None:
            found = run.memo.part(run, key)
            if found is not None:
                return found
        arguments = dict(inner.values)
        before = Before(run)
        attempt(inner, code.body, code.random, self.of.program.source, self.call.span)
        part = body_part(inner, name, code.kind, arguments, material, tags, code.span)
        refuse_crowd(run, part, self.of.program.source, self.call.span)
        before.keep(run, key, part, inner.module)
        return part


def _bind_arguments(of: Expressions, call: tree.Instance, names: tuple[str, ...]) -> tuple[Evaluate | None, ...]:
    found: dict[str, Evaluate] = {}
    for k, argument in enumerate(call.arguments):
        name = names[k] if argument.label is None else str(argument.label)
        found[name] = of.compile(argument.value)
    return tuple(found.get(name) for name in names)


def _enter(f: Frame, of: Expressions, call: tree.Instance) -> None:
    run = f.run
    run.spend(PART, of.program.source, call.span)
    run.depth += 1
    if run.depth > run.deepest:
        run.deepest = run.depth
    if run.depth > run.limits.depth:
        message = f"'{'.'.join(call.callee)}' is called {run.limits.depth} deep, the limit"
        raise fail("E504", of.program.source, call.span, message, "end the recursion earlier")


def module_values(f: Frame, home: ProgramCode) -> dict[str, Any]:
    """The constants of a used file, evaluated once in a run."""
    values = f.run.modules.get(id(home))
    if values is None:
        values = {}
        f.run.modules[id(home)] = values
        frame = Frame(f.run, values, values, "", 0)
        for statement in home.constants:
            statement(frame)
    return values


@final
class ProgramCall:
    """`chair(width: 0.5)`: runs a used file as a part whose parameters are its params."""

    def __init__(self, of: Expressions, call: tree.Instance, code: ProgramCode) -> None:
        self.of, self.call, self.code = of, call, code
        names = tuple(p.name for p in code.program.params)
        given = _bind_arguments(of, call, names)
        self.given = tuple((n, g) for n, g in zip(names, given, strict=True) if g is not None)

    def __call__(self, f: Frame, name: str, fill: Any, material: Material | None, tags: tuple[str, ...]) -> Placed:
        """Makes the program's root part."""
        del fill
        run = f.run
        _enter(f, self.of, self.call)
        values: dict[str, Any] = {}
        prefix = f"{f.prefix}{name}{f.suffix}/"
        inner = Frame(run, values, values, prefix, f.salt)
        inner.given = {n: g(f) for n, g in self.given}
        attempt(inner, self.code.body, self.code.random, self.of.program.source, self.call.span)
        run.depth -= 1
        arguments = {p.name: values[p.name] for p in self.code.program.params}
        part = body_part(inner, name, self.code.program.name, arguments, material, tags, (0, 0))
        refuse_crowd(run, part, self.of.program.source, self.call.span)
        return Placed(part, IDENTITY, name + f.tail)
