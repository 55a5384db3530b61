"""What parts are called: what most of their items are, else a word for where their box is; no two of a body alike."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Final

import numpy as np

_PLACES: Final = (("left", "right"), ("lower", "upper"), ("rear", "front"))
"""Of what is in the first and in the last third of a body, along each axis."""

_MIDDLES: Final = np.array([0.0, 0.5, 0.0])
"""Of a body, as shares of its extents."""


def label_of(names: Mapping[str, int], faces: np.ndarray) -> str:
    """The most frequent of the names that items have, else what their box (6,) looks like."""
    return max(names, key=lambda name: names[name]) if names else looks(faces)


def looks(faces: np.ndarray) -> str:
    """A word for a box (6,) by its place and proportions, both as shares of its body."""
    x, y, z = faces[3:] - faces[:3]
    low, high = faces[1], faces[4]
    aside = abs(faces[0] + faces[3]) > 0.5
    if y <= 0.35 * min(x, z):
        return "top" if high > 0.95 else "seat" if min(x, z) > 0.5 and 0.15 < low else "board"
    if y > 1.6 * max(x, z):
        return "leg" if low < 0.1 else "post"
    if z < 0.35 * min(x, y):
        return "back" if faces[5] < 0.35 and high > 0.7 else "front" if faces[2] > 0.65 else "panel"
    if aside and 0.3 < low and high < 0.9 and z > max(1.2 * x, y):
        return "arm"
    if x < 0.35 * min(y, z):
        return "side"
    if max(y, z) < 0.5 * x:
        return "rail"
    if max(x, y) < 0.5 * z:
        return "bar"
    return "base" if low < 0.1 and high < 0.6 else "body"


def placed_labels(labels: Sequence[str], middles: np.ndarray) -> list[str]:
    """Labels of boxes with their middles (n, 3), as shares of the body's extents off its middle: `upper_rail`.

    Those with one label are told apart along the axis on which they are furthest apart, then along another.
    """
    found, middles = list(labels), middles.copy()
    for _ in range(2):
        alike: dict[str, list[int]] = defaultdict(list)
        for k, label in enumerate(found):
            alike[label].append(k)
        for members in alike.values():
            axis = int(np.ptp(middles[members], axis=0).argmax())
            for k in members:
                middle = float(middles[k, axis])
                if len(members) > 1 and abs(middle) > 1.0 / 6.0:
                    found[k] = f"{_PLACES[axis][int(middle > 0.0)]}_{found[k]}"
            middles[members, axis] = 0.0
    return found


def middle_of(faces: np.ndarray, copies: Mapping[str, int]) -> np.ndarray:
    """(3,): the middle of a box (6,) off that of its body; 0 across planes in which it is mirrored, mostly."""
    most = max(copies, key=lambda word: copies[word], default="")
    mirrored = [axis in most.split(" ")[0] for axis in "xyz"]
    return np.where(mirrored, 0.0, 0.5 * (faces[:3] + faces[3:]) - _MIDDLES)


def of_sets(sets: Sequence[Sequence[str]]) -> list[str]:
    """Names of sets of names: the first of each; and the first that others with that do not have, where there are some.

    What no name tells apart is numbered.
    """
    found: list[str] = []
    for own in sets:
        alike = [other for other in sets if other is not own and other[:1] == own[:1]]
        told = next((name for name in own if alike and all(name not in other for other in alike)), None)
        first = own[0] if own else "all"
        found.append(first if told is None else f"{first}_and_{told}")
    return distinct(found)


def distinct(labels: Sequence[str]) -> list[str]:
    """Names that no two have: a number behind a label that is taken, in the place of one that it has."""
    found: list[str] = []
    taken: set[str] = set()
    for label in labels:
        found.append(free(label, taken))
        taken.add(found[-1])
    return found


def free(label: str, taken: Collection[str]) -> str:
    """A label, or the first with a number that is not taken."""
    if label not in taken:
        return label
    stem = re.sub(r"_\d+$", "", label)
    return next(name for k in range(2, len(taken) + 3) if (name := f"{stem}_{k}") not in taken)
