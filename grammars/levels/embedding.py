"""A mission laid on lots: which room belongs to which area, and which ways lead between them.

Every area after the first is entered from a room of an area before it, by a way that asks for the area's key, or for
none that lies later: since areas are numbered in an order in which keys come before locks, everything can be reached.
Where the area that the mission names has no free lot beside it, an earlier one is taken, and the way then asks for the
key that the mission would have had asked for by then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, final

from grammars.levels.dice import Dice
from grammars.levels.lots import Border
from grammars.levels.mission import Area, Task

RISE: Final = 0.8
"""How much higher or lower the next area may lie, metres: what the stairs of a way climb."""

LOOPS: Final = 0.4
"""How many of the ways that would close a circle within one area are made."""

LOOPS_BETWEEN: Final = 0.25
"""The same between areas that ask for the same keys, or where the way is locked as the one that is there."""

ENDS: Final = frozenset({Task.KEY, Task.TREASURE, Task.GOAL})


@final
@dataclass(frozen=True, slots=True)
class Way:
    """A way between two lots, `lock` being the key it asks for; `area` is the area that it leads into."""

    border: Border
    lock: int | None
    area: int


@final
@dataclass(frozen=True, slots=True)
class Embedding:
    """`area_of` each lot; of each area its floor's `height` in metres and the keys that it asks for; and the ways."""

    area_of: tuple[int, ...]
    height: tuple[float, ...]
    needs: tuple[frozenset[int], ...]
    ways: tuple[Way, ...]


def embedded(areas: Sequence[Area], borders: Sequence[Border], first: Sequence[int], dice: Dice) -> Embedding:
    """The mission on lots that are connected by borders. `first` are the lots of the first area, connected among them.

    There are as many lots as rooms in all areas.
    """
    count = sum(area.rooms for area in areas)
    laying = _Laying(areas, borders, count, dice)
    laying.start(first)
    for area in areas[1:]:
        laying.enter(area)
        laying.grow(area.number, area.rooms)
    laying.fill()
    laying.loops()
    area_of = tuple(laying.area_of[lot] for lot in range(count))
    return Embedding(area_of, tuple(laying.height), tuple(laying.needs), tuple(laying.ways))


@final
class _Laying:
    """The lots given away so far. What the mission asks for by an area is kept apart from what the embedding does."""

    def __init__(self, areas: Sequence[Area], borders: Sequence[Border], count: int, dice: Dice) -> None:
        self.areas, self.borders, self.dice = areas, borders, dice.under("embedding")
        self.beside: list[list[tuple[int, Border]]] = [[] for _ in range(count)]
        for border in borders:
            self.beside[border.first].append((border.second, border))
            self.beside[border.second].append((border.first, border))
        self.area_of: dict[int, int] = {}
        self.height: list[float] = []
        self.needs: list[frozenset[int]] = []
        self.order: list[tuple[int, ...]] = []
        """The keys that the mission asks for on the way to an area, in that order."""
        self.ways: list[Way] = []
        self.used: set[Border] = set()

    def start(self, first: Sequence[int]) -> None:
        """Give the first area its lots."""
        self.height.append(0.0)
        self.needs.append(frozenset())
        self.order.append(())
        self.area_of[first[0]] = 0
        for lot in first[1:]:
            within = [(other, border) for other, border in self.beside[lot] if self.area_of.get(other) == 0]
            self._give(lot, 0, within[0][1], None)
        self.grow(0, self.areas[0].rooms)

    def enter(self, area: Area) -> None:
        """Give an area its first lot: beside the area that the mission names, or else beside the nearest before it."""
        order = self.order[area.above] if area.lock is None else (*self.order[area.above], area.lock)
        self.order.append(order)
        dice = self.dice.under("area", area.number)
        for near in self._nearest(area):
            free = self._free(near)
            if not free:
                continue
            lot, border = free[dice.pick("lot", [1.0 + self._open(lot) for lot, _ in free])]
            missing = [key for key in order if key not in self.needs[near]]
            lock = missing[-1] if missing else None
            self.needs.append(self.needs[near] if lock is None else self.needs[near] | {lock})
            step = (-RISE, 0.0, 0.0, RISE)[dice.whole("step", 0, 3)]
            self.height.append(min(RISE, max(-RISE, self.height[near] + step)))
            self._give(lot, area.number, border, lock)
            return
        raise AssertionError("lots that are left lie beside lots that are given, since all are connected")

    def grow(self, area: int, rooms: int) -> None:
        """Give an area lots beside its own until it has so many, or none is left beside it."""
        dice = self.dice.under("grow", area)
        while sum(owner == area for owner in self.area_of.values()) < rooms:
            free = self._free(area)
            if not free:
                return
            lot, border = free[dice.whole(f"lot[{len(self.area_of)}]", 0, len(free) - 1)]
            self._give(lot, area, border, None)

    def fill(self) -> None:
        """Give away the lots that are left: to an area beside them, best to one that is no end."""
        while len(self.area_of) < len(self.beside):
            near = [area for area in range(len(self.areas)) if self._free(area)]
            area = min(near, key=lambda number: (self.areas[number].task in ENDS, number))
            lot, border = self._free(area)[0]
            self._give(lot, area, border, None)

    def loops(self) -> None:
        """Ways that close circles, where they change nothing about which keys are asked for."""
        for number, border in enumerate(self.borders):
            low, high = sorted((self.area_of[border.first], self.area_of[border.second]))
            if border in self.used or not self._may_loop(low, high):
                continue
            chance = LOOPS if low == high else LOOPS_BETWEEN
            more = self.needs[high] ^ self.needs[low]
            if len(more) <= 1 and self.dice.real(f"loop[{number}]") < chance:
                self.ways.append(Way(border, next(iter(more), None), high))

    def _may_loop(self, low: int, high: int) -> bool:
        if low == high:
            return True
        ends = {self.areas[low].task, self.areas[high].task} & ENDS
        return not ends and abs(self.height[low] - self.height[high]) <= RISE

    def _nearest(self, area: Area) -> list[int]:
        """The areas before one: that which the mission names, those above it, then all others from the latest."""
        found, at = [area.above], area.above
        while at > 0:
            at = self.areas[at].above
            found.append(at)
        return found + [number for number in reversed(range(area.number)) if number not in found]

    def _free(self, area: int) -> list[tuple[int, Border]]:
        """The free lots beside an area's own, each with a border."""
        own = [lot for lot, owner in self.area_of.items() if owner == area]
        return [(lot, border) for mine in own for lot, border in self.beside[mine] if lot not in self.area_of]

    def _open(self, lot: int) -> int:
        return sum(other not in self.area_of for other, _ in self.beside[lot])

    def _give(self, lot: int, area: int, border: Border, lock: int | None) -> None:
        self.area_of[lot] = area
        self.used.add(border)
        self.ways.append(Way(border, lock, area))
