"""The sets of chairs that are measured: from the corpus, drawn, and by simple ways to make new ones."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks.grammars.samples.shapes import boxes, independent, jittered
from grammars.programs.corpus import Corpus
from grammars.programs.program import Assembly
from grammars.programs.text import read
from shapelang.geometry.oriented import Oriented
from shapelang.io.read.shapeassembly_text import ShapeAssemblyError

SETS: Final = ("drawn", "careful", "walked", "training", "held out", "independent parts", "kernel density of programs")
"""`drawn`: every assembly is told until it is sound. `careful`, `walked`: walks of the careful and the free grammar."""


def some(programs: Sequence[Assembly], count: int, seed: int) -> list[Assembly]:
    """Some of them, by seed, in an order by seed."""
    order = np.random.Generator(np.random.Philox(key=[7, seed])).permutation(len(programs))
    return [programs[int(k)] for k in order[:count]]


def folder_of(arguments: argparse.Namespace, name: str) -> Path:
    """Where the step `draw` writes a set of samples."""
    return arguments.out / f"{name}_{arguments.temperature:g}"


def records(arguments: argparse.Namespace, name: str) -> list[dict[str, Any]]:
    """What the step `draw` wrote. Ends the program where that is nothing."""
    files = sorted(folder_of(arguments, name).glob("*.json"))
    if not files:
        raise SystemExit(f"{folder_of(arguments, name)} is empty: run the step `draw` first")
    return [json.loads(file.read_text(encoding="utf-8")) for file in files]


def drawn_set(arguments: argparse.Namespace, name: str) -> list[Assembly]:
    """The samples of a set."""
    return [read(record["text"]) for record in records(arguments, name)]


def posed(program: Assembly) -> list[Oriented]:
    """Its boxes. None for a program that cannot be posed, which is not rooted either."""
    try:
        return boxes(program)
    except ShapeAssemblyError:
        return []


def shapes_of(name: str, corpus: Corpus, arguments: argparse.Namespace, count: int) -> list[list[Oriented]]:
    """That many shapes of one of SETS, by the seed."""
    seed = arguments.seed
    rng = np.random.Generator(np.random.Philox(key=[11, seed]))
    match name:
        case "training":
            return [posed(p) for p in some(corpus.training, count, seed)]
        case "held out":
            return [posed(p) for p in some(corpus.held_out, count, seed)]
        case "independent parts":
            shapes = [posed(p) for p in some(corpus.training, 500, seed)]
            return [independent(shapes, rng) for _ in range(count)]
        case "kernel density of programs":
            return [posed(jittered(p, rng)) for p in some(corpus.training, count, seed + 100)]
        case _:
            return [posed(p) for p in some(drawn_set(arguments, name), count, seed)]
