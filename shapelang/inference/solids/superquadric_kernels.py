"""The compiled search for the superquadric nearest to points. Kept apart, since numba is slow to load."""

# pyright: reportUntypedFunctionDecorator=false

from __future__ import annotations

import numpy as np

from shapelang.rendering.compiled import compiled


@compiled
def descended(
    points: np.ndarray, numbers: np.ndarray, least: np.ndarray, most: np.ndarray, soft: float, steps: int
) -> tuple[np.ndarray, np.ndarray]:
    """The numbers (11,) of a superquadric moved until it is nearest to points (n, 3), and how far each is outside (n,).

    Numbers are the logarithms of the half sizes, both exponents, the centre, and the vector that it is turned about by
    its length. Distances are along the ray from the centre; those beyond `soft` count by their length and not by its
    square (infinity: none). Numbers stay between `least` and `most`. Steps of Marquardt (1963), slopes by formula.
    """
    count = len(numbers)
    best, tried = numbers.copy(), numbers.copy()
    miss = np.zeros(len(points))
    normal, right = np.zeros((count, count)), np.zeros(count)
    system, side = normal, right
    damping, before = 1e-3, np.inf
    kept = miss
    for _ in range(steps + 1):
        normal, right, miss = np.zeros((count, count)), np.zeros(count), np.zeros(len(points))
        total = _summed(points, tried, soft, normal, right, miss)
        if total < before:
            gained = (before - total) / max(total, 1e-300)
            best, before, system, side, kept = tried.copy(), total, normal, right, miss
            damping = max(0.2 * damping, 1e-12)
            if gained < 1e-8:
                break
        else:
            damping *= 8.0
            if damping > 1e8:
                break
        move = _step(system, side, best, least, most, damping)
        tried = np.minimum(np.maximum(best + move, least), most)
    return best, kept


@compiled
def _step(
    system: np.ndarray, side: np.ndarray, here: np.ndarray, least: np.ndarray, most: np.ndarray, damping: float
) -> np.ndarray:
    """The step that the normal equations say, of the numbers that no bound holds back."""
    count = len(here)
    damped, wanted = np.eye(count), np.zeros(count)
    free = (least < most) & ((here > least) | (side > 0.0)) & ((here < most) | (side < 0.0))
    for i in range(count):
        if free[i] and system[i, i] > 0.0:
            wanted[i] = side[i]
            for j in range(i):
                if free[j]:
                    damped[i, j] = damped[j, i] = system[i, j]
            damped[i, i] = system[i, i] * (1.0 + damping) + 1e-15
    return np.linalg.solve(damped, wanted)


@compiled
def rotation_about(vector: np.ndarray) -> np.ndarray:
    """(3, 3) the rotation about a vector by its length (Rodrigues)."""
    x, y, z = vector
    angle = np.sqrt(x * x + y * y + z * z)
    if angle < 1e-12:
        return np.eye(3)
    sine, rest = np.sin(angle) / angle, (1.0 - np.cos(angle)) / (angle * angle)
    cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    return np.eye(3) + sine * cross + rest * (cross @ cross)


@compiled
def _summed(
    points: np.ndarray, numbers: np.ndarray, soft: float, normal: np.ndarray, right: np.ndarray, miss: np.ndarray
) -> float:
    """The cost; adds the normal equations (lower half) to `normal` and `right`, and writes the distances to `miss`."""
    rotation, nudged = rotation_about(numbers[8:11]), np.zeros((3, 3, 3))
    for k in range(3):
        vector = numbers[8:11].copy()
        vector[k] += 1e-6
        nudged[k] = (rotation_about(vector) - rotation) * 1e6
    size, slope, total = np.exp(numbers[:3]), np.zeros(len(numbers)), 0.0
    for p in range(len(points)):
        away = points[p] - numbers[5:8]
        off = _sloped(away, rotation, nudged, size, numbers[3], numbers[4], slope)
        miss[p] = off
        root = np.sqrt(1.0 + (off / soft) ** 2)
        total += 2.0 * off * off / (1.0 + root)
        for i in range(len(numbers)):
            pulled = slope[i] / root
            right[i] -= pulled * off
            for j in range(i + 1):
                normal[i, j] += pulled * slope[j]
    return total


@compiled
def _sloped(
    away: np.ndarray,
    rotation: np.ndarray,
    nudged: np.ndarray,
    size: np.ndarray,
    e1: float,
    e2: float,
    slope: np.ndarray,
) -> float:
    """How far a point at `away` from the centre is outside, and the `slope` (11,) of that by the numbers.

    `nudged` (3, 3, 3): how the rotation changes with its vector. All powers are taken as logarithms, since small
    exponents make large ones.
    """
    x = away[0] * rotation[0, 0] + away[1] * rotation[1, 0] + away[2] * rotation[2, 0]
    y = away[0] * rotation[0, 1] + away[1] * rotation[1, 1] + away[2] * rotation[2, 1]
    z = away[0] * rotation[0, 2] + away[1] * rotation[1, 2] + away[2] * rotation[2, 2]
    wide = 2.0 / e2 * np.log(max(abs(x) / size[0], 1e-9))
    high = 2.0 / e1 * np.log(max(abs(y) / size[1], 1e-9))
    deep = 2.0 / e2 * np.log(max(abs(z) / size[2], 1e-9))
    across = max(wide, deep) + np.log1p(np.exp(-abs(wide - deep)))
    beside = across * e2 / e1
    level = max(high, beside) + np.log1p(np.exp(-abs(high - beside)))
    far, inner = np.sqrt(x * x + y * y + z * z), np.exp(-0.5 * e1 * level)
    of_high = np.exp(high - level)
    of_wide = (1.0 - of_high) * np.exp(wide - across)
    of_deep = 1.0 - of_high - of_wide
    pull, out = far * inner, (1.0 - inner) / max(far, 1e-12)
    slope[0], slope[1], slope[2] = -pull * of_wide, -pull * of_high, -pull * of_deep
    slope[3] = 0.5 * pull * (level - (1.0 - of_high) * beside - of_high * high)
    slope[4] = 0.5 * pull * ((1.0 - of_high) * across - of_wide * wide - of_deep * deep)
    gx = out * x + pull * of_wide * x / max(x * x, 1e-18 * size[0] ** 2)
    gy = out * y + pull * of_high * y / max(y * y, 1e-18 * size[1] ** 2)
    gz = out * z + pull * of_deep * z / max(z * z, 1e-18 * size[2] ** 2)
    for k in range(3):
        slope[5 + k] = -(gx * rotation[k, 0] + gy * rotation[k, 1] + gz * rotation[k, 2])
        slope[8 + k] = 0.0
        for i in range(3):
            slope[8 + k] += away[i] * (gx * nudged[k, i, 0] + gy * nudged[k, i, 1] + gz * nudged[k, i, 2])
    return far * (1.0 - inner)
