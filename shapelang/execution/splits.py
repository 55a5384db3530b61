"""`split`: a box divided along an axis into absolute, relative and floating slices, some repeated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, final

from shapelang.assembly.part import Group, Reference
from shapelang.assembly.relation import Adjacency
from shapelang.execution.codes import Execute
from shapelang.execution.errors import Rejected
from shapelang.execution.expressions import Evaluate, Expressions
from shapelang.execution.placement import AXES
from shapelang.execution.retry import attempt
from shapelang.execution.run import Frame
from shapelang.execution.shapes import ShapeCode
from shapelang.geometry.pose import Real, Vec3, add
from shapelang.semantics.naming import draws
from shapelang.syntax import tree

if TYPE_CHECKING:
    from shapelang.execution.compiler import Body


@final
@dataclass(frozen=True, slots=True)
class Piece:
    """One slice, compiled."""

    size: Evaluate
    unit: tree.SliceUnit
    repeated: bool
    shape: ShapeCode | None
    random: bool
    node: tree.Slice


@final
@dataclass(frozen=True, slots=True)
class Cut:
    """A slice with its extent along the axis; `index` counts the copies of a repeat."""

    piece: Piece
    size: Real
    index: int | None


def compile_split(body: Body, node: tree.Split) -> Execute:
    """A closure that divides the box and fills every slice, from the low end of the axis to the high one."""
    size = body.of.compile(node.size)
    items: list[Piece | tuple[Piece, ...]] = []
    for item in node.slices:
        if isinstance(item, tree.RepeatGroup):
            items.append(tuple(_piece(body, s) for s in item.slices))
        else:
            items.append(_piece(body, item))
    axis = AXES[node.axis]
    of = body.of

    def execute(f: Frame) -> None:
        whole: Vec3 = size(f)
        cuts = _divide(f, of, node, items, whole[axis])
        outer = f.origin
        place: Real = whole[axis] * -0.5
        before: int | None = None
        for cut in cuts:
            middle = place + cut.size * 0.5
            place = place + cut.size
            first = len(f.layer.children)
            _fill(f, of, cut, _along(axis, middle), _resized(whole, axis, cut.size), outer)
            if len(f.layer.children) > first:
                if before is not None:
                    _touch(f, before, first, node.axis)
                before = first
            else:
                before = None

    return execute


def _piece(body: Body, node: tree.Slice) -> Piece:
    core = node.shape.core
    empty = isinstance(core, tree.Block) and not core.statements and not node.shape.modifiers
    shape = None if empty else body.shape(node.shape, node.name, sliced=True)
    return Piece(body.of.compile(node.size), node.unit, node.repeated, shape, draws(body.of.program, node.shape), node)


def _along(axis: int, value: Real) -> Vec3:
    return (value if axis == 0 else 0.0, value if axis == 1 else 0.0, value if axis == 2 else 0.0)


def _resized(whole: Vec3, axis: int, size: Real) -> Vec3:
    x, y, z = whole
    return (size if axis == 0 else x, size if axis == 1 else y, size if axis == 2 else z)


def _touch(f: Frame, first: int, second: int, axis: tree.AxisName) -> None:
    children = f.layer.children
    f.layer.relations.append(Adjacency(children[first].label, children[second].label, axis))


def _divide(
    f: Frame, of: Expressions, node: tree.Split, items: Sequence[Piece | tuple[Piece, ...]], space: Real
) -> list[Cut]:
    """Absolute and % sizes come first; each `~w` and each repeat (as `~1`) shares the rest."""
    sizes: dict[int, Real] = {}
    fixed: Real = 0.0
    shares: Real = 0.0
    for k, item in enumerate(items):
        if isinstance(item, tuple) or item.repeated:
            shares = shares + 1.0
            continue
        value = _size(f, of, item)
        sizes[k] = value
        if item.unit == "floating":
            shares = shares + value
        else:
            sizes[k] = value if item.unit == "absolute" else space * value * 0.01
            fixed = fixed + sizes[k]
    rest = space - fixed
    # A slice may be let in to the last bit of the box: 1e-9 m is below what any output can show.
    if not f.run.truth(rest >= -1e-9):
        source = of.program.source
        message = "the slices need more room than there is"
        hint = f"they need {fixed:g} m of {space:g} m" if isinstance(rest, float) else None
        raise Rejected("E412", source, node.span, message, hint)
    n = f.run.n
    rest = n.maximum(rest, 0.0)
    cuts: list[Cut] = []
    for k, item in enumerate(items):
        if isinstance(item, tuple):
            cuts += _group(f, of, item, rest / shares)
        elif item.repeated:
            cuts += _repeat(f, of, item, rest / shares)
        elif item.unit == "floating":
            # Where all shares are 0, so are their slices.
            cuts.append(Cut(item, rest * sizes[k] / n.where(shares > 0.0, shares, 1.0), None))
        else:
            cuts.append(Cut(item, sizes[k], None))
    return cuts


def _size(f: Frame, of: Expressions, piece: Piece) -> Real:
    value = piece.size(f) * 1.0
    if not f.run.truth(value >= 0):
        raise Rejected("E412", of.program.source, piece.node.size.span, "the size of a slice is not negative")
    return value


def _copies(f: Frame, of: Expressions, node: Any, share: Real, natural: Real) -> int:
    if not f.run.truth(natural > 0):
        raise Rejected("E412", of.program.source, node.span, "the size of a repeated slice must be above 0")
    number = f.run.same(f.run.n.floor(share / natural + 0.5))
    count = max(1, int(min(number, 1e7)))
    f.run.spend(count, of.program.source, node.span)
    return count


def _repeat(f: Frame, of: Expressions, piece: Piece, share: Real) -> list[Cut]:
    count = _copies(f, of, piece.node, share, _size(f, of, piece))
    return [Cut(piece, share / count, k) for k in range(count)]


def _group(f: Frame, of: Expressions, pieces: tuple[Piece, ...], share: Real) -> list[Cut]:
    sizes = [_size(f, of, p) for p in pieces]
    natural = sum(sizes)
    count = _copies(f, of, pieces[0].node, share, natural)
    stretch = share / (natural * count)
    return [Cut(p, s * stretch, k) for k in range(count) for p, s in zip(pieces, sizes, strict=True)]


def _fill(f: Frame, of: Expressions, cut: Cut, middle: Vec3, extent: Vec3, outer: Vec3 | None) -> None:
    shape = cut.piece.shape
    if shape is None or f.run.truth(cut.size <= 0):
        return
    values = f.values
    kept = values.get("scope"), values.get("index")
    suffix, tail, filled = f.suffix, f.tail, f.extent
    values["scope"] = f.extent = extent
    f.origin = middle if outer is None else add(outer, middle)
    if cut.index is not None:
        values["index"] = cut.index
        f.suffix, f.tail = f"{suffix}[{cut.index}]", f"{tail}[{cut.index}]"
    before = None if cut.index is None else dict(f.layer.names)
    try:
        attempt(f, (shape.commit,), cut.piece.random, of.program.source, cut.piece.node.span)
    finally:
        f.suffix, f.tail, f.extent, f.origin = suffix, tail, filled, outer
        values["scope"], values["index"] = kept
    if cut.index is not None and before is not None:
        for name, made in list(f.layer.names.items()):
            if made is not before.get(name):
                _gather(f, name, made, before.get(name), cut.index)


def _gather(f: Frame, name: str, made: Reference, before: Reference | None, index: int) -> None:
    """The copies of a repeat become one group under each name that they bind."""
    if index > 0 and isinstance(before, Group) and isinstance(before.members, dict):
        # Its own group, made for copy 0: a new one for each copy would cost the square of their number.
        before.members[index] = made
        f.bind(name, before)
    else:
        f.bind(name, Group({index: made}))
