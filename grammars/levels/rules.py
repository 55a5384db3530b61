"""A furnisher by rules: lights along the walls, something in the middle, corners, walls, then what lies about."""

from __future__ import annotations

from typing import Final, final, get_args

from grammars.levels.dice import Dice
from grammars.levels.furnisher import MOST_WALLS, Bare
from grammars.levels.kit import Maker, Place
from grammars.levels.lots import Side
from grammars.levels.standing import TURN_TO, Foot, Model, Standing, Taken, foot_of, meet, upright
from grammars.levels.stock import Stock

GAP: Final = 0.03
"""Metres that footprints keep from each other."""

LIGHT_EVERY: Final = 5.0
"""Metres of wall for one thing that hangs on it."""

HEADROOM: Final = 2.0
"""The ways are kept clear up to this height."""

TRIES: Final = 10

ISLAND: Final = 0.45
"""Metres around what stands free in a room, beside the ways."""

SHARES: Final[tuple[tuple[Place, float], ...]] = (
    ("centre", 0.25),
    ("corner", 0.3),
    ("wall", 0.42),
    ("top", 0.3),
    ("floor", 1.0),
)
"""How much of what is left of a room's count each step may use."""


@final
class RuleFurnisher:
    """See the module; holds nothing."""

    def furnish(self, room: Bare, stock: Stock) -> tuple[Standing, ...]:
        """What stands in a room: `room.count` things, or as many as find room. Equal for equal arguments."""
        work = _Work(room, stock)
        work.middle()
        work.hang()
        for place, share in SHARES:
            work.step(place, round(share * work.left))
        return tuple(work.found)


@final
class _Work:
    """One room while it is furnished."""

    def __init__(self, room: Bare, stock: Stock) -> None:
        self.room, self.stock, self.dice = room, stock, room.dice
        x0, z0, x1, z1 = room.region
        inset = (x0 + MOST_WALLS, z0 + MOST_WALLS, x1 - MOST_WALLS, z1 - MOST_WALLS)
        low, high = room.height, room.height + HEADROOM
        self.taken = Taken(inset, [*(upright(way, low, high) for way in room.clear), *room.standing])
        self.found: list[Standing] = []
        self.supports: list[tuple[Standing, Taken]] = []
        self.makers: dict[Place, tuple[Maker, ...]] = {
            place: stock.kit.props(place, room.theme) for place in get_args(Place)
        }

    @property
    def left(self) -> int:
        """How many things are still to be placed."""
        return self.room.count - len(self.found)

    def middle(self) -> None:
        """One thing in the core, with what stands around it."""
        if self.left <= 0:
            return
        x0, z0, x1, z1 = self.room.core
        dice = self.dice.under("middle")
        model = self._drawn("centre", dice)
        if model is None:
            return
        core = Taken(self.room.core)
        turn = 90.0 * dice.whole("turn", 0, 3)
        if self.room.theme == "dining":
            turn = 0.0 if x1 - x0 >= z1 - z0 else 90.0
        standing = Standing(model, (x0 + x1) / 2, self.room.height, (z0 + z1) / 2, turn)
        if not (core.free(self._foot(standing)) and self.taken.free(self._foot(standing))):
            return
        self._put(standing)
        under = self._drawn("under", dice.under("under"))
        if under is not None:
            # Flat enough for others to stand on it: it takes no place.
            self.found.append(Standing(under, standing.x, standing.y, standing.z, turn))
        self._around(standing, core, dice)

    def _around(self, centre: Standing, core: Taken, dice: Dice) -> None:
        """Seats along the two long sides of what stands in the middle, facing it."""
        made = self.stock.made(centre.model)
        around = made.maker.around
        if around is None:
            return
        maker, table = self.stock.kit.makers[around], self._foot(centre)
        along = (table.ux, table.uz) if table.half_u >= table.half_v else (-table.uz, table.ux)
        long, short = max(table.half_u, table.half_v), min(table.half_u, table.half_v)
        each = max(1, made.maker.seats // 2)
        model = self._variant(maker, dice.under("seat"))
        deep = self.stock.made(model).box.size[2] / 2
        for number in range(2 * each):
            side = 1.0 if number < each else -1.0
            at = ((number % each) + 0.5) / each * 2.0 - 1.0
            off = side * (short + deep + GAP + 0.02 + dice.between(f"off[{number}]", 0.0, 0.12))
            x = centre.x + along[0] * at * long * 0.86 - along[1] * off
            z = centre.z + along[1] * at * long * 0.86 + along[0] * off
            # The seat's front looks to the table.
            front = Side((round(along[1] * side), round(-along[0] * side)))
            turn = TURN_TO[front.opposite] + dice.between(f"turn[{number}]", -12.0, 12.0)
            standing = Standing(model, x, self.room.height, z, turn)
            foot = self._foot(standing)
            if self.left > 0 and core.free(foot) and self.taken.free(self._foot(standing, GAP)):
                self._put(standing)

    def hang(self) -> None:
        """Things on the walls, evenly, not over the mouths of ways."""
        for side in Side:
            low, high = self._span(side)
            count = max(1, round((high - low) / LIGHT_EVERY))
            for number in range(count):
                dice = self.dice.under(f"hang_{side.name.lower()}", number)
                model = self._drawn("mounted", dice)
                if model is None or self.left <= 0:
                    return
                along = low + (number + 0.5) / count * (high - low)
                made = self.stock.made(model)
                x, z = self._at_wall(side, along, 0.0)
                standing = Standing(model, x, self.room.height + made.maker.height, z, TURN_TO[side])
                half = made.box.size[0] / 2
                clear = all(
                    mouth.side is not side or along + half + 0.2 < mouth.low or along - half - 0.2 > mouth.high
                    for mouth in self.room.mouths
                )
                foot = self._foot(standing, GAP)
                if clear and low + half < along < high - half and not any(meet(foot, o) for o in self.room.standing):
                    self.found.append(standing)
                    self.taken.take(foot)

    def step(self, place: Place, count: int) -> None:
        """Up to so many things of one kind of place."""
        for number in range(count):
            dice = self.dice.under(place, number)
            model = self._drawn(place, dice)
            if model is None or self.left <= 0:
                return
            for attempt in range(TRIES):
                if self._tried(place, model, dice.under("try", attempt), number):
                    break

    def _tried(self, place: Place, model: Model, dice: Dice, number: int) -> bool:
        match place:
            case "centre":
                return self._island(model, dice)
            case "corner":
                standing = self._cornered(model, dice, number)
            case "wall":
                standing = self._backed(model, dice)
            case "top":
                return self._on_top(model, dice)
            case _:
                standing = self._about(model, dice)
        if not self.taken.free(self._foot(standing, GAP)):
            return False
        self._put(standing)
        return True

    def _island(self, model: Model, dice: Dice) -> bool:
        """Free in the room, upright, with what belongs around it; what is symmetric, at up to four places."""
        x0, z0, x1, z1 = self.room.region
        x, z = dice.between("x", x0, x1), dice.between("z", z0, z1)
        turn = 90.0 * dice.whole("turn", 0, 1)
        places = [(x, z)]
        if self.stock.made(model).maker.symmetric:
            places += [(x0 + x1 - x, z), (x, z0 + z1 - z), (x0 + x1 - x, z0 + z1 - z)]
        put = False
        for at_x, at_z in places:
            standing = Standing(model, at_x, self.room.height, at_z, turn)
            if self.left > 0 and self.taken.free(self._foot(standing, ISLAND)):
                self._put(standing)
                self._around(standing, self.taken, dice)
                put = True
        return put

    def _cornered(self, model: Model, dice: Dice, number: int) -> Standing:
        """Near one of the four corners, the farther the more things stand there already."""
        x0, z0, x1, z1 = self.taken.region
        corner = dice.whole("corner", 0, 3)
        reach = 0.5 + 0.25 * (number // 4)
        turn = 90.0 * dice.whole("turn", 0, 3) + dice.between("jitter", -15.0, 15.0)
        rx, rz = self._foot(Standing(model, 0.0, 0.0, 0.0, turn), GAP).reach
        dx, dz = rx + dice.real("dx") * reach, rz + dice.real("dz") * reach
        x = x0 + dx if corner % 2 == 0 else x1 - dx
        z = z0 + dz if corner < 2 else z1 - dz
        return Standing(model, x, self.room.height, z, turn)

    def _backed(self, model: Model, dice: Dice) -> Standing:
        """With its back to a wall."""
        side = dice.one_of("side", tuple(Side))
        low, high = self._span(side)
        size = self.stock.made(model).box.size
        along = dice.between("along", low + size[0] / 2, high - size[0] / 2) if high - low > size[0] else low
        x, z = self._at_wall(side, along, MOST_WALLS + GAP + 0.005 + size[2] / 2)
        return Standing(model, x, self.room.height, z, TURN_TO[side])

    def _about(self, model: Model, dice: Dice) -> Standing:
        """Anywhere, turned anyhow."""
        x0, z0, x1, z1 = self.taken.region
        x, z = dice.between("x", x0, x1), dice.between("z", z0, z1)
        return Standing(model, x, self.room.height, z, dice.between("turn", 0.0, 360.0))

    def _on_top(self, model: Model, dice: Dice) -> bool:
        """On something that bears it."""
        if not self.supports:
            return False
        below, taken = dice.one_of("below", self.supports)
        box = self.stock.made(below.model).box
        u, v = dice.between("u", -0.5, 0.5) * box.size[0], dice.between("v", -0.5, 0.5) * box.size[2]
        turn = dice.between("turn", 0.0, 360.0)
        # In the frame of what is below its edges are upright; what hangs above it is known in that of the room.
        own = foot_of(self.stock.made(model).box, u, 0.0, v, turn, 0.01)
        x, _, z = below.pose().apply((u, 0.0, v))
        standing = Standing(model, x, below.y + box.high[1], z, turn + below.turn)
        if not (taken.free(own) and self.taken.free(self._foot(standing))):
            return False
        taken.take(own)
        self.found.append(standing)
        return True

    def _drawn(self, place: Place, dice: Dice) -> Model | None:
        makers = self.makers[place]
        if not makers:
            return None
        return self._variant(makers[dice.pick("kind", [maker.weight for maker in makers])], dice)

    def _variant(self, maker: Maker, dice: Dice) -> Model:
        return Model(maker.name, dice.whole("variant", 0, maker.variants - 1))

    def _foot(self, standing: Standing, gap: float = 0.0) -> Foot:
        box = self.stock.made(standing.model).box
        return foot_of(box, standing.x, standing.y, standing.z, standing.turn, gap)

    def _put(self, standing: Standing) -> None:
        self.found.append(standing)
        self.taken.take(self._foot(standing))
        made = self.stock.made(standing.model)
        if made.maker.support:
            wide, _, deep = made.box.size
            self.supports.append((standing, Taken((-wide / 2, -deep / 2, wide / 2, deep / 2))))

    def _span(self, side: Side) -> tuple[float, float]:
        x0, z0, x1, z1 = self.taken.region
        return (x0, x1) if side.along_x else (z0, z1)

    def _at_wall(self, side: Side, along: float, off: float) -> tuple[float, float]:
        x0, z0, x1, z1 = self.room.region
        match side:
            case Side.NORTH:
                return (along, z0 + off)
            case Side.SOUTH:
                return (along, z1 - off)
            case Side.WEST:
                return (x0 + off, along)
            case Side.EAST:
                return (x1 - off, along)
