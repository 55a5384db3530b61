"""Bits of held-out programs: `python -m benchmarks.grammars.bits DATA --out ROWS.jsonl`.

DATA has a folder of ShapeAssembly programs for each category. A run goes on where one with the same ROWS was stopped;
`--table` prints what there is.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from time import process_time
from typing import Final, final

import numpy as np

from benchmarks.grammars.bits.counting import CountingModel, flat_grammar, histograms, uniform
from benchmarks.grammars.bits.decisions import Decision, decisions
from benchmarks.grammars.bits.rows import Row, add_row, read_rows, table
from grammars.programs.corpus import Corpus, divided
from grammars.programs.events import Descriptors, Table
from grammars.programs.gates import Fit
from grammars.programs.model import learned_from
from grammars.programs.program import Assembly
from grammars.programs.text import read

CATEGORIES: Final = ("chair", "table", "storage")

SIZES: Final = (25, 100, 400, 0)
"""Examples; 0 for all."""

MODELS: Final = ("uniform", "histograms", "flat grammar", "stitch", "sequence", "ours")


@final
@dataclass(frozen=True, slots=True)
class Found:
    """Bits (n, 2) of held-out programs, and seconds of learning."""

    bits: np.ndarray
    seconds: float
    note: str = ""


@final
class Category:
    """The programs of one category, and what of them is needed more than once."""

    def __init__(self, folder: Path) -> None:
        files = sorted(folder.glob("*.txt"))
        if not files:
            raise SystemExit(f"{folder} has no ShapeAssembly programs (*.txt)")
        self.corpus: Corpus = divided(read(file.read_text(encoding="utf-8")) for file in files)
        self._told: dict[int, list[Decision]] = {}
        self._numbers: dict[Assembly, int] = {}
        self.table = Table(Descriptors())
        self.programs: list[Assembly] = []

    def members(self, size: int, seed: int) -> list[int]:
        """Which training programs are the examples."""
        order = np.random.Generator(np.random.Philox(key=seed)).permutation(len(self.corpus.training))
        return [int(k) for k in order[: size or len(order)]]

    def told(self, programs: Iterable[Assembly]) -> list[list[Decision]]:
        for program in programs:
            if id(program) not in self._told:
                self._told[id(program)] = decisions(program)
        return [self._told[id(program)] for program in programs]

    def tabled(self, programs: Sequence[Assembly]) -> list[int]:
        """Where the programs stand in the table of decisions with their contexts; those that do not yet are added."""
        for program in programs:
            if program not in self._numbers:
                self._numbers[program] = len(self.programs)
                self.programs.append(program)
                self.table.add(program)
        return [self._numbers[program] for program in programs]


def main() -> None:
    arguments = _arguments()
    rows = read_rows(arguments.out)
    for size, seed, name in (
        (size, seed, name) for size in arguments.sizes for seed in range(arguments.seeds) for name in arguments.models
    ):
        for category in arguments.categories:
            if (category, size, seed, name) in rows:
                continue
            there = _category(arguments.data / category)
            found = measured(there, size, seed, name, arguments.seconds)
            if found is None:
                print(f"{name}: left out, since its extra is not installed", flush=True)
                continue
            structure, numbers = found.bits.mean(axis=0)
            row = Row(category, size, seed, name, float(structure), float(numbers), found.seconds, found.note)
            add_row(arguments.out, row)
            rows[row.key] = row
            print(f"{category} {size or 'all'} seed {seed} {name}: {structure:.1f} + {numbers:.1f}", flush=True)
    print("\n".join(table(rows)))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.grammars.bits", description=__doc__)
    parser.add_argument("data", type=Path, help="a folder with the categories")
    parser.add_argument(
        "--out", type=Path, default=Path("out/bits.jsonl"), help="rows that were measured (%(default)s)"
    )
    parser.add_argument("--categories", nargs="+", choices=CATEGORIES, default=CATEGORIES)
    parser.add_argument("--sizes", nargs="+", type=int, default=SIZES, help="examples, 0 for all")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--models", nargs="*", choices=MODELS, default=MODELS, help="none to print what there is")
    parser.add_argument(
        "--seconds", type=float, default=90.0, help="of the processor for a sequence model (%(default)s)"
    )
    return parser.parse_args()


_categories: dict[Path, Category] = {}


def _category(folder: Path) -> Category:
    if folder not in _categories:
        _categories[folder] = Category(folder)
    return _categories[folder]


def measured(there: Category, size: int, seed: int, name: str, seconds: float) -> Found | None:
    """A model learned from examples, on the held-out programs; None where its extra is absent."""
    examples = [there.corpus.training[k] for k in there.members(size, seed)]
    match name:
        case "uniform":
            return _counting(there, examples, lambda _: uniform())
        case "histograms":
            return _counting(there, examples, histograms)
        case "flat grammar":
            return _counting(there, examples, flat_grammar)
        case "stitch":
            return _stitch(there, examples) if find_spec("stitch_core") else None
        case "sequence":
            return _sequence(there, examples, seed, seconds) if find_spec("torch") else None
        case _:
            return _ours(there, examples, seed)


def _counting(
    there: Category, examples: Sequence[Assembly], learn: Callable[[Sequence[Sequence[Decision]]], CountingModel]
) -> Found:
    corpus = there.told(examples)
    started = process_time()
    model = learn(corpus)
    seconds = process_time() - started
    return Found(np.array([model.program_bits(found) for found in there.told(there.corpus.held_out)]), seconds)


def _stitch(there: Category, examples: Sequence[Assembly]) -> Found:
    from benchmarks.grammars.bits.stitch import stitched

    bits, seconds, note = stitched(examples, there.corpus.held_out)
    return Found(bits, seconds, note)


def _sequence(there: Category, examples: Sequence[Assembly], seed: int, seconds: float) -> Found:
    from benchmarks.grammars.bits.tokens import sequence
    from benchmarks.grammars.bits.transformer import program_bits, trained

    made = trained([sequence(found) for found in there.told(examples)], seconds, seed)
    bits = program_bits(made.model, [sequence(found) for found in there.told(there.corpus.held_out)])
    return Found(bits, made.seconds, f"{made.passes} looks, {'settled' if made.settled else 'its time was up'}")


def _ours(there: Category, examples: Sequence[Assembly], seed: int) -> Found:
    held_out = there.tabled(there.corpus.held_out)
    started = process_time()
    members = there.tabled(examples)
    model = learned_from(there.table, there.programs, members, Fit(), seed)
    seconds = process_time() - started
    return Found(model.table_bits(there.table, held_out), seconds)


if __name__ == "__main__":
    main()
