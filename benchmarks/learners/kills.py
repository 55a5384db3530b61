"""Kill training over and over: `python -m benchmarks.learners.kills [--kills 200]`.

A run of the wandering letter is killed (SIGKILL) at a random moment and gone on with, and again, until so many kills
are counted; its process is forked from one that has loaded torch. The same run is made in one piece. Counted are kills
after which a checkpoint was damaged, kills after which the newest whole one was older than before, and lines of the log
that are missing or stand twice at the end, and what half-written files leave behind. At last the weights, their average
and the optimiser's moments of both runs are compared bit by bit.
"""

from __future__ import annotations

import argparse
import json
import random
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final

from benchmarks.timing import machine
from learners.data.sets import LetterA
from learners.decoders.implicit import OriginalImplicitDecoder
from learners.encoders.convolutional import ConvolutionalEncoder
from learners.systems.autoencoder import Autoencoder
from learners.systems.system import Adam
from learners.training.checkpoint import newest_checkpoint
from learners.training.journal import LOG
from learners.training.run import Run
from learners.training.train import Pace, train

RUN: Final = Run(
    Autoencoder(ConvolutionalEncoder(2, 64, 8, 2), OriginalImplicitDecoder(2, 8, 64), 256, Adam(1e-3, 0.5)),
    LetterA(),
    4,
)
LOGGED: Final = 5


def main() -> None:
    """Kill, compare, tell."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--kills", type=int, default=200)
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--longest", type=float, default=4.0, help="seconds a process may live; more under load")
    asked = options.parse_args()
    with TemporaryDirectory() as folder:
        _measure(Path(folder), asked.kills, random.Random(asked.seed), asked.longest)


def _measure(folder: Path, kills: int, moments: random.Random, longest: float) -> None:
    context, begun = get_context("forkserver"), perf_counter()
    context.set_forkserver_preload(["learners.training.train", "learners.systems.systems"])
    killed, step, damaged, lost, most = folder / "killed", 0, 0, 0, 0
    for _ in range(kills):
        process = context.Process(target=_train, args=(killed, 1_000_000))
        process.start()
        process.join(moments.uniform(0.0, longest))
        process.kill()
        process.join()
        kept, skipped = newest_checkpoint(killed) if killed.exists() else (None, [])
        damaged += bool(skipped)
        lost += (0 if kept is None else kept.step) < step
        step = step if kept is None else kept.step
        most = max(most, len(list(killed.glob(".*"))))
    steps = step + LOGGED - step % LOGGED
    whole = folder / "whole"
    for place in (killed, whole):
        _train(place, steps)
    equal = _same(killed, whole)
    lines = [json.loads(line)["step"] for line in (killed / LOG).read_text().splitlines()]
    print(machine())
    print(f"{kills} kills, {steps} steps, {perf_counter() - begun:.0f} s")
    print(f"damaged checkpoints: {damaged}; kills that lost a checkpoint: {lost}")
    print(
        f"lines of the log missing or twice: {len(set(lines) ^ set(range(LOGGED, steps + 1, LOGGED)))}, "
        f"{len(lines) - len(set(lines))}"
    )
    left = [path.name for path in killed.iterdir() if path.name.startswith(".")]
    print(f"left of checkpoints and files that were half written: {len(left)} at the end, {most} at most after a kill")
    print(f"weights, average and moments equal those of a run in one piece: {'yes' if equal else 'NO'}")


def _train(folder: Path, steps: int) -> None:
    train(RUN, folder, Pace(steps, logged=LOGGED, kept=1))


def _same(one: Path, other: Path) -> bool:
    a, b = newest_checkpoint(one)[0], newest_checkpoint(other)[0]
    assert a is not None and b is not None
    pairs = ((a.net, b.net), (a.average, b.average), (a.optimizers, b.optimizers))
    return a.step == b.step and all(
        x.keys() == y.keys() and all(bool((x[name] == y[name]).all()) for name in x) for x, y in pairs
    )


if __name__ == "__main__":
    main()
