"""Wire-frame cubes: two readings of what one camera sees, and a model that is told that and no more."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from benchmarks.learners.necker import Readings, readings
from learners.chance import generator
from learners.data.examples import Batch
from learners.data.sets import Split, examples
from learners.data.views import depths, silhouettes
from learners.data.wire_cubes import WireCubes, wire_cube
from learners.names import Known, Size
from learners.systems.sequential.config import SilhouetteContext
from learners.systems.sequential.net import SequentialNet
from learners.systems.sequential.recipe import sequential


@pytest.mark.parametrize(("yaw", "pitch"), [(20.0, 30.0), (-40.0, 25.0), (5.0, -35.0)])
def test_the_mirrored_cube_is_in_the_set_and_one_camera_sees_the_same(yaw: float, pitch: float) -> None:
    cube, other = wire_cube(yaw, pitch, 16)[None], wire_cube(-yaw, -pitch, 16)[None]
    assert torch.equal(cube.flip(1), other), "mirrored along x, the line of sight"
    assert torch.equal(silhouettes(cube), silhouettes(other)) and bool(silhouettes(cube).any())
    assert not torch.equal(depths(cube, 1), depths(other, 1)), "a picture of depth says which it is"


def test_a_cube_that_is_not_turned_has_twelve_edges() -> None:
    cube = wire_cube(0.0, 0.0, 16)
    # Centres of cells are at odd multiples of 1/16, edges 3/16 thick about ±1/2: cells 7/16 and 9/16 from the middle.
    places = torch.zeros(16, dtype=torch.bool)
    places[[3, 4, 11, 12]] = True
    within = torch.zeros(16, dtype=torch.bool)
    within[3:13] = True
    lines = [places, places, within]
    expected = torch.zeros(16, 16, 16, dtype=torch.bool)
    for k in range(3):
        x, y, z = lines[k:] + lines[:k]
        expected |= x[:, None, None] & y[None, :, None] & z[None, None, :]
    assert torch.equal(cube, expected)


def test_volumes_hang_on_their_index_and_both_sides_of_the_floor_are_as_likely() -> None:
    away = examples(WireCubes(16, 3), Split.HELD_OUT)
    grids = away.grids(torch.arange(400))
    assert torch.equal(away.grids(torch.tensor([7])), grids[7:8])
    assert torch.equal(examples(WireCubes(16, 4), Split.HELD_OUT).grids(torch.tensor([7])), grids[7:8])
    # Seen from above, what is near (low x) is low in the picture: its lines' mean of x · y says on which side one is.
    places = torch.arange(16.0) - 7.5
    tilt = (grids.float() * places[:, None, None] * places[None, :, None]).sum(dim=(1, 2, 3))
    share = float((tilt > 0.0).float().mean())
    assert abs(share - 0.5) < 4.0 * 0.5 / 400**0.5


def test_the_silhouette_is_all_that_the_model_is_told() -> None:
    config = sequential(Size.SMALL, 1, Known.SILHOUETTE, 1, 16)
    assert isinstance(config.context, SilhouetteContext)
    net = SequentialNet(replace(config, context=SilhouetteContext(5, 2)))
    labels = torch.zeros(1, dtype=torch.int64)
    cube, other = (wire_cube(yaw, 30.0, 16)[None] for yaw in (20.0, 30.0))
    assert torch.equal(net.context(Batch(cube, labels)), net.context(Batch(cube.flip(1), labels)))
    assert not torch.equal(net.context(Batch(cube, labels)), net.context(Batch(other, labels)))


def test_readings_are_told_apart_by_their_overlap() -> None:
    found = Readings(np.array([0.8, 0.3, 0.2, 0.0]), np.array([0.2, 0.7, 0.3, 0.0]))
    assert found.shares == (0.25, 0.25), "one is nearly both, one is neither"
    net = SequentialNet(sequential(Size.SMALL, 1, Known.SILHOUETTE, 1, 16))
    cube = wire_cube(20.0, 30.0, 16)[None]
    with torch.no_grad():
        net.writer.blank.fill_(4.0)
    drawn = readings(net, cube, 3, generator(0))
    # All cells of a net that nobody trained are inside: as many of either reading.
    assert np.allclose(drawn.cube, float(cube.float().mean()), atol=0.05) and np.allclose(drawn.cube, drawn.mirrored)
