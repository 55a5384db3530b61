"""Programs told by charts: `python -m benchmarks.grammars.observed [--seconds S] [--seeds N] [--plain] [PROGRAM …]`.

Each program (those of `examples/` and `examples/dungeon/`, or those named) is read as a grammar, and each of its own
draws, of N seeds (2) and rounded to 1 mm, is told: exactly, as an estimate, or refused. What takes more than S seconds
(40) of the processor is refused too. An exact probability must not be below that of the derivation that made it.
With --plain the runs are those of `sample`, whose draws are not rounded.
"""

from __future__ import annotations

import argparse
import signal
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from math import inf, log
from pathlib import Path
from time import process_time
from types import FrameType
from typing import Final, assert_never

from grammars.charts.errors import ChartError
from grammars.charts.masses import mass
from grammars.charts.observed import Standing
from grammars.charts.observing import observed
from grammars.charts.reading import tree_grammar
from grammars.conditioning.errors import ConditionError
from grammars.conditioning.estimate import Estimate
from grammars.conditioning.estimating import Exact, Unrounded, probability
from shapelang.chance.families import Beta, LogNormal, Normal, Uniform
from shapelang.diagnostics import ShapelangError
from shapelang.execution.replay import replay
from shapelang.execution.simulate import simulate
from shapelang.execution.trace import Choice
from shapelang.semantics.check import load
from shapelang.semantics.program import Program

_GRID: Final = 0.001

_INFORMATIVE: Final = 0.5
"""The greatest standard error of an estimate that tells something, as a share of it."""


class _Late(Exception):
    """The seconds are over."""


def main() -> None:
    """One row a program, and how many of their runs there are of a kind; seconds are of the processor."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("programs", nargs="*", type=Path)
    parser.add_argument("--seconds", type=int, default=40)
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--plain", action="store_true", help="runs whose draws are not rounded")
    given = parser.parse_args()
    paths = given.programs or [
        *sorted(Path("examples").glob("*.shape")),
        *sorted(Path("examples/dungeon").glob("*.shape")),
    ]
    print("| program | nonterminals | rules | its own draws | ln p | ln p of the derivation | seconds |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    kinds: Counter[str] = Counter()
    worst: Counter[str] = Counter()
    for path in paths:
        told = _row(path, given.seconds, given.seeds, given.plain)
        kinds.update(told)
        worst[max(told, key=_badness)] += 1
    print()
    for kind, count in worst.most_common():
        print(f"{count} of {len(paths)} programs, the worst of each: {kind}")
    for kind, count in kinds.most_common():
        print(f"{count} of {kinds.total()} runs: {kind}")


def _badness(kind: str) -> tuple[bool, bool, str]:
    return kind.startswith("refused"), not kind.startswith("exact"), kind


def _row(path: Path, seconds: int, seeds: int, plain: bool) -> list[str]:
    """One program: the row, and of which kind its runs are."""
    program, started = load(str(path)), process_time()
    size, told, sums, lowest = ("–", "–"), [], [], []
    try:
        with _within(seconds):
            grammar = tree_grammar(program, _GRID)
        size = str(len(grammar.rules)), str(sum(map(len, grammar.rules.values())))
    except (ChartError, _Late):
        pass
    for seed in range(seeds):
        seen, derivation = _plain(program, seed) if plain else _drawn(program, seed)
        kind, value = _told(program, seen, seconds)
        assert kind != "exact" or value >= derivation - 1e-6, f"{path}, seed {seed}: {value} is below {derivation}"
        told.append("exact: 0" if kind == "exact" and value == -inf else kind)
        sums.append(f"{value + 0.0:.1f}" if value > -inf else "–")
        lowest.append(f"{derivation:.1f}" if derivation > -inf else "–")
    spent = process_time() - started
    worst = max(told, key=_badness)
    print(
        f"| {path.stem} | {size[0]} | {size[1]} | {worst} | {', '.join(sums)} | {', '.join(lowest)} | {spent:.1f} |",
        flush=True,
    )
    return told


def _told(program: Program, seen: Standing | None, seconds: int) -> tuple[str, float]:
    """Of which kind what is told of an assembly is, and the logarithm of its probability."""
    assert seen is not None, "an example that makes nothing"
    try:
        with _within(seconds):
            found = probability(program, seen, _GRID, proposals=512)
    except _Late:
        return f"refused: more than {seconds} s", -inf
    except (ChartError, ConditionError) as refused:
        return f"refused: {_cause(refused)}", -inf
    match found:
        case Exact(log=value):
            return "exact", value
        case Estimate() as estimate:
            return _estimated(estimate)
        case Unrounded(estimate):
            kind, value = _estimated(estimate)
            return f"{kind}, of draws that are not rounded", value
    assert_never(found)


def _estimated(estimate: Estimate) -> tuple[str, float]:
    value = log(estimate.value) if estimate.log is None else estimate.log
    informative = estimate.error <= _INFORMATIVE * estimate.value
    return ("estimated" if informative else "estimated, and not informative"), value


def _cause(refused: ShapelangError) -> str:
    """The cause without its numbers and names."""
    return str(refused).splitlines()[0].removeprefix("the probability cannot be told: ")


def _drawn(program: Program, seed: int) -> tuple[Standing | None, float]:
    """What is seen of a run whose reals lie on the grid, and Σ ln of the masses of its draws."""
    drawn = {
        a: round(c.value / _GRID) * _GRID if _real(c) else c.value for a, c in simulate(program, seed).choices.items()
    }
    trace = replay(program, drawn)
    return observed(trace.assembly, _GRID), sum(map(_log_mass, trace.choices.values()))


def _plain(program: Program, seed: int) -> tuple[Standing | None, float]:
    """What is seen of a run, of whose draws no masses are known."""
    return observed(simulate(program, seed).assembly, _GRID), -inf


def _real(choice: Choice) -> bool:
    return isinstance(choice.distribution, Normal | LogNormal | Uniform | Beta)


def _log_mass(choice: Choice) -> float:
    if not _real(choice):
        return choice.log_prob()
    cell = mass(choice.distribution, choice.support, round(choice.value / _GRID), _GRID)
    return log(cell) if cell > 0.0 else -inf


@contextmanager
def _within(seconds: int) -> Generator[None]:
    """Raises _Late after so many seconds of the processor."""

    def over(number: int, frame: FrameType | None) -> None:
        raise _Late

    signal.signal(signal.SIGPROF, over)
    signal.setitimer(signal.ITIMER_PROF, seconds, 5.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0.0)


if __name__ == "__main__":
    main()
