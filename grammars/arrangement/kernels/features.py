"""Features of an arrangement.

A thing is a row of `props`: kind, first cell x, first cell z, quarter of turn, whether it is fixed. The weights stand
in one row: `UNARY` for each kind, `PAIR` for each ordered pair of kinds, of which only those are used whose first is
not after the second, and `STEPS` for each kind, the step from n of them to n + 1.
"""

# pyright: reportUntypedFunctionDecorator=false

from __future__ import annotations

from typing import Any

from grammars.arrangement.kernels.world import Scratch, World
from shapelang.fields.kernels.compiled import compiled

UNARY, VIEW, PAIR, STEPS = 11, 9, 24, 9
BACK_TOUCH, BACK_NEAR, SIDE_TOUCH, SIDE_NEAR, FRONT_CLOSE, AT_WINDOW, AT_DOOR, CENTRAL = range(8)
MID_WALL, AREA, BLOCKED = 8, 9, 10
IN_FRONT, BESIDE, BEHIND, CENTRED, LEVEL = 0, 3, 5, 7, 8
SAME, OPPOSITE, ACROSS, OVER, OVER_CENTRED, BOTH = 18, 19, 20, 21, 22, 23
NEAR, MID, AROUND = 6, 18, 10
"""Cells."""


@compiled
def extents(sizes: Any, kind: int, quarter: int) -> Any:
    """Cells along x and z."""
    if quarter % 2 == 0:
        return sizes[kind, 0], sizes[kind, 1]
    return sizes[kind, 1], sizes[kind, 0]


@compiled
def wall_gap(walls: Any, direction: int, rect: Any) -> int:
    """Cells between a side of a rectangle and the wall there: the largest at its ends and its middle."""
    x0, z0, x1, z1 = rect
    mx, mz = (x0 + x1) // 2, (z0 + z1) // 2
    if direction == 0:
        return max(walls[0, z1 - 1, x0], walls[0, z1 - 1, mx], walls[0, z1 - 1, x1 - 1])
    if direction == 1:
        return max(walls[1, z0, x1 - 1], walls[1, mz, x1 - 1], walls[1, z1 - 1, x1 - 1])
    if direction == 2:
        return max(walls[2, z0, x0], walls[2, z0, mx], walls[2, z0, x1 - 1])
    return max(walls[3, z0, x0], walls[3, mz, x0], walls[3, z1 - 1, x0])


@compiled
def apart(a: Any, b: Any) -> int:
    """Cells between two rectangles, along the axis where they are further apart; negative where they overlap."""
    return max(b[0] - a[2], a[0] - b[2], b[1] - a[3], a[1] - b[3])


@compiled
def any_closer(rect: Any, zones: Any, gap: int) -> bool:
    """Whether one of the zones is closer than a number of cells."""
    for k in range(len(zones)):
        if apart(rect, zones[k]) < gap:
            return True
    return False


@compiled
def seen(a: Any, b: Any, quarter: int) -> Any:
    """Gaps of b before a, behind it and beside it, how far off its middle line, and its back before a's."""
    if quarter == 0:
        return b[1] - a[3], a[1] - b[3], max(b[0] - a[2], a[0] - b[2]), abs(b[0] + b[2] - a[0] - a[2]), b[1] - a[1]
    if quarter == 1:
        return b[0] - a[2], a[0] - b[2], max(b[1] - a[3], a[1] - b[3]), abs(b[1] + b[3] - a[1] - a[3]), b[0] - a[0]
    if quarter == 2:
        return a[1] - b[3], b[1] - a[3], max(b[0] - a[2], a[0] - b[2]), abs(b[0] + b[2] - a[0] - a[2]), a[3] - b[3]
    return a[0] - b[2], b[0] - a[2], max(b[1] - a[3], a[1] - b[3]), abs(b[1] + b[3] - a[1] - a[3]), a[2] - b[2]


@compiled
def view(a: Any, b: Any, quarter: int, ids: Any, base: int, n: int) -> Any:
    """What rectangle b is, seen from a with its front to a quarter: ids added, and whether b stands just before it."""
    ahead, behind, beside, off, step = seen(a, b, quarter)
    if beside < 0 and ahead >= 0:
        if ahead <= MID:
            ids[n] = base + IN_FRONT + (0 if ahead <= 1 else 1 if ahead <= NEAR else 2)
            n += 1
            if off <= 2:
                ids[n] = base + CENTRED
                n += 1
        return n, ahead < NEAR
    if beside < 0 and behind >= 0:
        if behind <= NEAR:
            ids[n] = base + BEHIND + (0 if behind <= 1 else 1)
            n += 1
    elif 0 <= beside <= NEAR and ahead < 0 and behind < 0:
        ids[n] = base + BESIDE + (0 if beside <= 1 else 1)
        n += 1
        if -1 <= step <= 1:
            ids[n] = base + LEVEL
            n += 1
    return n, False


@compiled
def alone(kind: int, rect: Any, quarter: int, world: World, scratch: Scratch) -> int:
    """Features of a thing in the room by itself; how many."""
    ids, walls = scratch.ids, world.walls
    base = kind * UNARY
    n = 0
    back = wall_gap(walls, (quarter + 2) % 4, rect)
    side = min(wall_gap(walls, (quarter + 1) % 4, rect), wall_gap(walls, (quarter + 3) % 4, rect))
    if back <= 4:
        ids[n] = base + (BACK_TOUCH if back == 0 else BACK_NEAR)
        n += 1
    if side <= 4:
        ids[n] = base + (SIDE_TOUCH if side == 0 else SIDE_NEAR)
        n += 1
    if wall_gap(walls, quarter, rect) <= NEAR:
        ids[n] = base + FRONT_CLOSE
        n += 1
    if any_closer(rect, world.windows, 0):
        ids[n] = base + AT_WINDOW
        n += 1
    if any_closer(rect, world.doors, 4):
        ids[n] = base + AT_DOOR
        n += 1
    nz, nx = world.inside.shape
    off_x, off_z = abs(rect[0] + rect[2] - nx), abs(rect[1] + rect[3] - nz)
    if 4 * off_x <= nx and 4 * off_z <= nz:
        ids[n] = base + CENTRAL
        n += 1
    if (off_x if quarter % 2 == 0 else off_z) <= NEAR:
        ids[n] = base + MID_WALL
        n += 1
    return n


@compiled
def together(kind: int, a: Any, quarter: int, other: int, b: Any, turn: int, world: World, ids: Any, n: int) -> int:
    """Features of a thing with another one, added to n; how many there are then."""
    gap = apart(a, b)
    kinds = len(world.sizes)
    pair = kinds * UNARY + (min(kind, other) * kinds + max(kind, other)) * PAIR
    if kind != other:  # of one kind the steps say how many there are
        ids[n] = pair + BOTH
        n += 1
    if gap > MID:
        return n
    if gap < 0:
        ids[n] = pair + OVER
        n += 1
        if abs(a[0] + a[2] - b[0] - b[2]) <= 4 and abs(a[1] + a[3] - b[1] - b[3]) <= 4:
            ids[n] = pair + OVER_CENTRED
            n += 1
        return n
    # Seen from the one of the first kind, then from the other; alike where they are of one kind.
    n, mine = view(a, b, quarter, ids, pair + (VIEW if kind > other else 0), n)
    n, theirs = view(b, a, turn, ids, pair + (VIEW if other > kind else 0), n)
    if mine and world.flat[other] == 0:
        ids[n] = kind * UNARY + BLOCKED
        n += 1
    if theirs and world.flat[kind] == 0:
        ids[n] = other * UNARY + BLOCKED
        n += 1
    if gap <= AROUND:
        between = (quarter - turn) % 4
        ids[n] = pair + (SAME if between == 0 else OPPOSITE if between == 2 else ACROSS)
        n += 1
    return n


@compiled
def features(
    kind: int, x: int, z: int, quarter: int, props: Any, count: int, skip: int, world: World, scratch: Scratch
) -> int:
    """Features that a thing adds to an arrangement without its prop `skip`: how many, in `scratch`.

    The sum of their weights is the logarithm of the conditional intensity (Papangelou's): of how much more probable
    the arrangement is with the thing than without it.
    """
    sx, sz = extents(world.sizes, kind, quarter)
    rect = (x, z, x + sx, z + sz)
    n = alone(kind, rect, quarter, world, scratch)
    same = 0
    for j in range(count):
        if j == skip:
            continue
        other, turn = props[j, 0], props[j, 3]
        if other == kind:
            same += 1
        wx, wz = extents(world.sizes, other, turn)
        its = (props[j, 1], props[j, 2], props[j, 1] + wx, props[j, 2] + wz)
        n = together(kind, rect, quarter, other, its, turn, world, scratch.ids, n)
    kinds = len(world.sizes)
    scratch.ids[n] = kinds * UNARY + kinds * kinds * PAIR + kind * STEPS + min(same, STEPS - 1)
    for k in range(n + 1):
        scratch.values[k] = 1.0
    scratch.ids[n + 1] = kind * UNARY + AREA
    scratch.values[n + 1] = world.log_area
    return n + 2


@compiled
def potential(
    kind: int, x: int, z: int, quarter: int, props: Any, count: int, skip: int, world: World, scratch: Scratch
) -> float:
    """The logarithm of the conditional intensity."""
    found = 0.0
    for k in range(features(kind, x, z, quarter, props, count, skip, world, scratch)):
        found += world.theta[scratch.ids[k]] * scratch.values[k]
    return found


@compiled
def total(props: Any, count: int, world: World, scratch: Scratch) -> float:
    """The logarithm of how probable an arrangement is, less that of an empty room: its things put in one by one."""
    found = 0.0
    for k in range(count):
        found += potential(props[k, 0], props[k, 1], props[k, 2], props[k, 3], props, k, -1, world, scratch)
    return found


@compiled
def gathered(props: Any, count: int, world: World, scratch: Scratch, moments: Any) -> None:
    """Adds the features of an arrangement to a row as long as `theta`."""
    for k in range(count):
        a, b, c, d = props[k, 0], props[k, 1], props[k, 2], props[k, 3]
        for f in range(features(a, b, c, d, props, k, -1, world, scratch)):
            moments[scratch.ids[f]] += scratch.values[f]
