"""Parts exchanged between shapes: the legs of one chair under the seat of another, fitted to where it held them.

A slot is all pieces of some labels; its host are the pieces that it hangs on. What comes from the donor is stretched
axis by axis, so that the donor's host would become the receiver's: Funkhouser et al., "Modeling by example", SIGGRAPH
2004, for the idea. Lengths along an axis of a piece that is turned are stretched as that axis is; round pieces by the
mean of their two radii; what has no sizes of its own along its axes, as a whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final, final

from grammars.graphs.pieces import Piece, around, attached
from shapelang.assembly.assembly import Assembly
from shapelang.assembly.part import Geometry, Part, Placed, Solid
from shapelang.diagnostics import UsageError
from shapelang.geometry.box import Box, centred
from shapelang.geometry.pose import Vec3
from shapelang.numbers import FLOAT
from shapelang.primitives.cone import Cone
from shapelang.primitives.cuboid import Cuboid
from shapelang.primitives.cylinder import Cylinder
from shapelang.primitives.ellipsoid import Ellipsoid
from shapelang.primitives.superquadric import Superquadric

MOST_STRETCH: Final = 2.5
"""Along an axis, and its reciprocal: parts further from each other in size are not compatible."""


@final
@dataclass(frozen=True, slots=True)
class Slot:
    """What is exchanged, and on what it hangs: labels. `below`: it reaches from the ground to the host's underside."""

    labels: frozenset[str]
    hosts: frozenset[str]
    below: bool = False


CHAIR_SLOTS: Final = {
    "legs": Slot(frozenset({"leg", "base", "stretcher"}), frozenset({"seat"}), below=True),
    "back": Slot(frozenset({"back"}), frozenset({"seat"})),
    "arms": Slot(frozenset({"arm"}), frozenset({"seat"})),
}


class NotCompatible(UsageError):
    """Two shapes have no parts that would fit each other; the message says why."""


def exchanged(receiver: Sequence[Piece], donor: Sequence[Piece], slot: Slot) -> tuple[Piece, ...]:
    """The receiver with the donor's pieces in a slot. Raises NotCompatible: none there, or far too large or small."""
    kept = [piece for piece in receiver if piece.label not in slot.labels]
    given = [piece for piece in donor if piece.label in slot.labels]
    if not given:
        raise NotCompatible(f"the donor has no {_told(slot.labels)}")
    ours = _box(kept, slot.hosts, "receiver")
    theirs = _box(donor, slot.hosts, "donor")
    stretch, origin, goal = _fit(slot, theirs, ours, around(donor), around(receiver))
    if not all(1 / MOST_STRETCH <= s <= MOST_STRETCH for s in stretch):
        raise NotCompatible(f"{_told(slot.labels)} would be stretched by {', '.join(f'{s:.2g}' for s in stretch)}")
    return (*kept, *(_stretched(piece, stretch, origin, goal) for piece in given))


def kept_attachments(receiver: Sequence[Piece], donor: Sequence[Piece], slot: Slot, made: Sequence[Piece]) -> float:
    """Of the donor's pieces that hung on a host, the share that hangs on one in what was made."""
    given = [piece for piece in donor if piece.label in slot.labels]
    held = _holding(donor, [k for k, piece in enumerate(donor) if piece.label in slot.labels], slot.hosts)
    now = _holding(made, range(len(made) - len(given), len(made)), slot.hosts)
    both = sum(1 for was, is_now in zip(held, now, strict=True) if was and is_now)
    return both / max(sum(held), 1)


def _holding(pieces: Sequence[Piece], numbers: Collection[int], hosts: frozenset[str]) -> list[bool]:
    pairs = set(attached(pieces))
    carriers = [k for k, piece in enumerate(pieces) if piece.label in hosts]
    return [any((min(n, k), max(n, k)) in pairs for k in carriers) for n in numbers]


def _box(pieces: Sequence[Piece], labels: frozenset[str], whose: str) -> Box:
    found = [piece for piece in pieces if piece.label in labels]
    if not found:
        raise NotCompatible(f"the {whose} has no {_told(labels)}")
    return around(found)


def _told(labels: frozenset[str]) -> str:
    return " or ".join(sorted(labels))


def _fit(slot: Slot, theirs: Box, ours: Box, all_theirs: Box, all_ours: Box) -> tuple[Vec3, Vec3, Vec3]:
    """Stretch, a point of the donor, and where it goes. Below: ground and underside; above: from the upper side on."""
    across, along = ours.size[0] / theirs.size[0], ours.size[2] / theirs.size[2]
    if slot.below:
        level, goal = all_theirs.low[1], all_ours.low[1]
        tall = (ours.low[1] - goal) / max(theirs.low[1] - level, 1e-9)
    else:
        level, goal = theirs.high[1], ours.high[1]
        tall = (across * along) ** 0.5
    return (across, tall, along), (theirs.centre[0], level, theirs.centre[2]), (ours.centre[0], goal, ours.centre[2])


def _stretched(piece: Piece, stretch: Vec3, origin: Vec3, goal: Vec3) -> Piece:
    m = piece.pose.rotation or (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)
    own: Vec3 = (_length(m[0::3], stretch), _length(m[1::3], stretch), _length(m[2::3], stretch))
    # The middle of the box goes where it should; the geometry stands about it as before.
    middle = piece.pose.apply(piece.box.centre)
    x, y, z = (goal[k] + stretch[k] * (middle[k] - origin[k]) for k in range(3))
    geometry, scale = _resized(piece.geometry, own)
    box = piece.box if isinstance(geometry, Solid) else centred(geometry.size(FLOAT))
    turned = replace(piece.pose, scale=piece.pose.scale * scale, offset=(0.0, 0.0, 0.0))
    a, b, c = turned.apply(box.centre)
    return replace(piece, geometry=geometry, box=box, pose=replace(turned, offset=(x - a, y - b, z - c)))


def _length(axis: Sequence[float], stretch: Vec3) -> float:
    """How much longer a unit vector is after stretching."""
    return sum((s * a) ** 2 for s, a in zip(stretch, axis, strict=True)) ** 0.5


def _resized(geometry: Geometry, own: Vec3) -> tuple[Geometry, float]:
    """The geometry stretched along its own axes, as far as its kind can be, and the scale that is left."""
    x, y, z = own
    match geometry:
        case Cuboid() | Superquadric() | Ellipsoid():
            sizes = {"width": geometry.width * x, "height": geometry.height * y, "depth": geometry.depth * z}
            return replace(geometry, **sizes), 1.0
        case Cylinder():
            return replace(geometry, radius=geometry.radius * (x * z) ** 0.5, height=geometry.height * y), 1.0
        case Cone():
            across = (x * z) ** 0.5
            sizes = {"radius": geometry.radius * across, "top_radius": geometry.top_radius * across}
            return replace(geometry, **sizes, height=geometry.height * y), 1.0
        case _:
            return geometry, (x * y * z) ** (1 / 3)


def assembly_of(pieces: Sequence[Piece], name: str = "exchanged") -> Assembly:
    """Pieces as an assembly: a part for each, in one body, called by their labels with numbers."""
    total = Counter(piece.label for piece in pieces)
    seen = Counter[str]()
    placed: list[Placed] = []
    for piece in pieces:
        label = piece.label if total[piece.label] == 1 else f"{piece.label}[{seen[piece.label]}]"
        seen[piece.label] += 1
        part = Part(piece.label, piece.label, piece.box, piece.geometry, material=piece.material)
        placed.append(Placed(part, piece.pose, label))
    root = Part(name, name, around(pieces), children=tuple(placed), count=len(placed))
    return Assembly(root, f"{name}.shape", 0, {})
