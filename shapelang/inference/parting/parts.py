"""A body as solids: one when one is enough, else cut where cutting helps most, then pruned and joined again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, TypeAlias, final

import numpy as np

from shapelang.inference.bodies.bodies import Body
from shapelang.inference.cut_short import Cut
from shapelang.inference.fused.reading import fused_reading
from shapelang.inference.parting.cutting import cut_up, volume_of
from shapelang.inference.parting.exact import (
    extruded,
    is_simple,
    lathe_split,
    prisms_stacked,
    revolved,
    thin_walled,
    turned_sheet,
)
from shapelang.inference.parting.explained import Effort, Explained, covered, ranked
from shapelang.inference.parting.leftovers import leftovers
from shapelang.inference.parting.proposed import proposals
from shapelang.inference.parting.refining import refined_ranked
from shapelang.inference.sampling.cells import Cells, cells_of, only_group
from shapelang.inference.sampling.frames import body_frame
from shapelang.inference.sampling.pace import Pace, winding_pace
from shapelang.inference.sampling.samples import Samples, whole_samples
from shapelang.inference.solids.boards import NEAR, PLANES, boards
from shapelang.inference.solids.boxes import cover
from shapelang.inference.solids.carved import carved_fit
from shapelang.inference.solids.fit import GOOD, OUTLINES, best_fit
from shapelang.inference.solids.kinds import Capsule, Carved, Fit, Torus, Tube
from shapelang.inference.solids.lathes import LATHE_POINTS
from shapelang.inference.solids.rivals import rival_fits
from shapelang.inference.solids.turned import middled_fit, spun_fit
from shapelang.metrics.triangles import face_areas

_CLOSED: Final = ((30, 56), (22, 22), (13, 13), (8, 8))
"""Cells along an axis where the body shows no planes, and most of the planes that it shows: the finest first, the
others for when the time is short."""

_OPEN: Final = ((22, 22), (13, 13), (8, 8))
"""The same for bodies with holes, for which the inside test is a hundred times as dear."""

_CLOSED_PACE: Final = Pace(0.01, 4e-7)
"""Of the cells of a closed body, with the search for the nearest full cell."""

_SHARE: Final = 0.25
"""What the making of the cells may take of a body's time."""

_BOX_PLANES: Final = 12
"""Planes along an axis that boxes may lie between: the number of boxes grows with the sixth power."""

_PRICE: Final = 0.002
"""One more solid must explain this part of a body's volume."""

_SAMPLES: Final = 4000
_FEWEST: Final = 5
"""Samples inside below which a body is a sheet."""

_TURNED: Final = 0.85
"""Agreement of a lathe above which nothing else is tried."""

_SPUN: Final = 0.6
"""The same for a lathe and what stands out of it where the surface says that it is turned: walls are thin."""

_MIDDLED: Final = 0.75
"""Agreement of a lathe about the middle of what nothing says is turned, below which what stands out of it is most of
the body: a chair.
"""

_ROUND: Final = 0.92
"""The same for tubes, tori and capsules."""

_THIN: Final = 0.5
"""One more solid of a part that stands out must explain this part of its volume."""

_EXACT: Final = 0.4
"""What a box between planes must explain, in prices: it is exact, so that feet and handles are worth it."""

_SOLID: Final = 0.35
"""Agreement below which the inside of a body with holes is no more than a guess: it is a sheet."""

_POOR: Final = 0.7
"""Agreement of a closed body below which it is looked at again, at a lower price."""

_CHEAPER: Final = 0.03
"""That price at most, as a part of the body's volume."""

_MORE: Final = 24
"""Solids that it may then become."""

_BETTER: Final = 0.1
"""Agreement that it must gain by that."""

_TOLD: Final = 0.97
"""Share of the surface that is of parts read off it, from which on nobody would say otherwise."""

_SOME: Final = 0.1
"""The same from which on these are tried with what is left over."""

_TOLD_WELL, _TOLD_BEST, _HALF = 0.88, 0.95, 0.75
"""Agreement from which on they are taken then, where three quarters of the surface are theirs, and where less is."""

_FALSE: Final = 0.03
"""Of what they fill: what lies outside of the body at most, where less of the surface is theirs."""

_CLOSE_SAMPLES: Final = 20000
"""That this is asked of: thin parts of a body have few."""

_BELOW, _WORSE = 0.005, 0.002
"""By how much it may be below that of anything else, and of boxes and exact readings."""

_Told: TypeAlias = tuple[list[Explained], float]
"""Parts, and the share of the surface that is theirs."""

_MATERIALS: Final = 4
"""Materials of a body that is tried as solids with hollows."""

_ENOUGH: Final = 0.985
"""Agreement at which boxes are enough."""


def explanations(body: Body, effort: Effort, every: bool) -> list[list[Explained]]:
    """The solids that a body with an inside may be, the best first; nothing when it has none (a sheet).

    Boxes between the planes of the body when they are enough, else the cheaper of these and of a tree of cuts. What
    would be mostly wrong at the price of the whole model is worth a lower one: thin walls have little volume. Unless
    `every` explanation is asked for, the search ends with a good one.
    """
    shell = turned_sheet(body, effort.sheet)
    if shell and not every:
        return [shell]
    exact = extruded(body)
    if any(is_simple(one.fit) for one in exact):
        return [exact]
    fused = _fused(body, effort)
    if fused is not None and fused[1] > _TOLD:
        return [fused[0]]
    turned = revolved(body)
    if turned and not every and thin_walled(body):
        return [turned]
    readings = [exact, prisms_stacked(body, effort.late), turned, shell]
    found = _tried(body, readings, fused if fused is not None and fused[1] > _SOME else None, effort, every)
    if found.agreement >= _POOR or not body.closed or not found.options or effort.late():
        return found.options
    price = min(effort.price, _CHEAPER * found.volume)
    cheaper = _tried(body, readings, None, replace(effort, price=price, parts=min(effort.parts, _MORE)), every)
    if cheaper.agreement > found.agreement + _BETTER:
        return [*cheaper.options, *found.options]
    return [*found.options, *cheaper.options]


@final
@dataclass(frozen=True, slots=True, eq=False)
class _Tried:
    """`options`: none of a sheet · `agreement`: the first one's IoU with it · `volume`: the body's."""

    options: list[list[Explained]]
    agreement: float
    volume: float


_NOTHING: Final = _Tried([], 0.0, 0.0)


def _tried(body: Body, exact: list[list[Explained]], told: _Told | None, effort: Effort, every: bool) -> _Tried:
    """What is best at one price, the cheapest first; `exact` are further readings.

    Parts that the surface has `told` come first where they do about as well, with what is left over.
    """
    frame = body_frame(body.shell)
    pace = _CLOSED_PACE if body.closed else winding_pace(body.shell)
    cells = cells_of(body, frame, *_closeness(body, pace, effort))
    if cells is None or 2.0 * volume_of(cells) < effort.thin * float(face_areas(body.shell).sum()):
        return _NOTHING
    volume = volume_of(cells)
    effort = replace(effort, price=max(effort.price, _PRICE * volume))
    samples = whole_samples(cells, _SAMPLES)
    if len(samples.own) < _FEWEST:
        return _NOTHING
    boxes = _boxes(body, frame, samples, effort)
    whole = _with_leftovers(cells, told[0], effort) if told is not None and _told_truly(cells, told) else []
    agreed = samples.score(covered(samples, whole))[0] if whole else 0.0
    if told is not None and agreed > (_TOLD_WELL if told[1] > _HALF else _TOLD_BEST):
        others = max(samples.score(covered(samples, solids))[0] for solids in (boxes, *exact))
        if agreed > others - _WORSE:
            return _Tried([whole], agreed, volume)
    if not every and boxes and (agreement := samples.score(covered(samples, boxes))[0]) > _ENOUGH:
        return _Tried(_completed(cells, ranked((boxes, *exact), samples, effort), effort), agreement, volume)
    single = _single(cells, effort)
    if not every and any(s.fit.iou > GOOD for s in single):
        found = refined_ranked(cells, samples, (boxes, single, *exact), effort)
        return _Tried(_completed(cells, found, effort), 1.0, volume)
    round_already = any(_is_turned(s.fit) for s in single)
    dear = LATHE_POINTS * pace.each > effort.deadline.left()
    turned, clearly = ([], False) if dear or round_already else _turned(cells, samples, effort)
    certain = not every and (clearly or round_already)
    options = [boxes, single, *exact, turned, _hollowed(cells, effort), [] if certain else cut_up(cells, effort)]
    options += [*(_rivals(cells) if every else []), *proposals(cells, effort)]
    found = refined_ranked(cells, samples, options, effort)
    if not found:
        return _NOTHING
    found = _completed(cells, found, effort)
    agreement = samples.score(covered(samples, found[0]))[0]
    if whole and agreed > max(agreement - _BELOW, _SOLID):
        found, agreement = [whole, *found], agreed
    return _Tried(found if body.closed or agreement >= _SOLID else [], agreement, volume)


def _told_truly(cells: Cells, told: _Told) -> bool:
    """Whether parts that the surface tells lie in the body as exactly as what was put together does, or have most of
    the surface: on bent and noisy surfaces patches are chance, and what these leave over takes long to explain.
    """
    solids, share = told
    if share > _HALF:
        return True
    samples = whole_samples(cells, _CLOSE_SAMPLES)
    held = covered(samples, solids)
    return int((held & (samples.gain < 0.0)).sum()) < _FALSE * int(held.sum())


def _rivals(cells: Cells) -> list[list[Explained]]:
    """The whole body as one solid of a kind that the search would have passed over."""
    group = only_group(cells)
    return [] if group is None else [[Explained(fit, group)] for fit in rival_fits(cells)]


def _boxes(body: Body, frame: np.ndarray, samples: Samples, effort: Effort) -> list[Explained]:
    """What a body was put together from, if it was boxes; else those between its main planes, if they do better."""
    price = _EXACT * effort.price
    fine, coarse = cells_of(body, frame, 1, PLANES, NEAR), cells_of(body, frame, 1, _BOX_PLANES)
    found = (
        [] if fine is None else boards(fine, price, effort.parts, effort.late),
        [] if coarse is None else cover(coarse, price, effort.parts, effort.late),
    )
    options = [[Explained(fit, group) for fit, group in boxes] for boxes in found]
    return next(iter(ranked(options, samples, effort)), [])


def _closeness(body: Body, pace: Pace, effort: Effort) -> tuple[int, int]:
    """How closely there is time to look at a body."""
    levels = _CLOSED if body.closed else _OPEN
    tests = 1 if body.closed else len(np.unique(body.groups))
    time = _SHARE * effort.deadline.left()
    fitting = (k for k, (fill, most) in enumerate(levels) if tests * pace.seconds((fill + 0.3 * most) ** 3) < time)
    level = next(fitting, len(levels) - 1)
    if level > 0:
        effort.cuts.add(Cut.COARSE)
    return levels[level]


def _is_turned(fit: Fit) -> bool:
    """Whether a fit is round or hollow, and so good that no person would write it as a pile of pieces."""
    return isinstance(fit.kind, Capsule | Torus | Tube) and fit.iou > _ROUND


def _fused(body: Body, effort: Effort) -> _Told | None:
    """The body as the parts that its surface shows patches of, and the share of the surface that is theirs."""
    if not (effort.fused and body.closed) or (body.groups != body.groups[0]).any() or effort.late():
        return None
    found = body.told or fused_reading(body.exact, effort.late)
    if len(found.solids) < 2:
        return None
    return [Explained(fit, body.group) for fit in found.solids], found.share


def _single(cells: Cells, effort: Effort) -> list[Explained]:
    """The whole body as one plain solid."""
    groups = np.unique(cells.group[cells.full])
    if len(groups) > 1:
        return []
    fit = best_fit(
        cells, cells.full.reshape(-1), outlines_above=float("inf") if effort.late() else OUTLINES * effort.price
    )
    return [] if fit is None else lathe_split(Explained(fit, int(groups[0])))


def _turned(cells: Cells, samples: Samples, effort: Effort) -> tuple[list[Explained], bool]:
    """The whole body as lathes with what stands out of them, which is how bottles, cans and cups are told from a pile
    of staves; and whether nothing else needs to be tried.
    """
    group = only_group(cells)
    if group is None or len(samples.own) < 30:
        return [], False
    spun = spun_fit(cells)
    fits = [fit for fit in (spun, middled_fit(cells, samples)) if fit is not None]
    if not fits:
        return [], False
    best = max(fits, key=lambda fit: fit.iou)
    pieces = lathe_split(Explained(best, group))
    if spun is None and best.iou < _MIDDLED:
        return pieces, False
    found = _with_leftovers(cells, pieces, effort)
    agreed = samples.score(covered(samples, found))[0]
    return found, best.iou > _TURNED or (spun is not None and agreed > _SPUN)


def _completed(cells: Cells, options: list[list[Explained]], effort: Effort) -> list[list[Explained]]:
    """Explanations of which the first has all that stands out."""
    return [_with_leftovers(cells, options[0], effort), *options[1:]] if options else []


def _with_leftovers(cells: Cells, solids: list[Explained], effort: Effort) -> list[Explained]:
    """Solids, and others for what stands out of them, however little that is of the whole."""
    found = list(solids)
    if effort.late():
        return found
    for part in leftovers(cells, lambda points: np.any([s.fit.inside(points) for s in solids], axis=0)):
        found += cut_up(part, replace(effort, price=min(effort.price, _THIN * volume_of(part))))
    return found


def _hollowed(cells: Cells, effort: Effort) -> list[Explained]:
    """Each material of the body as one solid with hollows, or as one plain solid; nothing where none has hollows."""
    groups = [int(g) for g in np.unique(cells.group[cells.full])]
    if len(groups) > _MATERIALS:
        return []
    found: list[Explained] = []
    for group in groups:
        own = cells.full & (cells.group == group)
        fit = carved_fit(cells, own, effort.price, effort.late)
        if fit is None and not effort.late():
            fit = best_fit(cells, own.reshape(-1), outlines_above=OUTLINES * effort.price)
        if fit is None:
            return []
        found.append(Explained(fit, group))
    return found if any(isinstance(f.fit.kind, Carved) for f in found) else []
