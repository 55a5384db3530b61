"""What the sequential model gains by the class of a volume: `python -m benchmarks.learners.classes`.

    train NAME --data DIR --seconds 150    goes on with one run until it has had so many processor seconds in all
    measure --data DIR                     held-out volumes with the right class, with the wrong ones, and untold
    sheet --data DIR -o PNG                a row of drawn volumes for each class, of the run that is told it

DIR holds a folder of ShapeAssembly programs for each class. `told` knows the class of each volume, `untold` nothing;
all else is the same, and a volume's latents are drawn by the same numbers whichever class is said. Runs lie in
out/learners/classes.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, final

import numpy as np
import torch

from benchmarks.learners.spending import spent_on, train_for
from benchmarks.timing import commit, machine
from learners.chance import generator
from learners.data.categories import of_folder
from learners.data.examples import Batch, batch_of, spaced
from learners.data.sets import Data, Split, class_names, examples
from learners.evaluation.likelihood import independent_cells
from learners.generation.sheets import sheet_of
from learners.names import Known, Size
from learners.systems.sequential.bound import evidence
from learners.systems.sequential.net import SequentialNet
from learners.systems.sequential.recipe import sequential
from learners.systems.sequential.system import SequentialSystem
from learners.training.run import Run
from learners.training.trained import trained_system
from shapelang.arrays import AnyArray
from shapelang.diagnostics import UsageError

OUT: Final = Path("out/learners/classes")
RUNS: Final = ("told", "untold")
BATCH: Final = 16
CHUNK: Final = 40
"""Steps between two looks at the clock."""
_AT_ONCE: Final = 50
_DRAWS: Final = 4
"""Samples of the latents that a volume's bound is the mean of."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """Nats of each volume. of: (n,) its class; by: (n, k) the bound where the model is told class 0 to k − 1."""

    of: AnyArray
    by: AnyArray

    @property
    def right(self) -> AnyArray:
        """(n,) told what it is."""
        return np.take_along_axis(self.by, self.of[:, None], 1)[:, 0]

    @property
    def wrong(self) -> AnyArray:
        """(n,) the mean over all other classes."""
        return (self.by.sum(axis=1) - self.right) / (self.by.shape[1] - 1)

    @property
    def known(self) -> AnyArray:
        """(n,) whether the right class has the least bound of all."""
        return self.by.argmin(axis=1) == self.of


def run_of(name: str, data: Data, writes: int) -> Run:
    """A run with or without the class; all else alike."""
    known = Known.CLASS if name == "told" else Known.NOTHING
    side = examples(data, Split.HELD_OUT).resolution
    return Run(sequential(Size.SMALL, writes, known, len(class_names(data)), side), data, BATCH)


def told(net: SequentialNet, batches: Sequence[Batch], classes: int) -> Told:
    """The bounds of volumes, each told every class in turn."""
    by = [
        [_bound(net, replace(batch, labels=torch.full_like(batch.labels, k)), n) for k in range(classes)]
        for n, batch in enumerate(batches)
    ]
    of = torch.cat([batch.labels for batch in batches])
    return Told(of.numpy(), np.concatenate([np.stack(row, axis=1) for row in by]))


@torch.no_grad()
def _bound(net: SequentialNet, batch: Batch, number: int) -> AnyArray:
    """(b,) nats, −ELBO by the mean of a few draws, which are the same for every class."""
    draws = generator(0, "classes", number)
    found = [-evidence(net.inferred(batch, draws), batch.grids) for _ in range(_DRAWS)]
    return torch.stack(found).mean(dim=0).numpy()


def measure(data: Data, folder: Path, volumes: int) -> str:
    """A row for each class, and one for all."""
    away, names = examples(data, Split.HELD_OUT), class_names(data)
    labels = away.labels(torch.arange(len(away)))
    per_class = [torch.nonzero(labels == k)[:, 0] for k in range(len(names))]
    chosen = torch.cat([some[spaced(len(some), volumes)] for some in per_class])
    batches = [batch_of(away, some) for some in chosen.split(_AT_ONCE)]
    found = told(_net(folder / "told"), batches, len(names))
    untold = np.concatenate([_bound(_net(folder / "untold"), batch, n) for n, batch in enumerate(batches)])
    head = (
        "| held-out volumes | right class | untold | wrong class | right less untold | wrong less right | told apart |"
    )
    lines = [head, "| --- " * 7 + "|"]
    for name, some in [*((name, found.of == k) for k, name in enumerate(names)), ("all", found.of >= 0)]:
        right, plain, wrong = found.right[some], untold[some], found.wrong[some]
        cells = (_mean(right), _mean(plain), _mean(wrong), _mean(right - plain, 1), _mean(wrong - right, 1))
        lines.append(f"| {name}, {some.sum()} | {' | '.join(cells)} | {100 * found.known[some].mean():.0f} % |")
    alone = independent_cells(data, 200)
    spent = ", ".join(f"{name} {_steps(folder / name)}" for name in RUNS)
    return "\n".join([*lines, "", f"{spent}; independent cells {_mean(alone)} (of 200)"])


def _steps(folder: Path) -> str:
    return f"{trained_system(folder, torch.device('cpu')).step:,} steps in {spent_on(folder):.0f} s"


def _net(folder: Path) -> SequentialNet:
    trained = trained_system(folder, torch.device("cpu"))
    if not isinstance(trained.system, SequentialSystem):
        raise UsageError(f"{folder}: no run of the sequential model")
    return trained.system.net


def _mean(row: AnyArray, digits: int = 0) -> str:
    return f"{row.mean():.{digits}f} ± {row.std(ddof=1) / len(row) ** 0.5:.{digits}f}"


def main() -> None:
    """One of the three."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("train", "measure", "sheet"))
    parser.add_argument("name", nargs="?", choices=RUNS, default="told")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--resolution", type=int, default=32)
    parser.add_argument("--writes", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=150.0)
    parser.add_argument("--volumes", type=int, default=100, help="of each class, evenly spaced")
    parser.add_argument("-o", "--out", type=Path, default=OUT / "sheet.png")
    asked = parser.parse_args()
    try:
        data = of_folder(asked.data, asked.resolution)
        match asked.what:
            case "train":
                train_for(run_of(asked.name, data, asked.writes), OUT / asked.name, asked.seconds, CHUNK)
            case "measure":
                print(f"{machine()}, commit {commit()}\n\n{measure(data, OUT, asked.volumes)}")
            case _:
                trained = trained_system(OUT / "told", torch.device("cpu"))
                asked.out.write_bytes(sheet_of(trained, examples(data, Split.HELD_OUT)).png())
    except UsageError as error:
        parser.error(str(error))


if __name__ == "__main__":
    main()
