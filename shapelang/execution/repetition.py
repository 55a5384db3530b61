"""Symmetry and repetition: `mirror`, `array`, `ring` make images, `for` runs its body again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Literal

from shapelang.assembly.part import Group, Placed, Reference
from shapelang.assembly.relation import Symmetry
from shapelang.execution.budget import IMAGE
from shapelang.execution.codes import Execute
from shapelang.execution.errors import Rejected, fail
from shapelang.execution.placement import axis_rotation
from shapelang.execution.retry import attempt
from shapelang.execution.run import Frame, History, Layer
from shapelang.execution.shapes import about
from shapelang.geometry.pose import IDENTITY, UNIT, ZERO, Mat3, Pose, Vec3, scaled
from shapelang.semantics.naming import draws
from shapelang.syntax import tree

if TYPE_CHECKING:
    from shapelang.execution.compiler import Body

Kind = Literal["mirror", "array", "ring"]
Images = Callable[[Frame], tuple[list[Pose], Vec3 | None]]
"""The poses of all images, the original's first, and the step of an array."""

REFLECTIONS: dict[tree.AxisName, Mat3] = {
    "x": (-1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0),
    "y": (1.0, 0.0, 0.0, 0.0, -1.0, 0.0, 0.0, 0.0, 1.0),
    "z": (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, -1.0),
}


def compile_mirror(body: Body, node: tree.Mirror) -> Execute:
    """`mirror x, z`: 2 images per axis; instance 1 is the image in the first plane, 2 in the second, 3 in both."""
    poses = [IDENTITY]
    for axis in node.axes:
        flip = Pose(REFLECTIONS[axis], UNIT, ZERO, True)
        poses += [p.then(flip) for p in poses]
    return _imaged(body, node, "mirror", node.axes, lambda _: (poses, None))


def compile_array(body: Body, node: tree.Array) -> Execute:
    """`array n by step`."""
    count, step = body.of.compile(node.count), body.of.compile(node.step)

    def images(f: Frame) -> tuple[list[Pose], Vec3 | None]:
        by = step(f)
        total = _count(body, f, f.run.same(count(f)), node.count)
        for value in by:
            inside = f.run.n.absolute(value) * float(total - 1) <= f.run.limits.extent
            if inside is not True and not f.run.truth(inside):
                message = f"images of this array stand beyond {f.run.limits.extent:g} m from the original"
                raise fail("E505", body.of.program.source, node.step.span, message)
        return [IDENTITY, *[Pose(None, UNIT, scaled(by, float(k))) for k in range(1, total)]], by

    return _imaged(body, node, "array", (), images)


def compile_ring(body: Body, node: tree.Ring) -> Execute:
    """`ring n about axis`: turned by 360·k / n degrees."""
    count, axis = body.of.compile(node.count), node.axis

    def images(f: Frame) -> tuple[list[Pose], Vec3 | None]:
        total = _count(body, f, f.run.same(count(f)), node.count)
        turns = [axis_rotation(f.run.n, axis, 360.0 * k / total) for k in range(1, total)]
        return [IDENTITY, *[Pose(t, UNIT, ZERO) for t in turns]], None

    return _imaged(body, node, "ring", (axis,), images)


def _count(body: Body, f: Frame, count: int, expr: tree.Expr) -> int:
    if count < 1:
        raise Rejected("E410", body.of.program.source, expr.span, f"a count of {count}: it must be at least 1")
    f.run.spend(count, body.of.program.source, expr.span)
    return count


def _imaged(
    body: Body, node: tree.Mirror | tree.Array | tree.Ring, kind: Kind, axes: Sequence[str], images: Images
) -> Execute:
    statements = body.statements(node.body.statements)
    source, span = body.of.program.source, node.span

    def execute(f: Frame) -> None:
        poses, step = images(f)
        outer, tail = f.layer, f.tail
        f.layer, f.tail = Layer(), f"{tail}[0]"
        try:
            for statement in statements:
                statement(f)
            layer = f.layer
        finally:
            f.layer, f.tail = outer, tail
        f.run.spend(IMAGE * len(poses) * len(layer.children), source, span)
        poses = [about(p, f.origin) if p is not IDENTITY else p for p in poses]
        _multiply(f, layer, poses, tail)
        _note(f, layer, poses, kind, tuple(axes), step, tail)

    return execute


def _multiply(f: Frame, layer: Layer, poses: list[Pose], tail: str) -> None:
    images: list[dict[int, Placed]] = [{}]
    f.layer.children.extend(layer.children)
    for k, pose in enumerate(poses[1:], 1):
        made = [_image(c, pose, tail, k) for c in layer.children]
        f.layer.children.extend(made)
        images.append({id(c): image for c, image in zip(layer.children, made, strict=True)})
    f.layer.relations.extend(layer.relations)
    f.layer.tags.extend(layer.tags)
    f.layer.meta.update(layer.meta)
    for name, reference in layer.names.items():
        members = {k: _images(reference, pose, tail, k, images[k]) for k, pose in enumerate(poses) if k > 0}
        f.bind(name, Group({0: reference, **members}))


def _image(child: Placed, pose: Pose, tail: str, number: int) -> Placed:
    return Placed(child.part, child.pose.then(pose), _renumbered(child, tail, number))


def _renumbered(child: Placed, tail: str, number: int) -> str:
    """`leg[3][0]` becomes `leg[3][2]`: the index of the image stands where the block's own 0 stood."""
    cut = len(child.part.name) + len(tail)
    return f"{child.label[:cut]}[{number}]{child.label[cut + 3 :]}"


def _images(reference: Reference, pose: Pose, tail: str, number: int, made: dict[int, Placed]) -> Reference:
    """What a name means in an image; `made` has the images of the children, by the id of the child."""
    match reference:
        case Group(members):
            return Group({k: _images(m, pose, tail, number, made) for k, m in members.items()})
        case Placed():
            found = made.get(id(reference))
            return _image(reference, pose, tail, number) if found is None else found


def _note(
    f: Frame, layer: Layer, poses: list[Pose], kind: Kind, axes: tuple[str, ...], step: Vec3 | None, tail: str
) -> None:
    """The symmetry stays as an edge of the part graph, one for each shape of the block."""
    for child in layer.children:
        parts = tuple(child.label if k == 0 else _renumbered(child, tail, k) for k in range(len(poses)))
        f.layer.relations.append(Symmetry(kind, axes, len(poses), step, parts))


def compile_for(body: Body, node: tree.For) -> Execute:
    """`for i in a..b`: each turn is a run of its own; its names become groups when the loop ends."""
    start, stop = body.of.compile(node.start), body.of.compile(node.stop)
    statements = body.unit(node, body.statements(node.body.statements))
    random = draws(body.of.program, tree.Shape(node.body, ()))
    source, span, variable = body.of.program.source, node.span, node.variable

    def execute(f: Frame) -> None:
        a, b = f.run.same(start(f)), f.run.same(stop(f))
        f.run.spend(max(0, b - a), source, span)
        suffix, tail = f.suffix, f.tail
        history = History(f.history)
        f.history = history
        try:
            for i in range(a, b):
                history.index = i
                f.values[variable] = i
                f.suffix, f.tail = f"{suffix}[{i}]", f"{tail}[{i}]"
                attempt(f, statements, random, source, span)
        finally:
            f.suffix, f.tail, f.history = suffix, tail, history.outer
        for name, members in history.entries.items():
            f.bind(name, Group(members))

    return execute
