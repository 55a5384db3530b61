"""Ours against CoACD, shape by shape: a higher IoU, no more parts, less time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias, final

from benchmarks.infer.classes import Class, Listed
from benchmarks.infer.markdown import markdown
from benchmarks.infer.rows import Row, State
from benchmarks.infer.systems import COACD

OURS: Final = "shapelang"

DEFAULT: Final = "coacd_0.05"

Pair: TypeAlias = tuple[Row, Row]
"""Our row and theirs for one shape."""


@final
@dataclass(frozen=True, slots=True)
class Wins:
    """On which of three counts ours is better. Without an answer nothing is won; against none everything."""

    iou: bool
    parts: bool
    time: bool

    @property
    def every(self) -> bool:
        """On all three at once."""
        return self.iou and self.parts and self.time


def wins(pair: Pair) -> Wins:
    """Compare the two rows of a shape."""
    ours, theirs = pair
    if ours.state is not State.OK:
        return Wins(False, False, False)
    if theirs.state is not State.OK:
        return Wins(True, True, True)
    mine, other = ours.figures, theirs.figures
    return Wins(
        mine["iou64"] > other["iou64"],
        mine["primitives"] <= other["primitives"],
        mine["seconds"] < other["seconds"],
    )


def with_default(rows: Iterable[Row]) -> list[Pair]:
    """The shapes that ours and CoACD at its default were given."""
    return [(ours[OURS], ours[DEFAULT]) for ours in _by_shape(rows) if OURS in ours and DEFAULT in ours]


def with_best(rows: Iterable[Row]) -> list[Pair]:
    """The shapes that were given to all three thresholds, theirs being the one of the highest IoU with its own time."""
    return [
        (found[OURS], max((found[name] for name in COACD), key=_height))
        for found in _by_shape(rows)
        if OURS in found and all(name in found for name in COACD)
    ]


def _height(row: Row) -> float:
    return row.figures["iou64"] if row.state is State.OK else -1.0


def _by_shape(rows: Iterable[Row]) -> Iterable[Mapping[str, Row]]:
    found: dict[tuple[str, str], dict[str, Row]] = {}
    for row in rows:
        found.setdefault((row.set, row.shape), {})[row.system] = row
    return found.values()


def against_coacd(rows: Sequence[Row], classes: Listed) -> str:
    """Shares of the shapes, in %: of all, of each set, and of each class."""
    lines: list[list[str]] = []
    for title, pairs in (("0.05", with_default(rows)), ("best of 0.02, 0.05, 0.1", with_best(rows))):
        groups = {"all": pairs}
        groups |= {f"{name}": [p for p in pairs if p[0].set == name] for name in dict.fromkeys(p[0].set for p in pairs)}
        groups |= {f"{one}": [p for p in pairs if (p[0].set, p[0].shape) in classes[one]] for one in Class}
        lines += [[title, name, *_shares(members)] for name, members in groups.items() if members]
    heads = ["CoACD at", "shapes", "count", "higher IoU", "no more parts", "less time", "all three"]
    return markdown(heads, lines)


def _shares(pairs: Sequence[Pair]) -> list[str]:
    found = [wins(pair) for pair in pairs]
    counts = (
        sum(one.iou for one in found),
        sum(one.parts for one in found),
        sum(one.time for one in found),
        sum(one.every for one in found),
    )
    return [str(len(found)), *(f"{100.0 * count / len(found):.0f}" for count in counts)]
