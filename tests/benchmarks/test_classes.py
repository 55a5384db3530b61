"""Bounds of volumes that are told each class in turn."""

from __future__ import annotations

import numpy as np
import torch

from benchmarks.learners.classes import Told, told
from learners.data.examples import Batch
from learners.names import Known, Size
from learners.systems.sequential.net import SequentialNet
from learners.systems.sequential.recipe import sequential


def test_right_and_wrong_classes_are_told_apart() -> None:
    found = Told(np.array([2, 0]), np.array([[5.0, 7.0, 1.0], [4.0, 2.0, 12.0]]))
    assert (found.right.tolist(), found.wrong.tolist(), found.known.tolist()) == ([1.0, 4.0], [6.0, 7.0], [True, False])


def test_each_class_is_told_and_draws_are_the_same() -> None:
    net = SequentialNet(sequential(Size.SMALL, 1, Known.CLASS, 2, 8))
    batch = Batch(torch.rand(3, 8, 8, 8, generator=torch.Generator().manual_seed(0)) > 0.5, torch.tensor([0, 1, 1]))
    one = told(net, [batch], 2)
    assert one.of.tolist() == [0, 1, 1] and one.by.shape == (3, 2) and (one.by[:, 0] != one.by[:, 1]).all()
    assert np.array_equal(one.by, told(net, [batch], 2).by)
    assert net.writer.known is not None
    with torch.no_grad():
        weights = dict(net.named_parameters())
        weights["writer.known.0.weight"][:, :2] = 0.0
        weights["posterior.0.weight"][:, -2:] = 0.0
    deaf = told(net, [batch], 2).by
    assert np.array_equal(deaf[:, 0], deaf[:, 1]), "whoever does not listen is told nothing, by the same draws"
