"""Derivations under conditions: `python -m benchmarks.grammars.conditioned [SAMPLES] [feasible|infeasible|enumerated]`.

SAMPLES are those of each feasible query (200); a word makes that table alone.

Queries that held-out samples meet, with each accepted sample's GLB measured by a reader of its own; queries that
nothing meets; and the distribution of what is drawn from grammars that were written out. Seconds are of the processor.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from time import process_time
from typing import Final, final

from benchmarks.grammars.enumerable import tower
from benchmarks.grammars.queries import HELD_OUT, INFEASIBLE, KINDS, Asked, Sample, asked_of, by_name
from benchmarks.grammars.scenes import Scene, scene_of
from grammars.conditioning.conditioned import Conditional, Conditioned
from grammars.conditioning.drawing import Plain
from grammars.conditioning.errors import ConditionError, Infeasible
from grammars.conditioning.reading import query_of
from shapelang.execution.simulate import simulate
from shapelang.execution.trace import Trace
from shapelang.io.glb import glb_bytes
from shapelang.semantics.check import check_text, load
from shapelang.semantics.program import Program

_FIRST_HELD_OUT: Final = 1_000_000
_MEASURED: Final = 20
"""Accepted samples of each query whose GLB is measured."""
_SEGMENTS: Final = 128
_SECONDS: Final = 20.0
_DRAWN: Final = 10_000


@final
@dataclass(frozen=True, slots=True)
class _Met:
    """One query: how many samples were found, how many of the measured ones hold, and as how many independent ones."""

    found: int
    measured: int
    verified: int
    independent: float
    distinct: float
    seconds: float

    @property
    def rate(self) -> float:
        """How many a second."""
        return self.found / self.seconds


def main() -> None:
    """The three tables, or one of them."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("words", nargs="*")
    words = options.parse_args().words
    samples = next((int(word) for word in words if word.isdigit()), 200)
    wanted = [word for word in words if not word.isdigit()] or ["feasible", "infeasible", "enumerated"]
    programs = {name: load(f"examples/{name}.shape") for name in HELD_OUT}
    if "feasible" in wanted:
        feasible(programs, _asked(programs), samples)
    if "infeasible" in wanted:
        infeasible(programs)
    if "enumerated" in wanted:
        enumerated()


def feasible(programs: Mapping[str, Program], queries: Sequence[Asked], samples: int, *, sharing: bool = False) -> None:
    """Queries that held-out samples meet, asked of programs by name; `sharing` plain derivations among those of one.

    What is shared is counted in where a query is the first to need it.
    """
    print("| program | query | found | measured | verified | accepted/s | distinct/s |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    rows: list[_Met] = []
    kept = {name: Plain(program) for name, program in programs.items()} if sharing else {}
    for asked in queries:
        row = _met(programs[asked.program], asked, samples, kept.get(asked.program))
        rows.append(row)
        cells = (asked.program, "; ".join(asked.clauses), row.found, row.measured, row.verified)
        print(f"| {' | '.join(map(str, cells))} | {row.rate:.0f} | {row.distinct:.0f} |", flush=True)
    met = sum(row.found == samples for row in rows)
    measured, verified = sum(row.measured for row in rows), sum(row.verified for row in rows)
    print(f"\n{sum(row.found > 0 for row in rows)} of {len(rows)} met, {met} of them with all {samples} samples")
    print(f"{verified:,} of {measured:,} measured samples verified ({verified / max(measured, 1):.2%})")
    rates = median(row.rate for row in rows), median(row.distinct for row in rows)
    print(f"median of accepted/s {rates[0]:.0f}, of distinct/s {rates[1]:.0f}")
    alone = median(row.independent / row.seconds for row in rows)
    print(f"as independent ones, median {alone:.1f} a second")
    found, independent = sum(row.found for row in rows), sum(row.independent for row in rows)
    print(f"{found:,} accepted, as {independent:,.0f} independent ones, in {sum(row.seconds for row in rows):,.0f} s")


def _asked(programs: dict[str, Program]) -> list[Asked]:
    found: list[Asked] = []
    for name, count in HELD_OUT.items():
        for k in range(count):
            trace = simulate(programs[name], _FIRST_HELD_OUT + k)
            kind = KINDS[len(found) % len(KINDS)]
            rng = random.Random(f"{name} {k}")
            found.append(asked_of(name, kind, Sample(scene(trace), _chosen(trace), by_name), rng))
    return found


def scene(trace: Trace) -> Scene:
    """What a reader that shares no code finds in the GLB."""
    return scene_of(glb_bytes(trace.assembly, segments=_SEGMENTS))


def _chosen(trace: Trace) -> dict[str, object]:
    return {address: choice.value for address, choice in trace.choices.items()}


def _met(program: Program, asked: Asked, samples: int, kept: Plain | None) -> _Met:
    started = process_time()
    try:
        found = Conditional(program, query_of(program, asked.clauses), plain=kept).draw(range(samples), _SECONDS)
    except ConditionError as error:
        print(f"{asked.program}: {error}", file=sys.stderr)
        return _Met(0, 0, 0, 0.0, 0.0, process_time() - started)
    seconds = process_time() - started
    different = len({tuple(sorted(each.items(), key=str)) for each in found.choices()})
    verified = [_verified(asked, trace) for trace in _some(found)]
    count = len(found.seeds)
    return _Met(count, len(verified), sum(verified), found.effective_sample_size, different / seconds, seconds)


def _some(found: Conditioned) -> list[Trace]:
    traces: list[Trace] = []
    for trace in found.traces():
        traces.append(trace)
        if len(traces) == _MEASURED:
            break
    return traces


def _verified(asked: Asked, trace: Trace) -> bool:
    seen, chosen = scene(trace), _chosen(trace)
    return all(check(seen, chosen) for check in asked.checks)


def infeasible(programs: dict[str, Program]) -> None:
    """Queries that nothing meets."""
    print("\n| program | query | refused | named as it should be | seconds |\n| --- | --- | --- | --- | --- |")
    right = 0
    longest = 0.0
    for name, clauses, wrong in INFEASIBLE:
        started = process_time()
        try:
            Conditional(programs[name], query_of(programs[name], clauses)).draw(range(1), _SECONDS)
            refused, named = "met", False
        except Infeasible as error:
            refused, named = "yes", error.clauses == tuple(clauses[k] for k in wrong)
        except ConditionError:
            refused, named = "not met", False
        seconds = process_time() - started
        longest = max(longest, seconds)
        right += named and seconds <= 5.0
        print(f"| {name} | {'; '.join(clauses)} | {refused} | {'yes' if named else 'no'} | {seconds:.2f} |", flush=True)
    print(f"\n{right} of {len(INFEASIBLE)} refused within 5 s with the clauses named; the slowest took {longest:.2f} s")


def enumerated() -> None:
    """Total variation between 10,000 draws and what is summed by hand, plain and bounded."""
    print("\n| grammar | outcomes | plain | bounded |\n| --- | --- | --- | --- |")
    worst = 0.0
    for seed in range(20):
        planted = tower(seed)
        program = check_text(planted.text(), "tower.shape")
        exact = planted.exact()
        apart: list[float] = []
        for always in (False, True):
            conditional = Conditional(program, query_of(program, planted.clauses()), always=always)
            drawn = Counter(planted.seen(each) for each in conditional.draw(range(_DRAWN), 60.0).choices())
            outcomes = exact.keys() | drawn.keys()
            apart.append(0.5 * sum(abs(drawn[c] / _DRAWN - exact.get(c, 0.0)) for c in outcomes))
        worst = max(worst, *apart)
        print(f"| {seed} | {len(exact)} | {apart[0]:.4f} | {apart[1]:.4f} |", flush=True)
    print(f"\nthe greatest total variation is {worst:.4f}")


if __name__ == "__main__":
    main()
