"""What a choice of few options may depend on: contexts of the whole decision, and what is told of each option.

A context and a descriptor are whole numbers that stand for tuples; the weight of a rule is a sum over all pairs of
both, so that a rare context adds to what the common ones say already.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log
from typing import TypeAlias

from grammars.programs.faults import mirrored, mirrors
from grammars.programs.program import BOX, SHARE, Attach, Reflect, Squeeze, Statement, Translate, Triple
from grammars.programs.stage import Stage
from grammars.programs.walk import ATTACH, NO_STATEMENT, REFLECT, SQUEEZE, TRANSLATE, Kind, Options

Tuple: TypeAlias = tuple[int, ...]


def looks(size: Triple, box: Triple) -> int:
    """What a cuboid looks like in its box: along which axes it spans it, nearly or half."""
    code = 0
    for extent, whole in zip(size, box, strict=True):
        share = extent / whole
        code = 5 * code + (
            4 if share > 0.985 else 3 if share > 0.8 else 2 if share > 0.45 else 1 if share > 0.15 else 0
        )
    return code


def proportions(size: Triple) -> int:
    """Which extents are short beside the longest: a plate, a stick, a block."""
    longest = max(size)
    return sum((3**k) * (0 if s > 0.55 * longest else 1 if s > 0.2 * longest else 2) for k, s in enumerate(size))


def third(centre: float, extent: float) -> int:
    """Below, within or above the middle third of an extent about 0."""
    return 0 if centre < -extent / 6 else 2 if centre > extent / 6 else 1


def role(stage: Stage) -> Tuple:
    """What an assembly is in the one above: depth, height, proportions."""
    above = stage.above
    if above is None:
        return (0,)
    centre = float(above.cuboids[stage.index].centre[1])
    return stage.depth, third(centre, above.size[1] / SHARE), proportions(stage.size)


def place(stage: Stage) -> Tuple:
    """The same and its number among how many."""
    above = stage.above
    return () if above is None else (stage.index, len(above.parts), *(int(i) for i in above.inner))


def spanned(stage: Stage, axis: int) -> int:
    """Whether some part is as long as the box along an axis, nearly so, or none is."""
    share = max((part.size[axis] for part in stage.parts), default=0) / stage.size[axis]
    return 2 if share > 0.985 else 1 if share > 0.8 else 0


def reached(stage: Stage, axis: int) -> int:
    """Which of the two faces of the box across an axis are reached by posed parts: 0 none, 1, 2, 3 both."""
    edge = 0.485 * stage.size[axis] / SHARE
    low = any(stage.low[k][axis] < -edge for k in stage.posed)
    high = any(stage.high[k][axis] > edge for k in stage.posed)
    return low + 2 * high


def hangs(stage: Stage) -> Tuple:
    """How many of the posed parts do not reach the ground, what around does not without them, what is not posed; where
    all is, how many bodies there are too many, and whether one tips over.
    """
    look, left = stage.look(), min(len(stage.parts) - len(stage.posed), 2)
    return min(len(look.parts), 2), min(look.around, 2), left, 0 if left else min(look.apart, 2) + 3 * min(look.tips, 1)


def bucket(value: float) -> int:
    """A number that may be any size in few classes."""
    return int(value) if value < 4 else 4 + int(2 * log(value / 4, 2) + 0.5)


def choice_contexts(kind: Kind, stage: Stage) -> list[Tuple]:
    """Contexts of the decision, from general to special."""
    match kind:
        case Kind.PART:
            return _part(stage)
        case Kind.ALIGNED:
            return _aligned(stage)
        case Kind.VERB:
            return _verb(stage)
        case _:
            return _argument(kind, stage)


def _part(stage: Stage) -> list[Tuple]:
    n, is_role = len(stage.parts), role(stage)
    kinds = tuple(map(int, stage.inner))
    last = looks(stage.parts[-1].size, stage.size) if n else -1
    spans = tuple(spanned(stage, k) for k in range(3))
    above = stage.above
    brothers = () if above is None else tuple(len(c.parts) for c in above.children[:-1])
    outside = () if above is None else (len(above.parts), int(stage.index in above.repeated))
    own = () if above is None else (looks(stage.size, above.size), stage.index)
    return [
        (n,), (n, stage.depth, *kinds[-1:]), (n, *is_role), (*kinds, -1, *is_role), (*kinds, -1, *place(stage)),
        (n, last), (n, *spans, last // 25),
        (*spans, *is_role), (n, proportions(stage.size), *brothers[-2:]), (n, *outside, *own),
        (*(looks(p.size, stage.size) for p in stage.parts[-2:]), n),
    ]  # fmt: skip


def _aligned(stage: Stage) -> list[Tuple]:
    size: Triple = (stage.pending[0], stage.pending[1], stage.pending[2])
    inner, n = int(stage.inner[-1]), len(stage.parts)
    before = tuple(int(p.aligned) for p in stage.parts)
    same = int(any(p.size == size and p.aligned for p in stage.parts))
    above = stage.above
    outer = 1 if above is None else int(above.parts[stage.index].aligned)
    form = proportions(size)
    return [
        (inner,), (inner, form), (inner, form, outer, *before[-1:]), (inner, *before), (form, *role(stage)),
        (n, inner, looks(size, stage.size)), (sum(before), len(before), outer), (same, outer, inner, form),
    ]  # fmt: skip


def _verb(stage: Stage) -> list[Tuple]:
    n, told = len(stage.parts), stage.statements
    unposed = [k for k in range(n) if k not in stage.posed]
    last = (stage.verb, stage.moved, stage.target) if told else (NO_STATEMENT, BOX, BOX)
    verbs = tuple(_verb_of(s) for s in told)
    near = bucket(len(stage.near))
    ahead = (looks(stage.parts[unposed[0]].size, stage.size), int(stage.inner[unposed[0]])) if unposed else (-1, -1)
    aside = sum(1 for k in stage.posed if k not in stage.repeated and stage.low[k][0] + stage.high[k][0] < -0.05)
    ends = tuple(int(k in {b for a, b in stage.touched if a == unposed[0]}) for k in (BOX,)) if unposed else ()
    is_role, hung = role(stage), hangs(stage)
    return [
        (*hung, last[0]), (*hung, *is_role), (*hung, n - 1 - last[1], last[2] == BOX, near),
        (last[0], min(len(unposed), 2)), (*verbs[-2:], -1, min(len(unposed), 2), near), (n, len(unposed), *last),
        (*ahead, last[0]), (*ahead, *is_role), (*is_role, len(told), n), (hash(verbs), n), (*is_role, hash(verbs)),
        (near, len(unposed), last[0], aside), (last[0], n - 1 - last[1], aside, min(near, 2), min(len(unposed), 1)),
        (*ends, near, *ahead, last[0], min(last[2], 0)), (n, hash(verbs), *last[1:]),
        (*(reached(stage, k) for k in range(3)), min(len(unposed), 1), last[0], aside),
        (-5, *stage.reaching(), min(len(unposed), 1)), (-4, *mirrors(stage), min(len(unposed), 1), last[0]),
    ]  # fmt: skip


def _verb_of(statement: Statement) -> int:
    match statement:
        case Attach():
            return ATTACH
        case Squeeze():
            return SQUEEZE
        case Reflect():
            return REFLECT
        case Translate():
            return TRANSLATE


def _argument(kind: Kind, stage: Stage) -> list[Tuple]:
    n, told, verb, moved = len(stage.parts), stage.statements, stage.verb, stage.moved
    last = (_verb_of(told[-1]), told[-1].moved) if told else (NO_STATEMENT, BOX)
    unposed = n - len(stage.posed)
    is_role = role(stage)
    if kind == Kind.MOVED:
        return [
            (verb,), (verb, last[0], min(unposed, 2)), (verb, n, *last), (verb, *is_role),
            (verb, n, len(told), *is_role),
            (verb, min(len(stage.near), 3), unposed), (verb, *last, *stage.repeated), (verb, *hangs(stage)),
        ]  # fmt: skip
    size, inner = stage.parts[moved].size, int(stage.inner[moved])
    first = 1 if moved not in stage.posed else 2 if moved in stage.look().parts else 0
    meets = tuple(sorted(b for a, b in stage.touched if a == moved))
    form, look = proportions(size), looks(size, stage.size)
    if kind == Kind.AXIS:
        centre = stage.cuboids[moved].centre
        aside = tuple(int(abs(float(c)) > 0.02 * s / SHARE) for c, s in zip(centre, stage.size, strict=True))
        again = int(moved in stage.repeated)
        return [
            (verb,), (verb, *aside, again), (verb, form, *aside), (verb, look), (verb, *is_role, *aside, again),
            (verb, *last, again, n),
            (verb, *(s.axis for s in told[-1:] if isinstance(s, Reflect | Translate)), last[0]),
        ]  # fmt: skip
    known = (stage.target, stage.second, stage.face)[: max(kind - Kind.TARGET, 0)]
    past = next((s for s in reversed(told) if isinstance(s, Squeeze)), None)
    before = () if past is None else (past.first, past.second, past.face)
    return [
        (verb, first), (verb, first, *known), (verb, first, inner, form, *known), (verb, look, *known, inner),
        (verb, *is_role, *known, first), (verb, moved, n, *meets, *known), (verb, *last, unposed, *known),
        (verb, *is_role, moved, n, first, *known), (*before, -2, *known, first),
    ]  # fmt: skip


def option_descriptors(
    kind: Kind, options: Options, faults: Sequence[int], stage: Stage
) -> list[tuple[Tuple, ...]]:  # fmt: skip
    """What is told of each option: first which it is, then how it stands to what there is, its fault too."""
    match kind:
        case Kind.MOVED:
            return [_moved(k, stage) for k in options]
        case Kind.TARGET | Kind.SECOND:
            return [(*_target(k, stage), (6, fault)) for k, fault in zip(options, faults, strict=True)]
        case Kind.VERB | Kind.FACE:
            return [((k,), (-6, fault, k == NO_STATEMENT)) for k, fault in zip(options, faults, strict=True)]
        case Kind.AXIS:
            return [((k,), (-7, _mirror(stage, k), k)) for k in options]
        case _:
            return [((k,),) for k in options]


def _mirror(stage: Stage, axis: int) -> int:
    """Of a copy: -1 in no mirror, 0 on itself, 1 elsewhere, 2 where it reaches a face of the box that nothing does."""
    if stage.verb != REFLECT or stage.moved not in stage.posed:
        return -1
    if mirrored(stage, stage.moved, axis):
        return 2
    return int(abs(stage.low[stage.moved][axis] + stage.high[stage.moved][axis]) > 2 * stage.loose())


def _moved(k: int, stage: Stage) -> tuple[Tuple, ...]:
    posed = 0 if k not in stage.posed else 2 if k in stage.look().parts else 1
    n = len(stage.parts)
    first_unposed = next((j for j in range(n) if j not in stage.posed), -1)
    last = stage.statements[-1].moved if stage.statements else -1
    near = min(sum(1 for pair in stage.near if k in pair), 2)
    aside = 0
    if posed:
        centre = 0.5 * (stage.low[k][0] + stage.high[k][0])
        aside = 1 if centre < -0.02 * stage.size[0] / SHARE else 2 if centre > 0.02 * stage.size[0] / SHARE else 0
    met = sum(1 for a, _ in stage.touched if a == k)
    again = stage.repeated.count(k)
    fills = int(stage.verb == REFLECT and posed > 0 and any(mirrored(stage, k, axis) for axis in range(3)))
    step = max(-3, min(3, k - last))
    size = stage.parts[k].size
    return (
        (1, k, posed),
        (2, step, posed, int(k == first_unposed)),
        (3, posed, near, aside, again, min(met, 3)),
        (4, looks(size, stage.size), posed, int(stage.inner[k]), min(again, 1)),
        (5, step, near, min(again, 1), aside),
        (6, fills, posed, min(again, 1)),
    )


def _target(k: int, stage: Stage) -> tuple[Tuple, ...]:
    moved, box = stage.moved, int(k == BOX)
    posed = 1 if box else 0 if k not in stage.posed else 2 if k in stage.look().parts else 1
    met = int((moved, k) in stage.touched)
    tied = int((k, moved) in stage.touched)
    gap = -1
    if moved in stage.posed and posed and not box:
        metres = stage.gap(moved, k)
        gap = 0 if metres < -0.02 else 1 if metres < -0.002 else 2 if metres < 0.003 else 3 if metres < 0.02 else 4
    form = -1 if box else looks(stage.parts[k].size, stage.size)
    inner = -1 if box else int(stage.inner[k])
    span = -1
    if not box and stage.verb == 1:
        left = stage.size[1] - stage.parts[k].size[1] - stage.parts[moved].size[1]
        span = max(-2, min(2, round(20 * left / stage.size[1])))
    return (
        (1, k, posed),
        (2, box, posed, met, tied, gap),
        (3, box, 0 if box else max(-3, min(3, k - moved)), posed),
        (4, form, inner, posed),
        (5, form, gap, met, span),
    )
