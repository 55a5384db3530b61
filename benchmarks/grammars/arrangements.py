"""Arrangements: `python -m benchmarks.grammars.arrangements`: a planted model found again, chains that mix, speed."""

from __future__ import annotations

import argparse
from time import process_time
from typing import Final

import numpy as np

from grammars.arrangement.learning import blank, maximised, rows_of
from grammars.arrangement.mixing import effective, split_rhat
from grammars.arrangement.model import ALONE, TOGETHER, ArrangementModel, load_model
from grammars.arrangement.reading import Furnished
from grammars.arrangement.sampling import MarkovFurnisher, Schedule, sampled
from grammars.arrangement.space import Kind, Rect, Space
from grammars.arrangement.uncertainty import standard_errors
from tools.learn_rooms import examples

KINDS: Final = (Kind("bed", 1.0, 2.0, 0.5), Kind("lamp", 0.4, 0.4, 0.5), Kind("seat", 0.5, 0.5, 0.8))
PLANTED: Final = (
    ("bed", "back to a wall", 2.0), ("bed", "side at a wall", 1.0), ("bed", "something before it", -1.5),
    ("lamp", "back to a wall", 1.5), ("seat", "in the middle", 1.0), ("seat", "looks at a wall", -2.0),
)  # fmt: skip
PAIRED: Final = (
    ("bed", "lamp", "second beside, touching", 2.5), ("bed", "lamp", "second beside, backs level", 2.0),
    ("lamp", "seat", "looking the same way", 1.5), ("bed", "seat", "second beside, near", 1.0),
)  # fmt: skip
STEPS: Final = {"bed": (-5.5,), "lamp": (-7.0, -8.0), "seat": (-6.5, -7.5)}


def planted() -> ArrangementModel:
    """A model whose weights are known."""
    names = [kind.name for kind in KINDS]
    alone, together = np.zeros((3, len(ALONE))), np.zeros((3, 3, len(TOGETHER)))
    for kind, feature, weight in PLANTED:
        alone[names.index(kind), ALONE.index(feature)] = weight
    for first, second, feature, weight in PAIRED:
        together[names.index(first), names.index(second), TOGETHER.index(feature)] = weight
    steps, most = np.zeros((3, 9)), np.zeros(3, np.int32)
    for name, row in STEPS.items():
        steps[names.index(name), : len(row)] = row
        most[names.index(name)] = len(row)
    return ArrangementModel(KINDS, alone, together, {"cell": steps}, {"cell": most})


def rooms_from(model: ArrangementModel, count: int, steps: int = 20_000) -> list[Furnished]:
    """Rooms of many sizes drawn from a model, each by a chain of its own."""
    rng, found = np.random.default_rng(0), list[Furnished]()
    for seed in range(count):
        w, d = rng.integers(24, 34, 2) / 10
        space = Space("cell", (Rect(0, 0, w, d),), (Rect(w - 0.9, d, w - 0.1, d + 0.1),))
        props = sampled(model, space, seed, Schedule(steps, every=steps)).props
        found.append(Furnished("", space, props, KINDS))
    return found


def recovery(count: int) -> tuple[list[tuple[str, float, float, float]], int]:
    """Each planted weight: its name, truth, what is found and its standard error; and how many were free."""
    truth, rooms = planted(), rooms_from(planted(), count)
    model = blank(rooms)
    rows = rows_of(model, rooms)
    columns = np.unique(rows.matrix.indices)
    deviations = np.full(rows.matrix.shape[1], 10.0)
    theta = maximised(rows, deviations)
    errors = standard_errors(rows, theta, deviations, columns)
    labels = [f"{k.name} {name}" for k in KINDS for name in ALONE]
    labels += [f"{a.name} + {b.name} {name}" for a in KINDS for b in KINDS for name in TOGETHER]
    labels += [f"{k.name} number {n + 1}" for k in KINDS for n in range(9)]
    known = truth.theta("cell")
    found = [(labels[c], float(known[c]), float(theta[c]), float(e)) for c, e in zip(columns, errors, strict=True)]
    return [row for row in found if row[1]], sum(abs(t - f) <= 2 * e for _, t, f, e in found if e < 2) * 100 // len(
        found
    )


def mixing(steps: int) -> None:
    """R̂ of four chains from empty rooms, of the log-probability and of the number of each kind."""
    model = load_model("rooms")
    print("| room | R̂ of log p | largest R̂ of a count | effective of log p | taken |\n| --- | --- | --- | --- | --- |")
    for room in examples("rooms")[::6]:
        runs = [sampled(model, room.space, seed, Schedule(steps, every=steps // 2_000)) for seed in range(4)]
        records = np.stack([run.records[len(run.records) // 4 :] for run in runs])
        counts = [split_rhat(records[:, :, k]) for k in range(1, records.shape[2])]
        taken = sum(run.tallies[:, 1].sum() for run in runs) / sum(run.tallies[:, 0].sum() for run in runs)
        log_p = records[:, :, 0]
        cells = f"{split_rhat(log_p):.3f} | {max(counts):.3f} | {effective(log_p):,.0f} | {100 * taken:.0f} %"
        print(f"| {room.space.purpose} | {cells} |", flush=True)


def speed() -> None:
    """Processor seconds to furnish a room, by steps for each square metre."""
    model, rooms = load_model("rooms"), examples("rooms")
    for steps in (150, 1_500):
        furnisher = MarkovFurnisher(model, steps=steps)
        furnisher.furnish(rooms[0].space, 0)
        started = process_time()
        things = sum(len(furnisher.furnish(room.space, 1)) for room in rooms)
        seconds = (process_time() - started) / len(rooms)
        print(f"{steps} steps for each m²: {1000 * seconds:.0f} ms a room, {things / len(rooms):.1f} things")


def main() -> None:
    """All of them; seconds are of the processor."""
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    rows, share = recovery(400)
    print("| weight | planted | found | standard error |\n| --- | --- | --- | --- |")
    for name, truth, found, error in rows:
        print(f"| {name} | {truth:g} | {found:.2f} | {error:.2f} |")
    print(f"of all weights, 0 or not, within 2 standard errors: {share} %\n")
    mixing(400_000)
    speed()


if __name__ == "__main__":
    main()
