"""A whole body as one lathe."""

from __future__ import annotations

from typing import Final

from shapelang.inference.sampling.cells import Cells
from shapelang.inference.sampling.samples import Samples, middle_of, whole_samples
from shapelang.inference.solids.kinds import Fit
from shapelang.inference.solids.lathes import lathe_fit, lathe_promise
from shapelang.inference.solids.spin import frame_about, turning_axis

_SAMPLES: Final = 4000
_PROMISE: Final = 0.25
"""Samples of a body, and the IoU that a lathe must promise there to be drawn."""


def spun_fit(cells: Cells) -> Fit | None:
    """The body as a lathe about the axis that most of its surface is turned about."""
    axis = turning_axis(cells.shell, cells.frame)
    if axis is None:
        return None
    frame = frame_about(axis.direction)
    samples = whole_samples(cells, _SAMPLES, frame)
    return lathe_fit(cells, cells.full.reshape(-1), samples, 1, axis.point @ frame)


def middled_fit(cells: Cells, samples: Samples) -> Fit | None:
    """The body as a lathe about its middle."""
    axis = max(range(3), key=lambda k: lathe_promise(samples, k))
    if lathe_promise(samples, axis) < _PROMISE:
        return None
    region = cells.full.reshape(-1)
    return lathe_fit(cells, region, samples, axis, middle_of(cells, region, samples))
