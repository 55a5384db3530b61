"""What is imagined from pictures alone: cameras all round, sheets, and errors beside what needs no net."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from learners.data.sets import Primitives, Split, examples
from learners.evaluation.unseen_views import unseen_views
from learners.generation.imagined import all_round, imagined_views, true_views, views_sheet
from learners.systems.multiview import Multiview, MultiviewSystem
from learners.systems.sequential.config import Place, ViewContext, Writer
from learners.systems.system import Adam
from learners.training.run import Run
from learners.training.train import Pace, train
from shapelang.diagnostics import UsageError
from shapelang.rendering.sheet import GAP
from tests.learners import small

SMALL = Multiview(Writer(30, 1, 3, 12, 4, 2, Place.AXIAL), ViewContext(3, 5, 2), 1, 6, 2, 3, Adam(1e-2))


def test_cameras_go_round_the_vertical_and_look_down() -> None:
    turns = all_round()[0].double()
    assert torch.allclose(turns @ turns.transpose(1, 2), torch.eye(3, dtype=torch.float64), atol=1e-6)
    forwards = turns[:, :, 0]
    # 20 degrees down; the first looks along x, and a quarter round is along z or against it.
    assert torch.allclose(forwards[:, 1], torch.full((8,), -0.34202, dtype=torch.float64), atol=1e-5)
    assert float(forwards[0, 0]) == pytest.approx(0.93969, abs=1e-5)
    assert abs(float(forwards[2, 2])) == pytest.approx(0.93969, abs=1e-5)
    # Up in the picture is up in the world, as far as looking down lets it.
    assert bool((turns[:, 1, 1] > 0.9).all())


def test_a_pole_is_seen_upright_and_nearest_where_the_camera_is() -> None:
    grid = torch.zeros(1, 16, 16, 16, dtype=torch.bool)
    grid[0, 2:4, 3:13, 7:9] = True  # a pole at low x
    views = true_views(grid)
    seen = views < 1.0
    rows, columns = seen.any(axis=2).sum(axis=1), seen.any(axis=1).sum(axis=1)
    assert (rows > 2 * columns).all(), "upright from every side"
    nearest = views.min(axis=(1, 2))
    assert nearest.argmin() == 0 and nearest.argmax() == 4, "the first camera stands where x is low"


def test_what_is_imagined_hangs_on_the_known_views_and_the_seed() -> None:
    with torch.random.fork_rng(devices=[]):
        torch.random.manual_seed(0)  # layers draw from torch's own generator
        system = MultiviewSystem(replace(SMALL, writer=replace(SMALL.writer, resolution=8)))
    one, other = torch.zeros(2, 1, 8, 8, 8, dtype=torch.bool)
    one[0, 2:6, 2:6, 2:6] = other[0, 1:3, 1:7, 4:6] = True
    found = imagined_views(system, one, 0)
    assert found.shape == (8, 8, 8)
    assert np.array_equal(found, imagined_views(system, one, 0))
    assert not np.array_equal(found, imagined_views(system, one, 1))
    assert not np.array_equal(found, imagined_views(system, other, 0))


def test_errors_are_of_the_same_cameras(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A training shape that is the held-out one has no error as the nearest, and a mean picture some."""
    monkeypatch.setattr("learners.data.examples.MEASURED", 3)
    data = Primitives(0)
    train(Run(SMALL, data, 1), tmp_path / "run", Pace(1))
    found = unseen_views(tmp_path / "run")
    assert found.step == 1 and len(found.net) == len(found.nearest) == len(found.mean) == 3
    assert bool((found.net > 0.0).all() and (found.mean > 0.0).all())
    monkeypatch.setattr("learners.evaluation.unseen_views.examples", lambda data, split: examples(data, Split.HELD_OUT))
    assert float(unseen_views(tmp_path / "run").nearest.max()) == 0.0


def test_errors_are_of_runs_of_pictures_alone(tmp_path: Path) -> None:
    train(small.run(), tmp_path / "run", Pace(1))
    with pytest.raises(UsageError, match="is a run of Autoencoder, which imagines no pictures"):
        unseen_views(tmp_path / "run")


def test_a_sheet_has_the_true_views_above_the_imagined_ones() -> None:
    trained = small.untrained(Run(SMALL, Primitives(0), 1))
    assert isinstance(trained.system, MultiviewSystem)
    sheet = views_sheet(trained.system, examples(Primitives(0), Split.HELD_OUT), 30).rgb
    assert sheet.shape[1] == 8 * (30 + GAP) + GAP
    assert sheet.shape[0] // (30 + GAP) >= 8
