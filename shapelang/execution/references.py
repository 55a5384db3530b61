"""Reaching shapes by path while a program runs: instances, their boxes, their anchors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from shapelang.assembly.part import Group, Part, Placed, Reference
from shapelang.geometry.box import Box
from shapelang.geometry.pose import IDENTITY, Pose, Real, Vec3
from shapelang.numbers import Numbers
from shapelang.semantics.builtins import ANCHORS

HALF = 0.5


def moved(reference: Reference, outer: Pose, owner: str) -> Reference:
    """A reference of an inner frame as seen from the frame in which its owner stands at `outer`."""
    match reference:
        case Placed(part, pose, label):
            return Placed(part, pose.then(outer), f"{owner}.{label}")
        case Group(members):
            return Group({k: moved(m, outer, owner) for k, m in members.items()})


def posed(reference: Reference, pose: Pose) -> Reference:
    """A reference after the group that it belongs to was placed."""
    match reference:
        case Placed(part, inner, label):
            return Placed(part, inner.then(pose), label)
        case Group(members):
            return Group({k: posed(m, pose) for k, m in members.items()})


def placed_of(reference: Reference) -> Iterator[Placed]:
    """All instances under a reference."""
    match reference:
        case Placed():
            yield reference
        case Group(members):
            for member in members.values():
                yield from placed_of(member)


def leaves_of(placed: Placed) -> Iterator[tuple[Pose, Box]]:
    """The oriented boxes of all leaves of an instance, in the frame it stands in."""
    stack: list[tuple[Part, Pose]] = [(placed.part, placed.pose)]
    while stack:
        part, pose = stack.pop()
        if part.geometry is not None:
            yield pose, part.box
        for child in reversed(part.children):
            stack.append((child.part, child.pose.then(pose)))


def turned_box(n: Numbers, box: Box, pose: Pose) -> Box:
    """The axis-aligned box around a posed box."""
    if pose.rotation is None and pose.scale is IDENTITY.scale:
        (a, b, c), (x, y, z), (p, q, r) = box.low, box.high, pose.offset
        return Box((a + p, b + q, c + r), (x + p, y + q, z + r))
    (a, b, c), (x, y, z) = box.low, box.high
    centre = ((a + x) * HALF, (b + y) * HALF, (c + z) * HALF)
    p, q, r = pose.apply(centre)
    s = pose.scale
    u, v, w = (x - a) * HALF * s, (y - b) * HALF * s, (z - c) * HALF * s
    m = pose.rotation
    if m is None:
        return Box((p - u, q - v, r - w), (p + u, q + v, r + w))
    f = n.absolute
    i = f(m[0]) * u + f(m[1]) * v + f(m[2]) * w
    j = f(m[3]) * u + f(m[4]) * v + f(m[5]) * w
    k = f(m[6]) * u + f(m[7]) * v + f(m[8]) * w
    return Box((p - i, q - j, r - k), (p + i, q + j, r + k))


def hull_box(n: Numbers, boxes: Iterator[Box]) -> Box | None:
    """The box around boxes, or None around nothing."""
    low, high = None, None
    least, most = n.minimum, n.maximum
    for box in boxes:
        if low is None or high is None:
            low, high = box.low, box.high
            continue
        (a, b, c), (p, q, r) = low, box.low
        low = (least(a, p), least(b, q), least(c, r))
        (a, b, c), (p, q, r) = high, box.high
        high = (most(a, p), most(b, q), most(c, r))
    return None if low is None or high is None else Box(low, high)


def box_of(n: Numbers, reference: Reference) -> Box | None:
    """The box of a group in the frame it stands in; of nothing, None."""
    return hull_box(n, (turned_box(n, p.part.box, p.pose) for p in placed_of(reference)))


def face_point(box: Box, word: str, u: Real, v: Real) -> Vec3:
    """The point (u, v) of a face: the two remaining axes in the order x, y, z, never flipped, each in [-1, 1]."""
    axis, side = ANCHORS[word]
    if axis == 0:
        return box.point(float(side), u, v)
    if axis == 1:
        return box.point(u, float(side), v)
    return box.point(u, v, float(side))


def child_of(reference: Reference, name: str) -> Reference | None:
    """The shape of a name inside an instance, in the frame the instance stands in."""
    if isinstance(reference, Group) or reference.part.names is None:
        return None
    inner = reference.part.names.get(name)
    return None if inner is None else moved(inner, reference.pose, reference.label)


def anchor_of(reference: Reference, name: str) -> Vec3 | None:
    """A vector `let` of an instance's body, as a point in the frame the instance stands in."""
    if isinstance(reference, Group):
        return None
    anchors: Mapping[str, Vec3] | None = reference.part.anchors
    point = None if anchors is None else anchors.get(name)
    return None if point is None else reference.pose.apply(point)
