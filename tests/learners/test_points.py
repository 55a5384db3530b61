"""Points of a grid, those near the surface first."""

from __future__ import annotations

import torch

from learners.chance import generator
from learners.data.points import cell_centres, near_surface, pooled, sampled_points


def _ball(axes: int, side: int = 16) -> torch.Tensor:
    return ((cell_centres((side,) * axes) ** 2).sum(-1) < 0.4).reshape(1, *(side,) * axes)


def test_all_cells_come_in_the_order_of_the_grid() -> None:
    grid = _ball(3, 8)
    points, inside = sampled_points(grid, 512, generator(0))
    assert points.shape == (1, 512, 3)
    assert bool((inside.reshape(8, 8, 8).bool() == grid[0]).all())
    assert points[0, 1].tolist() == [-0.875, -0.875, -0.625], "the last axis runs fastest"


def test_a_cell_is_near_the_surface_where_one_of_those_around_is_on_the_other_side() -> None:
    grid = torch.zeros(1, 5, 5, dtype=torch.bool)
    grid[0, 2, 2] = True
    near = near_surface(grid)
    assert int(near.sum()) == 9 and bool(near[0, 1:4, 1:4].all())
    assert not near_surface(torch.ones(1, 5, 5, dtype=torch.bool)).any(), "the border of the grid is no surface"


def test_those_near_the_surface_come_first_and_none_twice() -> None:
    for axes in (2, 3):
        grid = _ball(axes)
        near = int(near_surface(grid).sum())
        points, inside = sampled_points(grid, near + 20, generator(1))
        cells = ((points[0] + 1.0) * 8.0 - 0.5).round().long()
        chosen = torch.zeros_like(grid[0])
        chosen[tuple(cells.T)] = True
        assert int(chosen.sum()) == near + 20
        assert bool(chosen[near_surface(grid)[0]].all())
        assert bool((grid[0][tuple(cells.T)] == inside[0].bool()).all())


def test_a_coarse_cell_is_inside_where_a_fine_one_of_its_own_is() -> None:
    for axes in (2, 3):
        grids = torch.zeros(2, *(12,) * axes, dtype=torch.bool)
        grids[(0, *(5, 0, 11)[:axes])] = True
        expected = torch.zeros(2, *(3,) * axes, dtype=torch.bool)
        expected[(0, *(1, 0, 2)[:axes])] = True
        assert torch.equal(pooled(grids, 3), expected)
        assert torch.equal(pooled(grids, 12), grids)
