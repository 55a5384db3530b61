"""Masks and annotations as COCO has them (cocodataset.org, "Data format"): boxes, areas, run lengths."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import numpy as np

from shapelang.arrays import AnyArray
from shapelang.io.json_text import Json


@final
@dataclass(frozen=True, slots=True)
class Mask:
    """One instance in a picture. `bbox`: left, top, width and height in pixels; `area` in pixels; `counts`: lengths of
    runs without and with the instance in turn, down the columns, beginning with one without it, which may be 0 long.
    """

    number: int
    bbox: tuple[int, int, int, int]
    area: int
    counts: tuple[int, ...]
    size: tuple[int, int]

    def segmentation(self) -> Json:
        """As COCO's compressed run lengths."""
        return {"size": list(self.size), "counts": compressed(self.counts)}


def masks_of(numbers: AnyArray) -> tuple[Mask, ...]:
    """The instances of a picture (h, w) of their numbers, 0 being none, in the order of the numbers."""
    height, width = numbers.shape
    down = np.ascontiguousarray(numbers.T).reshape(-1)
    starts = np.flatnonzero(np.concatenate(([True], down[1:] != down[:-1])))
    ends = np.concatenate((starts[1:], [len(down)]))
    of_run = down[starts]
    found: list[Mask] = []
    for number in np.unique(of_run[of_run != 0]).tolist():
        runs = of_run == number
        first, last = starts[runs], ends[runs]
        edges = np.stack((first, last), axis=1).reshape(-1)
        counts = np.diff(np.concatenate(([0], edges, [len(down)])))
        rows, columns = np.nonzero(numbers == number)
        top, left = int(rows.min()), int(columns.min())
        bbox = (left, top, int(columns.max()) - left + 1, int(rows.max()) - top + 1)
        # A run at the end of the picture is followed by none.
        kept = counts if counts[-1] else counts[:-1]
        found.append(Mask(number, bbox, int((last - first).sum()), tuple(kept.tolist()), (height, width)))
    return tuple(found)


def compressed(counts: tuple[int, ...]) -> str:
    """Run lengths as text: each, from the fourth on less the one two before it, as groups of five bits from the lowest.

    A sixth bit says that another group follows; the fifth bit of the last group is the sign; a group is the character
    of its value + 48.
    """
    text: list[str] = []
    for place, count in enumerate(counts):
        rest = count - counts[place - 2] if place > 2 else count
        while True:
            group, rest = rest & 31, rest >> 5
            ended = rest == (-1 if group & 16 else 0)
            text.append(chr(48 + (group if ended else group | 32)))
            if ended:
                break
    return "".join(text)


def expanded(text: str) -> tuple[int, ...]:
    """The run lengths of `compressed` text."""
    counts: list[int] = []
    value = shift = 0
    for character in text:
        group = ord(character) - 48
        value |= (group & 31) << shift
        shift += 5
        if group & 32:
            continue
        if group & 16:
            value -= 1 << shift
        counts.append(value + counts[-2] if len(counts) > 2 else value)
        value = shift = 0
    return tuple(counts)
