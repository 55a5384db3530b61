"""Conditions on learned grammars: `python -m benchmarks.grammars.conditioned_learned [CHAIRS] [SAMPLES]`.

A grammar is learned from 60 runs of an example, and is asked for what other runs of it are like; with CHAIRS, a folder
of ShapeAssembly programs, one from 60 of them instead, asked for what chairs of held-out skeletons are like. Parts go
by their kinds, since learned names are others. Nothing says that a learned grammar can make what was held out: a query
that is refused counts as one that is not met. Seconds are of the processor.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from benchmarks.grammars.conditioned import feasible, scene
from benchmarks.grammars.queries import KINDS, Asked, Sample, asked_of, by_kind
from grammars.learning.shapes.learned import learned
from grammars.learning.shapes.precision import precision_of
from grammars.learning.shapes.reading import body_of
from grammars.programs.corpus import divided
from grammars.programs.text import read, written
from shapelang.execution.simulate import simulate
from shapelang.execution.trace import Trace
from shapelang.io.read.shapeassembly import shape_program
from shapelang.semantics.check import check_text, load
from shapelang.semantics.program import Program

_EXAMPLES: Final = 60
_HELD_OUT: Final = 1_000_000
"""The first seed of held-out runs."""
_FAMILIES: Final = 12
_TOLERANCE: Final = 0.004
_QUERIES: Final = {"chair": 20, "bed": 10, "street_lamp": 10}
"""Queries of each example that a grammar is learned from."""
_CHAIRS: Final = 60


def main() -> None:
    """The table of all queries."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("words", nargs="*")
    words = options.parse_args().words
    samples = next((int(word) for word in words if word.isdigit()), 200)
    folder = next((Path(word) for word in words if not word.isdigit()), None)
    programs: dict[str, Program] = {}
    queries: list[Asked] = []
    for name, count in (_QUERIES if folder is None else {}).items():
        program = load(f"examples/{name}.shape")
        programs[name] = grammar_of([simulate(program, seed) for seed in range(_EXAMPLES)], None)
        queries += asked_about(name, [simulate(program, _HELD_OUT + k) for k in range(count)])
    if folder is not None:
        corpus = divided(read(file.read_text(encoding="utf-8")) for file in sorted(folder.glob("*.txt")))
        examples, held_out = (
            [simulate(check_text(shape_program(written(program)))) for program in programs[:count]]
            for programs, count in ((corpus.training, _EXAMPLES), (corpus.held_out, _CHAIRS))
        )
        programs["ShapeAssembly"] = grammar_of(examples, _FAMILIES)
        queries += asked_about("ShapeAssembly", held_out)
    feasible(programs, queries, samples, sharing=True)


def grammar_of(examples: Sequence[Trace], families: int | None) -> Program:
    """The grammar that `shapelang learn` writes of them."""
    bodies = [body for trace in examples if (body := body_of(trace.assembly)) is not None]
    found = learned(bodies, [], precision_of(bodies, _TOLERANCE), count=families)
    return check_text(found.grammar.text, "learned.shape")


def asked_about(name: str, held_out: Sequence[Trace]) -> list[Asked]:
    """One query about each, of all kinds in turn."""
    return [
        asked_of(
            name, KINDS[k % len(KINDS)], Sample(scene(trace).standing(), {}, by_kind), random.Random(f"{name} {k}")
        )
        for k, trace in enumerate(held_out)
    ]


if __name__ == "__main__":
    main()
