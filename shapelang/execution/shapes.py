"""Shapes compiled: a core, its modifiers, and the name that it binds."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, final

from shapelang.assembly.material import Material
from shapelang.assembly.part import Group, Part, Placed
from shapelang.execution.cores import Core, Look, PrimitiveCall, body_part, filled
from shapelang.execution.errors import fail
from shapelang.execution.expressions import Expressions
from shapelang.execution.placement import Modifiers
from shapelang.execution.references import posed
from shapelang.execution.run import Frame, Layer
from shapelang.geometry.pose import IDENTITY, UNIT, Pose, Vec3, scaled
from shapelang.semantics.naming import default_name
from shapelang.syntax import tree
from shapelang.syntax.source import Span

if TYPE_CHECKING:
    from shapelang.execution.compiler import Body


@final
class ShapeCode:
    """One shape of one body, ready to be made in a frame."""

    def __init__(self, body: Body, shape: tree.Shape, name: str | None, *, sliced: bool) -> None:
        self.of: Expressions = body.of
        self.shape = shape
        self.name = name
        self.label = name or body.of.program.labels.get(id(shape)) or default_name(shape.core)
        self.modifiers = Modifiers(self.of, shape)
        self.sliced = sliced
        self.look: Look = body.look(self.modifiers.material)
        self.core: Core = body.core(shape, name, self.label)
        self.single = isinstance(shape.core, tree.Instance | tree.SolidBlock)

    def make(self, f: Frame) -> Placed | Layer | None:
        """Makes the shape and places it; None when there is nothing."""
        modifiers = self.modifiers
        material = self.look(f)
        if modifiers.span is not None:
            return self._spanning(f, material)
        fill = f.extent if self.sliced else None
        made = self.core(f, self.label, fill, material, modifiers.tags)
        if made is None:
            return None
        if isinstance(made, Layer) or not self.single:
            made = dressed(made, material, modifiers.tags)
        if not modifiers.moves:
            return made
        pose, relations = modifiers.pose(f, made, self._label(f))
        if isinstance(made, Layer):
            self._check_place(f, pose.offset, self.label)
        f.layer.relations.extend(relations)
        return placed(made, pose, f.origin)

    def _label(self, f: Frame) -> str:
        return self.label + f.tail

    def _spanning(self, f: Frame, material: Material | None) -> Placed | Layer | None:
        ends = self.modifiers.stretch(f)
        axis = self.core.open_axis if isinstance(self.core, PrimitiveCall) else None
        assert axis is not None, "the checker let a 'between' through without an open size"
        made = self.core(f, self.label, filled(ends[2]), material, self.modifiers.tags)
        if made is None:
            return None
        pose, relations = self.modifiers.span_pose(f, made, ends, axis, self._label(f))
        f.layer.relations.extend(relations)
        return placed(made, pose, f.origin)

    def commit(self, f: Frame) -> None:
        """Makes the shape, adds it to the layer of the frame, and binds its name."""
        made = self.make(f)
        if made is None:
            return
        if isinstance(made, Layer):
            merge(f, made)
            return
        if f.origin is not None:
            made = Placed(made.part, made.pose.then(Pose(None, UNIT, f.origin)), made.label)
        self._check_place(f, made.pose.offset, made.label)
        f.layer.children.append(made)
        name = self.name or made.part.name
        # A shape without a name of its own goes by its callee's, unless that is the name of a value.
        if self.name is not None or isinstance(f.values.get(name), Placed | Group | None):
            f.bind(name, made)

    def _check_place(self, f: Frame, offset: Vec3, label: str) -> None:
        limit = f.run.limits.extent
        for value in offset:
            inside = (value <= limit) & (value >= -limit)
            if inside is not True and not f.run.truth(inside):
                message = f"'{label}' stands beyond {limit:g} m from the origin"
                raise fail("E505", self.of.program.source, self.shape.span, message)


def merge(f: Frame, layer: Layer) -> None:
    """Adds what a control block made to the layer around it, and binds its names."""
    own = f.layer
    own.children.extend(layer.children)
    own.relations.extend(layer.relations)
    own.anchors.update(layer.anchors)
    for name, reference in layer.names.items():
        f.bind(name, reference)


def about(pose: Pose, origin: Vec3 | None) -> Pose:
    """A pose of a slice's frame as one of the body's frame."""
    if origin is None:
        return pose
    return Pose(None, UNIT, scaled(origin, -1.0)).then(pose).then(Pose(None, UNIT, origin))


def placed(made: Placed | Layer, pose: Pose, origin: Vec3 | None) -> Placed | Layer:
    """What was made, after a pose. An instance is still in the slice's frame; a layer is in the body's already."""
    if isinstance(made, Placed):
        return Placed(made.part, made.pose.then(pose), made.label)
    return shifted(made, about(pose, origin))


def shifted(made: Layer, pose: Pose) -> Layer:
    """A layer after a pose of the body's frame."""
    moved = Layer()
    moved.children = [Placed(c.part, c.pose.then(pose), c.label) for c in made.children]
    moved.names = {n: posed(r, pose) for n, r in made.names.items()}
    moved.relations = made.relations
    moved.anchors = {n: pose.apply(p) for n, p in made.anchors.items()}
    return moved


def dressed(made: Placed | Layer, material: Material | None, tags: tuple[str, ...]) -> Placed | Layer:
    """What was made, with a material where it has none of its own, and with tags."""
    if material is None and not tags:
        return made
    done: dict[int, Part] = {}
    if isinstance(made, Placed):
        return Placed(_dress(made.part, material, tags, done), made.pose, made.label)
    layer = Layer()
    layer.children = [Placed(_dress(c.part, material, tags, done), c.pose, c.label) for c in made.children]
    layer.names, layer.relations, layer.anchors = made.names, made.relations, made.anchors
    return layer


def _dress(part: Part, material: Material | None, tags: tuple[str, ...], done: dict[int, Part]) -> Part:
    """A part that stands several times stays one object."""
    found = done.get(id(part))
    if found is None:
        found = replace(part, material=part.material or material, tags=(*part.tags, *tags))
        done[id(part)] = found
    return found


def wrapped(f: Frame, inner: Frame, name: str, kind: str, span: Span) -> Placed:
    """A named control block as a part of its own, whose origin is that of the frame it stands in."""
    if f.origin is not None:
        layer, inner.layer = inner.layer, shifted(inner.layer, Pose(None, UNIT, scaled(f.origin, -1.0)))
        inner.layer.tags, inner.layer.meta = layer.tags, layer.meta
    part = body_part(inner, name, kind, None, None, (), (span.start, span.end))
    return Placed(part, IDENTITY, name + f.tail)
