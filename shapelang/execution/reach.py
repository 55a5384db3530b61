"""Shapes in expressions compiled: paths to instances, their anchors and extents, predicates about them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeAlias, final

from shapelang.assembly.part import Group, Placed, Reference
from shapelang.execution.budget import PREDICATE
from shapelang.execution.references import anchor_of, box_of, child_of, face_point, leaves_of, placed_of
from shapelang.execution.run import Frame
from shapelang.geometry import oriented
from shapelang.geometry.box import Box
from shapelang.geometry.pose import UNIT, Vec3, scaled, subtract
from shapelang.numbers import Numbers
from shapelang.semantics.builtins import EXTENTS
from shapelang.syntax import tree

if TYPE_CHECKING:
    from shapelang.execution.expressions import Evaluate, Expressions

Refer: TypeAlias = Callable[[Frame], Reference]


@final
class Reach:
    """Compiles what one body says about shapes; `of` compiles the numbers in it."""

    def __init__(self, of: Expressions) -> None:
        self.of = of

    def refer(self, expr: tree.Expr) -> Refer:
        """A closure that reaches a shape in the frame of the body."""
        match expr:
            case tree.Name(name=name):
                return self._shape(expr, name)
            case tree.Member(value=value, name=name):
                owner = self.refer(value)

                def child(f: Frame) -> Reference:
                    found = child_of(owner(f), name)
                    if found is None:
                        raise self.of.reject(expr, f"'{name}' was not made in this run", "E405")
                    return found

                return child
            case tree.Index():
                return self._indexed(expr)
            case _:
                raise AssertionError("the checker let a path through that is none")

    def _shape(self, expr: tree.Expr, name: str) -> Refer:
        def look(f: Frame) -> Reference:
            found = f.values.get(name)
            if found is None:
                raise self.of.reject(expr, f"'{name}' was not made in this run", "E405")
            return found

        return look

    def _indexed(self, expr: tree.Index) -> Refer:
        index = self.of.compile(expr.index)
        if id(expr) in self.of.program.histories and isinstance(expr.value, tree.Name):
            name = expr.value.name

            def earlier(f: Frame) -> Reference:
                k = f.run.same(index(f))
                found = None if f.history is None else f.history.find(name, k)
                if found is None:
                    raise self.of.reject(expr, f"there is no '{name}[{k}]' yet", "E405")
                return found

            return earlier
        group = self.refer(expr.value)

        def member(f: Frame) -> Reference:
            k = f.run.same(index(f))
            owner = group(f)
            found = owner.members.get(k) if isinstance(owner, Group) else None
            if found is None:
                count = len(owner.members) if isinstance(owner, Group) else 1
                raise self.of.reject(expr, f"there is no instance {k}: {count} were made", "E405")
            return found

        return member

    def _box(self, f: Frame, reference: Reference, expr: tree.Expr) -> Box:
        box = box_of(f.run.n, reference)
        if box is None:
            raise self.of.reject(expr, "this group is empty in this run, so it has no box", "E405")
        return box

    def anchor(self, shape: tree.Expr, point_of: Callable[[Box], Vec3], expr: tree.Expr) -> Evaluate:
        """A point of a shape's box, in the frame of the body."""
        refer = self.refer(shape)

        def point(f: Frame) -> Vec3:
            reference = refer(f)
            if isinstance(reference, Placed):
                found = reference.pose.apply(point_of(reference.part.box))
            else:
                found = point_of(self._box(f, reference, expr))
            return found if f.origin is None else subtract(found, f.origin)

        return point

    def face(self, expr: tree.Call, callee: tree.Member) -> Evaluate:
        """`seat.top(u, v)` or `seat.point(u, v, w)`."""
        refer = self.refer(callee.value)
        numbers = [self.of.compile(a.value) for a in expr.arguments]
        word = callee.name

        def point(f: Frame) -> Vec3:
            reference = refer(f)
            whole = isinstance(reference, Placed)
            box = reference.part.box if isinstance(reference, Placed) else self._box(f, reference, expr)
            given = [k(f) for k in numbers]
            found = box.point(*given) if word == "point" else face_point(box, word, *given)
            found = reference.pose.apply(found) if whole else found
            return found if f.origin is None else subtract(found, f.origin)

        return point

    def extent(self, expr: tree.Member) -> Evaluate:
        """`.size`, `.width`, `.height` or `.depth` of a shape's own box."""
        refer = self.refer(expr.value)
        axis = EXTENTS.get(expr.name)

        def size(f: Frame) -> Any:
            reference = refer(f)
            if isinstance(reference, Placed):
                found = reference.part.box.size
                if reference.pose.scale is not UNIT:
                    found = scaled(found, reference.pose.scale)
            else:
                found = self._box(f, reference, expr).size
            return found if axis is None else found[axis]

        return size

    def predicate(self, expr: tree.Call, name: str, parts: list[Refer]) -> Evaluate:
        """`overlaps`, `inside` or `supported`, on the oriented boxes of all leaves."""
        source, span = self.of.program.source, expr.span

        def test(f: Frame) -> Any:
            n = f.run.n
            whole = list(placed_of(parts[0](f)))
            first = [leaf for p in whole for leaf in leaves_of(p)]
            if name == "supported":
                own = {id(p.part) for p in whole}
                others = [leaf for p in f.layer.children if id(p.part) not in own for leaf in leaves_of(p)]
                f.run.spend(PREDICATE * (len(first) + len(others)), source, span)
                return _some(oriented.supported(n, leaf, others) for leaf in first)
            against = list(placed_of(parts[1](f)))
            second = [leaf for p in against for leaf in leaves_of(p)]
            f.run.spend(PREDICATE * (len(first) * len(second) + 1), source, span)
            if name == "overlaps":
                return _some(_overlap(n, p, q) for p in whole for q in against)
            return _every(_some(oriented.inside(n, a, b) for b in second) for a in first)

        return test

    def own(self, expr: tree.Member) -> Evaluate:
        """A vector `let` of an instance's body."""
        refer, name = self.refer(expr.value), expr.name

        def point(f: Frame) -> Vec3:
            found = anchor_of(refer(f), name)
            if found is None:
                raise self.of.reject(expr, f"'{name}' is no anchor here", "E405")
            return found if f.origin is None else subtract(found, f.origin)

        return point


def _overlap(n: Numbers, a: Placed, b: Placed) -> Any:
    """Whether leaves of two shapes overlap; those of shapes whose own boxes do not, cannot."""
    near = oriented.overlaps(n, (a.pose, a.part.box), (b.pose, b.part.box))
    if not n.any(near):
        return False
    return near & _some(oriented.overlaps(n, p, q) for p in leaves_of(a) for q in leaves_of(b))


def _some(tests: Iterable[Any]) -> Any:
    found: Any = False
    for test in tests:
        if test is True:
            return True
        found = test if found is False else found | test if test is not False else found
    return found


def _every(tests: Iterable[Any]) -> Any:
    found: Any = True
    for test in tests:
        if test is False:
            return False
        found = test if found is True else found & test if test is not True else found
    return found
