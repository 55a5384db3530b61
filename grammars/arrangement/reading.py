"""Rooms of an assembly: their floors, doors, windows, and what stands in them.

A body with `meta room = "bedroom"` is a room. In it, parts with the tags `floor`, `door`, `window` and `wall` are what
they say; a part that holds such parts, and a block, is looked into; every other part that stands on the floor is a
thing of its kind. What stands on another thing is left to that thing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import atan2, degrees
from typing import Final, final

from grammars.arrangement.errors import ArrangementError
from grammars.arrangement.space import Kind, Prop, Rect, Space
from shapelang.assembly.assembly import Assembly
from shapelang.assembly.part import Part
from shapelang.geometry.oriented import oriented
from shapelang.geometry.pose import IDENTITY, Pose

FLAT: Final = 0.05
"""Metres: what is no higher is a carpet."""
STEP: Final = 0.1
"""Metres above the floor up to which a thing stands on it."""
BUILT: Final = frozenset({"floor", "door", "window", "wall"})


@final
@dataclass(frozen=True, slots=True)
class Furnished:
    """A room with what stands in it, by the path of its body; the kinds of these things with their sizes."""

    path: str
    space: Space
    props: tuple[Prop, ...]
    kinds: tuple[Kind, ...]


def rooms_of(assembly: Assembly) -> tuple[Furnished, ...]:
    """All rooms, in the order of the program. Headings are rounded to quarter turns."""
    found: list[Furnished] = []
    stack = [(assembly.root, IDENTITY, "")]
    while stack:
        part, pose, path = stack.pop()
        purpose = (part.meta or {}).get("room")
        if purpose is not None:
            found.append(_room(str(purpose), part, pose, path))
            continue
        below = [(c.part, c.pose.then(pose), f"{path}.{c.label}".strip(".")) for c in part.children]
        stack.extend(reversed(below))
    return tuple(found)


def merged_kinds(rooms: Sequence[Furnished]) -> tuple[Kind, ...]:
    """Every kind once, by name, with the largest extents that it has in any room."""
    found: dict[str, Kind] = {}
    for kind in (kind for room in rooms for kind in room.kinds):
        known = found.get(kind.name, kind)
        sizes = (max(a, b) for a, b in zip(_sizes(known), _sizes(kind), strict=True))
        found[kind.name] = Kind(kind.name, *sizes, flat=known.flat and kind.flat)
    return tuple(found[name] for name in sorted(found))


def _sizes(kind: Kind) -> tuple[float, float, float]:
    return kind.width, kind.depth, kind.height


def _room(purpose: str, body: Part, pose: Pose, path: str) -> Furnished:
    built: dict[str, list[Rect]] = {name: [] for name in BUILT}
    props: list[Prop] = []
    kinds: list[Kind] = []
    ground = min((_ground(p, q) for p, q in _parts(body, pose) if "floor" in p.tags), default=pose.offset[1])
    for part, placed in _parts(body, pose):
        role = next((tag for tag in part.tags if tag in BUILT), None)
        if role is not None:
            built[role].append(_rect(part, placed))
            continue
        middle, reach = oriented((placed, part.box)).centre, oriented((placed, part.box)).reach()
        if middle[1] - reach[1] > ground + STEP or part.kind == "block":
            continue
        width, height, depth = (round(size * placed.scale, 4) for size in part.box.size)
        props.append(Prop(part.kind, middle[0], middle[2], _heading(placed)))
        kinds.append(Kind(part.kind, width, depth, height, height <= FLAT))
    space = Space(purpose, tuple(built["floor"]), tuple(built["door"]), tuple(built["window"]))
    if not space.floor:
        raise ArrangementError(f"room '{path or purpose}' has no floor: no part in it has the tag 'floor'")
    return Furnished(path, space, tuple(props), tuple(kinds))


def _parts(body: Part, pose: Pose) -> Iterator[tuple[Part, Pose]]:
    """What a room consists of: built parts and things, those that only hold such being looked into."""
    for child in body.children:
        placed = child.pose.then(pose)
        if not BUILT & set(child.part.tags) and (child.part.kind == "block" or _holds_built(child.part)):
            yield from _parts(child.part, placed)
        else:
            yield child.part, placed


def _holds_built(part: Part) -> bool:
    return any(BUILT & set(child.part.tags) or _holds_built(child.part) for child in part.children)


def _ground(part: Part, pose: Pose) -> float:
    box = oriented((pose, part.box))
    return box.centre[1] + box.reach()[1]


def _rect(part: Part, pose: Pose) -> Rect:
    box = oriented((pose, part.box))
    (x, _, z), (a, _, c) = box.centre, box.reach()
    return Rect(x - a, z - c, x + a, z + c)


def _heading(pose: Pose) -> int:
    """The quarter turn to which the front looks."""
    rotation = pose.rotation or (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)
    return round(degrees(atan2(rotation[2], rotation[8])) / 90) % 4 * 90
