"""Shapes that a program of chance made, explained again: `python -m benchmarks.infer_grammar examples/chair.shape 20`.

With `moved` as a third argument each is turned by quarters and shifted on the ground before. A row for each sample:
whether every choice that its geometry shows was found, and how far the log-probability is from that of the trace that
made it, the choices that nothing shows being taken from that trace.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Final

from grammars.explaining.options import options_of
from grammars.explaining.placing import HERE, Place
from grammars.explaining.prior import Grammar
from shapelang.assembly.assembly import Assembly
from shapelang.deadline import within
from shapelang.diagnostics import ProgramError
from shapelang.execution.replay import replay
from shapelang.execution.score import score
from shapelang.execution.simulate import simulate
from shapelang.execution.trace import Trace
from shapelang.execution.update import update
from shapelang.inference.prior import Derived
from shapelang.metrics.sampling import uniforms
from shapelang.metrics.triangles import triangles
from shapelang.representations.surface import flattened
from shapelang.semantics.check import load
from shapelang.semantics.loader import FileLoader
from shapelang.semantics.program import Program

SECONDS: Final = 120.0
"""For each shape."""

SEEDS: Final = 1_000
"""The search draws from seeds that no sample is made of."""


def shown(trace: Trace) -> set[str]:
    """The choices, reals left out, of which some other value makes another geometry."""
    return {
        address
        for address, choice in trace.choices.items()
        if any(_differs(trace, address, value) for value in options_of(choice) if value != choice.value)
    }


def _differs(trace: Trace, address: str, value: object) -> bool:
    try:
        return _geometry(update(trace, {address: value})[0].assembly) != _geometry(trace.assembly)
    except ProgramError:
        return True


def _geometry(assembly: Assembly) -> list[object]:
    return [(leaf.geometry, leaf.pose) for leaf in assembly.leaves()]


def told(program: Program, trace: Trace, found: Derived) -> tuple[bool, float]:
    """Whether the shown choices are right, and |Δ ln p| with the others as the trace has them."""
    seen = shown(trace)
    right = all(found.choices.get(address) == trace.choices[address].value for address in seen)
    assert found.log_prob == score(program, found.choices, found.parameters)
    hidden = {a: c.value for a, c in trace.choices.items() if options_of(c) and a not in seen}
    if not right:
        return False, float("inf")
    both = replay(program, {**found.choices, **hidden}, found.parameters)
    return True, abs(both.log_prob - trace.log_prob)


def summed(rows: Sequence[tuple[bool, float, float]]) -> str:
    """How many are right, how far those are from their traces, and the seconds of all."""
    apart = [row[1] for row in rows if row[0]]
    said = f"{len(apart)} of {len(rows)} right"
    if apart:
        said += f"; |Δ ln p| median {median(apart):.4f}, most {max(apart):.4f}"
    return f"{said}; seconds median {median(row[2] for row in rows):.1f}" if rows else said


def _elsewhere(seed: int) -> Place:
    """A quarter turn and a shift that hang on the seed, metres."""
    x, z = (3.0 * uniforms(1, 2, seed)[0] - 1.5).tolist()
    return Place(seed % 4, 1.0, (x, 0.0, z))


def _seeds(given: str) -> list[int]:
    return [int(seed) for seed in given.split(",")] if "," in given else list(range(int(given)))


def main(arguments: Sequence[str]) -> None:
    """`FILE COUNT` or `FILE SEED,SEED,…`, and `moved`: a line for each sample, then the sums."""
    if len(arguments) not in (2, 3) or arguments[2:] not in ([], ["moved"]):
        raise SystemExit("give FILE COUNT or FILE SEED,SEED,…, and after them `moved` or nothing")
    path, seeds, moved = Path(arguments[0]), _seeds(arguments[1]), len(arguments) == 3
    program = load(path)
    grammar = Grammar(program, FileLoader(path.parent))
    rows: list[tuple[bool, float, float]] = []
    for seed in seeds:
        trace = simulate(program, seed)
        flat = flattened(trace.assembly)
        started = perf_counter()
        mesh = (_elsewhere(seed) if moved else HERE).done(triangles(flat.positions, flat.faces))
        found = grammar.derivations(mesh, 1, SEEDS + seed, within(SECONDS))[0]
        seconds = perf_counter() - started
        right, apart = told(program, trace, found)
        rows.append((right, apart, seconds))
        print(f"{seed:3}  {'right' if right else 'WRONG'}  |Δ ln p| {apart:.4f}  {seconds:.1f} s", flush=True)
    print(summed(rows))


if __name__ == "__main__":
    main(sys.argv[1:])
