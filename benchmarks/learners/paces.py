"""What the steps of the kept runs take, beside the minutes that they are given: `python -m benchmarks.learners.paces`.

    python -m benchmarks.learners.paces [NAME …]

Seconds of the processor, the mean of as many steps as end within `SECONDS`, after a first one; names of runs.py, and
what stands upon a run after that. With OMP_NUM_THREADS=1 they are those of the clock where nothing else is at work.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import Final

import torch

from benchmarks.learners.kept import source_of, train_words
from benchmarks.learners.runs import Kept, runs_of
from benchmarks.timing import commit, machine
from learners.data.sets import Split, examples
from learners.training.engine import Alone
from learners.training.run import read_run
from learners.training.trainer import Trainer
from shapelang.cli.main import main as shapelang
from shapelang.diagnostics import UsageError

SECONDS: Final = 3.0


def paces(runs: list[Kept], out: Path) -> Iterator[tuple[Kept, float | None]]:
    """Each run with the seconds of a step; None where what it learns from is not there."""
    for kept in runs:
        source = source_of(kept, out)
        if source is None:
            yield kept, None
            continue
        begun = replace(kept, steps=1, settings=(*kept.settings, "--sheets", "0"))
        if code := shapelang(train_words(begun, source, out)):
            sys.exit(code)
        yield kept, _step(out / kept.name)


def _step(folder: Path) -> float:
    run = read_run(folder)
    trainer = Trainer(run, examples(run.data, Split.TRAINING), Alone(torch.device("cpu")))
    trainer.begin()
    trainer.advance()
    begun, steps = process_time(), 0
    while not steps or process_time() - begun < SECONDS:
        trainer.advance()
        steps += 1
    return (process_time() - begun) / steps


def line(kept: Kept, seconds: float | None) -> str:
    """A row of the table."""
    if seconds is None:
        return f"| {kept.name} | | what it learns from is not there | | |"
    return f"| {kept.name} | {seconds:.3f} | {kept.steps:,} | {kept.steps * seconds / 60.0:.1f} | {kept.minutes:g} |"


def main(arguments: Sequence[str] | None = None) -> None:
    """The table of all of them, or of some."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME")
    asked = parser.parse_args(arguments)
    try:
        runs = runs_of(asked.names)
    except UsageError as error:
        parser.error(str(error))
    head = "| run | seconds a step | steps | minutes of these | minutes given |\n| --- | --- | --- | --- | --- |"
    with TemporaryDirectory() as folder:
        rows = [line(kept, seconds) for kept, seconds in paces(runs, Path(folder))]
    print(f"{machine()}, commit {commit()}\n\n{head}\n" + "\n".join(rows))


if __name__ == "__main__":
    main()
