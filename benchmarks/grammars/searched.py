"""Greedy merging and a chain over structures: `python -m benchmarks.grammars.searched [ASSEMBLIES [STEPS]]`.

Of the 20 planted grammars, learned from so many assemblies each (200): the bits of the greedy merger, and of the
shortest structure that a chain of so many steps (2,000) from there meets.
"""

from __future__ import annotations

import argparse
from time import process_time

import numpy as np

from benchmarks.grammars.planted import planted
from benchmarks.grammars.same import same_rules
from grammars.charts.making import made
from grammars.learning.induced import induced
from grammars.learning.merging import merged
from grammars.learning.searching import STEPS, searched
from grammars.learning.slots import slots_of


def main() -> None:
    """One row a grammar; seconds are of the processor."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("assemblies", metavar="ASSEMBLIES", type=int, nargs="?", default=200)
    options.add_argument("steps", metavar="STEPS", type=int, nargs="?", default=STEPS)
    asked = options.parse_args()
    print("| planted | places | greedy, bits | chain, bits | the same: greedy | chain | seconds |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for seed in range(20):
        grammar, rng = planted(seed), np.random.default_rng(1000 + seed)
        corpus = [standing for _ in range(asked.assemblies) if (standing := made(grammar, rng)) is not None]
        places = slots_of(corpus)
        greedy = merged(places, grammar.grid)
        started = process_time()
        found = searched(greedy, places, grammar.grid, asked.steps)
        seconds = process_time() - started
        bits = [sum(one.bits for one in classes) for classes in (greedy, found)]
        same = [same_rules(grammar, induced(corpus, grammar.grid, steps=n)) for n in (0, asked.steps)]
        print(
            f"| {seed} | {len(places)} | {bits[0]:,.1f} | {bits[1]:,.1f} | {same[0]} | {same[1]} | {seconds:.1f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
