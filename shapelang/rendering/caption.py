"""Lines of text as coverage, from letters that travel with the package: captions need no font library."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from typing import Final, final

import numpy as np

from shapelang.arrays import AnyArray

UNKNOWN: Final = "?"
MORE: Final = "…"
INSTEAD: Final = {"–": "-", "—": "-", "−": "-", "×": "x", "…": "...", "‘": "'", "’": "'", "“": '"', "”": '"'}
"""For letters that the font lacks."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Letters:
    """cells: (n, height, width) uint8 coverage, letters starting `before` pixels from the left · advances: (n,) pixels.

    `places` gives the cell of a character.
    """

    cells: AnyArray
    advances: AnyArray
    places: dict[str, int]
    before: int

    @property
    def height(self) -> int:
        """Pixels from line to line."""
        return self.cells.shape[1]


@cache
def letters() -> Letters:
    """The letters of captions: Latin-1 and the usual dashes and quotes."""
    with as_file(files("shapelang.rendering") / "glyphs.npz") as path, np.load(path, allow_pickle=False) as stored:
        places = {chr(code): k for k, code in enumerate(stored["codes"])}
        return Letters(stored["cells"], stored["advances"], places, int(stored["before"]))


def fits(text: str, width: int) -> bool:
    """Whether a line of so many pixels holds all of a text."""
    return _width(letters(), text) <= width


def line(text: str, width: int) -> AnyArray:
    """(height, at most width) coverage in [0, 1] of one line; what is too long has `…` for its middle.

    What tells captions apart is often at their ends: the last digits of a seed.
    """
    font = letters()
    shown, kept = text, len(text)
    while shown and _width(font, shown) > width:
        kept -= 1
        shown = text[: (kept + 1) // 2] + MORE + text[len(text) - kept // 2 :] if kept > 0 else ""
    out = np.zeros((font.height, _width(font, shown)))
    pen = 0
    for place in _places(font, shown):
        cell = font.cells[place] / 255.0
        start, end = max(0, pen - font.before), min(out.shape[1], pen - font.before + cell.shape[1])
        part = cell[:, start - (pen - font.before) : end - (pen - font.before)]
        out[:, start:end] = np.maximum(out[:, start:end], part)
        pen += int(font.advances[place])
    return out


def _places(font: Letters, text: str) -> list[int]:
    shown = "".join(c if c in font.places else INSTEAD.get(c, UNKNOWN) for c in text)
    return [font.places[character] for character in shown]


def _width(font: Letters, text: str) -> int:
    return sum(int(font.advances[place]) for place in _places(font, text)) + (2 if text else 0)
