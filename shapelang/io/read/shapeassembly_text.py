"""ShapeAssembly programs as text: assemblies of cuboids, and the statements that pose them.

The language is that of Jones et al., "ShapeAssembly: Learning to Generate Programs for 3D Shape Structure Synthesis",
2020, section 3, in the hierarchical form of its data: the first assembly is the shape, and a cuboid named like another
assembly is the bounding box of that one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, cast, final, get_args

from shapelang.diagnostics import ShapelangError

Axis: TypeAlias = Literal["X", "Y", "Z"]

Face: TypeAlias = Literal["right", "left", "top", "bot", "front", "back"]

Point: TypeAlias = tuple[float, float, float]
"""Of a cuboid, from 0 (left, bottom, back) to 1 along each of its axes."""

BOX: Final = "bbox"
"""The cuboid that bounds an assembly: it is never moved, and nothing is seen of it."""


class ShapeAssemblyError(ShapelangError):
    """A text that is no ShapeAssembly program."""


@final
@dataclass(frozen=True, slots=True)
class Cuboid:
    """Extents along x, y, z, metres; one that is `aligned` is never turned."""

    name: str
    size: tuple[float, float, float]
    aligned: bool


@final
@dataclass(frozen=True, slots=True)
class Attach:
    """`moved` is placed so that its `point` comes to the `target`'s `place`."""

    moved: str
    target: str
    point: Point
    place: Point


@final
@dataclass(frozen=True, slots=True)
class Reflect:
    """A copy of a cuboid in the plane across an axis through the middle of the bounding box."""

    name: str
    axis: Axis


@final
@dataclass(frozen=True, slots=True)
class Translate:
    """`count` copies, the last of them `share` of the bounding box's extent away."""

    name: str
    axis: Axis
    count: int
    share: float


Statement: TypeAlias = Cuboid | Attach | Reflect | Translate
"""A `squeeze` is written as the two attachments that it stands for."""


@final
@dataclass(frozen=True, slots=True)
class Assembly:
    """The statements of one assembly, in order; the first cuboid is its bounding box."""

    name: str
    box: tuple[float, float, float]
    statements: tuple[Statement, ...]


_MOST: Final = 1e6
"""Metres, or shares: beyond these, and of what is no number, no pose can be told."""

_HEAD: Final = re.compile(r"Assembly\s+(\w+)\s*\{")

_CUBOID: Final = re.compile(r"(\w+)\s*=\s*Cuboid\(([^()]*)\)")

_CALL: Final = re.compile(r"(attach|squeeze|reflect|translate)\(([^()]*)\)")

_FACES: Final[Mapping[Face, tuple[int, float]]] = {
    "right": (0, 1.0), "left": (0, 0.0), "top": (1, 1.0), "bot": (1, 0.0), "front": (2, 1.0), "back": (2, 0.0)
}  # fmt: skip
"""The axis that a face is across, and where along it."""


def parse(text: str) -> dict[str, Assembly]:
    """All assemblies of a program by name, the outermost first. Raises ShapeAssemblyError."""
    found: dict[str, Assembly] = {}
    name: str | None = None
    box: tuple[float, float, float] | None = None
    statements: list[Statement] = []
    for number, line in enumerate(text.splitlines(), 1):
        words = line.strip()
        try:
            head = _HEAD.fullmatch(words)
            if head is not None:
                name, box, statements = head[1], None, []
            elif words == "}" and name is not None and box is not None:
                found[name] = Assembly(name, box, tuple(statements))
                name = None
            elif words:
                for statement in _statements(words):
                    if isinstance(statement, Cuboid) and statement.name == BOX:
                        box = statement.size
                    else:
                        statements.append(statement)
        except (ValueError, KeyError) as error:
            raise ShapeAssemblyError(f"line {number} is no statement of ShapeAssembly: {words[:60]}") from error
    if not found or name is not None:
        raise ShapeAssemblyError("no whole `Assembly` was found")
    return found


def _statements(line: str) -> tuple[Statement, ...]:
    """Those of one line. Raises ValueError or KeyError."""
    cuboid = _CUBOID.fullmatch(line)
    if cuboid is not None:
        return (_cuboid(cuboid[1], _words(cuboid[2])),)
    call = _CALL.fullmatch(line)
    if call is None:
        raise ValueError(line)
    words = _words(call[2])
    match call[1], words:
        case "attach", [moved, target, *numbers] if len(numbers) == 6:
            x, y, z, u, v, w = map(_number, numbers)
            return (Attach(moved, target, (x, y, z), (u, v, w)),)
        case "squeeze", [moved, first, second, face, u, v]:
            return squeezed(moved, first, second, _face(face), _number(u), _number(v))
        case "reflect", [name, axis]:
            return (Reflect(name, _axis(axis)),)
        case "translate", [name, axis, count, share]:
            return (Translate(name, _axis(axis), int(count), _number(share)),)
        case _:
            raise ValueError(line)


def squeezed(moved: str, first: str, second: str, face: Face, u: float, v: float) -> tuple[Attach, Attach]:
    """`face` of the moved cuboid at the facing side of `first`, its other end at that of `second`, at (u, v) of both.

    The bounding box is met from within: a face comes to the box's face of the same name.
    """
    return _squeezed(moved, first, face, u, v), _squeezed(moved, second, _opposite(face), u, v)


def _squeezed(moved: str, target: str, face: Face, u: float, v: float) -> Attach:
    axis, side = _FACES[face]
    point, place = [0.5, 0.5, 0.5], [0.0, 0.0, 0.0]
    point[axis] = side
    place[axis] = side if target == BOX else 1.0 - side
    first, second = (k for k in range(3) if k != axis)
    place[first], place[second] = u, v
    return Attach(moved, target, (point[0], point[1], point[2]), (place[0], place[1], place[2]))


def _opposite(face: Face) -> Face:
    axis, side = _FACES[face]
    return next(name for name, (other, at) in _FACES.items() if other == axis and at != side)


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",")]


def _number(word: str) -> float:
    value = float(word)
    if not abs(value) <= _MOST:
        raise ValueError(word)
    return value


def _cuboid(name: str, words: Sequence[str]) -> Cuboid:
    x, y, z = map(_number, words[:3])
    if len(words) > 4 or (len(words) == 4 and words[3] not in ("True", "False")):
        raise ValueError(words)
    return Cuboid(name, (x, y, z), words[3:] == ["True"])


def _axis(word: str) -> Axis:
    if word not in get_args(Axis):
        raise ValueError(word)
    return cast(Axis, word)


def _face(word: str) -> Face:
    if word not in _FACES:
        raise ValueError(word)
    return word
