"""The example programs and the library, as paths, checked once each."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from shapelang.diagnostics import Diagnostic
from shapelang.execution.simulate import simulate
from shapelang.execution.trace import Trace
from shapelang.semantics.check import examine
from shapelang.semantics.loader import FileLoader, read_source
from shapelang.semantics.program import Program

ROOT: Final = Path(__file__).parents[2]
EXAMPLES: Final = tuple(sorted((ROOT / "examples").glob("*.shape")))
LIBRARY: Final = tuple(sorted((ROOT / "shapelang" / "stdlib").glob("*.shape")))
FILES: Final = EXAMPLES + LIBRARY


def diagnosed(path: Path) -> tuple[Program | None, tuple[Diagnostic, ...]]:
    """A file's program and all that the checker says about it."""
    return examine(read_source(path), FileLoader(path.parent))


@cache
def example(name: str) -> Program:
    """The program of an example."""
    program, _ = diagnosed(ROOT / "examples" / f"{name}.shape")
    assert program is not None
    return program


@cache
def run(name: str, seed: int) -> Trace:
    """An example simulated."""
    return simulate(example(name), seed)


def named(path: Path) -> str:
    """The name of a test of a file."""
    return path.stem
