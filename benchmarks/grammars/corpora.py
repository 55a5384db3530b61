"""Programs of others, read and run: `python -m benchmarks.grammars.corpora SHAPEASSEMBLY GRASS [EVERY]`.

SHAPEASSEMBLY holds folders of programs (`chair/186.txt`), GRASS the MATLAB files; of each the first of every EVERY (1).
Of ShapeAssembly's, how far attached points are apart in what the written program makes when it is run, as a share of
the diagonal of the bounding box. Of GRASS', how far each image of a box is from where the formula of its symmetry puts
it. What misses by more than 1 % is listed, with the worst first.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, assert_never, final

import numpy as np

from shapelang.assembly.part import Part, Placed
from shapelang.diagnostics import ShapelangError
from shapelang.execution.simulate import simulate
from shapelang.geometry.pose import EYE
from shapelang.io.read.grass import Adjacent, Box, Node, Reflection, Repeated, Rotation, Translation, read_grass
from shapelang.io.read.grass_program import hierarchy_program
from shapelang.io.read.shapeassembly import shape_program
from shapelang.io.read.shapeassembly_poses import posed
from shapelang.io.read.shapeassembly_text import BOX, Assembly, Attach, Point, parse
from shapelang.numbers import FLOAT
from shapelang.primitives.cuboid import Cuboid
from shapelang.semantics.check import check_text

_NEAR: Final = 0.01

_LISTED: Final = 10


@final
@dataclass(slots=True)
class Counts:
    """Of one corpus: programs, those that could not be read, and what the worst pair of each misses by."""

    programs: int = 0
    refused: list[str] = field(default_factory=list[str])
    misses: dict[str, float] = field(default_factory=dict[str, float])
    cuboids: int = 0
    free: int = 0
    turned: int = 0

    def told(self, name: str) -> str:
        """The figures, and what is listed."""
        misses = np.array(sorted(self.misses.values()))
        one, two, five = (f"{(misses <= share * _NEAR).mean():.2%}" for share in (1, 2, 5))
        lines = [
            f"{name}: {self.programs:,} programs, {len(self.misses):,} read and run; "
            f"all pairs within 1 % of the diagonal on {one} (2 %: {two}, 5 %: {five}, worst {misses.max():.3f})"
        ]
        if self.free:
            lines.append(f"  {self.free:,} of {self.cuboids:,} cuboids may turn, {self.turned:,} of these are turned")
        lines += [f"  refused {refused}" for refused in self.refused]
        listed = sorted((m, n) for n, m in self.misses.items() if m > _NEAR)[::-1]
        lines += [f"  {n} {m:.3f}" for m, n in listed[:_LISTED]]
        return "\n".join([*lines, *([f"  … {len(listed) - _LISTED} more"] if len(listed) > _LISTED else [])])


def main() -> None:
    """Both corpora."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("shapeassembly", metavar="SHAPEASSEMBLY", type=Path)
    options.add_argument("grass", metavar="GRASS", type=Path)
    options.add_argument("every", metavar="EVERY", type=int, nargs="?", default=1)
    asked = options.parse_args()
    for folder in sorted(path for path in asked.shapeassembly.iterdir() if path.is_dir()):
        counts = Counts()
        for path in sorted(folder.glob("*.txt"))[:: asked.every]:
            counts.programs += 1
            try:
                counts.misses[path.name] = _attached(path.read_text(encoding="ascii"), counts)
            except ShapelangError as error:
                counts.refused.append(f"{path.name}: {str(error).splitlines()[0]}")
        print(counts.told(f"ShapeAssembly {folder.name}"), flush=True)
    nodes = read_grass(asked.grass)
    counts = Counts()
    for number, node in list(enumerate(nodes))[:: asked.every]:
        counts.programs += 1
        counts.misses[str(number)] = _images(node)
    trees = Counter(map(_tree, nodes))
    print(counts.told(f"GRASS, {len(trees)} distinct trees"))


def _attached(text: str, counts: Counts) -> float:
    assemblies = parse(text)
    first = next(iter(assemblies.values()))
    root = simulate(check_text(shape_program(text), "read")).assembly.root
    pairs = list(_pairs(first, root, np.ones(3), assemblies, counts))
    return max(pairs, default=0.0) / _length(np.array(first.box))


def _pairs(
    assembly: Assembly, body: Part, stretch: np.ndarray, assemblies: Mapping[str, Assembly], counts: Counts
) -> Iterator[float]:
    """How far attached points of an assembly are apart, and of those within it.

    Poses are those of the run, and so are the sizes of leaves; a body has none of its own.
    """
    meant = posed(assembly)
    groups: dict[str, Placed] = {}
    for placed in body.children:
        groups.setdefault(placed.label.partition("[")[0], placed)
    names = [name for name in meant if name != BOX]
    made = dict(zip(names, groups.values(), strict=True))
    sizes = {name: _size(made[name].part, meant[name].size * stretch) for name in names}

    def where(name: str, point: Point) -> np.ndarray:
        share = np.array(point) - 0.5
        if name == BOX:
            return share * meant[BOX].size * stretch
        pose = made[name].pose
        return np.array(pose.rotation or EYE).reshape(3, 3) @ (share * sizes[name]) + np.array(pose.offset)

    for statement in assembly.statements:
        if isinstance(statement, Attach):
            yield _length(where(statement.moved, statement.point) - where(statement.target, statement.place))
    for name in names:
        counts.cuboids += 1
        counts.free += not meant[name].aligned
        counts.turned += not meant[name].aligned and made[name].pose.rotation is not None
        inner = assemblies.get(name)
        if inner is not None and made[name].part.geometry is None:
            yield from _pairs(inner, made[name].part, sizes[name] / np.array(inner.box), assemblies, counts)


def _size(part: Part, otherwise: np.ndarray) -> np.ndarray:
    if isinstance(part.geometry, Cuboid):
        return np.array(part.geometry.size(FLOAT), np.float64)
    return otherwise


def _images(node: Node) -> float:
    """The farthest that a box of the run is from one that was meant, middle and diagonal, as a share of the whole's."""
    meant = np.array([[*middle, size] for middle, size in _meant(node)])
    leaves = simulate(check_text(hierarchy_program(node), "read")).assembly.leaves()
    made = np.array(
        [
            [*leaf.pose.offset, _length(np.array(leaf.geometry.size(FLOAT)))]
            for leaf in leaves
            if isinstance(leaf.geometry, Cuboid)
        ]
    )
    if len(made) != len(meant):
        return 1.0
    apart = np.sqrt(((meant[:, None] - made[None]) ** 2).sum(axis=2))
    span = _length(meant[:, :3].max(axis=0) - meant[:, :3].min(axis=0))
    return float(max(apart.min(axis=0).max(), apart.min(axis=1).max())) / span


def _meant(node: Node) -> list[tuple[np.ndarray, float]]:
    """Middle and diagonal of each box and each image, by the formulas of the symmetries."""
    match node:
        case Box(centre, size, _):
            return [(centre, _length(size))]
        case Adjacent(first, second):
            return [*_meant(first), *_meant(second)]
        case Repeated(inner, symmetry):
            found = _meant(inner)
            match symmetry:
                case Reflection(normal, point):
                    return [*found, *((c - 2.0 * ((c - point) @ normal) * normal, s) for c, s in found)]
                case Translation(step, count):
                    return [(c + k * step, s) for k in range(count) for c, s in found]
                case Rotation(axis, point, count):
                    return [
                        (_turned(c - point, axis, 2.0 * np.pi * k / count) + point, s)
                        for k in range(count)
                        for c, s in found
                    ]
    assert_never(node)


def _turned(vector: np.ndarray, axis: np.ndarray, angle: float) -> np.ndarray:
    """Rodrigues' formula."""
    along = (axis @ vector) * axis * (1.0 - np.cos(angle))
    return vector * np.cos(angle) + np.cross(axis, vector) * np.sin(angle) + along


def _tree(node: Node) -> str:
    match node:
        case Box():
            return "b"
        case Adjacent(first, second):
            return f"({_tree(first)}{_tree(second)})"
        case Repeated(inner, _):
            return f"s{_tree(inner)}"


def _length(vector: Sequence[float] | np.ndarray) -> float:
    return float(np.sqrt((np.asarray(vector) ** 2).sum()))


if __name__ == "__main__":
    main()
