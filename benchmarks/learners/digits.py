"""The seven generators of 2D digits of IM-NET by Fréchet distances: `python -m benchmarks.learners.digits`.

    paces                                seconds of the processor that a step of each system takes, kept
    run --seconds 60 --seeds 3           all seven at equal time, and of twins the faster one at the slower one's steps
    run --seconds 60 --seeds 1 --rates 0.5,2    the twins again, with their rates times these
    run --seconds 60 --only WGAN WGAN_IM     these alone
    table --seconds 60                   all rows that are there
    sheet --seconds 60 -o PNG            digits that each draws, of seed 0

Runs and rows lie in out/learners/digits. What is there is not done again, and what was interrupted goes on. An
autoencoder's seconds are those of the GAN on it, too.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import chain
from pathlib import Path
from shutil import copytree, rmtree
from statistics import mean, median, stdev
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any, Final, final

import torch

from benchmarks.learners.kept import DATA
from benchmarks.learners.there import no_run
from benchmarks.timing import commit, machine
from learners.data.digits import CLASSES, SIDE, Digits, digits
from learners.data.sets import Split, examples
from learners.evaluation.generated import Judge, classifier, drawn_grids, judge, some_of
from learners.generation.model import trained_model
from learners.names import Named, Size
from learners.recipes import classifier_recipe, latent_recipe, recipe
from learners.systems.system import Adam
from learners.systems.systems import Config
from learners.training.engine import Alone
from learners.training.run import Run
from learners.training.train import Pace, train
from learners.training.trainer import Trainer
from learners.training.upon import upon
from shapelang.diagnostics import UsageError
from shapelang.rendering.cells import grey_cells
from shapelang.rendering.sheet import contact_sheet

OUT: Final = Path("out/learners/digits")
BATCH: Final = 32
DRAWN: Final = 10_000
HELD_OUT: Final = 5000
CLASSIFIER_STEPS: Final = 1400
BELOW: Final = 0.4
"""Share of a latent GAN's seconds that its autoencoder has."""
COLUMNS: Final = 12
TILE: Final = 96


@final
@dataclass(frozen=True, slots=True)
class Maker:
    """One of the seven, by IM-NET's name. below: the autoencoder whose codes a latent GAN draws."""

    title: str
    system: Named
    batch: int = BATCH
    below: Named | None = None


TWINS: Final = (
    (Maker("CNN-GAN", Named.LATENT_GAN, BATCH, Named.CNN_AE), Maker("IM-GAN", Named.LATENT_GAN, BATCH, Named.IM_AE)),
    (Maker("VAE", Named.CNN_VAE), Maker("VAE_IM", Named.IM_VAE)),
    (Maker("WGAN", Named.CNN_WGAN), Maker("WGAN_IM", Named.IM_WGAN)),
)
SEVEN: Final = (Maker("DCGAN", Named.DCGAN, 64), *chain(*TWINS))


@final
@dataclass(frozen=True, slots=True)
class Length:
    """Steps of a training, and of the autoencoder below it, 0 where there is none."""

    steps: int
    below: int

    def __str__(self) -> str:
        """As the table has it."""
        return f"{self.steps:,}" + (f" on {self.below:,}" if self.below else "")


@final
@dataclass(frozen=True, slots=True)
class Job:
    """A training. factor: of the rates of its recipe, and of the autoencoder's below it."""

    maker: Maker
    length: Length
    seed: int
    factor: float = 1.0


@final
@dataclass(frozen=True, slots=True)
class Row:
    """What was found of a job: Fréchet distance of what it draws from the held-out digits."""

    title: str
    steps: int
    below: int
    seed: int
    factor: float
    distance: float
    commit: str


Paces = Mapping[str, float]
"""Seconds of the processor of a step, by the name of the system."""


def measured_paces(data: Digits, rounds: int = 5, seconds: float = 0.5) -> dict[str, float]:
    """The median of some rounds, in each of which every system has a turn of at least so many seconds."""
    with TemporaryDirectory() as folder:
        trainers: dict[str, Trainer] = {}
        # What is below comes first. The two latent GANs are of one size: codes have as many numbers.
        for maker in (Maker("", Named.CNN_AE), Maker("", Named.IM_AE), *SEVEN):
            run = run_of(Job(maker, Length(1, 1), 0), data, Path(folder))
            trainers[maker.system.value] = trainer = Trainer(
                run, examples(data, Split.TRAINING), Alone(torch.device("cpu"))
            )
            trainer.begin()
            trainer.advance()
        found = [{name: _pace(trainer, seconds) for name, trainer in trainers.items()} for _ in range(rounds)]
    return {name: median(paces[name] for paces in found) for name in trainers}


def _pace(trainer: Trainer, seconds: float) -> float:
    begun, steps = process_time(), 0
    while not steps or process_time() - begun < seconds:
        trainer.advance()
        steps += 1
    return (process_time() - begun) / steps


def at_time(maker: Maker, seconds: float, paces: Paces) -> Length:
    """As many steps as fit into the seconds, one at least."""
    below = 0 if maker.below is None else max(1, int(BELOW * seconds / paces[maker.below.value]))
    spent = 0.0 if maker.below is None else below * paces[maker.below.value]
    return Length(max(1, int((seconds - spent) / paces[maker.system.value])), below)


def at_steps(one: Maker, other: Maker, seconds: float, paces: Paces) -> Length:
    """The steps of the slower of two twins."""
    first, second = (at_time(maker, seconds, paces) for maker in (one, other))
    return Length(min(first.steps, second.steps), min(first.below, second.below))


def jobs(seconds: float, paces: Paces, seeds: int, factors: Sequence[float]) -> Iterator[Job]:
    """All at equal time, twins at equal steps too; without factors the rates of the recipes, for all seven."""
    for seed in range(seeds):
        for factor in factors or (1.0,):
            if not factors:
                yield Job(SEVEN[0], at_time(SEVEN[0], seconds, paces), seed, factor)
            for twins in TWINS:
                # First the fewer steps, on which what has more of them goes on.
                length = at_steps(*twins, seconds, paces)
                yield from (Job(maker, length, seed, factor) for maker in twins)
                yield from (Job(maker, at_time(maker, seconds, paces), seed, factor) for maker in twins)


def run_of(job: Job, data: Digits, out: Path) -> Run:
    """What trains a job; the autoencoder below it is trained first. Raises UsageError for runs of other settings."""
    maker = job.maker
    if maker.below is None:
        config = recipe(maker.system, Size.SMALL, 2, SIDE)
    else:
        below = Job(Maker(maker.below.value, maker.below), Length(job.length.below, 0), job.seed, job.factor)
        kept = upon(trained(below, data, out))
        config = latent_recipe(Size.SMALL, kept.autoencoder, str(folder_of(below, out)), kept.sha256)
    return Run(faster(config, job.factor), data, maker.batch, job.seed)


def faster(config: Config, factor: float) -> Config:
    """The same with the rates of its own updates times a factor."""
    own: Any = config
    rates = {name: adam for name in own.__dataclass_fields__ if isinstance(adam := getattr(own, name), Adam)}
    return replace(own, **{name: replace(adam, rate=factor * adam.rate) for name, adam in rates.items()})


def folder_of(job: Job, out: Path) -> Path:
    """Where a job's run lies."""
    below = f"-on-{job.length.below}" if job.length.below else ""
    return out / f"{job.maker.title}-{job.length.steps}{below}-rate-{job.factor:g}-seed-{job.seed}"


def trained(job: Job, data: Digits, out: Path) -> Path:
    """The folder of a job's run, trained to the end, on from a copy of what has fewer steps where that is there."""
    folder, run = folder_of(job, out), run_of(job, data, out)
    fewer = [k for k in range(1, job.length.steps) if folder_of(_of_steps(job, k), out).exists()]
    if fewer and not folder.exists():
        copy = folder.with_name(f"{folder.name}.part")
        rmtree(copy, ignore_errors=True)
        copytree(folder_of(_of_steps(job, fewer[-1]), out), copy)
        copy.rename(folder)
    train(run, folder, Pace(job.length.steps))
    return folder


def _of_steps(job: Job, steps: int) -> Job:
    return replace(job, length=replace(job.length, steps=steps))


def measured(job: Job, data: Digits, out: Path, known: Judge, drawn: int = DRAWN) -> Row:
    """Train a job, and the row of what it draws."""
    grids = drawn_grids(trained_model(trained(job, data, out)), range(drawn))
    return Row(*_key(job), known.distance(grids), commit())


def table(rows: Sequence[Row], seconds: float, paces: Paces) -> str:
    """A line for each of the seven, and for twins what the implicit one has more, seed by seed; a column a rate."""
    factors = sorted({row.factor for row in rows})
    head = ["drawn by", "equal", "steps", *(f"rate × {factor:g}" for factor in factors)]
    lines = [_line(head), "| --- " * len(head) + "|"]
    dcgan = SEVEN[0]
    lines.append(_told(dcgan, "seconds", at_time(dcgan, seconds, paces), rows, factors))
    for twins in TWINS:
        pairs = {
            "seconds": tuple(at_time(maker, seconds, paces) for maker in twins),
            "steps": (at_steps(*twins, seconds, paces),) * 2,
        }
        for equal, lengths in pairs.items():
            lines += [_told(maker, equal, n, rows, factors) for maker, n in zip(twins, lengths, strict=True)]
            found = [[_found(m, n, rows, f) for m, n in zip(twins, lengths, strict=True)] for f in factors]
            apart = [[im[seed] - cnn[seed] for seed in im if seed in cnn] for cnn, im in found]
            lines.append(_line([f"{twins[1].title} − {twins[0].title}", equal, "", *map(_figure, apart)]))
    return "\n".join(lines)


def _told(maker: Maker, equal: str, length: Length, rows: Sequence[Row], factors: Sequence[float]) -> str:
    figures = [_figure(list(_found(maker, length, rows, factor).values())) for factor in factors]
    return _line([maker.title, equal, str(length), *figures])


def _found(maker: Maker, length: Length, rows: Sequence[Row], factor: float) -> dict[int, float]:
    """Distances by seed."""
    asked = (maker.title, length.steps, length.below, factor)
    return {row.seed: row.distance for row in rows if (row.title, row.steps, row.below, row.factor) == asked}


def _figure(values: Sequence[float]) -> str:
    if not values:
        return ""
    error = f" ± {stdev(values) / len(values) ** 0.5:.1f} ({len(values)})" if len(values) > 1 else ""
    return f"{mean(values):.1f}{error}"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _key(job: Job) -> tuple[str, int, int, int, float]:
    return job.maker.title, job.length.steps, job.length.below, job.seed, job.factor


def _rows(out: Path) -> list[Row]:
    file = out / "rows.jsonl"
    return [Row(**json.loads(line)) for line in file.read_text().splitlines()] if file.exists() else []


def _judge(data: Digits, out: Path) -> Judge:
    classes = Run(classifier_recipe(Size.SMALL, 2, SIDE, CLASSES), data, 64)
    train(classes, out / "classifier", Pace(CLASSIFIER_STEPS))
    return judge(classifier(out / "classifier", 2, SIDE), examples(data, Split.HELD_OUT), HELD_OUT)


def _run(asked: argparse.Namespace, data: Digits, paces: Paces) -> None:
    known = _judge(data, asked.out)
    floor = known.distance(some_of(examples(data, Split.TRAINING), HELD_OUT))
    print(f"the class of {known.right:.2%} of the held-out digits is told; training digits: {floor:.2f}", flush=True)
    there = {(row.title, row.steps, row.below, row.seed, row.factor) for row in _rows(asked.out)}
    for job in jobs(asked.seconds, paces, asked.seeds, asked.rates):
        if _key(job) in there or (asked.only and job.maker.title not in asked.only):
            continue
        row = measured(job, data, asked.out, known)
        with (asked.out / "rows.jsonl").open("a") as lines:
            lines.write(json.dumps(asdict(row)) + "\n")
        there.add(_key(job))
        print(f"{folder_of(job, asked.out).name}: {row.distance:.1f}", flush=True)


def _sheet(asked: argparse.Namespace, data: Digits, paces: Paces) -> None:
    tiles, captions = [], []
    for maker in SEVEN:
        folder = trained(Job(maker, at_time(maker, asked.seconds, paces), 0), data, asked.out)
        tiles += [grey_cells(grid.float().numpy(), TILE) for grid in drawn_grids(trained_model(folder), range(COLUMNS))]
        captions += [maker.title, *[""] * (COLUMNS - 1)]
    asked.sheet.write_bytes(contact_sheet(tiles, captions, COLUMNS).png())


def _rates(text: str) -> list[float]:
    return [float(number) for number in text.split(",")]


def main(arguments: Sequence[str] | None = None) -> None:
    """One of the four."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("paces", "run", "table", "sheet"))
    parser.add_argument("--data", type=Path, default=DATA / "mnist10k.npz")
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--rates", type=_rates, default=[], metavar="FACTORS")
    parser.add_argument("--only", nargs="+", default=[], choices=[maker.title for maker in SEVEN])
    parser.add_argument("--sheet", "-o", type=Path, default=Path("digits.png"))
    asked = parser.parse_args(arguments)
    try:
        _answer(asked)
    except UsageError as error:
        parser.error(str(error))


def _answer(asked: argparse.Namespace) -> None:
    file = asked.out / "paces.json"
    if asked.what == "table" and not _rows(asked.out):
        print(no_run("digits", "python -m benchmarks.learners.digits run"))
        return
    data = digits(asked.data)
    asked.out.mkdir(parents=True, exist_ok=True)
    if asked.what == "paces" or not file.exists():
        file.write_text(json.dumps(measured_paces(data), indent=1))
    paces: Paces = json.loads(file.read_text())
    match asked.what:
        case "run":
            _run(asked, data, paces)
        case "sheet":
            _sheet(asked, data, paces)
        case "table":
            print(f"{machine()}, commit {commit()}\n\n{table(_rows(asked.out), asked.seconds, paces)}")
        case _:
            print("\n".join(f"{name}: {1000.0 * pace:.1f} ms" for name, pace in paces.items()))


if __name__ == "__main__":
    main()
