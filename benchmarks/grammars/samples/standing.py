"""Rooted and stable: of training, held-out and drawn chairs."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, final

import numpy as np

from benchmarks.grammars.samples.physics import has_physics, stable
from benchmarks.grammars.samples.sets import drawn_set, folder_of, posed, records, some
from grammars.programs.corpus import Corpus
from grammars.programs.program import Assembly
from shapelang.geometry.oriented import Oriented
from shapelang.metrics.rooted import rooted

_KNOWN: Final = ("training", "held out", "drawn", "careful", "walked")


def stand(corpus: Corpus, arguments: argparse.Namespace) -> None:
    """The table; what was found out before is read from `stand.jsonl`."""
    pushed = arguments.pushed if has_physics() else 0
    if not has_physics():
        print("stable: left out, since pybullet is not installed (extra `physics`)")
    known = _known(arguments.out / "stand.jsonl")
    print("| chairs | n | rooted | pushed | stable | stable of those rooted |\n| --- | --- | --- | --- | --- | --- |")
    for name in (name for name in _KNOWN if name in arguments.sets):
        programs = _programs(name, corpus, arguments)[: arguments.count]
        key = folder_of(arguments, name).name
        roots = np.array([_told(known, (key, k, "rooted"), p, rooted) for k, p in enumerate(programs)])
        stands = np.array([_told(known, (key, k, "stable"), p, stable) for k, p in enumerate(programs[:pushed])])
        told = "– | –"
        if len(stands):
            told = f"{_share(stands)} | {_share(stands[roots[: len(stands)]])}"
        print(f"| {name} | {len(roots)} | {_share(roots)} | {len(stands)} | {told} |", flush=True)
        if name == "drawn":
            _tellings(arguments)


def _programs(name: str, corpus: Corpus, arguments: argparse.Namespace) -> list[Assembly]:
    match name:
        case "training":
            return some(corpus.training, arguments.count, 0)
        case "held out":
            return list(corpus.held_out)
        case _:
            return drawn_set(arguments, name)


def _tellings(arguments: argparse.Namespace) -> None:
    """How often assemblies were told until they were sound."""
    found = records(arguments, "drawn")[: arguments.count]
    told = np.array([n for record in found for n in record["told"]])
    bits = np.mean([sum(1.0 / k for n in record["told"] for k in range(1, n)) for record in found]) / np.log(2.0)
    once = np.mean([set(record["told"]) == {1} for record in found])
    print(
        f"\ndrawn: {len(told)} assemblies told {told.sum()} times ({100 * len(told) / told.sum():.1f} % were sound), "
        f"{100 * once:.1f} % of the shapes at once, {sum(r['gave_up'] for r in found)} assemblies never; the condition "
        f"is worth {bits:.2f} bits a shape\n",
        flush=True,
    )


def _share(found: np.ndarray) -> str:
    """Mean and standard error."""
    mean = float(found.mean())
    return f"{100 * mean:.1f} ± {100 * (mean * (1 - mean) / len(found)) ** 0.5:.1f} %"


@final
@dataclass(frozen=True, slots=True)
class _Known:
    """What was found out before, and where more is written down."""

    file: Path
    found: dict[tuple[str, int, str], bool]


def _known(file: Path) -> _Known:
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    return _Known(file, {(name, k, what): told for name, k, what, told in map(json.loads, lines)})


def _told(known: _Known, key: tuple[str, int, str], program: Assembly, test: Callable[[list[Oriented]], bool]) -> bool:
    if key not in known.found:
        known.found[key] = test(posed(program))
        with known.file.open("a", encoding="utf-8") as out:
            out.write(json.dumps([*key, known.found[key]]) + "\n")
    return known.found[key]
