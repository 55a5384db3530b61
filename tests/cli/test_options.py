"""Options that commands share, and how a group of them becomes a command's own."""

from __future__ import annotations

from dataclasses import fields
from inspect import signature

import pytest

from shapelang.cli import build, check, info, render, sample, score
from shapelang.cli.options import Running, good_enough, spread


@pytest.mark.parametrize("module", [build, info, render, sample, score])
def test_a_command_that_runs_a_program_takes_all_options_of_a_run(module) -> None:
    names = list(signature(spread(module.run)).parameters)
    assert names[-len(fields(Running)) :] == [field.name for field in fields(Running)]
    assert "running" not in names
    assert spread(module.run).__doc__ == module.run.__doc__


def test_what_is_given_arrives() -> None:
    found: list[Running] = []

    def command(file: str, *, running: Running) -> int:
        found.append(running)
        return len(file)

    values = dict.fromkeys(field.name for field in fields(Running)) | {"settings": ["a=2"], "fuel": 7}
    assert spread(command)(file="abc", **values) == 3
    assert found == [Running(settings=["a=2"], fuel=7)]
    assert found[0].given() == {"a": 2}
    assert (found[0].limits().fuel, found[0].limits().depth) == (7, Running().limits().depth)


def test_other_commands_stay_as_they_are() -> None:
    assert spread(check.run) is check.run


def test_the_least_iou_is_good_enough(capsys: pytest.CaptureFixture[str]) -> None:
    assert [good_enough(0.5, least) for least in (None, 0.5, 0.51)] == [0, 0, 1]
    assert capsys.readouterr().err == "the IoU is 0.5000, below 0.51\n"
