"""Explanations of a body that the search would not look for once it has a good one."""

from __future__ import annotations

from collections.abc import Iterator

from shapelang.inference.sampling.cells import Cells
from shapelang.inference.sampling.frames import region_frames
from shapelang.inference.sampling.samples import samples_of
from shapelang.inference.solids.candidates import cuboid_fit
from shapelang.inference.solids.curved import superquadric_fits
from shapelang.inference.solids.fit import COUNT
from shapelang.inference.solids.kinds import Fit


def rival_fits(cells: Cells) -> Iterator[Fit]:
    """The whole body as the best cuboid, and as the best superquadric, where there is one."""
    region = cells.full.reshape(-1)
    samples = [samples_of(cells, region, frame, COUNT) for frame in region_frames(cells, region)]
    boxes = [fit for fit in map(cuboid_fit, samples) if fit is not None]
    if boxes:
        yield max(boxes, key=_agreement)
    curved = list(superquadric_fits(cells, region, samples[0])) if samples else []
    if curved:
        yield max(curved, key=_agreement)


def _agreement(fit: Fit) -> float:
    return fit.iou
