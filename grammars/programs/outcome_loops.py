"""The compiled loops that give every value of a number its outcome."""

# pyright: reportUntypedFunctionDecorator=false

from __future__ import annotations

import numpy as np

from shapelang.rendering.compiled import compiled


@compiled
def _class(value: float, limits: np.ndarray) -> int:
    """How many of the limits a value is above."""
    found = 0
    for limit in limits:
        if value > limit:
            found += 1
    return found


@compiled
def _code(low: float, high: float, box: float, diagonal: float, limits: np.ndarray, touched: int, missed: float) -> int:
    """`outcomes.coded` of what is from `low` to `high` along an axis of a box."""
    stuck = _class(max(-0.5 * box - low, high - 0.5 * box) / diagonal, limits)
    off = limits[1] * diagonal
    reaches = (low < off - 0.5 * box) + 2 * (high > 0.5 * box - off)
    return ((stuck * 4 + reaches) * 8 + touched) * 8 + _class(missed / diagonal, limits)


@compiled
def spot(
    points: np.ndarray, offsets: np.ndarray, slopes: np.ndarray, size: float, value: float
) -> tuple[float, float, float]:
    """Low and high end, and what is missed, of an aligned cuboid along an axis, its points being where they shall be.

    As `shapeassembly_aligned.between` has it.
    """
    first, last = 0, 0
    for k in range(len(points)):
        if points[k] < points[first]:
            first = k
        if points[k] > points[last]:
            last = k
    apart = points[last] - points[first]
    if apart > 0.2:
        between = (offsets[last] + slopes[last] * value - offsets[first] - slopes[first] * value) / apart
        if between > 0.2 * size:
            size = between
    least, most = 1e300, -1e300
    for k in range(len(points)):
        centre = offsets[k] + slopes[k] * value - (points[k] - 0.5) * size
        least, most = min(least, centre), max(most, centre)
    centre = 0.5 * (least + most)
    return centre - 0.5 * size, centre + 0.5 * size, 0.5 * (most - least)


@compiled
def place_codes(
    points: np.ndarray, offsets: np.ndarray, slopes: np.ndarray, size: float, centre: float, stays: bool, box: float,
    diagonal: float, limits: np.ndarray, lows: np.ndarray, highs: np.ndarray, kinds: np.ndarray, near: float,
) -> np.ndarray:  # fmt: skip
    """(1001,) the outcome of each place along an axis. `stays`: the cuboid may turn and is not moved by it."""
    codes = np.zeros(1001, dtype=np.int64)
    n = len(points) - 1
    for v in range(1001):
        value = v / 1000
        if stays:
            low, high = centre - 0.5 * size, centre + 0.5 * size
            missed = abs(offsets[n] + slopes[n] * value - centre - (points[n] - 0.5) * size)
        else:
            low, high, missed = spot(points, offsets, slopes, size, value)
        touched = 0
        for k in range(len(lows)):
            if touched & kinds[k] == 0 and max(lows[k] - high, low - highs[k]) < near:
                touched |= kinds[k]
        codes[v] = _code(low, high, box, diagonal, limits, touched, missed)
    return codes


@compiled
def point_codes(
    points: np.ndarray, offsets: np.ndarray, centre: float, size: float, stays: bool, low: float, high: float,
    box: float, diagonal: float, limits: np.ndarray,
) -> np.ndarray:  # fmt: skip
    """(1001,) the outcome of each point of a cuboid, whose target is from `low` to `high` along the axis.

    `points` and `offsets` have a last row for it. Of a first one: the least that the cuboid may stick out. Of a later
    one: the least that it may stick out or miss where it goes to an end of the target, or moves as little as can be.
    """
    codes = np.zeros(1001, dtype=np.int64)
    n = len(points) - 1
    flat = np.zeros(n + 1)
    for v in range(1001):
        point = v / 1000
        if n == 0:
            below = max(low, point * size - 0.5 * box)
            above = min(high, 0.5 * box - (1.0 - point) * size)
            codes[v] = _class(0.5 * max(below - above, 0.0) / diagonal, limits) * 256
            continue
        at = centre + (point - 0.5) * size
        if stays:
            codes[v] = _class(max(low - at, at - high) / diagonal, limits)
            continue
        points[n] = point
        best = 1 << 30
        for goal in (min(max(at, low), high), low, high):
            offsets[n] = goal
            below, above, missed = spot(points, offsets, flat, size, 0.0)
            stuck = _class(max(-0.5 * box - below, above - 0.5 * box) / diagonal, limits)
            apart = _class(missed / diagonal, limits)
            stretched = abs(above - below - size) > limits[1] * diagonal
            if 2 * (stuck + apart) + stretched < best:
                best = 2 * (stuck + apart) + stretched
                codes[v] = stuck * 256 + stretched * 64 + apart
    return codes


@compiled
def shift_codes(high: float, box: float, diagonal: float, limits: np.ndarray) -> np.ndarray:
    """(1001,) the outcome of each way that the last copy of a row may be off."""
    codes = np.zeros(1001, dtype=np.int64)
    for v in range(1001):
        end = high + box * v / 1000
        codes[v] = _code(-0.5 * box + 1.0, end, box, diagonal, limits, 0, 0.0)
    return codes


@compiled
def squeeze_faults(
    size: np.ndarray, low1: np.ndarray, high1: np.ndarray, low2: np.ndarray, high2: np.ndarray, box1: bool, box2: bool,
    box: np.ndarray, diagonal: float,
) -> np.ndarray:  # fmt: skip
    """(6,) how bad it is to squeeze a cuboid of a size between two boxes, by its face: what sticks out or is missed."""
    found = np.zeros(6, dtype=np.int64)
    for face in range(6):
        across, side = face // 2, face % 2 == 0
        upper1, upper2 = side == box1, side != box2
        end1 = high1[across] if upper1 else low1[across]
        end2 = high2[across] if upper2 else low2[across]
        low, high = (end2, end1) if side else (end1, end2)
        extent = high - low
        worst = max(-0.5 * box[across] - low, high - 0.5 * box[across])
        if extent < 0.2 * size[across]:
            worst = max(worst, 0.5 * (size[across] - extent))
        for k in range(3):
            if k == across:
                continue
            best = 1e300
            for step in range(21):
                v = step / 20
                a = low1[k] + v * (high1[k] - low1[k])
                b = low2[k] + v * (high2[k] - low2[k])
                centre = 0.5 * (a + b)
                out = max(-0.5 * box[k] - centre, centre - 0.5 * box[k]) + 0.5 * size[k]
                best = min(best, max(0.5 * abs(a - b), out))
            worst = max(worst, best)
        apart = worst / diagonal
        found[face] = 0 if apart < 0.025 else 1 if apart < 0.05 else 3 if apart < 0.15 else 4
    return found
