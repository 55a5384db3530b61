"""The sequential model of volumes beside what it is held against: `python -m benchmarks.learners.sequential`.

    train NAME --seconds 100    goes on with one run until it has had so many processor seconds in all
    measure                     all runs that are there, in nats of the test volumes, and the net that is shipped
    complete                    half-hidden and noisy volumes, of the runs that can and of that net
    sheet                       a picture: test volumes, what comes of their halves, and volumes drawn

Runs lie in out/learners/sequential, those of each `--seed` but 0 apart. Primitives alone need no file;
`--data mnist3d:PATH` names the digits.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

import numpy as np
import torch

from benchmarks.learners.spending import spent_on, train_for
from benchmarks.learners.there import no_run
from learners.chance import generator
from learners.data.digit_volumes import DigitSolids, digit_solids
from learners.data.examples import spaced
from learners.data.primitives import Primitives
from learners.data.sets import Data, Split, examples
from learners.data.solid_grids import overlap
from learners.evaluation.completion import completions
from learners.evaluation.likelihood import independent_cells, likelihoods
from learners.generation.completing import unconditional
from learners.names import Known, Size
from learners.systems.sequential.completion import completed, half_hidden
from learners.systems.sequential.recipe import one_step, sequential, views_net
from learners.systems.systems import Config
from learners.training.run import Run

OUT: Final = Path("out/learners/sequential")
BATCH: Final = 16
CHUNK: Final = 40
"""Steps between two looks at the clock."""
SHIPPED: Final = Path("shipped:primitives-sequential")
RUNS: Final = ("one-step", "writes-1", "writes-2", "writes-6", "views", "seen-2")


def config_of(name: str) -> Config:
    """The settings of a run. `one-step` has the weights and latents of `writes-6`; `seen-2` is told what `views` is."""
    match name:
        case "one-step":
            return one_step(Size.SMALL, 6)
        case "views":
            return views_net(Size.SMALL)
        case "seen-2":
            return sequential(Size.SMALL, 2, Known.THREE_VIEWS, 1)
        case _:
            return sequential(Size.SMALL, int(name.removeprefix("writes-")), Known.NOTHING, 1)


def measure(data: Data, folder: Path, volumes: int, samples: int) -> None:
    """Nats of the runs, a row each."""
    print(f"nats a volume of {volumes} test volumes, ± standard error, bound and IWAE with K = {samples}")
    cells = independent_cells(data, volumes)
    print(f"independent cells | {_told(cells)} | | |")
    reference: np.ndarray | None = None
    for name in RUNS:
        if not (folder / name).exists():
            print(_no_run(name))
            continue
        found = likelihoods(folder / name, volumes, samples)
        weighted = "" if found.weighted is None else _told(found.weighted)
        reference = found.bound if reference is None else reference
        print(f"{name}: bound less that of the first run, volume by volume: {_told(found.bound - reference, 1)}")
        spent = spent_on(folder / name)
        print(f"{name} | {_told(found.bound)} | {weighted} | {found.step} steps | {spent:.0f} s", flush=True)
    if isinstance(data, Primitives):
        found = likelihoods(SHIPPED, volumes, samples)
        weighted = "" if found.weighted is None else _told(found.weighted)
        print(f"{SHIPPED} | {_told(found.bound)} | {weighted} | {found.step} steps |", flush=True)


def complete(folder: Path, volumes: int, steps: int) -> None:
    """IoU with the true volumes, of the runs and of the net that is shipped."""
    for run in (*(folder / name for name in RUNS[1:4]), SHIPPED):
        if run is not SHIPPED and not run.exists():
            print(_no_run(run.name))
            continue
        found = completions(run, volumes, steps)
        rows = (("half hidden, completed", found.completed), ("half hidden, filled as most are", found.filled))
        for label, row in (*rows, ("5 % flipped, denoised", found.denoised), ("5 % flipped, as seen", found.noisy)):
            print(f"{run.name}, {label}: IoU {_told(row, 3)}", flush=True)


def _no_run(name: str) -> str:
    return no_run(name, f"python -m benchmarks.learners.sequential train {name}")


def sheet(folder: Path, name: str, data: Data) -> None:
    """Rows of pictures: true, half of it, completed, drawn from the prior; depth along z, near is bright."""
    net, _ = unconditional(folder / name, torch.device("cpu"))
    away = examples(data, Split.HELD_OUT)
    grids = away.grids(spaced(len(away), 8))
    half = half_hidden(grids, 0, upper=True)
    done = completed(net, half, 100, generator(0, "sheet")).inside > 0.5
    with torch.no_grad():
        drawn = net.generated(torch.zeros(8, 0), generator(0, "drawn")) > 0.0
    print("IoU of the completed:", [round(value, 2) for value in overlap(done, grids).tolist()])
    rows = [_pictures(some.numpy()) for some in (grids, half.cells, done, drawn)]
    _write(np.concatenate(rows), folder / f"{name}.png")


def _pictures(grids: np.ndarray) -> np.ndarray:
    """(r, n r) uint8, y up."""
    near = grids.shape[3] - grids[:, :, :, ::-1].argmax(axis=3)
    bright = np.where(grids.any(axis=3), 60 + 195 * near / grids.shape[3], 0)
    pictures = bright.transpose(0, 2, 1)[:, ::-1]
    return np.pad(np.concatenate(list(np.pad(pictures, ((0, 0), (0, 0), (0, 1)))), axis=1), ((0, 1), (0, 0))).astype(
        np.uint8
    )


def _write(picture: np.ndarray, file: Path) -> None:
    from shapelang.rendering.png import png_bytes

    large = picture.repeat(4, axis=0).repeat(4, axis=1)
    file.write_bytes(png_bytes(np.stack([large] * 3, axis=2)))
    print(file)


def _told(row: np.ndarray, digits: int = 0) -> str:
    return f"{row.mean():.{digits}f} ± {row.std(ddof=1) / len(row) ** 0.5:.{digits}f}"


def main() -> None:
    """One of the four."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("train", "measure", "complete", "sheet"))
    parser.add_argument("name", nargs="?", choices=RUNS, default="writes-6")
    parser.add_argument("--data", default="primitives")
    parser.add_argument("--seconds", type=float, default=100.0)
    parser.add_argument("--volumes", type=int, default=200)
    parser.add_argument("--samples", type=int, default=20)
    parser.add_argument("--chain", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0, help="of first weights and of the order of what is learned from")
    asked = parser.parse_args()
    data: Primitives | DigitSolids = (
        Primitives(0) if asked.data == "primitives" else digit_solids(Path(asked.data.removeprefix("mnist3d:")), 0)
    )
    folder = OUT / (asked.data.split(":")[0] + (f"-{asked.seed}" if asked.seed else ""))
    match asked.what:
        case "train":
            train_for(Run(config_of(asked.name), data, BATCH, asked.seed), folder / asked.name, asked.seconds, CHUNK)
        case "measure":
            measure(data, folder, asked.volumes, asked.samples)
        case "complete":
            complete(folder, asked.volumes, asked.chain)
        case _:
            sheet(folder, asked.name, data)


if __name__ == "__main__":
    main()
