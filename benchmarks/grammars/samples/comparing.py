"""Sets of chairs compared with held-out ones, and how near samples are to training shapes."""

from __future__ import annotations

import argparse

import numpy as np

from benchmarks.grammars.samples.sets import posed, shapes_of
from benchmarks.grammars.samples.shapes import points
from grammars.programs.corpus import Corpus
from shapelang.arrays import AnyArray
from shapelang.geometry.oriented import Oriented
from shapelang.metrics.sets import nearest, nearest_others, set_scores


def compare(corpus: Corpus, arguments: argparse.Namespace) -> None:
    """MMD, COV and 1-NNA against held-out chairs."""
    count = min(arguments.count, len(corpus.held_out))
    reference = _clouds(shapes_of("held out", corpus, arguments, count), 0)
    among = nearest_others(reference)
    print("| chairs | seed | n | MMD × 1000 | COV | 1-NNA |\n| --- | --- | --- | --- | --- | --- |")
    for name in (name for name in arguments.sets if name != "held out"):
        made = _clouds(shapes_of(name, corpus, arguments, count), 10_000)
        scores = set_scores(nearest_others(made), nearest(made, reference), nearest(reference, made), among)
        shares = f"{100 * scores.cov:.1f} % | {100 * scores.one_nna:.1f} %"
        print(f"| {name} | {arguments.seed} | {len(made)} | {1000 * scores.mmd:.2f} | {shares} |", flush=True)


def novel(corpus: Corpus, arguments: argparse.Namespace) -> None:
    """The share of samples that are nearer to a training shape than 95 % of the held-out ones are."""
    training = _clouds([posed(program) for program in corpus.training], 100_000)
    count = min(arguments.count, len(corpus.held_out))
    held_out = nearest(_clouds(shapes_of("held out", corpus, arguments, count), 0), training).distances
    limit = float(np.quantile(held_out, 0.05))
    print(f"held out: median {1000 * float(np.median(held_out)):.2f}, 5 % are below {1000 * limit:.2f} (× 1000)")
    print("| chairs | n | median × 1000 | nearer than 95 % of held-out ones |\n| --- | --- | --- | --- |")
    for name in (name for name in arguments.sets if name not in ("held out", "training")):
        found = nearest(_clouds(shapes_of(name, corpus, arguments, count), 10_000), training).distances
        share = 100 * float((found < limit).mean())
        print(f"| {name} | {len(found)} | {1000 * float(np.median(found)):.2f} | {share:.1f} % |", flush=True)


def _clouds(shapes: list[list[Oriented]], first: int) -> list[AnyArray]:
    return [points(shape, first + k) for k, shape in enumerate(s for s in shapes if s)]
