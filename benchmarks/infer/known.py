"""Programs that are known, drawn from the examples and from ShapeAssembly's, and the mesh that each is read back from.

A draw is a program, values for its params and a seed. What shows less than a tenth of its surface is taken out, since
nobody could find it; the rest is fused into one closed surface, turned and moved at random, its triangles shuffled.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, TypeAlias, final

import numpy as np

from benchmarks.infer.files import write_obj
from benchmarks.infer.ikea import Matrix, Vector, rotation
from benchmarks.infer.instances import instances
from benchmarks.timing import ROOT
from shapelang.assembly.assembly import Leaf
from shapelang.assembly.part import Operand, Solid
from shapelang.diagnostics import ShapelangError
from shapelang.execution.simulate import simulate
from shapelang.io.read.shapeassembly import shape_program
from shapelang.metrics.inside import inside
from shapelang.metrics.sampling import surface_samples, uniforms
from shapelang.metrics.triangles import Triangles, cross_products, triangles, welded_surface
from shapelang.representations.solids.build import solid_mesh
from shapelang.semantics.check import check_text
from shapelang.semantics.program import Program
from shapelang.semantics.types import Type
from shapelang.syntax import tree

EXAMPLES: Final = (
    "barrel", "bed", "bridge", "castle_wall", "chair", "crate", "desk",
    "fence", "market_stall", "mushroom", "pipe_elbow", "spiral_stairs", "street_lamp", "tower",
)  # fmt: skip
"""The files of `examples/` that programs are drawn from: together they use every terminal and construct of all, and
their draws have few enough parts that a person could name them."""

_EACH: Final = 50
"""Draws of one example."""

_CATEGORIES: Final = ("chair", "storage", "table")

_FOREIGN: Final = 100
"""Programs of one category of ShapeAssembly's."""

SHOWN: Final = 0.1
"""Of a part's surface."""

MOST: Final = 100
"""Parts of a draw before hidden ones are taken out."""

_POINTS: Final = 200
"""On each part, to tell how much of it shows."""

_OUT: Final = 1e-4
"""Of the diagonal: how far before a surface one looks whether it shows."""

_TRIES: Final = 40
"""Draws of one number, before it is given up."""

Labels: TypeAlias = tuple[str, ...]


@final
@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """A draw: `given` are its params, `hidden` the paths of leaves that are left out.

    The mesh is turn · x + shift of what the program makes.
    """

    text: str
    given: Mapping[str, Any]
    seed: int
    hidden: frozenset[Labels]
    turn: Matrix
    shift: Vector

    def leaves(self, changed: Mapping[str, Any] | None = None) -> tuple[Leaf, ...]:
        """What shows, with some params changed. Raises ShapelangError where the program refuses them."""
        trace = simulate(check_text(self.text, "<known>"), self.seed, {**self.given, **(changed or {})})
        return tuple(leaf for leaf in trace.assembly.leaves() if leaf.path not in self.hidden)

    def values(self) -> dict[str, Any]:
        """All its params, given or drawn."""
        return dict(simulate(check_text(self.text, "<known>"), self.seed, self.given).assembly.parameters)

    def undone(self, mesh: Triangles) -> Triangles:
        """A mesh that stands where the input stands, brought back to where the program makes it."""
        return triangles((mesh.positions - self.shift) @ self.turn, mesh.faces)


def names() -> list[str]:
    """Of all known programs: `chair/07`, `shapeassembly/table/31`."""
    own = [f"{example}/{k:02d}" for example in EXAMPLES for k in range(_EACH)]
    return own + [f"shapeassembly/{category}/{k:02d}" for category in _CATEGORIES for k in range(_FOREIGN)]


def make(name: str, path: Path, foreign: Path) -> None:
    """Write the mesh of a known program, and beside it, as JSON, what it was drawn from.

    `foreign` is the folder of ShapeAssembly's programs.
    """
    known = draw(name, foreign)
    write_obj(path, _posed(fused(known.leaves()), known))
    given = {
        "text": known.text,
        "given": dict(known.given),
        "seed": known.seed,
        "hidden": sorted(known.hidden),
        "turn": known.turn.tolist(),
        "shift": known.shift.tolist(),
    }
    path.with_suffix(".json").write_text(json.dumps(given), encoding="utf-8")


def read_known(path: Path) -> Known:
    """What a mesh was drawn from, by the JSON beside it."""
    given = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    hidden = frozenset(tuple(words) for words in given["hidden"])
    turn, shift = np.array(given["turn"]), np.array(given["shift"])
    return Known(given["text"], given["given"], given["seed"], hidden, turn, shift)


def draw(name: str, foreign: Path) -> Known:
    """The first draw of a name that can be fused and has two parts at least that show."""
    for found in _draws(name, foreign):
        try:
            if len(found.leaves()) > MOST:
                continue
            shown = _without_hidden(found)
            if len(shown.leaves()) > 1:
                return shown
        except ShapelangError:
            continue
    raise ValueError(f"{name}: no draw of {_TRIES} can be used")


def _draws(name: str, foreign: Path) -> Iterator[Known]:
    words = name.split("/")
    turn, shift = _pose(name)
    for k in range(_TRIES):
        seed = _number(f"{name} {k}") % 2**31
        if words[0] == "shapeassembly":
            texts = _foreign(foreign / words[1])
            text = shape_program(texts[(int(words[2]) + k * _FOREIGN) % len(texts)].read_text(encoding="ascii"))
            yield Known(text, {}, 0, frozenset(), turn, shift)
        else:
            text = (ROOT / "examples" / f"{words[0]}.shape").read_text(encoding="utf-8")
            given = _values(check_text(text, name), seed)
            yield Known(text, given, seed, frozenset(), turn, shift)


def _values(program: Program, seed: int) -> dict[str, Any]:
    """Params with a default and a range, drawn evenly from the middle half of that; the others are left to the seed."""
    given: dict[str, Any] = {}
    draws = uniforms(max(1, len(program.params)), 1, seed)[:, 0]
    for param, draw in zip(program.params, draws.tolist(), strict=True):
        match param:
            case tree.Param(drawn=False, range=tree.List((tree.Number(low), tree.Number(high)))):
                value = low + (high - low) * (0.25 + 0.5 * draw)
                given[param.name] = round(value) if program.param_type(param) is Type.INT else round(value, 3)
            case _:
                pass
    return given


@cache
def _foreign(folder: Path) -> tuple[Path, ...]:
    """The distinct programs of a folder, in an order without meaning."""
    texts = {path.read_bytes(): path for path in sorted(folder.glob("*.txt"))}
    return tuple(path for _, path in sorted((sha256(text).hexdigest(), path) for text, path in texts.items()) if path)


def _pose(name: str) -> tuple[Matrix, Vector]:
    """A rotation, uniform over all (Shoemake, "Uniform random rotations", 1992), and a shift within a metre."""
    a, b, c, *shift = uniforms(6, 1, _number(name) % 2**31)[:, 0]
    tau = 2.0 * np.pi
    low, high = np.sqrt(1.0 - a), np.sqrt(a)
    turn = rotation([low * np.sin(tau * b), low * np.cos(tau * b), high * np.sin(tau * c), high * np.cos(tau * c)])
    return turn, 2.0 * np.array(shift) - 1.0


def _number(text: str) -> int:
    return int.from_bytes(sha256(text.encode()).digest()[:8], "big")


def _without_hidden(known: Known) -> Known:
    """Without the parts that show too little; until all that are left show enough."""
    while True:
        leaves = known.leaves()
        hidden = frozenset(leaf.path for leaf, share in zip(leaves, shown(leaves), strict=True) if share < SHOWN)
        if not hidden:
            return known
        known = replace(known, hidden=known.hidden | hidden)
        if not known.leaves():
            return known


def shown(leaves: Sequence[Leaf]) -> list[float]:
    """Of each leaf the share of its surface that is a surface of all together."""
    whole = fused(leaves)
    step = _OUT * whole.diagonal
    found: list[float] = []
    for piece in instances(tuple(leaves)):
        points, faces = surface_samples(piece, _POINTS)
        cross = cross_products(piece)[faces]
        outward = cross / np.maximum(np.sqrt((cross**2).sum(axis=1)), 1e-300)[:, None]
        found.append(1.0 - float(inside(whole, points + step * outward).mean()))
    return found


def fused(leaves: Sequence[Leaf]) -> Triangles:
    """The union of all leaves as one closed surface."""
    solid = Solid("union", 0.0, tuple(Operand(leaf.geometry, leaf.pose) for leaf in leaves))
    return welded_surface(solid_mesh(solid))


def _posed(mesh: Triangles, known: Known) -> Triangles:
    """Turned and moved, the triangles in random order."""
    order = np.argsort(uniforms(len(mesh.faces), 1, known.seed)[:, 0], kind="stable")
    return triangles(mesh.positions @ known.turn.T + known.shift, mesh.faces[order])
