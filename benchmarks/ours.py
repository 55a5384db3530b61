"""What is timed of ours."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from shapelang.assembly.part import Solid
from shapelang.execution.batch import simulate_batch
from shapelang.execution.simulate import simulate
from shapelang.io.glb import glb_bytes
from shapelang.representations.solids.build import solid_mesh
from shapelang.representations.surface import flattened
from shapelang.semantics.check import check, load
from shapelang.semantics.loader import FileLoader
from shapelang.semantics.program import Program
from shapelang.syntax.source import Source

PROGRAMS = Path(__file__).parent / "programs"
EXAMPLES = Path(__file__).parents[1] / "examples"


def program(name: str) -> Program:
    """A checked benchmark program."""
    return load(PROGRAMS / f"{name}.shape")


def text_to_mesh(name: str) -> Callable[[], object]:
    """Parse, check, run and mesh a text; nothing is kept from call to call but the meshes of equal primitives."""
    source = Source(name, (PROGRAMS / f"{name}.shape").read_text(encoding="utf-8"))
    loader = FileLoader(PROGRAMS)
    return lambda: flattened(simulate(check(source, loader)).assembly)


def rerun(name: str) -> Callable[[], object]:
    """Run and mesh a checked program with parameters that it never had, so that no mesh is found in the cache."""
    checked = program(name)
    names = [p.name for p in checked.params]
    count = 0

    def call() -> object:
        nonlocal count
        count += 1
        given = {"height": 0.40 + (count % 9973) * 1e-5} if "height" in names else {}
        return flattened(simulate(checked, 0, given).assembly)

    return call


def solid(name: str) -> Callable[[], object]:
    """Mesh a solid anew; only the operands' own meshes are kept."""
    leaf = next(simulate(program(name)).assembly.leaves())
    geometry = leaf.geometry
    assert isinstance(geometry, Solid)
    return lambda: solid_mesh(geometry, 32)


def build_command(name: str) -> list[str]:
    """The whole process from text to GLB."""
    return [
        sys.executable,
        "-m",
        "shapelang.cli.main",
        "build",
        str(PROGRAMS / f"{name}.shape"),
        "-o",
        "/dev/null",
        "--format",
        "glb",
    ]


def long_text(lines: int) -> str:
    """A program of about so many lines: the example chair, again and again under other names."""
    body = (PROGRAMS / "chair12.shape").read_text(encoding="utf-8").splitlines()
    found: list[str] = []
    k = 0
    while len(found) < lines:
        for line in body:
            for word in (
                "width",
                "depth",
                "height",
                "leg",
                "post",
                "back",
                "slat",
                "rail",
                "seat",
                "apron",
                "stretcher",
            ):
                line = _renamed(line, word, f"{word}{k}")
            found.append(line)
        k += 1
    return "\n".join(found[: lines - lines % len(body)])


def _renamed(line: str, word: str, new: str) -> str:
    return re.sub(rf"(?<![\w.]){word}\b(?!:)", new, line)


def check_text(lines: int) -> Callable[[], object]:
    """Text to checked program."""
    source = Source("long", long_text(lines))
    loader = FileLoader(PROGRAMS)
    return lambda: check(source, loader)


def batch(path: Path, count: int) -> Callable[[], object]:
    """`count` variants as assemblies, grouped by structure."""
    checked = load(path)
    return lambda: simulate_batch(checked, range(count))


def single_structure(count: int) -> Callable[[], object]:
    """`count` variants of a chair whose draws are all real: one structure, one run."""
    checked = load(PROGRAMS / "chair_lanes.shape")
    return lambda: simulate_batch(checked, range(count))


def _some_glbs(job: tuple[str, int, int]) -> int:
    path, start, stop = job
    checked = load(path)
    return sum(len(glb_bytes(simulate(checked, seed).assembly)) for seed in range(start, stop))


def glbs(path: Path, count: int, processes: int) -> Callable[[], object]:
    """`count` variants as GLB, over processes that start with the call."""
    step = -(-count // processes)
    jobs = [(str(path), k, min(k + step, count)) for k in range(0, count, step)]

    def call() -> object:
        with ProcessPoolExecutor(processes) as pool:
            return sum(pool.map(_some_glbs, jobs))

    return call
