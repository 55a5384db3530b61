"""Rooms furnished by a model of arrangements that was learned from rooms; what it knows nothing of goes by rules.

The model says which kinds of things stand where and facing what (`grammars/arrangement`); of which kinds
the programs of the kit are, they say (`meta kind`). In one room all things of a kind are one model.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from grammars.arrangement.model import load_model
from grammars.arrangement.sampling import MarkovFurnisher
from grammars.arrangement.space import Furnisher, Prop, Rect, Sizes, Space
from grammars.levels.furnisher import MOST_WALLS, Bare
from grammars.levels.lots import Side
from grammars.levels.plan import Mouth
from grammars.levels.rules import GAP, HEADROOM, RuleFurnisher
from grammars.levels.standing import Foot, Model, Region, Standing, Taken, foot_of, upright, within
from grammars.levels.stock import Stock

PURPOSES: Final[Mapping[str, str]] = {"dining": "dining", "library": "study", "barracks": "bedroom"}
"""What the model calls the rooms of a theme."""

STEPS: Final = 100
"""Of the chain, for each square metre."""

DEEP: Final = 0.1
"""How far a door's rectangle reaches to both sides of its wall, metres."""


def arranged(room: Bare, stock: Stock, furnisher: Furnisher) -> tuple[Standing, ...]:
    """What stands in a room: of the themes in PURPOSES by a furnisher; what it leaves to be placed goes by rules."""
    purpose = PURPOSES.get(room.theme)
    if purpose is None or room.standing:
        return RuleFurnisher().furnish(room, stock)
    models = _models(room, stock)
    props = furnisher.furnish(_space(room, purpose), room.dice.seed_of("arranged"), sizes=_sizes(models, stock))
    found, feet = _kept(room, stock, [_standing(prop, models, room) for prop in props])
    x, z = (room.region[0] + room.region[2]) / 2, (room.region[1] + room.region[3]) / 2
    # Its middle is furnished, or meant to be empty.
    rest = replace(room, core=(x, z, x, z), count=room.count - len(found), standing=feet)
    return (*found, *RuleFurnisher().furnish(rest, stock))


def load_arranged() -> Furnisher:
    """The furnisher by the model that comes with the project."""
    return MarkovFurnisher(load_model("rooms"), steps=STEPS)


def _models(room: Bare, stock: Stock) -> dict[str, Model]:
    """For each kind that some program of the kit is of, and that suits the room, the model that stands for it here."""
    makers: dict[str, list[str]] = {}
    for maker in stock.kit.makers.values():
        for kind in sorted(maker.kinds):
            if maker.suits(room.theme):
                makers.setdefault(kind, []).append(maker.name)
    found: dict[str, Model] = {}
    for kind, names in sorted(makers.items()):
        dice = room.dice.under("kind").under(kind)
        name = dice.one_of("program", names)
        found[kind] = Model(name, dice.whole("variant", 0, stock.kit.makers[name].variants - 1))
    return found


def _sizes(models: Mapping[str, Model], stock: Stock) -> Sizes:
    """The sizes of what the kit has of each kind, with the gap that things keep."""
    found: dict[str, tuple[float, float, float]] = {}
    for kind, one in models.items():
        wide, high, deep = stock.made(one).box.size
        found[kind] = (wide + GAP, deep + GAP, high)
    return found


def _space(room: Bare, purpose: str) -> Space:
    """The room in a frame of its own, with its mouths for doors."""
    x0, z0, x1, z1 = room.region
    floor = Rect(MOST_WALLS, MOST_WALLS, x1 - x0 - MOST_WALLS, z1 - z0 - MOST_WALLS)
    doors = tuple(_opening(mouth, room.region) for mouth in room.mouths)
    ways = tuple(Rect(a - x0, b - z0, c - x0, d - z0) for a, b, c, d in room.clear)
    return Space(purpose, (floor,), doors, clear=ways)


def _opening(mouth: Mouth, region: Region) -> Rect:
    x0, z0, x1, z1 = region
    wide, deep = x1 - x0, z1 - z0
    match mouth.side:
        case Side.NORTH:
            return Rect(mouth.low - x0, -DEEP, mouth.high - x0, DEEP)
        case Side.SOUTH:
            return Rect(mouth.low - x0, deep - DEEP, mouth.high - x0, deep + DEEP)
        case Side.WEST:
            return Rect(-DEEP, mouth.low - z0, DEEP, mouth.high - z0)
        case Side.EAST:
            return Rect(wide - DEEP, mouth.low - z0, wide + DEEP, mouth.high - z0)


def _standing(prop: Prop, models: Mapping[str, Model], room: Bare) -> Standing:
    x, z = room.region[0] + prop.x, room.region[1] + prop.z
    return Standing(models[prop.kind], x, room.height, z, float(prop.heading))


def _kept(room: Bare, stock: Stock, standings: list[Standing]) -> tuple[list[Standing], tuple[Foot, ...]]:
    """Those that fit in, as many as the room may have, and their footprints; carpets have none."""
    x0, z0, x1, z1 = room.region
    ways = [upright(way, room.height, room.height + HEADROOM) for way in room.clear]
    taken = Taken((x0, z0, x1, z1), ways)
    found: list[Standing] = []
    feet: list[Foot] = []
    for standing in standings[: room.count]:
        made = stock.made(standing.model)
        foot = foot_of(made.box, standing.x, standing.y, standing.z, standing.turn)
        if made.maker.place == "under":
            if within(foot, room.region):
                found.append(standing)
        elif taken.free(foot):
            found.append(standing)
            feet.append(foot)
            taken.take(foot)
    return found, tuple(feet)
