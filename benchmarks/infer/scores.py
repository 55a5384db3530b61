"""Parts and segments of answers that were kept: `python -m benchmarks.infer.scores --keep DIR --out rows.jsonl`.

DIR is that of `python -m benchmarks.infer --keep DIR`. One row per answer, and with `--baselines` those that the
segmentation benchmark is read beside. Prints the tables of all rows. An answer without parts is one segment.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np

from benchmarks.infer.files import pieces_in
from benchmarks.infer.ikea import IncompleteError, Product, ikea_truth, products
from benchmarks.infer.instances import grouped, instances, leaves_of, outermost
from benchmarks.infer.matching import connection_scores, part_scores
from benchmarks.infer.parts_tables import tables
from benchmarks.infer.psb import (
    CLUSTERS,
    Labels,
    Segmented,
    agreement,
    among_people,
    k_means,
    nearest_instance,
    one_segment,
    shapes,
)
from benchmarks.infer.rows import Key, Row, State, append_row, read_rows
from benchmarks.infer.sets import CACHE, DATA, unpacked
from benchmarks.timing import commit
from shapelang.diagnostics import ShapelangError
from shapelang.metrics.triangles import Triangles

ASSEMBLIES: Final = ("ikea", "ikea_fused")
"""Sets whose truth is that of a product."""

_SEGMENTED: Final = ("psb", "psb_others")
"""Sets that people have cut."""

Pieces: TypeAlias = tuple[list[Triangles], list[int]]
"""The pieces of an answer, and the outermost shape that each stands in."""

Figures: TypeAlias = dict[str, float]

Task: TypeAlias = tuple[Key, Callable[[], Figures]]
"""What a row is known by, and how its figures are got."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Score the answers that have no row yet, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", type=Path, help="the folder of the answers")
    parser.add_argument("--out", type=Path, required=True, help="rows, one JSON object a line")
    parser.add_argument("--baselines", action="store_true", help="people, one segment and k-means as well")
    parser.add_argument("--data", type=Path, default=DATA, help="the folder of the archives")
    parser.add_argument("--cache", type=Path, default=CACHE, help="where they are unpacked")
    given = parser.parse_args(arguments)
    done = {row.key for row in read_rows([given.out])}
    for key, figures in _tasks(given.keep, given.baselines, given.data, given.cache):
        if key not in done:
            append_row(given.out, Row(*key, State.OK, figures(), "", commit()))
    print(tables(read_rows([given.out])))


def assembly_figures(product: Product, said: Sequence[Triangles]) -> Figures:
    """Counts whose sums make the F1 of a set: parts true, said and matched; connections among all and among matched."""
    parts = part_scores(product.parts, said)
    links = connection_scores(product.connections, said, parts.matched, product.reach)
    named = {"parts": parts.counts, "connections": links.of_all, "connections_matched": links.among_matched}
    return {
        f"{name}_{what}": float(value)
        for name, counts in named.items()
        for what, value in (("true", counts.true), ("said", counts.said), ("both", counts.both), ("f1", counts.f1))
    }


def _labelled(shape: Segmented, labels: Labels) -> Figures:
    """rand: the mean Rand index against people · segments: how many labels are used."""
    return {"rand": agreement(labels, shape), "segments": float(len(set(labels.tolist())))}


def _tasks(keep: Path | None, baselines: bool, data: Path, cache: Path) -> Iterator[Task]:
    systems = sorted(keep.iterdir()) if keep is not None else []
    for xml in products(unpacked(data / "assemblies_ikea.tar.xz", cache)):
        yield from _assembly_tasks(xml, systems)
    for shape in shapes(data / "psb_segmented.npz"):
        yield from _segment_tasks(shape, systems)
        if baselines:
            yield from _baseline_tasks(shape)


def _assembly(product: Product, folder: Path) -> Figures:
    return pieces_figures(product, *_pieces(folder))


def _assembly_tasks(xml: Path, systems: Sequence[Path]) -> Iterator[Task]:
    try:
        product = ikea_truth(xml)
    except IncompleteError:
        return
    for system in systems:
        for name in ASSEMBLIES:
            if (folder := system / name / xml.stem / "out").exists():
                yield (name, xml.stem, system.name), partial(_assembly, product, folder)


def pieces_figures(product: Product, pieces: list[Triangles], outer: list[int]) -> Figures:
    """`assembly_figures` of the pieces of an answer, and of the outermost shapes that they stand in."""
    figures = assembly_figures(product, pieces)
    flat = len(set(outer)) == len(outer)
    whole = figures if flat else assembly_figures(product, grouped(pieces, outer))
    return figures | {f"outermost_{name}": value for name, value in whole.items()}


def _segment_tasks(shape: Segmented, systems: Sequence[Path]) -> Iterator[Task]:
    for system in systems:
        for name in _SEGMENTED:
            if (folder := system / name / shape.name / "out").exists():
                yield ("psb", shape.name, system.name), partial(_segments, shape, folder)


def _segments(shape: Segmented, folder: Path) -> Figures:
    pieces, outer = _pieces(folder)
    if not pieces:
        return _labelled(shape, one_segment(shape))
    labels = nearest_instance(pieces, shape.mesh)
    whole = _labelled(shape, np.array(outer)[labels])
    return _labelled(shape, labels) | {f"outermost_{name}": value for name, value in whole.items()}


def _baseline_tasks(shape: Segmented) -> Iterator[Task]:
    yield ("psb", shape.name, "people"), lambda: {"rand": among_people(shape)}
    yield ("psb", shape.name, "one segment"), lambda: _labelled(shape, one_segment(shape))
    for count in CLUSTERS:
        yield ("psb", shape.name, f"k-means {count}"), partial(_k_means, shape, count)


def _k_means(shape: Segmented, count: int) -> Figures:
    return _labelled(shape, k_means(shape, count))


def _pieces(folder: Path) -> Pieces:
    """Of a program its instances, of anything else its meshes; nothing where there is no answer."""
    program = folder / "program.shape"
    try:
        if not program.exists():
            meshes = pieces_in(folder)
            return meshes, list(range(len(meshes)))
        leaves = leaves_of(program.read_text(encoding="utf-8"))
        return instances(leaves), outermost(leaves)
    except ShapelangError:
        return [], []


if __name__ == "__main__":
    main()
