"""Grammars drawn from and learned: `python -m benchmarks.grammars [PLANTED [FRESH]]`.

PLANTED grammars (20) are learned, each measured on FRESH assemblies (10,000).
"""

from __future__ import annotations

import argparse
from math import inf
from time import process_time
from typing import Final

import numpy as np

from benchmarks.grammars.planted import planted
from benchmarks.grammars.recovered import loss, recovered
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

_NEAR: Final = 0.1
"""Bits of an assembly."""


def main() -> None:
    """Both tables; seconds are of the processor."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("planted", metavar="PLANTED", type=int, nargs="?", default=20)
    options.add_argument("fresh", metavar="FRESH", type=int, nargs="?", default=10_000)
    asked = options.parse_args()
    sampling()
    learning(asked.planted, asked.fresh)


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


def learning(count: int, fresh: int) -> None:
    """Planted grammars, and whether they come back from assemblies: rules, weights, sizes, and fresh assemblies."""
    print("| planted | rules | found | the same | loss, bits | impossible | weights | sizes | seconds |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    same = 0
    weights: list[bool] = []
    sizes: list[float] = []
    losses: list[float] = []
    for seed in range(count):
        grammar, rng = planted(seed), np.random.default_rng(1000 + seed)
        corpus = [standing for _ in range(_CORPUS) if (standing := made(grammar, rng)) is not None]
        started = process_time()
        found = induced(corpus, grammar.grid)
        seconds = process_time() - started
        told = recovered(grammar, found, _CORPUS)
        lost = loss(grammar, found, fresh, np.random.default_rng(2000 + seed))
        counts = [sum(map(len, g.rules.values())) for g in (grammar, found)]
        same += told.same
        weights += told.weights
        sizes += told.sizes
        losses.append(lost.bits if not lost.impossible else inf)
        print(
            f"| {seed} | {counts[0]} | {counts[1]} | {told.same} | {lost.bits:.3f} | {lost.impossible} of {fresh:,} "
            f"| {sum(told.weights)} of {len(told.weights)} | {np.median(told.sizes or [0.0]):.2%} | {seconds:.1f} |",
            flush=True,
        )
    within = sum(found <= _NEAR for found in losses)
    print(
        f"\n{same} of {count} have the same rules; {within} lose at most {_NEAR} bit on {fresh:,} fresh assemblies each"
    )
    print(
        f"{sum(weights)} of {len(weights)} weights within 3 standard errors; median size error {np.median(sizes):.2%}"
    )


if __name__ == "__main__":
    main()
