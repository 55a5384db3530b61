"""A level as data, and how it comes about: plan, building, furniture, places, and the surface that is walked on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias, final

from grammars.arrangement.space import Furnisher
from grammars.levels.arranged import arranged
from grammars.levels.building import Fixture, building_of
from grammars.levels.dice import Dice
from grammars.levels.furnisher import Bare, clear_ways, core_of
from grammars.levels.ground import grid_of
from grammars.levels.kit import Kit
from grammars.levels.layout import plan_of
from grammars.levels.mission import Task
from grammars.levels.plan import COLOURS, LevelSpec, Plan, Room
from grammars.levels.rules import RuleFurnisher
from grammars.levels.standing import Foot, Model, Region, Standing, foot_of
from grammars.levels.stock import Stock
from grammars.levels.themes import Theme, theme_of
from grammars.levels.walkable import navigation_mesh, walkable_cells
from shapelang.geometry.mesh import Mesh

SpawnKind: TypeAlias = Literal["player", "foe", "key", "loot"]

PEDESTAL: Final = (0.8, 0.8)
"""The core of a room that holds a key, metres."""

LEAST_RING: Final = 0.3
"""The core of a room that has nothing in its middle, metres: the ways around it still meet."""


@final
@dataclass(frozen=True, slots=True)
class Spawn:
    """A place on the floor where something begins; on a way that is kept clear. `means` as of `Standing`."""

    kind: SpawnKind
    room: int
    x: float
    y: float
    z: float
    means: tuple[tuple[str, str | int | float], ...] = ()


@final
@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """All of a level in the frame of its plan. `themes`, `props` are by room; `stock` has the models."""

    plan: Plan
    stock: Stock
    themes: tuple[Theme, ...]
    fixtures: tuple[Fixture, ...]
    props: tuple[tuple[Standing, ...], ...]
    spawns: tuple[Spawn, ...]
    navigation: Mesh | None


def level_of(spec: LevelSpec, kit: Kit, furnisher: Furnisher | None = None) -> Level:
    """The level of a specification; equal for equal arguments. The seed of a chunk's props is that of its level.

    A furnisher, if there is one, furnishes the rooms whose purpose has furnished examples (`arranged.py`).
    """
    plan = plan_of(spec)
    stock = Stock(kit, spec.seed)
    dice = Dice(spec.seed).under("furniture")
    dice = dice if spec.chunk is None else dice.under("chunk", *spec.chunk)
    grid = grid_of(plan.side, [(room.rect, *room.arms) for room in plan.rooms])
    furnishing = _Furnishing(plan, stock, furnisher, dice)
    furnishing.run()
    fixtures = building_of(plan, stock, grid, furnishing.themes, dice.under("building"))
    feet = [*furnishing.feet(), *_fixed(fixtures, stock)]
    navigation = navigation_mesh(plan, walkable_cells(plan, grid, feet))
    props = tuple(tuple(room) for room in furnishing.props)
    return Level(plan, stock, tuple(furnishing.themes), fixtures, props, tuple(furnishing.spawns), navigation)


def _fixed(fixtures: Sequence[Fixture], stock: Stock) -> list[tuple[Foot, float]]:
    """What stands in the way of doors: their jambs."""
    found: list[tuple[Foot, float]] = []
    for fixture in fixtures:
        found += [(foot, fixture.standing.y) for foot in fixture.solid]
    return found


@final
class _Furnishing:
    """The rooms one after the other; what finds no room in one is left to those after it."""

    def __init__(self, plan: Plan, stock: Stock, furnisher: Furnisher | None, dice: Dice) -> None:
        self.plan, self.stock, self.furnisher, self.dice = plan, stock, furnisher, dice
        self.themes = [theme_of(r, dice.under("room", r.number), self._enters(r)) for r in plan.rooms]
        self.props: list[list[Standing]] = [[] for _ in plan.rooms]
        self.spawns: list[Spawn] = []

    def run(self) -> None:
        """Furnish all rooms, the small ones first; large ones take what is over, and more once all are furnished."""
        holders = {room: key for key, room in enumerate(self.plan.keys)}
        weights = [r.size[0] * r.size[1] * t.fullness for r, t in zip(self.plan.rooms, self.themes, strict=True)]
        order = sorted(range(len(weights)), key=lambda number: (weights[number], number))
        over = sum(weights)
        for number in order:
            share = round(self.left * weights[number] / over)
            over -= weights[number]
            bare = self._bare(self.plan.rooms[number], number in holders)
            if number in holders:
                self._hold_key(bare, holders[number])
            self._furnish(bare, share - len(self.props[number]))
            self._spawns(bare, self.plan.rooms[number])
        for number in reversed(order):
            bare = self._bare(self.plan.rooms[number], number in holders)
            self._furnish(replace(bare, dice=bare.dice.under("again")), self.left)

    @property
    def left(self) -> int:
        """How many props are still to be placed."""
        return self.plan.spec.props - sum(map(len, self.props))

    def _furnish(self, bare: Bare, count: int) -> None:
        standing = tuple(foot for foot, _ in self._feet(bare.number))
        if count > 0:
            room = replace(bare, count=count, standing=standing)
            self.props[bare.number] += self._things(room)

    def _things(self, room: Bare) -> tuple[Standing, ...]:
        if self.furnisher is None:
            return RuleFurnisher().furnish(room, self.stock)
        return arranged(room, self.stock, self.furnisher)

    def feet(self) -> list[tuple[Foot, float]]:
        """The footprints of all props, each with the height of its room."""
        return [foot for room in self.plan.rooms for foot in self._feet(room.number)]

    def _feet(self, number: int) -> list[tuple[Foot, float]]:
        height = self.plan.rooms[number].height
        stock, props = self.stock, self.props[number]
        return [(foot_of(stock.made(s.model).box, s.x, s.y, s.z, s.turn), height) for s in props]

    def _enters(self, room: Room) -> bool:
        return room.number == self.plan.entrance and self.plan.spec.chunk in (None, (0, 0))

    def _bare(self, room: Room, holds: bool) -> Bare:
        theme = self.themes[room.number]
        x0, z0, x1, z1 = room.rect
        region = (float(x0), float(z0), float(x1), float(z1))
        wide, deep = PEDESTAL if holds else theme.core
        core = core_of(region, max(wide, LEAST_RING), max(deep, LEAST_RING))
        clear = clear_ways(region, core, room.mouths)
        dice = self.dice.under("room", room.number)
        return Bare(room.number, theme.name, region, room.height, room.mouths, core, clear, 0, dice)

    def _hold_key(self, bare: Bare, key: int) -> None:
        """A pedestal in the middle of the room, and a key on it."""
        x0, z0, x1, z1 = bare.core
        x, z = (x0 + x1) / 2, (z0 + z1) / 2
        colour = COLOURS[key]
        pedestal = next(m for m in self.stock.kit.makers.values() if m.piece == "pedestal")
        below = Model(pedestal.name, bare.dice.whole("pedestal", 0, pedestal.variants - 1))
        high = bare.height + self.stock.made(below).box.high[1]
        held = Model(self.stock.kit.building("key").name, 0, (("mark", colour),))
        opens = (("key", key), ("colour", colour))
        turn = 45.0 * bare.dice.whole("turn", 0, 7)
        self.props[bare.number] += [
            Standing(below, x, bare.height, z, 0.0),
            Standing(held, x, high, z, turn, opens),
        ]
        self.spawns.append(Spawn("key", bare.number, *self._ringed(bare, "key"), means=opens))

    def _spawns(self, bare: Bare, room: Room) -> None:
        if self._enters(room):
            self.spawns.append(Spawn("player", room.number, *self._ringed(bare, "player")))
        if room.task in (Task.TREASURE, Task.GOAL):
            self.spawns.append(Spawn("loot", room.number, *self._ringed(bare, "loot")))
        foes = 0 if self._enters(room) else bare.dice.whole("foes", 0, self.themes[room.number].foes)
        for number in range(foes):
            self.spawns.append(Spawn("foe", room.number, *self._ringed(bare, f"foe[{number}]")))

    def _ringed(self, bare: Bare, name: str) -> tuple[float, float, float]:
        """A point in the middle of one of the ways around the core."""
        ring: list[Region] = [way for way in bare.clear[:4]]
        x0, z0, x1, z1 = ring[bare.dice.under("spawn").whole(name, 0, len(ring) - 1)]
        along = bare.dice.under("spawn").between(f"{name}/along", 0.25, 0.75)
        if x1 - x0 >= z1 - z0:
            return (x0 + along * (x1 - x0), bare.height, (z0 + z1) / 2)
        return ((x0 + x1) / 2, bare.height, z0 + along * (z1 - z0))
