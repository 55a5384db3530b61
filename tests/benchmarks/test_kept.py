"""The kept runs of learners: recipes that the command line takes, training that goes on, rows that tell what is not."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.learners import kept as keeping
from benchmarks.learners import letters, looks, solids
from benchmarks.learners import paces as pacing
from benchmarks.learners.kept import eval_words, licence_of, measure_all, pack_all, summary, train_all, train_words
from benchmarks.learners.paces import line, paces
from benchmarks.learners.runs import GPU_RUNS, RUNS, Kept, Source, runs_of
from shapelang.cli.app import load_command

TOY = Kept("toy", "cnn-ae", Source.LETTER_A, 2, 2, 60.0, ("--sheets", "0"))
UPON = Kept("upon", "latent-gan", "toy", 1, 2, 1.0, ("--sheets", "0"), None)


def test_names_are_known_once_and_in_order() -> None:
    every = (*RUNS, *GPU_RUNS)
    names = [run.name for run in every]
    assert len(set(names)) == len(names) >= 29
    assert sum(run.minutes for run in GPU_RUNS) == 30.0
    for number, run in enumerate(every):
        for below in (run.source, run.features):
            assert not isinstance(below, str) or below in names[:number], f"{run.name} comes after {below}"
        assert 0.0 < run.minutes <= 60.0 and licence_of(run).text


@pytest.mark.parametrize("run", (*RUNS, *GPU_RUNS), ids=lambda run: run.name)
def test_the_command_line_takes_every_recipe(run: Kept, tmp_path: Path) -> None:
    """Its words are parsed, and nothing is run."""
    words = train_words(run, str(tmp_path), tmp_path)
    options = load_command("train").make_context("train", words[1:]).params
    assert (options["system"], options["steps"], options["batch"]) == (run.system, run.steps, run.batch)
    assert (options["on"] is None) is isinstance(run.source, Source)
    if run.measured is not None:
        options = load_command("eval").make_context("eval", eval_words(run, tmp_path)[1:]).params
        assert options["keep"] and (options["features"] is None) is (run.features is None)


def test_runs_are_asked_for_by_name() -> None:
    assert runs_of([]) == list(RUNS) and runs_of(["gpu"]) == list(GPU_RUNS)
    # In the order of the table: a GAN upon an autoencoder is trained after it.
    assert [run.name for run in runs_of(["chairs-im-gan", "chairs-im-ae"])] == ["chairs-im-ae", "chairs-im-gan"]


@pytest.mark.parametrize(
    ("call", "words", "told"),
    [
        (pacing.main, ["chairs-imae"], "no run is called 'chairs-imae'; did you mean 'chairs-im-ae'?"),
        (pacing.main, ["x"], "no run is called 'x'; there are chairs-cnn-ae, chairs-im-ae"),
        (keeping.main, ["train", "chairs-imae"], "no run is called 'chairs-imae'; did you mean 'chairs-im-ae'?"),
        (letters.main, ["train", "--kinds", "ae,gan"], "no kind is called 'gan'; there are ae, vae, wgan"),
        (solids.main, ["measure", "nowhere"], "nowhere: no such folder"),
        (looks.main, ["nowhere"], "nowhere: no such folder"),
    ],
)
def test_names_of_nothing_are_refused(
    call: Callable[[list[str]], None], words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        call(words)
    out, err = capsys.readouterr()
    assert ended.value.code == 2 and told in err and not out


def test_runs_are_made_once_and_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    train_all([TOY, UPON], tmp_path)
    assert "toy: step 2 of 2" in (first := capsys.readouterr().out) and "upon: step 1 of 1" in first
    log = (tmp_path / "toy" / "log.jsonl").stat().st_mtime_ns
    train_all([TOY], tmp_path)
    assert "toy: step 2 of 2" in capsys.readouterr().out
    assert (tmp_path / "toy" / "log.jsonl").stat().st_mtime_ns == log, "what is done is not called again"
    missing = Kept("missing", "cnn-ae", Source.LETTER_A, 2, 2, 1.0)
    measure_all([TOY, UPON, missing], tmp_path)
    rows = [line for line in capsys.readouterr().out.splitlines() if line.startswith("| ")][2:]
    assert rows[0].startswith("| toy | 2 | ") and "IoU 0." in rows[0] and "nearest training shape" in rows[0]
    assert rows[1].endswith("| no measure of its own: see its sheets |")
    assert rows[2] == "| missing | 0 | 0.0 | no run: `make train-all` makes it |"
    kept = [json.loads(line) for line in (tmp_path / keeping.MEASURED).read_text().splitlines()]
    assert [(row["run"], row["step"]) for row in kept] == [("toy", 2)]
    pack_all([TOY, missing, replace(TOY, source=Source.CHAIRS)], tmp_path)
    assert "toy: not given on, its data is non-commercial research only" in (told := capsys.readouterr().out)
    assert "missing: no run" in told
    assert "| licence of that | MIT: made by shapelang itself |" in (tmp_path / "packed/toy/README.md").read_text()
    measure_all([TOY], tmp_path, budget=0.0)
    assert "| left out: the time is over |" in capsys.readouterr().out


def test_what_stands_upon_nothing_is_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    train_all([UPON], tmp_path)
    assert "upon: left out, the run toy is not there" in capsys.readouterr().out


def test_a_call_of_some_seconds_ends_with_a_checkpoint_and_the_next_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    long = replace(TOY, steps=1_000_000)
    train_all([long, UPON], tmp_path, budget=2.0)
    assert "2 of 2 runs are not done: call again" in capsys.readouterr().out
    first = keeping.steps_of(tmp_path / "toy")
    train_all([long], tmp_path, budget=2.0)
    assert 0 < first < keeping.steps_of(tmp_path / "toy") < 1_000_000
    train_all([TOY], tmp_path / "whole", budget=60.0)
    assert "toy: step 2 of 2" in (told := capsys.readouterr().out) and told.endswith("all that can be done is\n")
    train_all([TOY], tmp_path / "none", budget=0.0)
    assert "toy: step 0 of 2, 0.0 of 60 min\n1 of 1 runs are not done: call again" in capsys.readouterr().out


def test_a_device_that_is_not_there_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        train_all([TOY], tmp_path, "quantum", 60.0)
    assert ended.value.code == 2 and "--device takes cpu or cuda, not 'quantum'" in capsys.readouterr().err


def test_minutes_end_a_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "toy").mkdir()
    (tmp_path / "toy" / keeping.SPENT).write_text("3601.0")
    train_all([TOY], tmp_path)
    assert "toy: step 0 of 2, 60.0 of 60 min" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("figures", "told"),
    [
        ({"iou": {"net": {"mean": 0.5, "least": 0.1}}, "step": 3}, "IoU 0.500 net"),
        ({"frechet": {"drawn": 2.25, "training": 0.5}, "right": 0.9}, "Fréchet 2.25 drawn; Fréchet 0.50 training"),
        ({"right": 0.9725, "shapes": 10}, "97.25% told right"),
        ({"nats": [{"name": "a/b/run", "bound": {"mean": 530.4, "error": 1.0}}]}, "530 nats run"),
        ({"elbo": -100.0, "iwae": -90.5, "samples": 20}, "−ELBO 100.0, 90.5 by 20 samples"),
        ({"sets": {"drawn": {"mmd": 0.002, "cov": 0.5, "one_nna": 0.75}}}, "MMD·1000 2.00 COV 50% 1-NNA 75% drawn"),
    ],
)
def test_figures_in_a_line(figures: dict[str, object], told: str) -> None:
    assert summary(figures) == told


def test_the_pace_of_a_run_is_told_beside_its_minutes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pacing, "SECONDS", 0.0)
    gone = Kept("gone", "latent-gan", "a run that is not there", 1, 2, 1.0)
    found = list(paces([TOY, UPON, gone], tmp_path))
    assert [kept for kept, _ in found] == [TOY, UPON, gone]
    assert [seconds is not None and seconds > 0.0 for _, seconds in found] == [True, True, False]
    assert line(replace(TOY, steps=1200), 0.25) == "| toy | 0.250 | 1,200 | 5.0 | 60 |"
    assert "not there" in line(*found[2])
