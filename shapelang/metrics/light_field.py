"""Light-field distance: how differently two shapes look from all around, whichever way they are turned.

After Chen, Tian, Shen, Ouhyoung, "On visual similarity based 3D model retrieval", Computer Graphics Forum 22, 2003. A
light field is ten silhouettes, from the corners of a dodecahedron (opposite ones are mirror images); a shape is seen by
several, turned to one another. A silhouette is told by magnitudes, of 35 Zernike moments and 10 terms of a Fourier
series, none of which a turn or a mirror image in the picture changes. Ours differs in this: the series is that of the
farthest point in each direction from the middle, magnitudes are not rounded to 8 bits, and nothing is looked up in
tables, so that values are no more than near those of the authors' program.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import factorial
from typing import Final, final

import numpy as np

from shapelang.arrays import Bool, Float64, Int64

VIEWS: Final = 10
SYSTEMS: Final = 10
"""Light fields of a shape, turned to one another."""

_ORDER: Final = 10
"""Of the Zernike moments: 36 with a repetition of 0 or more, less the area."""

_SERIES: Final = 10
_ANGLES: Final = 256
_SCALE: Final = 255.0
"""The authors' magnitudes are whole numbers of 8 bits; sums are told in the same unit."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class LightFields:
    """What a shape looks like; `magnitudes` (systems, views, 45)."""

    magnitudes: Float64[np.ndarray, "s v 45"]


@cache
def directions() -> Float64[np.ndarray, "s 10 3"]:
    """(systems, views, 3) unit vectors towards the eye, of every light field."""
    golden = (1.0 + 5.0**0.5) / 2.0
    signs = np.array([(a, b) for a in (1.0, -1.0) for b in (1.0, -1.0)])
    cube = np.array([(1.0, a, b) for a, b in signs])
    others = np.array([np.roll((0.0, 1.0 / golden, a * golden), k) for k in range(3) for a in (1.0, -1.0)])
    half = np.concatenate([cube, others]) / 3.0**0.5
    return np.einsum("sij,vj->svi", _spread_turns(SYSTEMS), half)


def light_fields(silhouettes: Bool[np.ndarray, "s v p p"]) -> LightFields:
    """Light fields of (systems, views, p, p) pictures, seen along `directions()`.

    The picture's inscribed circle is that of a ball about the shape, the same in all.
    """
    systems, views, pixels, _ = silhouettes.shape
    flat = silhouettes.reshape(systems * views, pixels * pixels)
    moments = np.abs(flat.astype(np.float32) @ _zernike(pixels).T).astype(np.float64)
    series = np.array([_outline_series(picture.reshape(pixels, pixels)) for picture in flat])
    return LightFields(np.concatenate([moments, series], axis=1).reshape(systems, views, -1))


def light_field_distance(one: LightFields, other: LightFields) -> float:
    """The least sum over views of the differences of magnitudes, in 255ths, over light fields and ways to turn them."""
    turns = _turns_of_views()
    least = np.inf
    for first in one.magnitudes:
        for second in other.magnitudes:
            apart = np.abs(first[:, None] - second[None]).sum(axis=2)
            least = min(least, float(apart[np.arange(VIEWS), turns].sum(axis=1).min()))
    return _SCALE * least


@cache
def _turns_of_views() -> Int64[np.ndarray, "60 10"]:
    """Which view each view becomes when the dodecahedron is turned onto itself, for its 60 turns.

    A turn is told by where two neighbouring corners go, and by being no mirror image.
    """
    half = directions()[0]
    corners = np.concatenate([half, -half])
    apart = np.linalg.norm(corners[:, None] - corners[None], axis=2)
    edge = float(apart[apart > 0.0].min())
    pairs = np.argwhere(np.abs(apart - edge) < 1e-9)
    start = _frame(corners[pairs[0][0]], corners[pairs[0][1]])
    found: list[np.ndarray] = []
    for first, second in pairs:
        turn = _frame(corners[first], corners[second]).T @ start
        found.append((corners @ turn.T @ corners.T).argmax(axis=1)[:VIEWS] % VIEWS)
    return np.array(found)


def _frame(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Three rows square to one another that two directions decide."""
    across = np.cross(first, second)
    across = across / np.linalg.norm(across)
    return np.stack([first, across, np.cross(first, across)])


def _spread_turns(count: int) -> Float64[np.ndarray, "n 3 3"]:
    """Rotations spread over all there are (Alexa, "Super-Fibonacci spirals", CVPR 2022), the first none."""
    share = (np.arange(count) + 0.5) / count
    angles = 2.0 * np.pi * np.arange(count)[:, None] * np.array([[1.0 / 2.0**0.5, 1.0 / 1.533751168755204288118041]])
    low, high = np.sqrt(share), np.sqrt(1.0 - share)
    x, y = low * np.sin(angles[:, 0]), low * np.cos(angles[:, 0])
    z, w = high * np.sin(angles[:, 1]), high * np.cos(angles[:, 1])
    turns = np.stack(
        [
            np.stack([1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)], axis=1),
            np.stack([2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)], axis=1),
            np.stack([2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)], axis=1),
        ],
        axis=1,
    )
    return np.einsum("nij,jk->nik", turns, turns[0].T)


@cache
def _zernike(pixels: int) -> np.ndarray:
    """(35, pixels²) complex64: the conjugate polynomials times (n + 1) / π and the area of a pixel."""
    x, y = _places(pixels)
    radius, angle = np.hypot(x, y), np.arctan2(y, x)
    inside = radius <= 1.0
    rows: list[np.ndarray] = []
    for n in range(1, _ORDER + 1):
        for m in range(n % 2, n + 1, 2):
            value = _radial(n, m, radius) * np.exp(-1j * m * angle) * inside
            rows.append(((n + 1) / np.pi * (2.0 / pixels) ** 2 * value).ravel())
    return np.array(rows, np.complex64)


def _radial(n: int, m: int, radius: np.ndarray) -> np.ndarray:
    """R_nm (Zernike 1934)."""
    total = np.zeros_like(radius)
    for k in range((n - m) // 2 + 1):
        below = factorial(k) * factorial((n + m) // 2 - k) * factorial((n - m) // 2 - k)
        total += (-1) ** k * factorial(n - k) / below * radius ** (n - 2 * k)
    return total


def _outline_series(picture: Bool[np.ndarray, "p p"]) -> Float64[np.ndarray, "10"]:
    """Magnitudes of the harmonics of the outline's distance from the middle of the silhouette, over the mean one."""
    rows, columns = np.nonzero(picture)
    if not len(rows):
        return np.zeros(_SERIES)
    x, y = columns - columns.mean(), rows - rows.mean()
    sector = ((np.arctan2(y, x) / (2.0 * np.pi) % 1.0) * _ANGLES).astype(np.int64) % _ANGLES
    farthest = np.zeros(_ANGLES)
    np.maximum.at(farthest, sector, np.hypot(x, y))
    spectrum = np.abs(np.fft.rfft(farthest))
    return spectrum[1 : _SERIES + 1] / max(float(spectrum[0]), 1e-12)


def _places(pixels: int) -> tuple[np.ndarray, np.ndarray]:
    middle = (np.arange(pixels) + 0.5) / pixels * 2.0 - 1.0
    return np.meshgrid(middle, middle)
