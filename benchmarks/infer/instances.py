"""What a program stands for when it has run: one closed mesh per instance."""

from __future__ import annotations

from shapelang.assembly.assembly import Leaf
from shapelang.execution.simulate import simulate
from shapelang.metrics.triangles import Triangles, joined, welded_surface
from shapelang.representations.surface import geometry_mesh, posed_mesh
from shapelang.semantics.check import check_text


def leaves_of(text: str) -> tuple[Leaf, ...]:
    """The leaf instances of a program, in its order. Raises ProgramError where the text is no program."""
    return tuple(simulate(check_text(text, "<predicted>")).assembly.leaves())


def instances(leaves: tuple[Leaf, ...]) -> list[Triangles]:
    """The surface of every leaf instance: the pieces that a program is made of."""
    return [welded_surface(posed_mesh(geometry_mesh(leaf.geometry), leaf.pose)) for leaf in leaves]


def outermost(leaves: tuple[Leaf, ...]) -> list[int]:
    """For every leaf the number of the outermost shape that it stands in, in order of appearance.

    A shape that holds everything is no part of it, but the program's frame.
    """
    paths = [leaf.path for leaf in leaves]
    depth = 0
    while len({path[: depth + 1] for path in paths}) == 1 and all(len(path) > depth + 1 for path in paths):
        depth += 1
    number: dict[tuple[str, ...], int] = {}
    return [number.setdefault(path[: depth + 1], len(number)) for path in paths]


def grouped(pieces: list[Triangles], group: list[int]) -> list[Triangles]:
    """The pieces of each group as one."""
    count = max(group, default=-1) + 1
    return [joined(piece for piece, of in zip(pieces, group, strict=True) if of == k) for k in range(count)]
