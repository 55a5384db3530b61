"""Grammars drawn from and learned: `python -m benchmarks.grammars [PLANTED]`, how many planted grammars (20)."""

from __future__ import annotations

import sys
from time import process_time
from typing import Final

import numpy as np

from benchmarks.grammars.planted import planted
from benchmarks.grammars.same import same_rules
from grammars.charts.making import made
from grammars.learning.induced import induced
from grammars.sampling.sampler import Sampler
from shapelang.execution.simulate import simulate
from shapelang.semantics.check import check_text

_FLAT: Final = """\
part bit() { a = choose { 3: sphere(1); 2: cuboid(1, 1, 1); 1: cone(1, 1) } }
part pair() { w = cuboid(1, 1, 1); flag = choose { 1: p = sphere(1); 3: q = cone(1, 1) } }
part trio() { x = bit(); y = bit(); z = choose { 1: bit(); 2: pair() } }
part nine() { x = trio(); y = choose { 1: trio(); 1: other = trio() }; z = trio() }
first = nine()
second = choose { 1: nine(); 5: other = nine() }
third = nine()
"""
"""27 parts of one leaf or two."""

_DRAWN, _COMPARED = 1_000_000, 10_000

_CORPUS: Final = 200


def main() -> None:
    """Both tables; seconds are of the processor."""
    sampling()
    learning(int(sys.argv[1]) if len(sys.argv) > 1 else 20)


def sampling() -> None:
    """Derivations in a second, and how many of them differ from the evaluator's."""
    program = check_text(_FLAT, "flat.shape")
    sampler = Sampler(program)
    sampler.draw(np.arange(8, dtype=np.uint64))
    started = process_time()
    options, log_probs = sampler.draw(np.arange(_DRAWN, dtype=np.uint64))
    seconds = process_time() - started
    differing = 0
    for seed in range(_COMPARED):
        trace = simulate(program, seed)
        same = list(sampler.choices(options[seed]).items()) == [(a, c.value) for a, c in trace.choices.items()]
        differing += not (same and log_probs[seed] == trace.log_prob)
    print(f"flat: {_DRAWN / seconds:,.0f} derivations/s; {differing} of {_COMPARED:,} differ from the evaluator's")


def learning(count: int) -> None:
    """Planted grammars, and whether their rules come back from assemblies."""
    print("| planted | rules | found | the same | seconds |\n| --- | --- | --- | --- | --- |")
    same = 0
    for seed in range(count):
        grammar, rng = planted(seed), np.random.default_rng(1000 + seed)
        corpus = [standing for _ in range(_CORPUS) if (standing := made(grammar, rng)) is not None]
        started = process_time()
        found = induced(corpus, grammar.grid)
        seconds = process_time() - started
        counts = [sum(map(len, g.rules.values())) for g in (grammar, found)]
        same += same_rules(grammar, found)
        print(f"| {seed} | {counts[0]} | {counts[1]} | {same_rules(grammar, found)} | {seconds:.1f} |", flush=True)
    print(f"\n{same} of {count} have the same rules")


if __name__ == "__main__":
    main()
