"""One damaged mesh: made when it is wanted, always the same, and never kept."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, final

import numpy as np

from benchmarks.infer.dirty.kinds import KINDS, Kind, Truth
from benchmarks.infer.files import read_triangles, write_obj
from benchmarks.infer.instances import instances
from shapelang.execution.simulate import simulate
from shapelang.metrics.triangles import Triangles, joined
from shapelang.semantics.check import load

COUNT: Final = 1000
"""Items of the corpus."""


@final
@dataclass(frozen=True, slots=True)
class Damaged:
    """The item `number` of the corpus, from the mesh or program `source`; its dice are thrown by its number."""

    number: int
    source: Path

    @property
    def kind(self) -> Kind:
        """Each kind as often as the others, or once more."""
        return KINDS[self.number % len(KINDS)]

    @property
    def name(self) -> str:
        """That of its kind and of its source, such as `holes/desk 12`."""
        return f"{self.kind.name}/{self.source.stem} {self.number}"

    def write(self, path: Path) -> Triangles:
        """Write the damaged mesh as OBJ, and give what a program for it is compared with. Raises MeshError, OSError."""
        clean = clean_triangles(self.source)
        damaged = self.kind.change(clean, np.random.default_rng(self.number))
        write_obj(path, damaged)
        return clean if self.kind.truth is Truth.BEFORE else damaged


def clean_triangles(source: Path) -> Triangles:
    """The triangles of a mesh, or of all solids that a program makes. Raises MeshError, OSError, ProgramError."""
    if source.suffix == ".shape":
        return joined(instances(tuple(simulate(load(source)).assembly.leaves())))
    return read_triangles(source)


def kind_of(name: str) -> Kind:
    """The kind of an item by its name. Raises ValueError for other names."""
    for kind in KINDS:
        if name.startswith(f"{kind.name}/"):
            return kind
    raise ValueError(name)


def corpus(sources: list[Path]) -> list[Damaged]:
    """All items over the sources that there are, of which every kind meets as many as it can."""
    return [Damaged(k, sources[(k // len(KINDS) * 7 + k % len(KINDS)) % len(sources)]) for k in range(COUNT)]
