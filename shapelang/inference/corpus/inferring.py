"""The work on one file, a mesh or points or voxels: read, infer, tell."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final, final

from shapelang.compiling import working_clock
from shapelang.diagnostics import MeshError, ShapelangError
from shapelang.inference.corpus.items import Item
from shapelang.inference.corpus.results import Made, Other, Refused, Result
from shapelang.inference.input.up import Up

if TYPE_CHECKING:
    from shapelang.inference.infer import Inferred

_TETRAHEDRON: Final = b"v 0 0 0\nv 1 0 0\nv 0 1 0\nv 0 0 1\nf 1 3 2\nf 1 2 4\nf 2 3 4\nf 3 1 4\n"


@final
@dataclass(frozen=True, slots=True)
class Inferring:
    """A `Work`. `time_limit`: seconds for the search on each mesh, which keeps what it has found until then. `up`: the
    axis of each file that points up. `keep_groups`: each group of a mesh is a block of its own.
    """

    time_limit: float
    max_parts: int
    seed: int
    up: Up = Up.Y
    keep_groups: bool = False
    alternatives: int = 1

    def prepare(self) -> None:
        """One short inference, so that what is loaded and compiled on first use is there."""
        from shapelang.inference.infer import infer
        from shapelang.io.read import read_mesh

        mesh = read_mesh(_TETRAHEDRON, "tetrahedron.obj")
        with working_clock() as working:
            infer(mesh, name="tetrahedron", time_limit=1.0, clock=working.clock)

    def do(self, item: Item) -> Result:
        """A program, or why the file is refused."""
        from shapelang.inference.input.shape import infer_shape
        from shapelang.inference.input.upright import upright
        from shapelang.io.read import read_shape

        try:
            shape = upright(read_shape(Path(item.path), item.name), self.up)
            name = PurePosixPath(item.name).stem
            with working_clock() as working:
                found, _ = infer_shape(
                    shape,
                    name=name,
                    time_limit=self.time_limit,
                    max_parts=self.max_parts,
                    alternatives=self.alternatives,
                    keep_groups=self.keep_groups,
                    seed=self.seed,
                    clock=working.clock,
                )
        except MeshError as error:
            return Refused(str(error), error.code)
        except ShapelangError as error:
            return Refused(str(error))
        return made_of(found)


def made_of(found: Inferred) -> Made:
    """What is kept of an inference."""
    others = tuple(Other(one.text, one.structure.words(), one.evidence) for one in found.alternatives[1:])
    log_prob = None if found.derived is None else found.derived.log_prob
    return Made(found.text, found.evidence, found.outcome, found.notes, others, log_prob)
