"""The search for symmetries among equal solids: mirrors, arrays, grids and rings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final, TypeAlias

import numpy as np

from shapelang.deadline import Deadline
from shapelang.geometry.point_sets import coincident
from shapelang.inference.cut_short import Cut, Cuts
from shapelang.inference.rounding.turns import AXES
from shapelang.inference.solids.plain import Solid
from shapelang.inference.symmetry.items import PLAY, Item, with_centre
from shapelang.inference.symmetry.likeness import marks_of, spread
from shapelang.inference.symmetry.patterns import Cornered, Gridded, Lined, Mirrored, Once, Repeated, Screwed
from shapelang.inference.symmetry.rings import ring
from shapelang.inference.symmetry.screws import LEAST, screw_of

_MOST: Final = 80
"""More equal solids than this are not searched for patterns."""

_PLANE: Final = 0.004
"""Of the diagonal: planes of mirrors that are nearer to each other are one."""


_Search: TypeAlias = Callable[[list[Item]], tuple[Repeated, set[int]] | None]
"""A pattern among items, and the numbers of those in it."""


def repetitions(
    solids: Sequence[Solid],
    looks: Sequence[int],
    diagonal: float,
    middle: np.ndarray,
    deadline: Deadline,
    cuts: Cuts,
) -> tuple[list[Repeated], np.ndarray]:
    """The solids with their patterns, and the point (3,) through which the mirrors go (y is 0).

    `looks` has the number of its material for each mesh group: only what looks alike is repeated. Families that come
    after the deadline stay as they are and are counted.
    """
    families = _families([Item(s, marks_of(s, looks[s.group], diagonal)) for s in solids])
    planes = np.array(
        [
            _plane(families, axis, float(middle[axis]), _PLANE * diagonal, deadline.late) if axis != 1 else 0.0
            for axis in range(3)
        ]
    )
    found: list[Repeated] = []
    for family in families:
        rest = list(family)
        if len(rest) > 1 and deadline.late():
            cuts.add(Cut.SYMMETRIES)
        elif 1 < len(rest) <= _MOST:
            made, rest = _patterns(rest, planes)
            found += made
        found += [Repeated(item.solid, Once(), 1) for item in rest]
    return found, planes


def _patterns(family: list[Item], planes: np.ndarray) -> tuple[list[Repeated], list[Item]]:
    """The patterns among equal solids, and the solids that are in none."""
    rings, rest = _searched(family, ring, 3)
    screws, rest = _searched(rest, _screw, LEAST)
    grids, rest = _searched(rest, partial(_lattice, least=6), 3)
    lines, rest = _searched(rest, _line, 3)
    fours, rest = _mirrors(rest, planes, ((0, 2),))
    squares, rest = _searched(rest, partial(_lattice, least=4), 4)
    turned, rest = _searched(rest, partial(ring, four=True), 4)
    twos, rest = _mirrors(rest, planes, ((0,), (2,)))
    pairs, rest = _searched(rest, _pair, 2)
    return [*rings, *screws, *grids, *lines, *fours, *squares, *turned, *twos, *pairs], rest


def _searched(items: list[Item], search: _Search, least: int) -> tuple[list[Repeated], list[Item]]:
    """The patterns that a search finds, one after the other, while so many items are left."""
    found: list[Repeated] = []
    rest = items
    while len(rest) >= least and (made := search(rest)) is not None:
        pattern, used = made
        found.append(pattern)
        rest = [item for k, item in enumerate(rest) if k not in used]
    return found, rest


def _families(items: list[Item]) -> list[list[Item]]:
    """Items that are equal up to moving, turning and mirroring."""
    families: list[list[Item]] = []
    spreads: list[np.ndarray] = []
    for item in items:
        mine = spread(item.marks)
        for family, other in zip(families, spreads, strict=True):
            head = family[0].marks
            if (
                head.word == item.marks.word
                and len(other) == len(mine)
                and np.abs(other - mine).max() < PLAY * item.marks.near
            ):
                family.append(item)
                break
        else:
            families.append([item])
            spreads.append(mine)
    return families


def _reflection(axis: int, plane: float) -> tuple[np.ndarray, np.ndarray]:
    matrix, offset = np.eye(3), np.zeros(3)
    matrix[axis, axis], offset[axis] = -1.0, 2.0 * plane
    return matrix, offset


def _plane(families: list[list[Item]], axis: int, middle: float, near: float, late: Callable[[], bool]) -> float:
    """Where most equal pairs mirror each other; the middle of the model when nothing says otherwise."""
    votes: list[float] = []
    for family in families:
        for i, a in enumerate(family[:_MOST]):
            if late():
                return middle
            for b in family[i + 1 : _MOST]:
                at = 0.5 * float(a.marks.centre[axis] + b.marks.centre[axis])
                apart = np.abs(a.marks.centre - b.marks.centre)
                if apart[axis] > a.marks.near and coincident(
                    a.marks.moved(*_reflection(axis, at)), b.marks.points, a.marks.near
                ):
                    votes.append(at)
    if not votes:
        return middle
    places = np.array(votes)
    count = (np.abs(places[:, None] - places[None]) < near).sum(axis=0) + (np.abs(places - middle) < near) * 0.5
    best = places[int(count.argmax())]
    return float(places[np.abs(places - best) < near].mean())


def _mirrors(
    items: list[Item], planes: np.ndarray, across: tuple[tuple[int, ...], ...]
) -> tuple[list[Repeated], list[Item]]:
    """Images in the planes across these axes: those across several first."""
    rest = list(items)
    found: list[Repeated] = []
    for axes in across:
        left: list[Item] = []
        while rest:
            item = rest.pop(0)
            images = _images(item, rest, axes, planes)
            if images is None:
                left.append(item)
                continue
            rest = [other for other in rest if all(other is not image for image, _ in images)]
            centres = [item.marks.centre] + [matrix @ image.marks.centre + offset for image, (matrix, offset) in images]
            found.append(
                Repeated(
                    with_centre(item, np.mean(centres, axis=0)),
                    Mirrored(tuple(AXES[a] for a in axes)),
                    len(images) + 1,
                )
            )
        rest = left
    return found, rest


def _images(
    item: Item, others: list[Item], axes: tuple[int, ...], planes: np.ndarray
) -> list[tuple[Item, tuple[np.ndarray, np.ndarray]]] | None:
    """The images of an item in the planes (each alone, and both), or None where one is missing."""
    reflections = [_reflection(a, float(planes[a])) for a in axes]
    if len(axes) == 2:
        (m, t), (n, s) = reflections
        reflections.append((n @ m, n @ t + s))
    found: list[tuple[Item, tuple[np.ndarray, np.ndarray]]] = []
    for reflection in reflections:
        moved = item.marks.moved(*reflection)
        free = [o for o in others if all(o is not image for image, _ in found)]
        image = next((o for o in free if coincident(moved, o.marks.points, PLAY * item.marks.near)), None)
        if image is None:
            return None
        found.append((image, reflection))
    return found


def _alike(items: Sequence[Item]) -> list[list[int]]:
    """Numbers of the items that differ by a shift only."""
    groups: list[list[int]] = []
    for k, item in enumerate(items):
        for group in groups:
            head = items[group[0]]
            moved = head.marks.moved(np.eye(3), item.marks.centre - head.marks.centre)
            if coincident(moved, item.marks.points, PLAY * item.marks.near):
                group.append(k)
                break
        else:
            groups.append([k])
    return groups


def _screw(items: list[Item]) -> tuple[Repeated, set[int]] | None:
    """The longest screw of items."""
    found = screw_of([item.marks for item in items], PLAY * items[0].marks.near)
    if found is None:
        return None
    x, y, z = found.centre.tolist()
    pattern = Screwed(len(found.members), AXES[found.axis], found.angle, found.rise, (x, y, z))
    head = with_centre(items[found.members[0]], found.start)
    return Repeated(head, pattern, len(found.members)), set(found.members)


def _lattice(items: list[Item], least: int) -> tuple[Repeated, set[int]] | None:
    """All items that differ by a shift, on two axes with even steps: so many at least."""
    for group in _alike(items):
        if len(group) < least:
            continue
        centres = np.array([items[k].marks.centre for k in group])
        near = 2.0 * items[0].marks.near
        levels = [_levels(centres[:, axis], near) for axis in range(3)]
        wide = [axis for axis in range(3) if len(levels[axis]) > 1]
        if len(wide) != 2 or len(levels[wide[0]]) * len(levels[wide[1]]) != len(group):
            continue
        steps = [_even_step(levels[axis], near) for axis in wide]
        if steps[0] is None or steps[1] is None:
            continue
        vectors = [np.zeros(3), np.zeros(3)]
        vectors[0][wide[0]], vectors[1][wide[1]] = steps[0], steps[1]
        corner = np.array([levels[axis][0] for axis in range(3)])
        counts = (len(levels[wide[0]]), len(levels[wide[1]]))
        head = with_centre(items[group[0]], corner)
        if counts == (2, 2) and (corners := _corners(items[group[0]], head, corner, wide, steps)) is not None:
            return corners, set(group)
        (a, b, c), (d, e, f) = (v.tolist() for v in vectors)
        return Repeated(head, Gridded(counts, ((a, b, c), (d, e, f))), len(group)), set(group)
    return None


def _corners(
    item: Item, head: Solid, corner: np.ndarray, wide: Sequence[int], steps: Sequence[float | None]
) -> Repeated | None:
    """Four at the corners of a rectangle as images of one, where that is one with its own images."""
    middle = item.marks.centre
    for axis in wide:
        if not coincident(
            item.marks.moved(*_reflection(axis, float(middle[axis]))), item.marks.points, item.marks.near
        ):
            return None
    about = np.zeros(3)
    for axis, step in zip(wide, steps, strict=True):
        about[axis] = corner[axis] + 0.5 * (step or 0.0)
    x, y, z = about.tolist()
    return Repeated(head, Cornered((AXES[wide[0]], AXES[wide[1]]), (x, y, z)), 4)


def _levels(values: np.ndarray, near: float) -> list[float]:
    ordered = np.sort(values)
    cuts = np.flatnonzero(np.diff(ordered) > near) + 1
    return [float(part.mean()) for part in np.split(ordered, cuts)]


def _even_step(levels: list[float], near: float) -> float | None:
    steps = np.diff(levels)
    return float(steps.mean()) if np.ptp(steps) <= near else None


def _line(items: list[Item]) -> tuple[Repeated, set[int]] | None:
    """The longest evenly spaced row of three or more items that differ by a shift."""
    best: list[int] = []
    for group in _alike(items):
        if len(group) < 3:
            continue
        centres = np.array([items[k].marks.centre for k in group])
        near = PLAY * items[group[0]].marks.near
        for i in range(len(group)):
            for j in range(len(group)):
                run = _run(centres, i, j, near) if i != j else []
                if len(run) > len(best):
                    best = [group[k] for k in run]
    if len(best) < 3:
        return None
    best = _upward([items[k].marks.centre for k in best], best)
    centres = np.array([items[k].marks.centre for k in best])
    step = (centres[-1] - centres[0]) / (len(best) - 1)
    start = (centres - np.arange(len(best))[:, None] * step).mean(axis=0)
    x, y, z = step.tolist()
    return Repeated(with_centre(items[best[0]], start), Lined(len(best), (x, y, z)), len(best)), set(best)


def _upward(centres: Sequence[np.ndarray], row: list[int]) -> list[int]:
    """A row from its low end on, along the axis that it goes along most."""
    along = centres[-1] - centres[0]
    return row if float(along[int(np.abs(along).argmax())]) > 0.0 else row[::-1]


def _pair(items: list[Item]) -> tuple[Repeated, set[int]] | None:
    """Two that differ by a shift along one axis, as the two of a mirror do that goes through no model's middle."""
    for group in _alike(items):
        if len(group) != 2:
            continue
        first, second = sorted(group, key=lambda k: float(items[k].marks.centre.sum()))
        step = items[second].marks.centre - items[first].marks.centre
        axis = int(np.abs(step).argmax())
        if np.delete(np.abs(step), axis).max() < items[first].marks.near < 0.5 * abs(float(step[axis])):
            x, y, z = (np.eye(3)[axis] * step).tolist()
            middle = 0.5 * (items[first].marks.centre + items[second].marks.centre)
            start = with_centre(items[first], middle - 0.5 * np.array((x, y, z)))
            return Repeated(start, Lined(2, (x, y, z)), 2), set(group)
    return None


def _run(centres: np.ndarray, first: int, second: int, near: float) -> list[int]:
    """Numbers of the points first, second, … as far as they are evenly spaced."""
    step = centres[second] - centres[first]
    if np.sqrt((step**2).sum()) < 2.0 * near:
        return []
    run = [first, second]
    while True:
        apart = np.sqrt(((centres - (centres[first] + len(run) * step)) ** 2).sum(axis=1))
        k = int(apart.argmin())
        if apart[k] > near or k in run:
            return run
        run.append(k)
        step = (centres[k] - centres[first]) / (len(run) - 1)
