"""Modifiers: how a shape is scaled, turned and moved, and the relation that stays behind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, final

from shapelang.assembly.part import Group, Placed, Reference
from shapelang.assembly.relation import Alignment, Attachment, Relation, Spanning
from shapelang.elementary import sincosd
from shapelang.execution.errors import Rejected
from shapelang.execution.expressions import Evaluate, Expressions
from shapelang.execution.functions import length
from shapelang.execution.references import anchor_of, box_of, child_of, face_point
from shapelang.execution.run import Frame, Layer
from shapelang.geometry.pose import UNIT, ZERO, Mat3, Pose, Real, Vec3, product, scaled, subtract
from shapelang.numbers import Numbers
from shapelang.primitives.limits import SMALLEST
from shapelang.semantics.builtins import ANCHORS
from shapelang.semantics.types import Type
from shapelang.syntax import tree

Made: TypeAlias = Placed | Layer
"""What a core makes: one instance, or the layer of a control block."""

Anchor: TypeAlias = Callable[[Frame, Made], Vec3]
Place: TypeAlias = Callable[[Frame, Made, Pose, str], tuple[Pose, tuple[Relation, ...]]]
"""Completes a pose (scale and rotation are set) and says the relations, for a shape of the given label."""

AXES: dict[str, Literal[0, 1, 2]] = {"x": 0, "y": 1, "z": 2}
STEEPEST = 1e9
"""Degrees: beyond it neighbouring doubles are no small turn apart, and infinity turns nothing."""


def axis_rotation(n: Numbers, axis: tree.AxisName, degrees: Real) -> Mat3:
    """The rotation about one axis, counter-clockwise seen from its positive end."""
    s, c = sincosd(n, degrees)
    match axis:
        case "x":
            return (1.0, 0.0, 0.0, 0.0, c, -s, 0.0, s, c)
        case "y":
            return (c, 0.0, s, 0.0, 1.0, 0.0, -s, 0.0, c)
        case "z":
            return (c, -s, 0.0, s, c, 0.0, 0.0, 0.0, 1.0)


def least_rotation(n: Numbers, axis: Literal[0, 1, 2], direction: Vec3) -> Mat3:
    """The least rotation that takes an axis to a unit vector; half a turn about Y (X for the y axis) when opposite.

    Rodrigues' formula with v = e × d: I + [v] + [v]² / (1 + c).
    """
    x, y, z = direction
    c = direction[axis]
    v = ((0.0, -z, y), (z, 0.0, -x), (-y, x, 0.0))[axis]
    opposite = 1.0 + c < 1e-12
    k = 1.0 / n.where(opposite, 1.0, 1.0 + c)
    a, b, d = v
    general = (
        1.0 - k * (b * b + d * d), k * a * b - d, k * a * d + b,
        k * a * b + d, 1.0 - k * (a * a + d * d), k * b * d - a,
        k * a * d - b, k * b * d + a, 1.0 - k * (a * a + b * b),
    )  # fmt: skip
    half = (
        (1.0, 0.0, 0.0, 0.0, -1.0, 0.0, 0.0, 0.0, -1.0)
        if axis == 1
        else (-1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, -1.0)
    )
    return tuple(n.where(opposite, h, g) for h, g in zip(half, general, strict=True))  # pyright: ignore[reportReturnType]


@final
@dataclass(frozen=True, slots=True)
class Span:
    """The two ends of a `between`, evaluated before its shape is made, for they fill its open size."""

    first: Evaluate
    second: Evaluate
    first_path: Evaluate
    second_path: Evaluate
    node: tree.Between


@final
class Modifiers:
    """The compiled modifiers of one shape."""

    def __init__(self, expressions: Expressions, shape: tree.Shape) -> None:
        self.of = expressions
        self.turns: list[tuple[tree.AxisName, Evaluate, tree.Expr]] = []
        self.factor: tuple[Evaluate, tree.Expr] | None = None
        self.place: Place | None = None
        self.span: Span | None = None
        self.material: tree.Expr | None = None
        self.tags: tuple[str, ...] = tuple(m.text for m in shape.modifiers if isinstance(m, tree.Tagged))
        self.aligns = [m for m in shape.modifiers if isinstance(m, tree.Align)]
        for modifier in shape.modifiers:
            self._compile(modifier)
        if self.aligns:
            self.place = self._align()
        self.moves = bool(self.turns or self.factor or self.place)

    def _compile(self, modifier: tree.Modifier) -> None:
        match modifier:
            case tree.At(point=point):
                self.place = _at(self.of.compile(point))
            case tree.Rotate(turns=turns):
                self.turns = [(t.axis, self.of.compile(t.angle), t.angle) for t in turns]
            case tree.Scale(factor=factor):
                self.factor = (self.of.compile(factor), factor)
            case tree.Attach(anchor=anchor, target=target):
                self.place = self._attach(anchor, target)
            case tree.Between(first=a, second=b):
                paths = self._path(a), self._path(b)
                self.span = Span(self.of.compile(a), self.of.compile(b), *paths, modifier)
            case tree.With(material=material):
                self.material = material
            case tree.Align() | tree.Tagged():
                pass

    def pose(self, f: Frame, made: Made, label: str) -> tuple[Pose, tuple[Relation, ...]]:
        """The pose that the modifiers give to what was made, and the relations they leave."""
        n = f.run.n
        rotation: Mat3 | None = None
        for axis, angle, written in self.turns:
            degrees = angle(f) * 1.0
            if not f.run.holds(n.absolute(degrees) <= STEEPEST):
                raise self.of.reject(written, f"an angle is at most {STEEPEST:g} degrees", "E402")
            step = axis_rotation(n, axis, degrees)
            rotation = step if rotation is None else product(step, rotation)
        scale = UNIT if self.factor is None else self._scale(f, made, *self.factor)
        pose = Pose(rotation, scale, ZERO, False)
        if self.place is None:
            return pose, ()
        return self.place(f, made, pose, label)

    def _scale(self, f: Frame, made: Made, factor: Evaluate, expr: tree.Expr) -> Real:
        value = factor(f) * 1.0
        if not f.run.holds(value > 0):
            raise self.of.reject(expr, "the factor of 'scale' must be above 0", "E402")
        largest = _largest(f.run.n, made)
        if largest is not None:
            size = largest * value
            if not f.run.holds((size >= SMALLEST) & (size <= f.run.limits.extent)):
                limits = f"between {SMALLEST:g} and {f.run.limits.extent:g} m"
                raise self.of.reject(expr, f"after 'scale' the shape's size must lie {limits}", "E402")
        return value

    # --- attach, align ---------------------------------------------------------------------------

    def _attach(self, anchor: tree.Expr, target: tree.Expr) -> Place:
        own, to, path = self.own_anchor(anchor), self.of.compile(target), self._path(target)
        written, goal = _anchor_text(anchor), _target_anchor(target)

        def place(f: Frame, made: Made, pose: Pose, label: str) -> tuple[Pose, tuple[Relation, ...]]:
            point = to(f)
            offset = subtract(point, pose.apply(own(f, made)))
            relation = Attachment(label, written, path(f), goal, point)
            return Pose(pose.rotation, pose.scale, offset, False), (relation,)

        return place

    def _align(self) -> Place:
        steps: list[tuple[Literal[0, 1, 2], tree.AxisName, Anchor, Evaluate, str, Evaluate]] = []
        for node in self.aligns:
            name = node.axis or _face_axis(node.anchor)
            own, to = self.own_anchor(node.anchor), self.of.compile(node.target)
            steps.append((AXES[name], name, own, to, _anchor_text(node.anchor), self._path(node.target)))

        def place(f: Frame, made: Made, pose: Pose, label: str) -> tuple[Pose, tuple[Relation, ...]]:
            offset: list[Real] = [0.0, 0.0, 0.0]
            relations: list[Relation] = []
            for axis, name, own, to, written, path in steps:
                point = to(f)
                offset[axis] = point[axis] - pose.apply(own(f, made))[axis]
                relations.append(Alignment(label, name, written, path(f), point))
            x, y, z = offset
            return Pose(pose.rotation, pose.scale, (x, y, z), False), tuple(relations)

        return place

    def own_anchor(self, anchor: tree.Expr) -> Anchor:
        """An anchor of the shape being placed, in the frame its core was made in."""
        path = anchor.callee if isinstance(anchor, tree.Call) else anchor
        numbers = [self.of.compile(a.value) for a in anchor.arguments] if isinstance(anchor, tree.Call) else []
        words = self._words(path)
        last = words[-1][0]
        reject = self.of.reject

        def point(f: Frame, made: Made) -> Vec3:
            reference = _descend(f, made, words[:-1])
            if reference is None:
                raise reject(anchor, "this part of the shape was not made in this run", "E405")
            given = [k(f) for k in numbers]
            found = _anchor_point(f.run.n, reference, last, given)
            if found is None:
                raise reject(anchor, f"the shape has no anchor '{last}' in this run", "E405")
            return _local(f, made, found)

        return point

    def _words(self, expr: tree.Expr) -> list[tuple[str, list[Evaluate]]]:
        words: list[tuple[str, list[Evaluate]]] = []
        indices: list[Evaluate] = []
        while True:
            match expr:
                case tree.Name(name=name):
                    return [(name, indices), *words]
                case tree.Member(value=value, name=name):
                    words.insert(0, (name, indices))
                    expr, indices = value, []
                case tree.Index(value=value, index=index):
                    indices.insert(0, self.of.compile(index))
                    expr = value
                case _:
                    raise AssertionError("the checker let an anchor through that is none")

    def _path(self, expr: tree.Expr) -> Evaluate:
        """A closure that says which shape a point was taken from, for the relation; None for a free point."""
        owner = _owner(expr, self.of)
        if owner is None:
            return lambda _: None
        refer = self.of.refer(owner)
        name = _head(owner)

        def path(f: Frame) -> str | None:
            reference = refer(f)
            return reference.label if isinstance(reference, Placed) else name

        return path

    # --- between ---------------------------------------------------------------------------------

    def stretch(self, f: Frame) -> tuple[Vec3, Vec3, Real]:
        """Both ends of a `between` and their distance, which must not be 0."""
        assert self.span is not None
        a, b = self.span.first(f), self.span.second(f)
        distance = length(f.run.n, subtract(b, a))
        if not f.run.holds(distance > 1e-9):
            raise self.of.reject(self.span.node.first, "'between' joins two points that are the same", "E403")
        return a, b, distance

    def span_pose(
        self, f: Frame, made: Made, ends: tuple[Vec3, Vec3, Real], axis: Literal[0, 1, 2], label: str
    ) -> tuple[Pose, tuple[Relation, ...]]:
        """The pose of a shape that reaches from one end to the other along its open axis."""
        assert self.span is not None
        a, b, distance = ends
        rotation = least_rotation(f.run.n, axis, scaled(subtract(b, a), 1.0 / distance))
        x, y, z = a
        p, q, r = b
        middle = ((x + p) * 0.5, (y + q) * 0.5, (z + r) * 0.5)
        relation = Spanning(label, self.span.first_path(f), self.span.second_path(f), a, b)
        scale = UNIT if self.factor is None else self._scale(f, made, *self.factor)
        return Pose(rotation, scale, middle, False), (relation,)


def _largest(n: Numbers, made: Made) -> Real | None:
    """The largest extent of what was made, or of any of its shapes; None of nothing."""
    boxes = [made.part.box] if isinstance(made, Placed) else [c.part.box for c in made.children]
    found: Real | None = None
    for box in boxes:
        x, y, z = box.size
        largest = n.maximum(n.maximum(x, y), z)
        found = largest if found is None else n.maximum(found, largest)
    return None if found is None or n.all(found == 0) else found


def _at(point: Evaluate) -> Place:
    def place(f: Frame, made: Made, pose: Pose, label: str) -> tuple[Pose, tuple[Relation, ...]]:
        del made, label
        return Pose(pose.rotation, pose.scale, point(f), False), ()

    return place


def _descend(f: Frame, made: Made, words: list[tuple[str, list[Evaluate]]]) -> Made | Reference | None:
    here: Made | Reference | None = made
    for name, indices in words:
        if isinstance(here, Layer):
            here = here.names.get(name)
        else:
            here = None if here is None else child_of(here, name)
        for index in indices:
            here = here.members.get(f.run.same(index(f))) if isinstance(here, Group) else None
    return here


def _anchor_point(n: Numbers, reference: Made | Reference, word: str, given: list[Any]) -> Vec3 | None:
    if isinstance(reference, Placed):
        if word in ANCHORS or word in ("center", "point"):
            return reference.pose.apply(_box_point(reference.part.box, word, given))
        return anchor_of(reference, word)
    group = Group(dict(enumerate(reference.children))) if isinstance(reference, Layer) else reference
    box = box_of(n, group)
    if box is None or not (word in ANCHORS or word in ("center", "point")):
        return reference.anchors.get(word) if isinstance(reference, Layer) else None
    return _box_point(box, word, given)


def _local(f: Frame, reference: Made | Reference, point: Vec3) -> Vec3:
    """A layer is in the body's frame, an instance still in the slice's; anchors are wanted in the slice's."""
    if f.origin is None or isinstance(reference, Placed):
        return point
    return subtract(point, f.origin)


def _box_point(box: Any, word: str, given: list[Any]) -> Vec3:
    if word == "center":
        return box.centre
    if word == "point":
        return box.point(*given)
    return face_point(box, word, *(given or (0.0, 0.0)))


def _face_axis(anchor: tree.Expr) -> tree.AxisName:
    callee = anchor.callee if isinstance(anchor, tree.Call) else anchor
    assert isinstance(callee, tree.Name)
    return ("x", "y", "z")[ANCHORS[callee.name][0]]


def _owner(expr: tree.Expr, of: Expressions) -> tree.Expr | None:
    """The shape that a point expression starts from: `seat` of `seat.bottom(1, 1) + (0, 0, 0.1)`."""
    match expr:
        case tree.Binary(operator="+" | "-", left=left):
            return _owner(left, of)
        case tree.Call(callee=tree.Member(value=value)):
            return value if of.type(value) is Type.SHAPE else None
        case tree.Member(value=value):
            return value if of.type(value) is Type.SHAPE else _owner(value, of)
        case tree.Name() | tree.Index():
            return expr if of.type(expr) is Type.SHAPE else None
        case _:
            return None


def _head(expr: tree.Expr) -> str:
    match expr:
        case tree.Name(name=name):
            return name
        case tree.Member(value=value, name=name):
            return f"{_head(value)}.{name}"
        case tree.Index(value=value):
            return _head(value)
        case _:
            return ""


def _anchor_text(anchor: tree.Expr) -> str:
    return _head(anchor.callee if isinstance(anchor, tree.Call) else anchor)


def _target_anchor(target: tree.Expr) -> str | None:
    match target:
        case tree.Binary(left=left):
            return _target_anchor(left)
        case tree.Call(callee=tree.Member(name=name)) | tree.Member(name=name):
            return name
        case _:
            return None


def rejected_at(of: Expressions, span: Any, code: str, message: str, hint: str | None = None) -> Rejected:
    """A geometry that cannot be, at a place."""
    return Rejected(code, of.program.source, span, message, hint)
