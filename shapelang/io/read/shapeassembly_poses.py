"""Where attachments bring the cuboids of an assembly: moved, turned and stretched until the attached points coincide.

After Jones et al., "ShapeAssembly", 2020, section 3.2. Each attachment of a cuboid is met as far as those before leave
it free: the first moves it; the second of one that may turn stretches the extent that has to change least, and turns
it by the least angle; a third turns it about the line through the first two, and stretches it. An aligned cuboid is
only moved and stretched, between all that it is attached to; what aligned cuboids then miss moves the others.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from shapelang.io.read.shapeassembly_aligned import between, settle
from shapelang.io.read.shapeassembly_posed import Matrix, Posed, Vector
from shapelang.io.read.shapeassembly_text import BOX, Assembly, Attach, Cuboid, Point, ShapeAssemblyError

_SAME: Final = 1e-4
"""Points that are nearer, metres, are where they should be. Sizes of the data are about 1."""

_NEAR: Final = 0.01
"""The same for third attachments, which are not always meant to be met."""

_ALONG: Final = 0.9
"""Cosine between what is missing and an extent, above which that extent is stretched."""


def posed(assembly: Assembly) -> dict[str, Posed]:
    """The cuboids of an assembly by name in its order, the bounding box first; its middle is the origin.

    Raises ShapeAssemblyError where a statement names what is not there.
    """
    cuboids = {BOX: Posed(np.array(assembly.box), True, fixed=True)}
    for statement in assembly.statements:
        match statement:
            case Cuboid(name, size, aligned):
                cuboids[name] = Posed(np.array(size), aligned)
            case Attach(moved, target, point, place):
                if moved == BOX or moved not in cuboids or target not in cuboids:
                    raise ShapeAssemblyError(f"{assembly.name}: nothing to attach {moved} to {target}")
                attach(cuboids[moved], cuboids[target], point, place)
            case _:
                pass
    attaches = [statement for statement in assembly.statements if isinstance(statement, Attach)]
    settle(cuboids, attaches, _length(np.array(assembly.box)))
    return cuboids


def attach(moved: Posed, target: Posed, point: Point, place: Point) -> None:
    """Pose a cuboid so that its point comes to the target's place, as far as its earlier attachments allow."""
    goal = target.at(place)
    target.meets.append((place, goal))
    if moved.aligned:
        moved.meets.append((point, goal))
        between(moved)
        return
    if not moved.meets:
        moved.centre = moved.centre + (goal - moved.at(point))
    elif len(moved.meets) == 1:
        _stretch_and_turn(moved, point, goal)
    else:
        if _in_line(moved):
            _turn_about_line(moved, point, goal)
        _stretch(moved, point, goal)
    moved.meets.append((point, goal))


def _stretch_and_turn(moved: Posed, point: Point, goal: Vector) -> None:
    held, start = moved.meets[0]
    if _length(goal - moved.at(point)) < _SAME:
        return
    rates = moved.rates(point) - moved.rates(held)
    gain = _least_gain(moved.at(point) - start, rates, _length(goal - start))
    if gain is not None:
        moved.size = moved.size + gain
    moved.held()
    now, wanted = moved.at(point) - start, goal - start
    if min(_length(now), _length(wanted)) > 0.0 and _length(now - wanted) >= _SAME:
        moved.frame = _least_turn(now, wanted) @ moved.frame
        moved.held()


def _least_gain(apart: Vector, rates: Matrix, distance: float) -> Vector | None:
    """What to add to the extents so that two points are as far apart as they shall be: to one extent, else to all."""
    gains = [
        (abs(gain), axis, gain) for axis in (1, 2, 0) if (gain := _gain(apart, rates[:, axis], distance)) is not None
    ]
    if gains:
        _, axis, gain = min(gains, key=lambda found: found[0])
        return gain * np.eye(3)[axis]
    whole = _gain(apart, rates.sum(axis=1), distance)
    return None if whole is None else np.full(3, whole)


def _gain(apart: Vector, rate: Vector, distance: float) -> float | None:
    """The larger t with |apart + t · rate| = distance."""
    a, b, c = float(rate @ rate), 2.0 * float(apart @ rate), float(apart @ apart) - distance**2
    inner = b * b - 4.0 * a * c
    return None if a < _SAME**2 or inner <= 0.0 else (inner**0.5 - b) / (2.0 * a)


def _least_turn(now: Vector, wanted: Vector) -> Matrix:
    """The rotation by the least angle that brings one direction to another."""
    a, b = now / _length(now), wanted / _length(wanted)
    across = np.cross(a, b)
    if _length(across) < 1e-12:
        if float(a @ b) > 0.0:
            return np.eye(3)
        across = np.cross(a, np.eye(3)[int(np.abs(a).argmin())])
    return _turn(across / _length(across), float(np.arctan2(_length(np.cross(a, b)), a @ b)))


def _turn(axis: Vector, angle: float) -> Matrix:
    """Rotation about a unit axis by radians (Rodrigues)."""
    x, y, z = axis
    cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    return np.eye(3) + np.sin(angle) * cross + (1.0 - np.cos(angle)) * (cross @ cross)


def _in_line(moved: Posed) -> bool:
    """Whether all attachments so far lie on one line, so that it may turn about that."""
    places = [place for _, place in moved.meets]
    along = places[1] - places[0]
    return all(_length(np.cross(place - places[0], along)) <= _NEAR for place in places[2:])


def _turn_about_line(moved: Posed, point: Point, goal: Vector) -> None:
    start, end = moved.meets[0][1], moved.meets[1][1]
    if _length(end - start) < 1e-9:
        return
    axis = (end - start) / _length(end - start)
    now, wanted = moved.at(point) - start, goal - start
    now, wanted = now - (now @ axis) * axis, wanted - (wanted @ axis) * axis
    if min(_length(now), _length(wanted)) < 1e-9:
        return
    if _length(now / _length(now) - wanted / _length(wanted)) * _length(wanted) >= _NEAR:
        angle = float(np.arctan2(axis @ np.cross(now, wanted), now @ wanted))
        moved.frame = _turn(axis, angle) @ moved.frame
        moved.held()


def _stretch(moved: Posed, point: Point, goal: Vector) -> None:
    """Stretch the extent that leads from a point to its goal, if no earlier attachment is moved by that."""
    missing = goal - moved.at(point)
    if _length(missing) < _NEAR:
        return
    held = moved.rates(moved.meets[0][0])
    for axis in (1, 2, 0):
        free = all(_length(moved.rates(p)[:, axis] - held[:, axis]) <= _NEAR for p, _ in moved.meets)
        rate = moved.rates(point)[:, axis]
        speed = _length(rate - held[:, axis])
        if free and min(speed, _length(rate)) > 0.0:
            along = float(missing @ rate) / _length(rate)
            if along > _ALONG * _length(missing):
                moved.size = moved.size + along / speed * np.eye(3)[axis]
                moved.held()
                return


def _length(vector: Vector) -> float:
    return float(np.sqrt((vector**2).sum()))
