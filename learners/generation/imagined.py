"""What a system that learned from pictures alone imagines of a shape: how cameras all round it may see it."""

from __future__ import annotations

from typing import Final

import numpy as np
import torch

from learners.chance import generator
from learners.data.examples import Batch, Examples, spaced
from learners.data.views import Depths, turned_views
from learners.systems.multiview import MultiviewSystem, Turns
from learners.tensors import Grids
from shapelang.arrays import AnyArray
from shapelang.rendering.cells import grey_cells
from shapelang.rendering.picture import Picture
from shapelang.rendering.sheet import contact_sheet

CAMERAS: Final = 8
"""Evenly about the vertical, the first of them looks along x."""
ABOVE: Final = 20.0
"""Degrees that they look down by."""
ROWS: Final = 4
"""Held-out shapes on a sheet of training."""


def all_round() -> Turns:
    """(1, 8, 3, 3) the cameras, as `turned_views` has them."""
    down = np.radians(-ABOVE)
    tilt = np.array([[np.cos(down), -np.sin(down), 0.0], [np.sin(down), np.cos(down), 0.0], [0.0, 0.0, 1.0]])
    ways = np.arange(CAMERAS) * 2.0 * np.pi / CAMERAS
    turns = [np.array([[np.cos(w), 0.0, np.sin(w)], [0.0, 1.0, 0.0], [-np.sin(w), 0.0, np.cos(w)]]) for w in ways]
    return torch.from_numpy(np.stack([turn @ tilt for turn in turns])[None].astype(np.float32))


def true_views(grid: Grids) -> AnyArray:
    """(8, r, r) the depth of a volume (1, r, r, r), y upwards in the rows."""
    return turned_views(grid, all_round())[0].numpy()


@torch.no_grad()
def imagined_views(system: MultiviewSystem, grid: Grids, seed: int) -> AnyArray:
    """(8, r, r) the same as a net imagines it that is told the three known views of the volume, by a seed's draws."""
    device = next(system.net.parameters()).device
    told = Batch(grid, torch.zeros(1, dtype=torch.int64)).to(device)
    seen: Depths = system.net.imagined(told, all_round().to(device), generator(seed, "shape", device=device))
    return seen[0].cpu().numpy()


def strip(views: AnyArray, tile: int) -> tuple[Picture, ...]:
    """A picture of each view: what is near is dark, and y is up."""
    return tuple(grey_cells(1.0 - view[::-1], tile) for view in views)


def views_sheet(system: MultiviewSystem, held_out: Examples, tile: int) -> Picture:
    """Held-out shapes from all round, each above what is imagined of it."""
    rows = min(ROWS, len(held_out))
    tiles: list[Picture] = []
    captions: list[str] = []
    for number in spaced(len(held_out), rows).tolist():
        grid = held_out.grids(torch.tensor([number]))
        tiles += [*strip(true_views(grid), tile), *strip(imagined_views(system, grid, 0), tile)]
        captions += [f"true {number}"] * CAMERAS + ["imagined"] * CAMERAS
    return contact_sheet(tiles, captions, CAMERAS)
