"""Configurations as JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from learners.configs import from_json, to_json
from learners.recipes import progressive
from learners.systems.autoencoder import Autoencoder, Progressive, Stage
from learners.training.run import Run
from shapelang.diagnostics import UsageError
from tests.learners.small import DECODERS, run


@pytest.mark.parametrize("decoder", DECODERS)
def test_there_and_back(decoder: Any) -> None:
    original = run(decoder)
    assert from_json(Run, json.loads(json.dumps(to_json(original)))) == original


def test_points_of_coarser_grids_there_and_back() -> None:
    original = replace(run(), system=progressive(run().system, [(16, 5), (32, 3)]))
    assert isinstance(original.system, Autoencoder) and isinstance(original.system.points, Progressive)
    assert original.system.points.stages == (Stage(16, 256, 5), Stage(32, 256, 8))
    assert from_json(Run, json.loads(json.dumps(to_json(original)))) == original


def _without_seed(data: Any) -> None:
    del data["seed"]


def _of_another_kind(data: Any) -> None:
    data["system"]["decoder"]["type"] = "OriginalImplicitDecoders"


def _misspelt(data: Any) -> None:
    data["system"]["point"] = data["system"].pop("points")


def _huge(data: Any) -> None:
    data["system"]["encoder"]["width"] = 10**12


def _text_for_points(data: Any) -> None:
    data["system"]["points"] = "256"


def _points_of_another_kind(data: Any) -> None:
    data["system"]["points"] = {"type": "Progresive", "stages": [], "points": 1}


def _another_kind_where_there_is_one(data: Any) -> None:
    data["system"]["adam"]["type"] = "Sgd"


def _text_for_a_number(data: Any) -> None:
    data["batch"] = "4"


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (_without_seed, "the configuration: 'seed' is missing"),
        (
            _of_another_kind,
            "the configuration.system.decoder: 'type' is 'OriginalImplicitDecoders', but it must be one of",
        ),
        (_misspelt, "the configuration.system: 'point' is unknown"),
        (_huge, "the configuration.system.encoder.width: it is 1000000000000"),
        (_text_for_points, "the configuration.system.points: it is '256', but it must be of type int"),
        (
            _points_of_another_kind,
            "the configuration.system.points: 'type' is 'Progresive', but it must be one of Prog",
        ),
        (
            _another_kind_where_there_is_one,
            "the configuration.system.adam: 'type' is 'Sgd', but it must be Adam",
        ),
        (_text_for_a_number, "the configuration.batch: it is '4', but it must be of type int"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(spoil: Callable[[Any], None], message: str) -> None:
    data = to_json(run())
    spoil(data)
    with pytest.raises(UsageError, match=re.escape(message)):
        from_json(Run, data)


def test_a_slip_is_told_what_it_was_meant_for() -> None:
    data = to_json(run())
    _misspelt(data)
    with pytest.raises(UsageError, match="did you mean 'points'"):
        from_json(Run, data)
