"""The program of repeated solids: a syntax tree, printed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias, final

import numpy as np

from shapelang.geometry.pose import Vec3
from shapelang.inference.bodies.own_frame import turns_exactly
from shapelang.inference.bodies.stand import Stand
from shapelang.inference.rounding.grid import rounded
from shapelang.inference.solids.cores import core_of, number
from shapelang.inference.solids.plain import Solid
from shapelang.inference.symmetry.patterns import (
    Cornered,
    Gridded,
    Lined,
    Mirrored,
    Once,
    Pattern,
    Repeated,
    Ringed,
    Screwed,
)
from shapelang.inference.symmetry.sharing import Shared, shared_groups
from shapelang.inference.writing.climbing import looped, screws_alike
from shapelang.inference.writing.naming import Names, identifier, in_row, own_name, role
from shapelang.syntax import tree


@final
@dataclass(frozen=True, slots=True)
class Source:
    """What the mesh says of a group: its names (the most telling first), its material's name and colour."""

    names: tuple[str, ...]
    material: str | None
    color: Vec3 | None


_NOTHING: Final = 0.6
"""Of the grid: a number that is less is the noise of another one."""


@final
@dataclass(frozen=True, slots=True)
class _Writer:
    """What statements are made with: `middle` is the origin of the block they stand in; `stacked`: above each other."""

    sources: Sequence[Source]
    materials: dict[int, str]
    names: Names
    model: str
    low: np.ndarray
    high: np.ndarray
    grid: float
    middle: np.ndarray
    stacked: bool = False

    def name(self, solid: Solid) -> str:
        source = self.sources[solid.group]
        own = own_name(source.names, self.model, source.material)
        seen = role(solid, self.low, self.high, self.model)
        return self.names.fresh(own or (in_row(seen) if self.stacked else seen))

    def number(self, value: float) -> tree.Expr:
        return number(rounded(value, 0.1 * self.grid) if abs(value) > _NOTHING * self.grid else 0.0)

    def vector(self, value: np.ndarray) -> tree.Tuple:
        return tree.Tuple(tuple(self.number(float(v)) for v in value))


def program_of(
    sections: Sequence[Sequence[Repeated]],
    sources: Sequence[Source],
    name: str,
    bounds: tuple[np.ndarray, np.ndarray],
    middle: np.ndarray,
    grid: float,
    stand: Stand,
) -> tree.Module:
    """The module that makes the solids where they stand in the world; the mirrors' planes go through `middle`.

    Of several `sections` each is a block, called after the mesh group of its solids.
    """
    model = identifier(name, "model")
    names = Names()
    repeated = [one for section in sections for one in section]
    materials, definitions = _materials(repeated, sources, names)
    origin = _origin(repeated, bounds, middle, grid)
    writer = _Writer(sources, materials, names, model, bounds[0], bounds[1], grid, origin)
    made = [_section(writer, section) for section in sections] if len(sections) == 1 else _titled(writer, sections)
    parts = [part for some, _ in made for part in some]
    statements = [statement for _, some in made for statement in some]
    if origin.any() or stand.axes is not None:
        # Without a name: what stands in it is the model, whose name is that of the file.
        shape = tree.Shape(tree.Block(tuple(statements)), _standing(writer, origin, stand))
        statements = [tree.ShapeStatement(None, shape)]
    return tree.Module((*definitions, *parts, *statements))


_Made: TypeAlias = tuple[list[tree.Statement], list[tree.Statement]]
"""Definitions of parts, and the statements that make solids."""


def _titled(writer: _Writer, sections: Sequence[Sequence[Repeated]]) -> list[_Made]:
    """Each section in a block of its group's name; its solids are called by what they look like."""
    titles = [_title(writer.sources[section[0].solid.group], writer.names) for section in sections]
    inner = replace(writer, sources=[replace(source, names=()) for source in writer.sources])
    made = [_section(inner, section) for section in sections]
    return [
        (parts, [tree.ShapeStatement(title, tree.Shape(tree.Block(tuple(statements)), ()))])
        for title, (parts, statements) in zip(titles, made, strict=True)
    ]


def _title(source: Source, names: Names) -> str:
    """A group's own name, or that of its material."""
    wishes = (*source.names, source.material or "")
    return names.fresh(next((name for wish in wishes if (name := identifier(wish, ""))), "group"))


def _section(writer: _Writer, repeated: Sequence[Repeated]) -> _Made:
    once = [r.solid for r in repeated if isinstance(r.pattern, Once)]
    groups, single = shared_groups(once, writer.materials.get, 1.5 * writer.grid)
    parts, placed = _shared(writer, groups)
    rest = [r for r in repeated if not isinstance(r.pattern, Once)] + [Repeated(s, Once(), 1) for s in single]
    others = (s for pattern, members in _merged(rest, 3 * writer.grid) for s in _statements(writer, pattern, members))
    return parts, [*placed, *others]


def _standing(writer: _Writer, origin: np.ndarray, stand: Stand) -> tuple[tree.Modifier, ...]:
    """Where the model stands, a little finer than its own numbers are, and how it is turned."""
    place = [rounded(float(v), 0.01 * writer.grid) for v in stand.place(origin)]
    at = (tree.At(tree.Tuple(tuple(number(v) for v in place))),) if any(place) else ()
    if stand.axes is None:
        return at
    return (*at, tree.Rotate(tuple(tree.Turn(axis, number(angle)) for axis, angle in turns_exactly(stand.axes))))


def _origin(
    repeated: Sequence[Repeated], bounds: tuple[np.ndarray, np.ndarray], middle: np.ndarray, grid: float
) -> np.ndarray:
    """Where the model's own frame stands: on the mirrors' planes, else in the middle of its box; on its ground."""
    mirrored = {a for r in repeated if isinstance(r.pattern, Mirrored) for a in r.pattern.axes}
    low, high = bounds
    wish = np.where([a in mirrored for a in "xyz"], middle, 0.5 * (low + high))
    wish[1] = low[1]
    return np.array([rounded(float(v), grid) if abs(v) > 1.5 * grid else 0.0 for v in wish])


def _materials(
    repeated: Sequence[Repeated], sources: Sequence[Source], names: Names
) -> tuple[dict[int, str], list[tree.Statement]]:
    """A definition for each colour that is used, and the material's name for each group."""
    known: dict[tuple[str, str], str] = {}
    of_group: dict[int, str] = {}
    definitions: list[tree.Statement] = []
    for group in sorted({r.solid.group for r in repeated}):
        source = sources[group]
        if source.color is None:
            continue
        digits = "".join(f"{min(255, max(0, round(255 * c))):02x}" for c in source.color)
        key = (source.material or "", digits)
        if key not in known:
            known[key] = names.fresh(identifier(source.material or "", "paint"))
            color = tree.Property("color", tree.Colour(digits))
            definitions.append(tree.MaterialDefinition(known[key], (color,)))
        of_group[group] = known[key]
    return of_group, definitions


def _merged(repeated: Sequence[Repeated], near: float) -> list[tuple[Pattern, list[Repeated]]]:
    """Solids that repeat in the same way stand in one block; the largest first, as they are seen."""
    order = sorted(repeated, key=lambda r: -r.count * float(np.prod(r.solid.kind.size)))
    merged: list[tuple[Pattern, list[Repeated]]] = []
    for item in order:
        for pattern, members in merged:
            if not isinstance(pattern, Once) and _like(pattern, item.pattern, near):
                members.append(item)
                break
        else:
            merged.append((item.pattern, [item]))
    return merged


def _shared(writer: _Writer, groups: Sequence[Shared]) -> tuple[list[tree.Statement], list[tree.Statement]]:
    """A part for each group, and its calls at all its places; the part's origin is the centre of its largest solid."""
    parts: list[tree.Statement] = []
    calls: list[tree.Statement] = []
    for group in groups:
        head = max(group.solids, key=lambda s: float(np.prod(s.kind.size)))
        name = writer.name(head)
        inner = replace(writer, names=Names())
        inner.names.fresh(name)
        body = tree.Block(tuple(_part(inner, s, head.centre, True) for s in group.solids))
        parts.append(tree.PartDefinition(name, (), body))
        for offset in group.offsets:
            place = tree.At(writer.vector(head.centre + offset - writer.middle))
            shape = tree.Shape(tree.Instance((name,), ()), (place,))
            calls.append(tree.ShapeStatement(None, shape))
    return parts, calls


def _like(a: Pattern, b: Pattern, near: float) -> bool:
    match a, b:
        case Lined(n, step), Lined(m, other):
            return n == m and bool(np.abs(np.array(step) - np.array(other)).max() * n < near)
        case Ringed(n, axis, centre), Ringed(m, other, place):
            apart = np.abs(np.array(centre) - np.array(place))
            apart["xyz".index(axis)] = 0.0
            return n == m and axis == other and bool(apart.max() < near)
        case Screwed(), Screwed():
            return screws_alike(a, b, near)
        case Cornered(axes, about), Cornered(others, place):
            return axes == others and bool(np.abs(np.array(about) - np.array(place)).max() < near)
        case _:
            return a == b


def _statements(writer: _Writer, pattern: Pattern, members: Sequence[Repeated]) -> list[tree.Statement]:
    solids = [m.solid for m in members]
    match pattern:
        case Once():
            return [_part(writer, s, writer.middle, True) for s in solids]
        case Mirrored(axes):
            return _block(writer, solids, lambda body: tree.Mirror(axes, body), writer.middle)
        case Lined(count, step):
            array = tree.Number(count), writer.vector(np.array(step))
            rising = abs(step[1]) > 0.0 and abs(step[1]) >= max(abs(step[0]), abs(step[2]))
            return _block(replace(writer, stacked=rising), solids, lambda body: tree.Array(*array, body), writer.middle)
        case Gridded():
            return [_grid(writer, s, pattern) for s in solids]
        case Cornered(axes, about):
            return _corners(writer, solids, axes, np.array(about))
        case Screwed():
            return [_screw(writer, solids, pattern)]
        case Ringed(count, axis, centre):
            return [_ring(writer, solids, count, axis, np.array(centre))]


def _block(
    writer: _Writer, solids: Sequence[Solid], core: Callable[[tree.Block], tree.Core], origin: np.ndarray
) -> list[tree.Statement]:
    """The solids in the body of a symmetry, which carries their material when it is one."""
    materials = {writer.materials.get(s.group) for s in solids}
    shared = next(iter(materials)) if len(materials) == 1 else None
    body = tree.Block(tuple(_part(writer, s, origin, shared is None) for s in solids))
    modifiers = () if shared is None else (tree.With(tree.Name(shared)),)
    return [tree.ShapeStatement(None, tree.Shape(core(body), modifiers))]


def _corners(
    writer: _Writer, solids: Sequence[Solid], axes: tuple[tree.AxisName, ...], about: np.ndarray
) -> list[tree.Statement]:
    """A mirror about a point of its own: it is moved there."""
    across = np.array([a in axes for a in "xyz"])
    offset = np.where(across & (np.abs(about - writer.middle) > 0.5 * writer.grid), about - writer.middle, 0.0)
    (made,) = _block(writer, solids, lambda body: tree.Mirror(axes, body), writer.middle + offset)
    assert isinstance(made, tree.ShapeStatement), "a mirror is a shape"
    modifiers = (tree.At(writer.vector(offset)), *made.shape.modifiers)
    return [replace(made, shape=replace(made.shape, modifiers=modifiers))] if offset.any() else [made]


def _ring(
    writer: _Writer, solids: Sequence[Solid], count: int, axis: tree.AxisName, centre: np.ndarray
) -> tree.Statement:
    """A ring about the axis of its frame, or of a block at its centre."""
    k = "xyz".index(axis)
    centre = np.array([rounded(float(c), writer.grid) for c in centre])
    centre[k] = writer.middle[k]
    inner = _block(writer, solids, lambda body: tree.Ring(tree.Number(count), axis, body), centre)
    offset = centre - writer.middle
    if np.abs(offset).max() < 0.5 * writer.grid:
        return inner[0]
    name = writer.names.fresh("ring_of_" + _first_name(inner[0]))
    return tree.ShapeStatement(name, tree.Shape(tree.Block(tuple(inner)), (tree.At(writer.vector(offset)),)))


def _screw(writer: _Writer, solids: Sequence[Solid], pattern: Screwed) -> tree.Statement:
    """A loop over a block at the axis that is turned and moved with each step."""
    centre = np.array([rounded(float(c), 0.1 * writer.grid) for c in pattern.centre])
    centre["xyz".index(pattern.axis)] = writer.middle["xyz".index(pattern.axis)]
    name = writer.names.fresh("step")
    body = tree.Block(tuple(_part(writer, solid, centre, True) for solid in solids))
    return looped(pattern, name, body, [writer.number(float(v)) for v in centre - writer.middle])


def _first_name(statement: tree.Statement) -> str:
    match statement:
        case tree.ShapeStatement(None, tree.Shape(tree.Ring(_, _, tree.Block((tree.ShapeStatement(str(name)), *_))))):
            return name
        case _:
            return "parts"


def _grid(writer: _Writer, solid: Solid, pattern: Gridded) -> tree.Statement:
    """Nested loops; the place is written as start plus index times step."""
    part = _part(writer, solid, writer.middle, True)
    assert isinstance(part, tree.ShapeStatement), "a part is a shape with a name"
    start = solid.centre - writer.middle
    coordinates: list[tree.Expr] = []
    for axis in range(3):
        value: tree.Expr = writer.number(float(start[axis]))
        for variable, count, step in zip("ijk", pattern.counts, pattern.steps, strict=False):
            if step[axis] != 0.0:
                product = tree.Binary("*", tree.Name(variable), _step_of(writer, abs(step[axis]), count))
                value = tree.Binary("+" if step[axis] > 0 else "-", value, product)
        coordinates.append(value)
    place = tree.At(tree.Tuple(tuple(coordinates)))
    others = tuple(m for m in part.shape.modifiers if not isinstance(m, tree.At))
    shape = tree.Shape(part.shape.core, (place, *others))
    body = tree.Block((tree.ShapeStatement(part.name, shape),))
    for variable, count in reversed(list(zip("ijk", pattern.counts, strict=False))):
        loop = tree.For(variable, tree.Number(0), tree.Number(count), body)
        body = tree.Block((tree.ShapeStatement(None, tree.Shape(loop, ())),))
    return body.statements[0]


def _step_of(writer: _Writer, step: float, count: int) -> tree.Expr:
    """A step, told finely enough for the last of so many images to stand where it shall."""
    return number(rounded(step, 0.1 * writer.grid / 10.0 ** max(0, len(str(count)) - 2)))


def _part(writer: _Writer, solid: Solid, origin: np.ndarray, with_material: bool) -> tree.Statement:
    """`leg = cuboid(0.1, 0.5, 0.1) at (…) rotate … with wood`."""
    modifiers: list[tree.Modifier] = []
    place = solid.centre - origin
    if np.abs(place).max() >= 0.05 * writer.grid:
        modifiers.append(tree.At(writer.vector(place)))
    if solid.turns:
        modifiers.append(tree.Rotate(tuple(tree.Turn(axis, number(angle)) for axis, angle in solid.turns)))
    material = writer.materials.get(solid.group)
    if with_material and material is not None:
        modifiers.append(tree.With(tree.Name(material)))
    return tree.ShapeStatement(writer.name(solid), tree.Shape(core_of(solid.kind), tuple(modifiers)))
