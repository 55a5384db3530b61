"""Cells cut to where demands can be met: the sides of each draw, from forms that are affine in it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final

import numpy as np

from grammars.conditioning.cells import Cells
from grammars.conditioning.drawn import Source
from grammars.conditioning.forms import Form, Lanes

_NEAR: Final = 2.0**-27
"""By how much a side may lie outside where it could."""


def tightened(
    wanted: Sequence[Form], cells: Cells, sources: Mapping[int, tuple[str, Source]], along: Collection[str] | None
) -> Cells:
    """Sides moved inward to where each demand can still be met, the other draws being as favourable as they may.

    `wanted` are forms that must not be negative, `sources` the draws by their symbols; along some of them, or all.
    """
    for symbol, (address, source) in sources.items():
        if along is not None and address not in along:
            continue
        low, high = np.full(cells.count, -1.0), np.full(cells.count, 1.0)
        for form in wanted:
            slope = form.slopes.get(symbol)
            if slope is None:
                continue
            best = form.mid + form.radius() - abs(slope)
            edge = -best / np.where(slope == 0.0, 1.0, slope)
            low = np.where(slope > 0.0, np.maximum(low, edge), low)
            high = np.where(slope < 0.0, np.minimum(high, edge), high)
        if ((low > -0.99) | (high < 0.99)).any():
            cells = cells.sided(address, *_sides(cells, address, source, low, high))
    return cells


def _sides(cells: Cells, address: str, source: Source, low: Lanes, high: Lanes) -> tuple[Lanes, Lanes]:
    """The uniform numbers between which ε lies between `low` and `high`, a little outward."""
    middle, half = 0.5 * (source.low + source.high), 0.5 * (source.high - source.low)
    wanted_low, wanted_high = middle + half * (low - 1e-9), middle + half * (high + 1e-9)
    first, last = cells.range(address)
    # Both sides as lanes of one array, since a quantile takes as long of twice as many.
    below, above = np.stack([first, first]), np.stack([last, last])
    wanted = np.stack([wanted_low, wanted_high])
    with np.errstate(all="ignore"):
        if source.share is not None:
            found = source.share(wanted)
            below, above = _narrowed(source, wanted, below, above, np.clip(found - _NEAR, below, above))
            below, above = _narrowed(source, wanted, below, above, np.clip(found + _NEAR, below, above))
        while (above - below > 2.5 * _NEAR).any():
            below, above = _narrowed(source, wanted, below, above, 0.5 * (below + above))
    new_low = np.where(low > -1.0, below[0], first)
    new_high = np.where(high < 1.0, above[1], last)
    return new_low, np.maximum(new_high, new_low)


def _narrowed(source: Source, wanted: Lanes, below: Lanes, above: Lanes, between: Lanes) -> tuple[Lanes, Lanes]:
    """Two uniform numbers between which a source is as wanted, with one between them in place of either."""
    low_at, high_at = source.at(between)
    right = np.stack([low_at <= wanted[0], high_at < wanted[1]])
    return np.where(right, between, below), np.where(right, above, between)
