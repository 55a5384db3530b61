"""Chains that mix: `python -m benchmarks.grammars.mixed [ROUNDS [ROOM …]]`: R̂ of four tempered chains, by room.

ROUNDS (1,600) of 500 steps on each rung, of which the first quarter is left out; of every sixth room, or of those whose
purposes are named. Each chain starts from an empty room with numbers of chance of its own.
"""

from __future__ import annotations

import argparse
from time import process_time
from typing import Final

import numpy as np

from grammars.arrangement.mixing import effective, split_rhat
from grammars.arrangement.model import load_model
from grammars.arrangement.tempering import LADDER, tempered
from tools.learn_rooms import examples

_CHAINS: Final = 4

_STEPS: Final = 500


def main() -> None:
    """One row a room; seconds are of the processor."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("rounds", metavar="ROUNDS", type=int, nargs="?", default=1_600)
    options.add_argument("rooms", metavar="ROOM", nargs="*")
    asked = options.parse_args()
    rounds, model = asked.rounds, load_model("rooms")
    print(f"{_CHAINS} chains, {len(LADDER)} rungs, {rounds:,} rounds of {_STEPS} steps\n")
    print("| room | R̂ of log p | R̂ of all things | largest R̂ of a count | effective | trips | exchanged | seconds |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for room in examples("rooms")[::6]:
        if asked.rooms and room.space.purpose not in asked.rooms:
            continue
        started = process_time()
        runs = [tempered(model, room.space, seed, rounds, _STEPS) for seed in range(_CHAINS)]
        seconds = process_time() - started
        records = np.stack([run.records[rounds // 4 :] for run in runs])
        log_p, things = records[:, :, 0], records[:, :, 1:].sum(axis=2)
        counts = [(split_rhat(records[:, :, 1 + k]), name) for k, name in enumerate(model.names)]
        worst, name = max(counts)
        share = min(float(run.exchanged.min()) for run in runs)
        print(
            f"| {room.space.purpose} | {split_rhat(log_p):.3f} | {split_rhat(things):.3f} | {worst:.3f} ({name}) "
            f"| {effective(log_p):,.0f} | {sum(run.trips for run in runs)} | {share:.0%} or more | {seconds:.0f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
