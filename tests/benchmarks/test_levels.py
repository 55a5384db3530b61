"""How soon a level is reached, and marks of a run."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from benchmarks.learners.levels import Mark, config_of, marks, reached, table, worth
from learners.data.letters import held_out_letters
from learners.names import Size
from learners.systems.autoencoder import Autoencoder, AutoencoderSystem, Progressive
from learners.training.train import Pace, train
from learners.training.trained import trained_system
from shapelang.diagnostics import UsageError
from tests.learners import small


def _row(*ious: float) -> list[Mark]:
    return [Mark("a", 0, 5 * k, 10.0 * k, iou, 0.1 - 0.1 * iou, "c") for k, iou in enumerate(ious, 1)]


def test_a_level_is_reached_between_two_marks() -> None:
    row = _row(0.2, 0.2, 0.6, 0.5)
    assert reached(row, 0.3, rising=True) == pytest.approx(22.5)
    assert reached(row, 0.1, rising=True) == pytest.approx(5.0)
    assert reached(row, 0.7, rising=True) is None
    assert reached(row, 0.05, rising=False) == pytest.approx(27.5)
    assert reached(row, 0.09, rising=False) == pytest.approx(10.0), "at the first mark already"
    last = table(row).splitlines()[-1]
    assert last.startswith("| a | 20, 40 | 28 | 30 | – |") and last.endswith("| 0.500, 0.0500 |")


def test_words_are_systems_and_their_stages() -> None:
    config = config_of("im-ae@16:5@32:3", Size.SMALL, 3, 64)
    assert isinstance(config, Autoencoder) and isinstance(config.points, Progressive)
    assert [(stage.cells, stage.until) for stage in config.points.stages] == [(16, 5), (32, 8)]
    with pytest.raises(UsageError, match="no system is called 'im'"):
        config_of("im", Size.SMALL, 3, 64)


def test_marks_train_as_ever(tmp_path: Path) -> None:
    """Looking on changes nothing: the weights are those of the loop."""
    run = small.run()
    grids = held_out_letters().grids(torch.arange(2))
    (mark,) = marks("a", run, 0.2, 0.2, grids)
    assert mark.seconds >= 0.2 and 0.0 <= mark.iou <= 1.0
    train(run, tmp_path, Pace(mark.step))
    system = trained_system(tmp_path, torch.device("cpu")).system
    assert isinstance(system, AutoencoderSystem)
    assert worth(system.net, grids) == (mark.iou, mark.mse)
