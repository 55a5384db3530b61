"""Where a part stands, as it is written: by a point of what it hangs on, or by coordinates that are kept within it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias, assert_never, final

from grammars.learning.shapes.bodies import PLANES, Mirrored
from grammars.learning.shapes.expressions import ZERO, anchor_text, call_of, is_number, number_text, scaled, summed
from grammars.learning.shapes.model import EXTENTS, FACES, FREE, Clamped, Free, LearnedPart, Place, ShareOf, Source
from shapelang.syntax import tree


@final
@dataclass(frozen=True, slots=True)
class Reached:
    """How a part that stands is reached, and the axes on which its middle is that of the body."""

    name: tree.Expr
    centred: frozenset[int]
    mirrored: Mirrored

    def image(self, planes: Mirrored) -> tree.Expr:
        """Its image in some planes: these come after the original, in x, in z, in both."""
        if not planes or not isinstance(self.name, tree.Index):
            return self.name
        images = [image for image in PLANES if set(image) <= set(self.mirrored)]
        return tree.Index(self.name.value, tree.Number(1 + images.index(planes)))


Known: TypeAlias = Mapping[int, Reached]


def centred(part: LearnedPart, known: Known) -> frozenset[int]:
    """The axes on which a part always stands in the middle."""
    return frozenset(k for k in (0, 2) if part.anchor[k] == 0 and _is_middle(part, k, known))


def placement(part: LearnedPart, place: Sequence[tree.Expr], known: Known) -> tuple[tree.Modifier, ...]:
    """`at` where the middle is placed, else `attach`: to a point of its support, where all coordinates are told by it.

    `place`: its coordinates as they are described.
    """
    shares = [_share(part, k, place[k], known) for k in range(3)]
    told = [share for share in shares if share is not None]
    point = _on(known[part.support].image(part.image), told) if part.support is not None and len(told) == 3 else None
    if point is None:
        point = _touched(part, place, known)
    if point is None:
        point = tree.Tuple(tuple(_coordinate(part, k, place[k], known) for k in range(3)))
    if part.anchor == (0, 0, 0) and all(c.inner is None for c in part.contents) and part.span is None:
        origin = isinstance(point, tree.Tuple) and all(is_number(p, 0.0) for p in point.items)
        return () if origin else (tree.At(point),)
    return (tree.Attach(anchor_text(part.anchor), point),)


def clamped(part: LearnedPart, k: int, place: tree.Expr, extents: Mapping[int, tree.Expr], known: Known) -> tree.Expr:
    """A coordinate as it is described, and kept where it is to be; `extents` are the part's own."""
    hold = part.holds[k]
    if part.support is None or not isinstance(hold, Clamped):
        return place
    name = known[part.support].name
    low, high = (tree.Member(tree.Member(name, face), "xyz"[k]) for face in FACES[k])
    if hold.both:
        low, high = ZERO, _either(name, k)
    if hold.own:
        half = scaled(0.5, extents[k])
        ends = low if hold.both else tree.Binary("-", low, half), tree.Binary("+", high, half)
    else:
        ends = low if hold.both else summed(low, -hold.beyond), summed(high, hold.beyond)
    return call_of("clamp", place, *ends)


def height_to_ground(
    part: LearnedPart, placed: Sequence[tree.Modifier], turns: Sequence[tree.Expr]
) -> tree.Expr | None:
    """The height that brings a grounded part to the ground from where its anchor is placed; None of others."""
    match placed:
        case (tree.At(point) | tree.Attach(_, point),) if part.grounded:
            high = point.items[1] if isinstance(point, tree.Tuple) else tree.Member(point, "y")
        case _:
            return None
    share = round(0.5 * (part.anchor[1] + 1.0), 6)
    for divisor in ([number_text(share)] if share != 1.0 else []) + _upright(turns):
        high = tree.Binary("/", high, divisor)
    return high


def _upright(turns: Sequence[tree.Expr]) -> list[tree.Expr]:
    """Factors of the cosine of the angle between the upright axis and that of what is turned about x, y, then z."""
    cosines: list[tree.Expr] = [call_of("cos", turns[k]) for k in (0, 2) if not is_number(turns[k], 0.0)]
    if any(is_number(turn, 0.0) for turn in turns):
        return cosines
    x, y, z = (call_of("sin", turn) for turn in turns)
    # What leans to two sides, and is turned about the upright axis between, leans back or further by the second.
    back = tree.Binary("*", tree.Binary("*", x, y), z)
    return [tree.Binary("+", tree.Binary("*", cosines[0], cosines[1]), back)]


def spanned(part: LearnedPart, k: int, span: tree.Expr, place: tree.Expr, known: Known) -> tree.Expr:
    """From the middle of the first of a row to that of the last, which are both kept on the support."""
    if not part.reaching[k] or part.support is None or is_number(span, 0.0):
        return span
    name = known[part.support].name
    low, high = (tree.Member(tree.Member(name, face), "xyz"[k]) for face in FACES[k])
    at = _coordinate(part, k, place, known)
    match round(part.anchor[k]):
        case -1:
            most: tree.Expr = tree.Binary("-", high, at)
        case 1:
            most = tree.Binary("-", at, low)
        case _ if isinstance(part.holds[k], ShareOf) and is_number(place, 0.0):
            most = tree.Member(name, EXTENTS[k])
        case _:
            nearer = call_of("min", tree.Binary("-", high, at), tree.Binary("-", at, low))
            most = tree.Binary("*", tree.Number(2), nearer)
    return call_of("min", span, most)


def _share(part: LearnedPart, k: int, place: tree.Expr, known: Known) -> tree.Expr | None:
    """A coordinate as a share of the support; None where it is not told so."""
    if part.support is None:
        return None
    match part.holds[k]:
        case ShareOf(both):
            # What stands in the middle reaches as far on either side.
            return None if both and k not in known[part.support].centred else place
        case Clamped():
            return None
        case Free():
            source = _equal(part, k)
            if part.image:
                return None
            if isinstance(source, Place) and source.part == part.support and source.axis == k:
                return number_text(source.side)
            return ZERO if k in known[part.support].centred and is_number(place, 0.0) else None
    assert_never(part.holds[k])


def _on(name: tree.Expr, shares: Sequence[tree.Expr]) -> tree.Expr:
    """`seat.top(0.5, 0)`, the upright face before the others; a `point` where it is on none."""
    for axis in (1, 2, 0):
        for side in (-1, 1):
            if _is(shares[axis], side):
                face = tree.Member(name, FACES[axis][0 if side < 0 else 1])
                others = tuple(tree.Argument(None, shares[k]) for k in range(3) if k != axis)
                return face if all(is_number(o.value, 0.0) for o in others) else tree.Call(face, others)
    if all(is_number(share, 0.0) for share in shares):
        return tree.Member(name, "center")
    return tree.Call(tree.Member(name, "point"), tuple(tree.Argument(None, share) for share in shares))


def _is(value: tree.Expr, side: int) -> bool:
    if side < 0:
        return isinstance(value, tree.Unary) and is_number(value.operand, 1.0)
    return is_number(value, 1.0)


def _coordinate(part: LearnedPart, k: int, place: tree.Expr, known: Known) -> tree.Expr:
    """A coordinate by itself."""
    hold = part.holds[k]
    if part.support is None or isinstance(hold, Free):
        return place
    name = known[part.support].name
    match hold:
        case ShareOf(True):
            reach = _either(name, k)
            return reach if is_number(place, 1.0) else tree.Binary("*", place, reach)
        case ShareOf(_):
            shares = [place if axis == k else ZERO for axis in range(3)]
            return tree.Member(_on(name, shares), "xyz"[k])
        case Clamped():
            # It is clamped already.
            return place
    assert_never(hold)


def _either(name: tree.Expr, k: int) -> tree.Expr:
    """How far a support reaches from 0 on either side."""
    low, high = (tree.Member(tree.Member(name, face), "xyz"[k]) for face in FACES[k])
    return call_of("min", high, tree.Unary("-", low))


def _touched(part: LearnedPart, place: Sequence[tree.Expr], known: Known) -> tree.Expr | None:
    """`seat.bottom + (dx, 0, dz)`: the face that one coordinate equals, where the other two count from its middle."""
    if any(hold != FREE for hold in part.holds):
        return None
    for axis in (1, 2, 0):
        source = _equal(part, axis)
        if not isinstance(source, Place) or source.side == 0 or source.axis != axis:
            continue
        target = known[source.part]
        offsets: list[tree.Expr] = [ZERO, ZERO, ZERO]
        for k in (k for k in range(3) if k != axis):
            if k in target.centred:
                offsets[k] = place[k]
            elif _equal(part, k) != Place(source.part, k, 0):
                break
        else:
            face = tree.Member(target.name, FACES[axis][0 if source.side < 0 else 1])
            if all(is_number(o, 0.0) for o in offsets):
                return face
            return tree.Binary("+", face, tree.Tuple(tuple(offsets)))
    return None


def _is_middle(part: LearnedPart, k: int, known: Known) -> bool:
    number = part.place[k]
    if number.spread is not None:
        return False
    if number.mean.feature is not None:
        source = _equal(part, k)
        return isinstance(source, Place) and source.side == 0 and source.axis == k and k in known[source.part].centred
    if number.mean.constant != 0.0 or part.holds[k] == FREE:
        return number.mean.constant == 0.0
    return part.support is not None and k in known[part.support].centred


def _equal(part: LearnedPart, axis: int) -> Source | None:
    """What a coordinate of a part's place is exactly."""
    number = part.place[axis]
    mean = number.mean
    if number.spread is not None or mean.feature is None or mean.slope != 1.0 or mean.constant:
        return None
    return part.sources[mean.feature]
