"""Samples of a learned grammar of chairs: `python -m benchmarks.grammars.samples STEP DATA --out FOLDER`.

DATA has a folder `chair` of ShapeAssembly programs. Steps, each of which goes on where it was stopped: `draw` learns
and writes samples; `stand` says which shapes are rooted and stable; `compare` sets of shapes with held-out ones;
`sheet` draws a contact sheet of samples beside training chairs.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import process_time
from typing import final

import numpy as np

from benchmarks.grammars.samples.physics import has_physics, stable
from benchmarks.grammars.samples.shapes import boxes, independent, jittered, points
from grammars.programs.corpus import Corpus, divided
from grammars.programs.drawing import drawn
from grammars.programs.model import learned
from grammars.programs.program import Assembly
from grammars.programs.text import read, written
from shapelang.geometry.oriented import Oriented
from shapelang.io.read.shapeassembly_text import ShapeAssemblyError
from shapelang.metrics.rooted import rooted
from shapelang.metrics.sets import chamfer_matrix, own_chamfer_matrix, set_scores


def main() -> None:
    arguments = _arguments()
    files = sorted((arguments.data / "chair").glob("*.txt"))
    if not files:
        raise SystemExit(f"{arguments.data / 'chair'} has no ShapeAssembly programs (*.txt)")
    corpus = divided(read(file.read_text(encoding="utf-8")) for file in files)
    {"draw": draw, "stand": stand, "compare": compare, "sheet": sheet}[arguments.step](corpus, arguments)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.grammars.samples", description=__doc__)
    parser.add_argument("step", choices=("draw", "stand", "compare", "sheet"))
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, default=Path("out/samples"))
    parser.add_argument("--count", type=int, default=1000, help="shapes of each set (%(default)s)")
    parser.add_argument("--pushed", type=int, default=1000, help="how many of them are pushed (%(default)s)")
    parser.add_argument("--temperature", type=float, default=1.0, help="of the gates; 1 is the model (%(default)s)")
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


def _folder(arguments: argparse.Namespace) -> Path:
    return arguments.out / f"drawn_{arguments.temperature:g}"


def draw(corpus: Corpus, arguments: argparse.Namespace) -> None:
    """Learns from all training chairs; sample k does not depend on the others."""
    folder = _folder(arguments)
    folder.mkdir(parents=True, exist_ok=True)
    started = process_time()
    model = learned(corpus.training)
    print(
        f"learned from {len(corpus.training)} chairs in {process_time() - started:.0f} s of the processor", flush=True
    )
    started = process_time()
    for k in range(arguments.count):
        file = folder / f"{k:05d}.txt"
        if not file.exists():
            rng = np.random.Generator(np.random.Philox(key=[arguments.seed, k]))
            file.write_text(written(drawn(model, rng, arguments.temperature)), encoding="utf-8")
    print(f"{arguments.count / (process_time() - started):.0f} programs a second of the processor")


def _drawn(arguments: argparse.Namespace) -> list[Assembly]:
    files = sorted(_folder(arguments).glob("*.txt"))[: arguments.count]
    if not files:
        raise SystemExit(f"{_folder(arguments)} is empty: run the step `draw` first")
    return [read(file.read_text(encoding="utf-8")) for file in files]


def _some(programs: Sequence[Assembly], count: int, seed: int) -> list[Assembly]:
    order = np.random.Generator(np.random.Philox(key=[7, seed])).permutation(len(programs))
    return [programs[int(k)] for k in order[:count]]


def stand(corpus: Corpus, arguments: argparse.Namespace) -> None:
    """Rooted and stable of training, held-out and drawn chairs; nothing is rejected."""
    pushed = arguments.pushed if has_physics() else 0
    if not has_physics():
        print("stable: left out, since pybullet is not installed (extra `physics`)")
    known = _known(arguments.out / "stand.jsonl")
    print("| chairs | n | rooted | pushed | stable | stable of those rooted |\n| --- | --- | --- | --- | --- | --- |")
    sets = {
        "training": _some(corpus.training, arguments.count, 0),
        "held out": list(corpus.held_out[: arguments.count]),
        f"drawn, temperature {arguments.temperature:g}": _drawn(arguments),
    }
    for name, programs in sets.items():
        roots = np.array([_told(known, (name, k, "rooted"), p, rooted) for k, p in enumerate(programs)])
        stands = np.array([_told(known, (name, k, "stable"), p, stable) for k, p in enumerate(programs[:pushed])])
        told = "– | –"
        if len(stands):
            told = f"{_share(stands)} | {_share(stands[roots[: len(stands)]])}"
        print(f"| {name} | {len(roots)} | {_share(roots)} | {len(stands)} | {told} |", flush=True)


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
        known.found[key] = test(_boxes(program))
        with known.file.open("a", encoding="utf-8") as out:
            out.write(json.dumps([*key, known.found[key]]) + "\n")
    return known.found[key]


def _boxes(program: Assembly) -> list[Oriented]:
    """None for a program that cannot be posed, which is not rooted either."""
    try:
        return boxes(program)
    except ShapeAssemblyError:
        return []


def compare(corpus: Corpus, arguments: argparse.Namespace) -> None:
    """MMD, COV and 1-NNA against held-out chairs."""
    count = min(arguments.count, len(corpus.held_out))
    rng = np.random.Generator(np.random.Philox(key=[11, arguments.seed]))
    training = [_boxes(program) for program in _some(corpus.training, 500, arguments.seed)]
    wanted: dict[str, Callable[[], list[list[Oriented]]]] = {
        "training resampled": lambda: training[:count],
        "independent parts": lambda: [independent(training, rng) for _ in range(count)],
        "kernel density of programs": lambda: [
            _boxes(jittered(program, rng)) for program in _some(corpus.training, count, arguments.seed + 100)
        ],
        f"drawn, temperature {arguments.temperature:g}": lambda: [
            _boxes(program) for program in _some(_drawn(arguments), count, arguments.seed)
        ],
    }
    reference = [points(_boxes(p), k) for k, p in enumerate(_some(corpus.held_out, count, arguments.seed))]
    among = own_chamfer_matrix(reference)
    print("| chairs | n | MMD × 1000 | COV | 1-NNA |\n| --- | --- | --- | --- | --- |")
    for name, make in wanted.items():
        clouds = [points(shape, 10_000 + k) for k, shape in enumerate(s for s in make() if s)]
        scores = set_scores(own_chamfer_matrix(clouds), chamfer_matrix(clouds, reference), among)
        shares = f"{100 * scores.cov:.1f} % | {100 * scores.one_nna:.1f} %"
        print(f"| {name} | {len(clouds)} | {1000 * scores.mmd:.2f} | {shares} |", flush=True)


def sheet(corpus: Corpus, arguments: argparse.Namespace) -> None:
    """Three columns of training chairs, then samples."""
    from shapelang.execution.simulate import simulate
    from shapelang.io.atomic import write_whole
    from shapelang.io.read.shapeassembly import shape_program
    from shapelang.rendering.picture import render
    from shapelang.rendering.sheet import contact_sheet
    from shapelang.semantics.check import check_text

    rows = max(1, min(arguments.count, 48) // 6)
    training, samples = _some(corpus.training, 3 * rows, 0), _drawn(arguments)[: 6 * rows]
    order = [
        (f"{name} {k + 1}", programs[k])
        for row in range(rows)
        for name, programs, first, many in (("training", training, 3 * row, 3), ("drawn", samples, 6 * row, 6))
        for k in range(first, min(first + many, len(programs)))
    ]
    pictures = [
        render(simulate(check_text(shape_program(written(p)), "chair.shape"), 0).assembly, size=(160, 160), samples=1)
        for _, p in order
    ]
    picture = contact_sheet(pictures, [caption for caption, _ in order], 9)
    target = arguments.out / f"sheet_{arguments.temperature:g}.png"
    write_whole(target, picture.png())
    print(target)


if __name__ == "__main__":
    main()
