"""Assemblies and models of a grammar in a second of one processor: `python -m benchmarks.grammars.sampled`.

Seconds are of the processor, so that what else runs on the machine counts little; the load is told. An assembly is the
tree of parts with Python's own numbers, as `simulate` gives it; a model is what `sample` writes: GLB, row and hash, on
disk. `-n N` says how many.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from time import process_time
from typing import Final

from benchmarks.timing import commit, machine
from shapelang.cli.models import Format, Look
from shapelang.cli.sampling.drawing import Budgets, Recipe
from shapelang.cli.sampling.making import Files, Work, made
from shapelang.cli.sampling.names import Names
from shapelang.cli.sampling.of_program import ProgramMaker, ProgramSource
from shapelang.execution.batch import simulate_batch
from shapelang.execution.budget import Limits
from shapelang.execution.simulate import simulate
from shapelang.execution.style import Style
from shapelang.io.glb import glb_bytes
from shapelang.rendering.camera import Camera
from shapelang.rendering.channels import channels_of
from shapelang.semantics.check import load

EXAMPLES: Final = Path(__file__).parents[2] / "examples"
COMPARED: Final = 200
VIEWED: Final = 4


def main() -> None:
    """One table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", type=int, default=4096)
    parser.add_argument("--programs", nargs="*", default=["chair", "desk"])
    given = parser.parse_args()
    print("| program | assemblies/s | differ from `simulate` | GLBs/s, one core | GLBs/s, two cores | views/s |")
    print("| --- | --- | --- | --- | --- | --- |")
    for name in given.programs:
        single, double = models(name, given.n // 16)
        row = (
            f"{assemblies(name, given.n):,.0f}",
            f"{differing(name)} of {COMPARED}",
            f"{single:,.0f}",
            f"{double:,.0f}",
        )
        print(f"| {name} | {' | '.join(row)} | {views(name):.2f} |", flush=True)
    print(f"\n{machine()}, load {os.getloadavg()[0]:.0f}, commit {commit()}")


def assemblies(name: str, count: int) -> float:
    """Assemblies of Python's numbers in a second of one processor."""
    program = load(EXAMPLES / f"{name}.shape")
    list(simulate_batch(program, range(64)).traces())
    started = process_time()
    made_ = sum(trace.assembly.root.count > 0 for trace in simulate_batch(program, range(1000, 1000 + count)).traces())
    return made_ / (process_time() - started)


def differing(name: str) -> int:
    """How many seeds of a batch give another GLB or other choices than alone."""
    program = load(EXAMPLES / f"{name}.shape")
    found = 0
    for trace in simulate_batch(program, range(COMPARED)).traces():
        alone = simulate(program, trace.seed)
        same = dict(alone.choices) == dict(trace.choices) and alone.log_prob == trace.log_prob
        found += not (same and glb_bytes(alone.assembly) == glb_bytes(trace.assembly))
    return found


def models(name: str, count: int) -> tuple[float, float]:
    """Models written in a second of one processor, and of two by two processes at once: by the slower one's seconds."""
    with tempfile.TemporaryDirectory() as folder, ProcessPoolExecutor(2) as pool:
        alone = pool.submit(_written, (name, folder, range(count))).result()
        halves = [(name, folder, range(k * count, (k + 1) * count)) for k in (1, 2)]
        return count / alone, 2 * count / max(pool.map(_written, halves))


def _written(job: tuple[str, str, Sequence[int]]) -> float:
    """Seconds of the processor for some models."""
    name, folder, indices = job
    program = load(EXAMPLES / f"{name}.shape")
    recipe = Recipe(0, Limits(), Budgets(None, None, 32))
    files = Files(folder, Names("{name}_{seed}", name, 0, False), Format.GLB, Look(32, False, 64), None)
    source = ProgramSource(program.source.name, program.source.text, str(EXAMPLES), {}, Style(), ())
    work, maker = Work(source, recipe, files), ProgramMaker(program, source)
    list(made(work, maker, range(100_000, 100_008)))
    started = process_time()
    list(made(work, maker, indices))
    return process_time() - started


def views(name: str) -> float:
    """Views of 256 × 256 pixels with all channels in a second of one processor, four of each item."""
    program = load(EXAMPLES / f"{name}.shape")
    cameras = [Camera(90.0 * k, 30.0) for k in range(4)]
    list(channels_of(simulate(program, 0).assembly, cameras[:1], (64, 64)))
    started = process_time()
    for seed in range(VIEWED // len(cameras)):
        list(channels_of(simulate(program, seed).assembly, cameras, (256, 256)))
    return VIEWED / (process_time() - started)


if __name__ == "__main__":
    main()
