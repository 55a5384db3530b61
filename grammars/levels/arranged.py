"""A furnisher by a model of arrangements that was learned from furnished rooms; what it knows nothing of goes by rules.

The model says which kinds of things stand where and facing what (`grammars/arrangement`); of which kinds
the programs of the kit are, they say (`meta kind`). In one room all things of a kind are one model.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, final

import numpy as np

from grammars.arrangement.model import ArrangementModel, load_model
from grammars.arrangement.sampling import MarkovFurnisher, with_sizes
from grammars.arrangement.space import Prop, Rect, Space
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

TABLES: Final = frozenset({"dining_table", "round_table"})
SEATS: Final = frozenset({"chair", "stool", "bench"})
AROUND: Final = 1.6
"""How far from the middle of its table a seat may be, metres."""

DEEP: Final = 0.1
"""How far a door's rectangle reaches to both sides of its wall, metres."""


@final
@dataclass(frozen=True, slots=True)
class ArrangedFurnisher:
    """Furnishes rooms of the themes in PURPOSES by a learned model, then all rooms by rules.

    What the model puts on the ways that must stay clear is left out. Some tenths of a second a room.
    """

    model: ArrangementModel
    steps: int = STEPS

    def furnish(self, room: Bare, stock: Stock) -> tuple[Standing, ...]:
        """See `Furnisher`."""
        purpose = PURPOSES.get(room.theme)
        if purpose is None or room.standing:
            return RuleFurnisher().furnish(room, stock)
        models = _models(room, stock)
        furnisher = MarkovFurnisher(_fitted(self.model, models, stock, purpose), steps=self.steps)
        props = furnisher.furnish(_space(room, purpose), room.dice.seed_of("arranged"))
        standings = [_standing(prop, models, room) for prop in _carried(props, room)]
        found, feet = _kept(room, stock, standings)
        x, z = (room.region[0] + room.region[2]) / 2, (room.region[1] + room.region[3]) / 2
        # Its middle is furnished, or meant to be empty.
        rest = replace(room, core=(x, z, x, z), count=room.count - len(found), standing=feet)
        return (*found, *RuleFurnisher().furnish(rest, stock))


def load_arranged() -> ArrangedFurnisher:
    """The furnisher by the model that comes with the project."""
    return ArrangedFurnisher(load_model("rooms"))


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


def _fitted(model: ArrangementModel, models: Mapping[str, Model], stock: Stock, purpose: str) -> ArrangementModel:
    """The model with the sizes of the kit, and without the kinds that the kit has not."""
    sizes: dict[str, tuple[float, float, float]] = {}
    for kind, one in models.items():
        if kind in model.names:
            wide, high, deep = stock.made(one).box.size
            sizes[kind] = (wide + GAP, deep + GAP, high)
    known = np.array([kind.name in sizes for kind in model.kinds])
    return replace(with_sizes(model, sizes), most={purpose: np.where(known, model.most[purpose], 0).astype(np.int32)})


def _space(room: Bare, purpose: str) -> Space:
    """The room in a frame of its own, with its mouths for doors."""
    x0, z0, x1, z1 = room.region
    floor = Rect(MOST_WALLS, MOST_WALLS, x1 - x0 - MOST_WALLS, z1 - z0 - MOST_WALLS)
    return Space(purpose, (floor,), tuple(_opening(mouth, room.region) for mouth in room.mouths))


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


def _carried(props: Sequence[Prop], room: Bare) -> list[Prop]:
    """The first table with its seats carried to the core, which the ways lead around; carpets go there as well."""
    table = next((prop for prop in props if prop.kind in TABLES), None)
    if table is None:
        return list(props)
    x0, z0, x1, z1 = room.core
    dx = (x0 + x1) / 2 - room.region[0] - table.x
    dz = (z0 + z1) / 2 - room.region[1] - table.z
    group = [
        prop is table or prop.kind == "rug" or (prop.kind in SEATS and _distance(prop, table) < AROUND)
        for prop in props
    ]
    moved = [replace(prop, x=prop.x + dx, z=prop.z + dz) for prop, own in zip(props, group, strict=True) if own]
    return [*moved, *(prop for prop, own in zip(props, group, strict=True) if not own)]


def _distance(a: Prop, b: Prop) -> float:
    return max(abs(a.x - b.x), abs(a.z - b.z))


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
