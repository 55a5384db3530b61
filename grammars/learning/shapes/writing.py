"""A learned grammar as the text of a program."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import final

from grammars.learning.shapes.describing import Counted, Described, Spread
from grammars.learning.shapes.expressions import (
    ZERO,
    added,
    call_of,
    fixed_text,
    is_number,
    number_text,
    scaled,
    step_of,
    summed,
    weight_text,
)
from grammars.learning.shapes.frames import within
from grammars.learning.shapes.model import (
    EXTENTS,
    Content,
    Extent,
    Family,
    LearnedAlternative,
    LearnedBody,
    LearnedChoice,
    LearnedPart,
    ShareOf,
    Source,
    text_of,
)
from grammars.learning.shapes.named import WHOLE, argument_labels, choice_names, loose_name, number_names
from grammars.learning.shapes.naming import free
from grammars.learning.shapes.standing import Known, Reached, centred, clamped, height_to_ground, placement, spanned
from grammars.learning.shapes.used import used_arguments, used_by, used_extents
from shapelang.io.turns import AXES
from shapelang.primitives.table import PRIMITIVE_BY_KIND
from shapelang.syntax import tree
from shapelang.syntax.printer import print_module


def written(families: Sequence[Family]) -> str:
    """The program: its params are the extents of the whole, a body within another is a part.

    Of several families each is a part, which draws its own extents, and an alternative of one choice.
    """
    writer = _Writer()
    if len(families) == 1:
        ranged = [_param(k, number) for k, number in _used(families[0])]
        root = tuple(_as_param(s) for s in writer.alternative(families[0].body.root, {}))
        return print_module(tree.Module((*writer.parts, *ranged, *root)))
    alternatives: list[tree.Alternative] = []
    for family in families:
        lets = [_extent(k, number) for k, number in _used(family)]
        callee = writer.defined(family.name, (), (*lets, *writer.alternative(family.body.root, {})))
        weight = weight_text(family.weight)
        alternatives.append(tree.Alternative(weight, family.name, _shape(_call(callee, ()))))
    whole = tree.ShapeStatement(WHOLE, _shape(tree.Choose(tuple(alternatives))))
    return print_module(tree.Module((*writer.parts, whole)))


def _as_param(statement: tree.Statement) -> tree.Statement:
    """A draw of the program itself as a parameter of it."""
    match statement:
        case tree.Let(name, None, tree.Call(tree.Name("uniform"), ends) as value, True, None):
            return tree.Param(name, None, value, True, tree.List(tuple(end.value for end in ends)))
        case tree.Let(name, None, value, True, tree.List() as ranged):
            return tree.Param(name, None, value, True, ranged)
        case _:
            return statement


def _used(family: Family) -> list[tuple[int, Described]]:
    used = used_extents(family.body, family.extents)
    return [(k, number) for k, number in enumerate(family.extents) if k in used]


def _param(k: int, number: Described) -> tree.Param:
    """An extent of the whole. Where it is always the same it may be set to half and to twice of that."""
    drawn = _extent(k, number)
    ranged = drawn.range
    if not drawn.drawn and number.mean.feature is None:
        low, high = (number_text(round(f * number.mean.constant, 3)) for f in (0.5, 2.0))
        ranged = tree.List((low, high))
    return tree.Param(drawn.name, None, drawn.value, drawn.drawn, ranged)


def _extent(k: int, number: Described) -> tree.Let:
    sources: list[Source] = [Extent(None, axis) for axis in range(k)]
    if number.spread is None:
        return tree.Let(EXTENTS[k], None, _mean(number, sources, {}), False, None)
    return tree.Let(EXTENTS[k], None, _draw(number, number.spread, sources, {}), True, _range(number.spread))


@final
class _Writer:
    """Statements, and the parts that they call."""

    def __init__(self) -> None:
        self.parts: list[tree.Statement] = []
        self.taken: set[str] = set()

    def alternative(self, alternative: LearnedAlternative, known: Known) -> Iterator[tree.Statement]:
        """What stands in it. What is known before it is reached by the given names."""
        names = dict(known)
        for part in alternative.parts:
            yield from self._part(part, names)
            names[part.number] = Reached(_reached(part), centred(part, names), part.mirrored)
        for choice in alternative.choices:
            yield self._choice(choice, names)

    def _choice(self, choice: LearnedChoice, names: Known) -> tree.Statement:
        name, labels, none = choice_names(choice)
        written = [
            tree.Alternative(weight_text(a.weight), label, _shape(tree.Block(tuple(self.alternative(a, names)))))
            for a, label in zip(choice.alternatives, labels, strict=True)
        ]
        if choice.none > 0.0:
            written.append(tree.Alternative(weight_text(choice.none), none, _shape(tree.Block(()))))
        return tree.ShapeStatement(name, _shape(tree.Choose(tuple(written))))

    def _part(self, part: LearnedPart, known: Known) -> Iterator[tree.Statement]:
        names = number_names(part)
        lets = _Lets(part.sources, known)
        extents = {k: lets.told(names.extents[k], part.extents[k]) for k in used_by(part)}
        turns = [lets.told(n, d) for n, d in zip(names.turns, part.turns, strict=True)]
        held = [within(d) if isinstance(h, ShareOf) else d for d, h in zip(part.place, part.holds, strict=True)]
        place = [lets.told(n, d) for n, d in zip(names.place, held, strict=True)]
        place = [clamped(part, k, coordinate, extents, known) for k, coordinate in enumerate(place)]
        count = None if part.count is None else lets.counted(names.count, part.count)
        span = None if part.span is None else [lets.told(n, d) for n, d in zip(names.span, part.span, strict=True)]
        if span is not None:
            span = [spanned(part, k, s, place[k], known) for k, s in enumerate(span)]
        placed = placement(part, place, known)
        to_ground = height_to_ground(part, placed, turns)
        core = self._core(part, extents if to_ground is None else {**extents, 1: to_ground}, lets)
        yield from lets.statements
        turned = tuple(tree.Turn(a, t) for a, t in zip(AXES, turns, strict=True) if not is_number(t, 0.0))
        rotate = (tree.Rotate(turned),) if turned else ()
        if span is not None and count is not None:
            inner = tree.Block((tree.ShapeStatement(part.name, tree.Shape(core, rotate)),))
            array = tree.Shape(tree.Array(count, tree.Tuple(tuple(step_of(s, count) for s in span)), inner), placed)
            statement = tree.ShapeStatement(None, array)
        else:
            statement = tree.ShapeStatement(part.name, tree.Shape(core, (*rotate, *placed)))
            if count is not None:
                statement = tree.ShapeStatement(None, _shape(tree.Ring(count, "y", tree.Block((statement,)))))
        if part.mirrored:
            axes: tuple[tree.AxisName, ...] = ("x", "z") if part.mirrored == "xz" else (part.mirrored,)
            statement = tree.ShapeStatement(None, _shape(tree.Mirror(axes, tree.Block((statement,)))))
        yield statement

    def _core(self, part: LearnedPart, extents: Mapping[int, tree.Expr], lets: _Lets) -> tree.Core:
        """What a part is; where that is chosen, what an alternative draws for itself is drawn in a part of its own."""
        if len(part.contents) == 1:
            content = part.contents[0]
            names = [f"{part.name}_{label}" for label in argument_labels(content)]
            own = [lets.told(name, number) for name, number in zip(names, content.arguments, strict=True)]
            return self._content(part.name, content, extents, own)
        alternatives: list[tree.Alternative] = []
        for content in part.contents:
            inside = _Lets((), {})
            labels = argument_labels(content)
            own = [inside.told(name, number) for name, number in zip(labels, content.arguments, strict=True)]
            if inside.statements:
                names = {k: tree.Name(EXTENTS[k]) for k in used_arguments(content)}
                shape = tree.ShapeStatement("body", _shape(self._content(part.name, content, names, own)))
                callee = self.defined(content.name, tuple(names), (*inside.statements, shape))
                core = _call(callee, [extents[k] for k in names])
            else:
                core = self._content(part.name, content, extents, own)
            alternatives.append(tree.Alternative(weight_text(content.weight), content.name, _shape(core)))
        return tree.Choose(tuple(alternatives))

    def _content(
        self, name: str, content: Content, extents: Mapping[int, tree.Expr], own: Sequence[tree.Expr]
    ) -> tree.Core:
        used = used_arguments(content)
        if content.inner is None:
            return tree.Instance((content.kind,), _arguments(content, [*(extents[k] for k in used), *own]))
        return _call(self._body(name, content.inner, used), [extents[k] for k in used])

    def _body(self, name: str, inner: LearnedBody, used: Sequence[int]) -> str:
        statements = tuple(self.alternative(inner.root, {}))
        if inner.operator:
            lets = tuple(s for s in statements if isinstance(s, tree.Let))
            shapes = tree.Block(tuple(s for s in statements if not isinstance(s, tree.Let)))
            blend = number_text(inner.blend) if inner.blend else None
            statements = (*lets, tree.ShapeStatement("body", _shape(tree.SolidBlock(inner.operator, blend, shapes))))
        return self.defined(name, used, statements)

    def defined(self, name: str, used: Sequence[int], statements: tuple[tree.Statement, ...]) -> str:
        """A part of its own, by its name."""
        own = free(name, self.taken)
        self.taken.add(own)
        parameters = tuple(tree.Parameter(EXTENTS[k], None, None) for k in used)
        self.parts.append(tree.PartDefinition(own, parameters, tree.Block(statements)))
        return own


@final
class _Lets:
    """Numbers of a part as expressions; what is drawn is a `let` before it."""

    def __init__(self, sources: Sequence[Source], known: Known) -> None:
        self.sources, self.known = sources, known
        self.statements: list[tree.Statement] = []

    def told(self, name: str, number: Described) -> tree.Expr:
        """An exact number, or the name of a draw."""
        if number.spread is None:
            return _mean(number, self.sources, self.known)
        draw = _draw(number, number.spread, self.sources, self.known)
        let = tree.Let(name, None, draw, True, _range(number.spread))
        if number.spread.family != "loose":
            self.statements.append(let)
            return tree.Name(name)
        # What is added where it does not hold is drawn in any case, and unseen where it does.
        off = loose_name(name, number.spread)
        if all(not isinstance(s, tree.Let) or s.name != off for s in self.statements):
            share = call_of("bernoulli", number_text(number.spread.share))
            self.statements.append(tree.Let(off, "bool", share, True, None))
        self.statements.append(let)
        return added(_mean(number, self.sources, self.known), off, name)

    def counted(self, name: str, number: Counted) -> tree.Expr:
        """A whole number."""
        if len(number.counts) == 1:
            return tree.Number(number.counts[0][0])
        weights = tuple(tree.Argument(value, number_text(count)) for value, count in number.counts)
        draw = tree.Call(tree.Name("categorical"), weights)
        self.statements.append(tree.Let(name, "int", draw, True, None))
        return tree.Name(name)


def _reached(part: LearnedPart) -> tree.Expr:
    """A part, or the one that stands for its images; of a row the whole."""
    name = tree.Name(part.name)
    return tree.Index(name, ZERO) if part.mirrored or (part.count is not None and part.span is None) else name


def _call(callee: str, arguments: Sequence[tree.Expr]) -> tree.Core:
    return tree.Instance((callee,), tuple(tree.Argument(None, argument) for argument in arguments))


def _arguments(content: Content, values: Sequence[tree.Expr]) -> tuple[tree.Argument, ...]:
    """By position up to the first that is left out, then by name."""
    fixed = iter(content.fixed) if isinstance(content.fixed, tuple) else iter(())
    reals = iter(values)
    found: list[tree.Argument] = []
    positional = True
    for slot in PRIMITIVE_BY_KIND[content.kind].slots:
        if slot.type in ("points", "int"):
            value = fixed_text(next(fixed))
        else:
            value = next(reals)
        if value is None or (slot.default is not None and is_number(value, float(slot.default))):
            positional = False
            continue
        found.append(tree.Argument(None if positional else slot.name, value))
    return tuple(found)


def _mean(number: Described, sources: Sequence[Source], known: Known) -> tree.Expr:
    """constant + slope · source."""
    mean = number.mean
    if mean.feature is None:
        return number_text(mean.constant)
    source = text_of(sources[mean.feature], {k: standing.name for k, standing in known.items()})
    return summed(scaled(mean.slope, source), mean.constant)


def _draw(number: Described, spread: Spread, sources: Sequence[Source], known: Known) -> tree.Expr:
    match spread.family:
        case "uniform":
            arguments = [number_text(spread.low), number_text(spread.high)]
        case "normal":
            arguments = [_mean(number, sources, known), number_text(spread.deviation)]
        case "loose":
            arguments = [ZERO, number_text(spread.deviation)]
    return call_of("uniform" if spread.family == "uniform" else "normal", *arguments)


def _range(spread: Spread) -> tree.List | None:
    """Of a uniform draw its own ends are the range."""
    return None if spread.family == "uniform" else tree.List((number_text(spread.low), number_text(spread.high)))


def _shape(core: tree.Core) -> tree.Shape:
    return tree.Shape(core, ())
