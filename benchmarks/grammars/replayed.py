"""Whether a learned program makes what it is said to explain: `python -m benchmarks.grammars.replayed [CORPUS...]`.

Without a corpus (one of those of `benchmarks.grammars.standing`): of random programs. Each example of which nothing is
unexplained is made again by the written text, with the choices that explain it.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import Final, final

import numpy as np
from scipy.optimize import linear_sum_assignment

from benchmarks.grammars.hung import hung
from benchmarks.grammars.standing import bodies_of
from benchmarks.timing import commit, machine
from grammars.learning.shapes.bodies import Body
from grammars.learning.shapes.contacts import leaves_of
from grammars.learning.shapes.learned import Learned, learned
from grammars.learning.shapes.precision import precision_of
from grammars.learning.shapes.reading import body_of
from shapelang.assembly.assembly import Assembly
from shapelang.diagnostics import ShapelangError
from shapelang.execution.constrain import constrain
from shapelang.execution.simulate import simulate
from shapelang.geometry.oriented import Oriented
from shapelang.metrics.rooted import boxes_of
from shapelang.semantics.check import check_text

_TOLERANCE: Final = 0.004

_OFF: Final = (0.02, 0.05, 0.1)


@final
@dataclass(frozen=True, slots=True, eq=False)
class Replayed:
    """What was learned of examples, and how far each that is explained is off when it is made again."""

    learned: Learned
    offs: tuple[float, ...]


def replayed(bodies: Sequence[Body], families: int | None = None) -> Replayed:
    """Learn from all of the bodies, and make those that are explained again."""
    found = learned(bodies, [], precision_of(bodies, _TOLERANCE), count=families)
    program = check_text(found.grammar.text, "learned.shape")
    usual = float(np.median([np.linalg.norm(body.size) for body in bodies]))
    offs: list[float] = []
    for body in bodies:
        told = found.grammar.explained(body)
        if not told.missing:
            try:
                offs.append(off(body, constrain(program, told.choices)[0].assembly) / usual)
            except ShapelangError:
                offs.append(inf)
    return Replayed(found, tuple(offs))


def off(body: Body, made: Assembly) -> float:
    """Metres by which a face of the box of a part is off at most, the parts paired so that they are off least in all.

    Infinite where there are not as many parts. What was made stands in the frame of the body.
    """
    a, b = _faces([leaf for item in body.items for leaf in leaves_of(item)]), _faces(boxes_of(made))
    if len(a) != len(b):
        return inf
    apart = np.abs(a[:, None] - b[None]).max(axis=2)
    return float(apart[linear_sum_assignment(apart)].max())


def _faces(boxes: Sequence[Oriented]) -> np.ndarray:
    """(n, 6): the low and the high face across each axis."""
    return np.array([[*(np.array(b.centre) - b.reach()), *(np.array(b.centre) + b.reach())] for b in boxes])


def runs(text: str, count: int) -> list[Body]:
    """The bodies of the first seeds of a program."""
    program = check_text(text, "planted.shape")
    return [body for seed in range(count) if (body := body_of(simulate(program, seed).assembly)) is not None]


def main(arguments: Sequence[str] | None = None) -> None:
    """A row for each corpus, or one for all random programs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpora", nargs="*")
    parser.add_argument("--programs", type=int, default=78)
    parser.add_argument("--each", type=int, default=20)
    parser.add_argument("--first", type=int)
    given = parser.parse_args(arguments)
    over = " | ".join(f"off by more than {100 * share:g} %" for share in _OFF)
    print(f"| learned from | examples | explained | bits | {over} | programs |")
    print("| --- | --- | --- | --- |" + " --- |" * (len(_OFF) + 1))
    for corpus in given.corpora:
        print(_row(corpus, [replayed(bodies_of(corpus, 1, given.first))]), flush=True)
    if not given.corpora:
        found = [replayed(runs(hung(seed), given.each), 1) for seed in range(given.programs)]
        print(_row(f"{given.programs} random programs", found))
    print(f"\n{machine()}, load {os.getloadavg()[0]:.0f}, commit {commit()}")


def _row(name: str, found: Sequence[Replayed]) -> str:
    """The last column: in how many programs an example is off by so much."""
    last = [one.learned.steps[-1].training for one in found]
    offs = np.array([o for one in found for o in one.offs])
    worst = np.array([max(one.offs, default=0.0) for one in found])
    bits = np.mean([fit.bits for fit in last])
    told = (name, f"{sum(fit.examples for fit in last)}", f"{len(offs)}", f"{bits:.1f}")
    counts = " | ".join(f"{(offs > share).sum()}" for share in _OFF)
    return f"| {' | '.join(told)} | {counts} | {', '.join(f'{(worst > share).sum()}' for share in _OFF)} |"


if __name__ == "__main__":
    main()
