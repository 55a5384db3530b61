"""Checks of what is placed: primitives, parts and used programs with their arguments."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import final

from shapelang.diagnostics import closest
from shapelang.primitives.protocol import Slot
from shapelang.primitives.table import PRIMITIVE_BY_KIND
from shapelang.semantics import slips
from shapelang.semantics.builtins import DISTRIBUTIONS, FUNCTIONS
from shapelang.semantics.constants import literal, warn_radians
from shapelang.semantics.context import Context, resolve
from shapelang.semantics.expressions import expect, type_of
from shapelang.semantics.program import Program
from shapelang.semantics.reach import drawn_names, file_names, reads
from shapelang.semantics.scope import Scope, ShapeEntry
from shapelang.semantics.types import DECLARABLE, Type
from shapelang.syntax import tree
from shapelang.syntax.faults import placed_once
from shapelang.syntax.source import Span

SLOT_TYPES = {"int": Type.INT, "points": Type.POINTS}


@final
@dataclass(frozen=True, slots=True)
class Wanted:
    """One parameter of something callable."""

    name: str
    type: Type
    required: bool
    slot: Slot | None = None


def declared_type(ctx: Context, name: str | None, span: Span, otherwise: Type = Type.REAL) -> Type:
    """The type that a name after a colon means."""
    if name is None:
        return otherwise
    found = DECLARABLE.get(name)
    if found is None:
        hint = slips.meant(name, DECLARABLE, slips.TYPES) or f"known: {', '.join(DECLARABLE)}"
        ctx.findings.error("E207", span, f"unknown type '{name}'", hint)
        return Type.UNKNOWN
    return found


def check_instance(ctx: Context, scope: Scope, call: tree.Instance, fills: bool) -> int:
    """Checks a call; returns how many sizes were left open (`_`), which is allowed when `fills`."""
    wanted = _signature(ctx, scope, call)
    if wanted is None:
        for argument in call.arguments:
            if not isinstance(argument.value, tree.Open):
                type_of(ctx, scope, argument.value)
        return 1 if any(isinstance(a.value, tree.Open) for a in call.arguments) else 0
    return _bind(ctx, scope, call, wanted, fills)


def _signature(ctx: Context, scope: Scope, call: tree.Instance) -> tuple[Wanted, ...] | None:
    callee = call.callee
    primitive = PRIMITIVE_BY_KIND.get(callee[0]) if len(callee) == 1 else None
    if primitive is not None:
        return tuple(
            Wanted(s.name, SLOT_TYPES.get(s.type, Type.REAL), s.default is None and not s.optional, s)
            for s in primitive.slots
        )
    ctx.used.add(callee[0])
    home, part = resolve(ctx.program, callee)
    if home is None:
        _unknown_callee(ctx, scope, call)
        return None
    if part is None:
        return tuple(Wanted(p.name, home.param_type(p), False) for p in home.params)
    if home is not ctx.program:
        _check_reach(ctx, call, home, part)
    else:
        _check_order(ctx, scope, call, part)
    return tuple(Wanted(p.name, parameter_type(home, part, p), p.default is None) for p in part.parameters)


def parameter_type(program: Program, part: tree.PartDefinition, parameter: tree.Parameter) -> Type:
    """The type of a part's parameter: the one written; else a vector if the body takes it for one; else a real.

    The body takes it for one also where it passes it on, unchanged, to a parameter that is one.
    """
    written = _written_type(parameter)
    if written is not None:
        return written
    waiting, seen = [(program, part, parameter)], {id(parameter)}
    while waiting:
        home, owner, here = waiting.pop()
        for node in tree.nodes_in(owner.body):
            match node:
                case tree.Member(value=tree.Name(name=name)) | tree.Split(size=tree.Name(name=name)):
                    if name == here.name:
                        return Type.VECTOR
                case tree.Instance():
                    for target in _passed_to(home, node, here.name):
                        if _written_type(target[2]) is Type.VECTOR:
                            return Type.VECTOR
                        if _written_type(target[2]) is None and id(target[2]) not in seen:
                            seen.add(id(target[2]))
                            waiting.append(target)
                case _:
                    pass
    return Type.REAL


def _written_type(parameter: tree.Parameter) -> Type | None:
    """The type that a parameter's own text says, or None."""
    if parameter.type is not None:
        return DECLARABLE.get(parameter.type, Type.UNKNOWN)
    match parameter.default:
        case tree.Text():
            return Type.NAME
        case tree.Boolean():
            return Type.BOOL
        case tree.Colour():
            return Type.COLOUR
        case tree.Tuple():
            return Type.VECTOR
        case _:
            return None


def _passed_to(
    program: Program, call: tree.Instance, name: str
) -> Iterator[tuple[Program, tree.PartDefinition, tree.Parameter]]:
    """The parameters that get a name as their argument."""
    home, part = resolve(program, call.callee)
    if home is None or part is None:
        return
    for k, argument in enumerate(call.arguments):
        if isinstance(argument.value, tree.Name) and argument.value.name == name:
            for position, parameter in enumerate(part.parameters):
                if argument.label == parameter.name or (argument.label is None and position == k):
                    yield home, part, parameter


def _unknown_callee(ctx: Context, scope: Scope, call: tree.Instance) -> None:
    callee = call.callee
    if callee[0] in ctx.broken:
        return
    if len(callee) == 1:
        name = callee[0]
        known = [*PRIMITIVE_BY_KIND, *ctx.program.parts, *ctx.program.uses]
        if name in FUNCTIONS or name in DISTRIBUTIONS:
            what, sign = ("a function", "=") if name in FUNCTIONS else ("a distribution", "~")
            hint = f"a value is named with 'let': 'let x {sign} {name}(…)'"
            ctx.findings.error("E205", call.span, f"'{name}' is {what}, and makes no shape", hint)
            return
        entry = scope.find(name)
        if isinstance(entry, ShapeEntry):
            line, _ = ctx.program.source.position(entry.span.start)
            ctx.findings.error("E205", call.span, *placed_once(name, line))
            return
        hint = slips.PARTS.get(name) or slips.meant(name, known, slips.SHAPES)
        ctx.findings.error("E205", call.span, f"unknown part '{name}'", hint)
    elif callee[0] not in ctx.program.uses:
        hint = closest(callee[0], ctx.program.uses) or f'use "{callee[0]}.shape" makes it known'
        ctx.findings.error("E205", call.span, f"unknown program '{callee[0]}'", hint)
    else:
        home = ctx.program.uses[callee[0]]
        ctx.findings.unknown("E205", call.span, f"part of '{callee[0]}':", callee[1], home.parts)


def _check_reach(ctx: Context, call: tree.Instance, home: Program, part: tree.PartDefinition) -> None:
    """A part reached through `use` may not hang on what its own file draws: nobody ran that file."""
    for name in sorted(reads(home, part) & drawn_names(home)):
        message = f"'{'.'.join(call.callee)}' depends on '{name}', which its own file draws"
        ctx.findings.error("E212", call.span, message, "give it to the part as a parameter")
        return


def _check_order(ctx: Context, scope: Scope, call: tree.Instance, part: tree.PartDefinition) -> None:
    """A part called at the top of its file needs the values it reads there and then."""
    outermost = scope
    while outermost.outer is not None:
        if outermost.body:
            return
        outermost = outermost.outer
    for name in sorted(reads(ctx.program, part) - set(outermost.entries)):
        line, _ = ctx.findings.source.position(file_names(ctx.program)[name].start)
        message = f"'{'.'.join(call.callee)}' reads '{name}', which has no value yet"
        ctx.findings.error("E218", call.span, message, f"it gets one in line {line}: call the part after that")
        return


def _bind(ctx: Context, scope: Scope, call: tree.Instance, wanted: tuple[Wanted, ...], fills: bool) -> int:
    name = ".".join(call.callee)
    if _one_for_all(ctx, call, wanted, name):
        return 0
    by_name = {w.name: w for w in wanted}
    free = [n for n in by_name if n not in {str(a.label) for a in call.arguments}]
    seen: set[str] = set()
    opened = strange = 0
    for k, argument in enumerate(call.arguments):
        if argument.label is None:
            if k >= len(wanted):
                ctx.findings.error("E310", argument.span, f"'{name}' takes {_counted(list(by_name))}")
                break
            target = wanted[k]
        else:
            label = str(argument.label)
            target = by_name.get(label) or _meant(ctx, argument, name, by_name, [n for n in free if n not in seen])
            if target is None:
                strange += len(wanted) if slips.stands_for_all(label, by_name) else 1
                if not isinstance(argument.value, tree.Open):
                    type_of(ctx, scope, argument.value)
                continue
        if target.name in seen:
            ctx.findings.error("E209", argument.span, f"argument '{target.name}' of '{name}' is given twice")
        seen.add(target.name)
        opened += _check_argument(ctx, scope, argument, target, name, fills)
    # An argument of an unknown name stands for one that is missing: that was said once.
    missing = [w.name for w in wanted if w.required and w.name not in seen]
    if len(missing) > strange:
        listed = ", ".join(f"'{m}'" for m in missing)
        ctx.findings.error("E310", call.span, f"'{name}' needs {listed}")
    return opened


def _counted(names: list[str]) -> str:
    """`2 arguments: (a, b)`."""
    match len(names):
        case 0:
            return "no arguments"
        case 1:
            return f"1 argument: ({names[0]})"
        case count:
            return f"{count} arguments: ({', '.join(names)})"


def _one_for_all(ctx: Context, call: tree.Instance, wanted: tuple[Wanted, ...], name: str) -> bool:
    """Notes `cuboid((1, 2, 3))` and `cuboid([1, 2, 3])`: all sizes in one."""
    match call.arguments:
        case (tree.Argument(label=None, value=tree.Tuple(items=items) | tree.List(items=items) as value),):
            points = any(isinstance(item, tree.Tuple) for item in items)
            if len(wanted) < 2 or wanted[0].type is not Type.REAL or len(items) < 2 or points:
                return False
            listed = ", ".join(w.name for w in wanted if w.required)
            hint = f"each size is an argument of its own: '{name}({listed})'"
            what = "a vector" if isinstance(value, tree.Tuple) else "a list"
            ctx.findings.error(
                "E301", value.span, f"argument '{wanted[0].name}' of '{name}' must be a real, not {what}", hint
            )
            return True
        case _:
            return False


def _meant(
    ctx: Context, argument: tree.Argument, name: str, by_name: dict[str, Wanted], free: list[str]
) -> Wanted | None:
    """Notes an argument of an unknown name; the parameter that it is likely meant for."""
    label = str(argument.label)
    found = None if slips.stands_for_all(label, by_name) else slips.meant_argument(label, free)
    span = Span(argument.span.start, argument.span.start + len(label))
    hint = slips.argument_hint(label, found, by_name)
    ctx.findings.error("E208", span, f"unknown argument of '{name}': '{label}'", hint)
    return None if found is None else by_name[found]


def _check_argument(ctx: Context, scope: Scope, argument: tree.Argument, target: Wanted, name: str, fills: bool) -> int:
    value = argument.value
    if isinstance(value, tree.Open):
        if target.slot is None or target.slot.axis is None:
            ctx.findings.error("E302", value.span, f"argument '{target.name}' of '{name}' cannot be left open")
        elif not fills:
            ctx.findings.error(
                "E302",
                value.span,
                "nothing here fills '_'",
                "it stands in a slice, or in a shape placed with 'between'",
            )
        return 1
    expect(ctx, scope, value, target.type, f"argument '{target.name}' of '{name}'")
    if target.slot is not None and target.slot.type == "angle":
        warn_radians(ctx, value, value.span)
    number = literal(value)
    if number is not None and target.slot is not None:
        _check_slot(ctx, argument, target.slot, number)
    return 0


def _check_slot(ctx: Context, argument: tree.Argument, slot: Slot, number: float) -> None:
    low, high = slot.low, slot.high
    if low is not None and (number < low or (slot.low_open and number <= low)):
        sign = "above" if slot.low_open else "at least"
        ctx.findings.error("E312", argument.span, f"'{slot.name}' must be {sign} {low:g}, not {number:g}")
    elif high is not None and number > high:
        ctx.findings.error("E312", argument.span, f"'{slot.name}' must be at most {high:g}, not {number:g}")
