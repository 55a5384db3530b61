"""The building as models of the kit: floors, walls, posts, doors with their leaves, stairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, final

import numpy as np

from grammars.levels.dice import Dice
from grammars.levels.kit import Maker, PieceKind
from grammars.levels.lots import WAY, Side
from grammars.levels.plan import COLOURS, Door, Plan, Stairs
from grammars.levels.standing import TURN_TO, Foot, Given, Model, Standing, upright
from grammars.levels.stock import Stock
from grammars.levels.themes import Theme
from grammars.levels.walls import HIGH, THICK, panels_of, posts_of, runs_around, slabs_of
from shapelang.arrays import TileGrid

JAMB: Final = 0.3
"""How much of a way's width a jamb takes on each side."""

AJAR: Final = 96.0
"""Degrees by which an open door stands open."""

LEAFLESS: Final = 0.45
"""How many of the doors that need no key are mere openings."""

Leaf: TypeAlias = Literal["none", "oak", "locked", "gate"]


@final
@dataclass(frozen=True, slots=True)
class Fixture:
    """A part of the building and the room it belongs to; `solid` is what nobody walks through.

    `kind` is its name in files. The leaf of a door is a fixture of its own, which a game turns about its hinge.
    """

    kind: str
    room: int
    standing: Standing
    solid: tuple[Foot, ...] = ()


def building_of(plan: Plan, stock: Stock, grid: TileGrid, themes: Sequence[Theme], dice: Dice) -> tuple[Fixture, ...]:
    """Everything that does not move, room by room in no order that matters."""
    work = _Building(plan, stock, grid, themes, dice)
    work.floors()
    work.walls()
    for stairs in plan.stairs:
        work.stairs(stairs)
    for door in plan.doors:
        # A gate belongs to the chunk on its low side: the other one leaves it out.
        if door.second is not None or sum(door.crossing.side.value) > 0:
            work.door(door)
    return tuple(work.found)


@final
class _Building:
    """The fixtures so far."""

    def __init__(self, plan: Plan, stock: Stock, grid: TileGrid, themes: Sequence[Theme], dice: Dice) -> None:
        self.plan, self.stock, self.grid, self.themes, self.dice = plan, stock, grid, themes, dice
        self.found: list[Fixture] = []

    def floors(self) -> None:
        """Slabs under every tile but those of stairs."""
        stepped = np.zeros_like(self.grid, dtype=np.bool_)
        for stairs in self.plan.stairs:
            x0, z0, x1, z1 = stairs.rect
            stepped[z0:z1, x0:x1] = True
        for room in self.plan.rooms:
            x0, z0, x1, z1 = room.lot
            mask = (self.grid[z0:z1, x0:x1] == room.number) & ~stepped[z0:z1, x0:x1]
            for number, (a, b, c, d) in enumerate(slabs_of(mask)):
                inside = room.rect[0] <= x0 + a < room.rect[2] and room.rect[1] <= z0 + b < room.rect[3]
                style = self.themes[room.number].floor if inside else "flags"
                given: Given = (("depth", d - b), ("style", style), ("width", c - a))
                model = self._drawn("floor", given, self.dice.under("floor", room.number, number))
                middle = (x0 + (a + c) / 2, room.height, z0 + (b + d) / 2)
                self.found.append(Fixture("floor", room.number, Standing(model, *middle, 0.0)))

    def walls(self) -> None:
        """Panels along the floors' edges, and posts at their corners."""
        runs = runs_around(self.plan, self.grid)
        for number, run in enumerate(runs):
            inside = run.line - 1 if sum(run.side.value) > 0 else run.line
            at = (inside, run.low) if run.side.along_x else (run.low, inside)
            room = int(self.grid[at])
            for start, length in panels_of(run):
                dice = self.dice.under("wall", number, start)
                model = self._drawn("wall", (("height", HIGH), ("length", length), ("thick", THICK)), dice)
                along = start + length / 2
                x, z = (along, run.line) if run.side.along_x else (run.line, along)
                self.found.append(Fixture("wall", room, Standing(model, x, run.base, z, TURN_TO[run.side])))
        for number, post in enumerate(posts_of(runs)):
            model = self._drawn("post", (("height", HIGH), ("thick", THICK)), self.dice.under("post", number))
            room = self._near(post.x, post.z)
            self.found.append(Fixture("post", room, Standing(model, post.x, post.base, post.z, 0.0)))

    def stairs(self, stairs: Stairs) -> None:
        """Steps on their tiles."""
        x0, z0, x1, z1 = stairs.rect
        up = stairs.side if stairs.end > stairs.start else stairs.side.opposite
        wide, run = (x1 - x0, z1 - z0) if up.along_x else (z1 - z0, x1 - x0)
        given: Given = (("rise", abs(stairs.end - stairs.start)), ("run", run), ("width", wide))
        model = Model(self.stock.kit.building("stairs").name, 0, given)
        middle = ((x0 + x1) / 2, min(stairs.start, stairs.end), (z0 + z1) / 2)
        self.found.append(Fixture("stairs", stairs.room, Standing(model, *middle, TURN_TO[up])))

    def door(self, door: Door) -> None:
        """A frame, and the leaf that hangs in it if there is one."""
        leaf = self._leaf(door)
        colour = "none" if door.lock is None else COLOURS[door.lock]
        x, z = door.middle
        turn = TURN_TO[door.crossing.side]
        frame = Model(self.stock.kit.building("door").name, 0, (("height", HIGH), ("mark", colour), ("width", WAY)))
        means: tuple[tuple[str, str | int], ...] = (("door", door.number), ("leaf", leaf))
        if door.lock is not None:
            means += (("lock", door.lock), ("colour", colour))
        along_x = door.crossing.side.along_x
        solid = tuple(upright(_jamb(x, z, along_x, end), door.height, door.height + HIGH) for end in (-1.0, 1.0))
        self.found.append(Fixture("door", door.first, Standing(frame, x, door.height, z, turn, means), solid))
        if leaf == "none":
            return
        # The hinge is at the frame's own −X end.
        half = WAY / 2 - JAMB
        dx, dz = _along(door.crossing.side)
        model = Model(self.stock.kit.building("leaf").name, 0, (("kind", leaf), ("mark", colour), ("width", 2 * half)))
        swing = AJAR if leaf == "oak" else 0.0
        hinge = Standing(model, x - dx * half, door.height, z - dz * half, turn + swing, means)
        self.found.append(Fixture("leaf", door.first, hinge))

    def _leaf(self, door: Door) -> Leaf:
        if door.lock is not None:
            return "locked"
        if door.second is None:
            return "gate"
        return "none" if self.dice.under("door", door.number).real("leaf") < LEAFLESS else "oak"

    def _drawn(self, piece: PieceKind, given: Given, dice: Dice) -> Model:
        maker: Maker = self.stock.kit.building(piece)
        return Model(maker.name, dice.whole("variant", 0, maker.variants - 1), given)

    def _near(self, x: float, z: float) -> int:
        """The room of a floor tile around a corner."""
        for dz in (0, -1, 1):
            for dx in (0, -1, 1):
                row, column = int(z // 1) + dz, int(x // 1) + dx
                if 0 <= row < self.plan.side and 0 <= column < self.plan.side and self.grid[row, column] >= 0:
                    return int(self.grid[row, column])
        return 0


def _along(side: Side) -> tuple[float, float]:
    """The direction of a frame's own +X when it is turned to a side."""
    match side:
        case Side.NORTH:
            return (1.0, 0.0)
        case Side.SOUTH:
            return (-1.0, 0.0)
        case Side.EAST:
            return (0.0, 1.0)
        case Side.WEST:
            return (0.0, -1.0)


def _jamb(x: float, z: float, along_x: bool, end: float) -> tuple[float, float, float, float]:
    middle, half = end * (WAY / 2 - JAMB / 2), JAMB / 2
    if along_x:
        return (x + middle - half, z - 0.2, x + middle + half, z + 0.2)
    return (x - 0.2, z + middle - half, x + 0.2, z + middle + half)
