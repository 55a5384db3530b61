"""Chairs of ShapeAssembly as part graphs: `python -m benchmarks.grammars.chairs FOLDER [COUNT]` (its `data/chair`)."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from math import inf, log
from pathlib import Path
from time import process_time

import numpy as np

from grammars.graphs import grammar, network
from grammars.graphs.exchange import CHAIR_SLOTS, NotCompatible, exchanged, kept_attachments
from grammars.graphs.part_graph import part_graph
from grammars.graphs.pieces import Piece, connected, pieces_of
from grammars.graphs.roles import with_roles
from shapelang.diagnostics import ShapelangError
from shapelang.execution.simulate import simulate
from shapelang.io.read.shapeassembly import shape_program
from shapelang.semantics.check import check_text


def chairs(folder: Path, count: int) -> list[tuple[Piece, ...]]:
    """Chairs from a folder, evenly taken, with roles; what cannot be read is left out."""
    files = sorted(folder.glob("*.txt"))
    found: list[tuple[Piece, ...]] = []
    for file in files[:: max(1, len(files) // count)][:count]:
        try:
            text = shape_program(file.read_text(encoding="utf-8"))
            found.append(with_roles(pieces_of(simulate(check_text(text)).assembly)))
        except ShapelangError as error:
            print(f"{file.name}: {str(error).splitlines()[0]}")
    return found


def networks(rows: Sequence[dict[str, str]]) -> None:
    """Bits of a chair's row on those held out (every tenth), by a tree and by independent variables."""
    seen = {name: {row[name] for k, row in enumerate(rows) if k % 10} for name in rows[0]}
    kept = [row for row in rows[::10] if all(row[name] in seen[name] for name in row)]
    train = [row for k, row in enumerate(rows) if k % 10]
    for name, tree in (("tree", True), ("independent", False)):
        model = network.learned(train, tree)
        bits = [-model.log_probability(row) / log(2.0) for row in kept]
        error = np.std(bits) / np.sqrt(len(bits))
        print(f"{name}: {np.mean(bits):.2f} ± {error:.2f} bits a chair, {len(kept)} held out", flush=True)
        if tree:
            print("  " + ", ".join(f"{v.name} ← {v.parent}" for v in model.variables if v.parent))


def main() -> None:
    """All of them; seconds are of the processor."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("folder", metavar="FOLDER", type=Path)
    options.add_argument("count", metavar="COUNT", type=int, nargs="?", default=300)
    asked = options.parse_args()
    started = process_time()
    read = chairs(asked.folder, asked.count)
    print(f"{len(read)} chairs read, {process_time() - started:.0f} s", flush=True)
    networks([network.features(chair) for chair in read])
    graphs = [part_graph(chair) for chair in read]
    train, held = [g for k, g in enumerate(graphs) if k % 10], graphs[::10]
    model = grammar.learned(train)
    known = sum(model.log_probability(g) > -inf for g in held)
    print(
        f"grammar of {sum(map(len, model.rules.values()))} productions: {known} of {len(held)} held out are grown by it"
    )
    tried = joined = 0
    held_on: list[float] = []
    whole = [chair for chair in read if connected(chair)]
    for k, ours in enumerate(whole):
        theirs = whole[(7 * k + 3) % len(whole)]
        for slot in CHAIR_SLOTS.values():
            try:
                made = exchanged(ours, theirs, slot)
            except NotCompatible:
                continue
            tried += 1
            joined += connected(made)
            held_on.append(kept_attachments(ours, theirs, slot, made))
    print(f"{tried} exchanges among {len(whole)} connected chairs: {joined} connected")
    print(f"{np.mean(held_on):.3f} of what hung on a seat hangs on the other")


if __name__ == "__main__":
    main()
