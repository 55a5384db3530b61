"""What a run of a program gives: a tree of named parts, and the flat view of its leaves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import final

from shapelang.assembly.material import DEFAULT, Material
from shapelang.assembly.part import Geometry, Part, Value
from shapelang.frozen import frozen_object
from shapelang.geometry.pose import IDENTITY, Pose


@final
@frozen_object
class Leaf:
    """One visible instance: a geometry with its world pose, its material and its path of labels from the root."""

    path: tuple[str, ...]
    part: Part
    geometry: Geometry
    pose: Pose
    material: Material


@final
@dataclass(frozen=True, slots=True, eq=False)
class Assembly:
    """A tree of parts in metres, +Y up, +Z front. `root` is the program itself.

    `seed` and `parameters` (every `param` with the value it had) are enough to make the same assembly again.
    """

    root: Part
    program: str
    seed: int
    parameters: Mapping[str, Value]

    def leaves(self) -> Iterator[Leaf]:
        """All leaf instances, depth first in the order of the program."""
        return _leaves(self.root, IDENTITY, DEFAULT, ())


def _leaves(part: Part, pose: Pose, material: Material, path: tuple[str, ...]) -> Iterator[Leaf]:
    # An explicit stack: recursion would make generators nest 64 deep for every leaf of a tree.
    stack: list[tuple[Part, Pose, Material, tuple[str, ...]]] = [(part, pose, material, path)]
    while stack:
        part, pose, material, path = stack.pop()
        here = part.material or material
        if part.geometry is not None:
            yield Leaf(path, part, part.geometry, pose, here)
        for child in reversed(part.children):
            stack.append((child.part, child.pose.then(pose), here, (*path, child.label)))
