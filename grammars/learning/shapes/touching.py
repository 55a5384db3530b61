"""Where parts touch what they hang on: the image of it, the point of their own boxes, and where something is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, TypeAlias

import numpy as np

from grammars.learning.shapes.bodies import PLANES, Item, Mirrored, Row, signs
from grammars.learning.shapes.contacts import contact, distances, image_of, leaves_of, near
from grammars.learning.shapes.frames import share_of
from grammars.learning.shapes.precision import evenly

_SOME: Final = 200
"""Examples at most by which it is told where parts touch."""

Anchor: TypeAlias = tuple[float, float, float]


def nearest_image(items: Sequence[Item], others: Sequence[Item], apart: float) -> Mirrored:
    """Which of the images that all supports have the parts touch in most examples; of equals the original."""
    reflected: list[Mirrored] = [
        planes for planes in PLANES if all(set(planes) <= set(other.mirrored) for other in others)
    ]
    images: list[Mirrored] = ["", *reflected]
    if len(images) == 1:
        return ""
    some = evenly(len(items), _SOME)
    both = [(leaves_of(_reached(items[k])), _reached(others[k])) for k in some]
    met = {i: sum(bool(near(own, image_of(other, i), apart).any()) for own, other in both) for i in images}
    return max(images, key=lambda image: met[image])


def touched(items: Sequence[Item], others: Sequence[Item], image: Mirrored) -> Anchor:
    """Where parts touch the images of others, in [-1, 1] of their own boxes, in the middle of the examples."""
    both = [(items[k], others[k]) for k in evenly(len(items), _SOME)]
    met = [contact(leaves_of(_reached(item)), image_of(_reached(other), image)) for item, other in both]
    points = [share_of(item, point) for (item, _), point in zip(both, met, strict=True)]
    x, y, z = (min(max(round(float(s), 2), -1.0), 1.0) + 0.0 for s in np.median(points, axis=0))
    return x, y, z


def is_hollow(item: Item) -> bool:
    """Whether a point of its box may be where nothing is."""
    return item.body is not None or item.repeats is not None


def solid(
    points: np.ndarray, items: Sequence[Item], others: Sequence[Item], image: Mirrored, apart: float
) -> np.ndarray:
    """(m,): in what share of the examples points (n, m, 3) are where something is of the parts and of the others.

    Something is there where a leaf is no further off than `apart`, in metres; `image` of the others.
    """
    some = evenly(len(items), _SOME)
    found = np.ones((len(some), points.shape[1]), bool)
    for row, k in enumerate(some):
        for hollow in filter(is_hollow, (items[k], others[k])):
            seen = points[k] * signs(image) if hollow is others[k] else points[k]
            found[row] &= distances(seen, leaves_of(_reached(hollow))) <= apart
    return found.mean(axis=0)


def _reached(item: Item) -> Item:
    """The one that is placed, and that a name reaches: a row, or the first of images."""
    return replace(item, mirrored="", repeats=item.repeats if isinstance(item.repeats, Row) else None)
