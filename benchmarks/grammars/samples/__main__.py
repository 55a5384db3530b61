"""Samples of a learned grammar of chairs: `python -m benchmarks.grammars.samples STEP DATA --out FOLDER`.

DATA has a folder `chair` of ShapeAssembly programs. Steps, each of which goes on where it was stopped: `draw` learns
and writes samples, with each assembly told until it is sound, walks of the careful grammar, and walks of the free one;
`stand` says which shapes are rooted and stable; `compare` sets of shapes with held-out ones; `novel` says how near
samples are to training shapes; `sheet` draws a contact sheet of samples beside training chairs.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from time import process_time

import numpy as np

from benchmarks.grammars.samples.comparing import compare, novel
from benchmarks.grammars.samples.sets import SETS, drawn_set, folder_of, some
from benchmarks.grammars.samples.standing import stand
from grammars.programs.corpus import Corpus, divided
from grammars.programs.drawing import drawn, drawn_sound
from grammars.programs.model import ProgramModel, learned
from grammars.programs.text import read, written
from shapelang.io.atomic import write_atomic


def main() -> None:
    arguments = _arguments()
    files = sorted((arguments.data / "chair").glob("*.txt"))
    if not files:
        raise SystemExit(f"{arguments.data / 'chair'} has no ShapeAssembly programs (*.txt)")
    corpus = divided(read(file.read_text(encoding="utf-8")) for file in files)
    steps = {"draw": draw, "stand": stand, "compare": compare, "novel": novel, "sheet": sheet}
    steps[arguments.step](corpus, arguments)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.grammars.samples", description=__doc__)
    parser.add_argument("step", choices=("draw", "stand", "compare", "novel", "sheet"))
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, default=Path("out/samples"))
    parser.add_argument("--count", type=int, default=1000, help="shapes of each set (%(default)s)")
    parser.add_argument("--pushed", type=int, default=1000, help="how many of them are pushed (%(default)s)")
    parser.add_argument("--temperature", type=float, default=1.0, help="of the gates; 1 is the model (%(default)s)")
    parser.add_argument("--sets", nargs="+", choices=SETS, default=SETS, help="of which shapes (all)")
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


def draw(corpus: Corpus, arguments: argparse.Namespace) -> None:
    """Learns from all training chairs; sample k does not depend on the others."""
    started = process_time()
    model = learned(corpus.training)
    print(
        f"learned from {len(corpus.training)} chairs in {process_time() - started:.0f} s of the processor", flush=True
    )
    told = np.isfinite(model.careful().bits(corpus.held_out).sum(axis=1))
    print(f"the careful grammar gives {told.sum()} of {len(told)} held-out chairs a probability", flush=True)
    makers = {"drawn": _sound, "careful": _careful, "walked": _walked}
    for name, make in ((name, makers[name]) for name in arguments.sets if name in makers):
        folder = folder_of(arguments, name)
        folder.mkdir(parents=True, exist_ok=True)
        started, made = process_time(), 0
        for k in range(arguments.count):
            file = folder / f"{k:05d}.json"
            if not file.exists():
                rng = np.random.Generator(np.random.Philox(key=[arguments.seed, k]))
                write_atomic(file, json.dumps(make(model, rng, arguments.temperature)).encode())
                made += 1
        print(
            f"{name}: {made / max(process_time() - started, 1e-9):.0f} programs a second of the processor", flush=True
        )


def _sound(model: ProgramModel, rng: np.random.Generator, temperature: float) -> dict[str, object]:
    sound = drawn_sound(model, rng, temperature)
    return {"text": written(sound.program), "told": sound.told, "gave_up": sound.gave_up}


def _careful(model: ProgramModel, rng: np.random.Generator, temperature: float) -> dict[str, object]:
    return _walked(model.careful(), rng, temperature)


def _walked(model: ProgramModel, rng: np.random.Generator, temperature: float) -> dict[str, object]:
    return {"text": written(drawn(model, rng, temperature))}


def sheet(corpus: Corpus, arguments: argparse.Namespace) -> None:
    """Three columns of training chairs, then samples."""
    from shapelang.execution.simulate import simulate
    from shapelang.io.atomic import write_whole
    from shapelang.io.read.shapeassembly import shape_program
    from shapelang.rendering.picture import render
    from shapelang.rendering.sheet import contact_sheet
    from shapelang.semantics.check import check_text

    rows = max(1, min(arguments.count, 48) // 6)
    training, samples = some(corpus.training, 3 * rows, 0), drawn_set(arguments, arguments.sets[0])[: 6 * rows]
    order = [
        (f"{name} {k + 1}", programs[k])
        for row in range(rows)
        for name, programs, first, many in (
            ("training", training, 3 * row, 3),
            (arguments.sets[0], samples, 6 * row, 6),
        )
        for k in range(first, min(first + many, len(programs)))
    ]
    pictures = [
        render(simulate(check_text(shape_program(written(p)), "chair.shape"), 0).assembly, size=(160, 160), samples=1)
        for _, p in order
    ]
    picture = contact_sheet(pictures, [caption for caption, _ in order], 9)
    target = arguments.out / f"sheet_{arguments.sets[0]}_{arguments.temperature:g}.png"
    write_whole(target, picture.png())
    print(target)


if __name__ == "__main__":
    main()
