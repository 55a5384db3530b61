"""What is to be done in a level: areas, keys and locks, grown by a grammar in an order in which it can be done.

A quest is replaced by a rule's body until areas alone are left (J. Dormans, "Adventures in level design: generating
missions and spaces for action adventure games", PCG 2010). In every body what holds a key stands before what the key
opens, and both hang on one area, so that by induction every mission can be done in the order of its areas.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final, TypeAlias, assert_never, final

from grammars.levels.dice import Dice


@final
class Task(Enum):
    """What an area is for."""

    ENTRANCE = "entrance"
    PASSAGE = "passage"
    KEY = "key"
    TREASURE = "treasure"
    GOAL = "goal"


@final
@dataclass(frozen=True, slots=True)
class Area:
    """Rooms that one walks between freely. `lock` is the key that its way in asks for, `key` the one that lies in it.

    `above` is the area that its way in comes from, −1 for the first. Areas are numbered in an order in which they can
    all be reached: `above`, and the area that holds `lock`, have smaller numbers.
    """

    number: int
    above: int
    task: Task
    rooms: int
    lock: int | None = None
    key: int | None = None


@final
@dataclass(frozen=True, slots=True)
class Spot:
    """One area on the present one; without a task, it has that of the quest that is replaced."""

    task: Task | None
    locked: bool = False


@final
@dataclass(frozen=True, slots=True)
class Quest:
    """A way that ends in an area with `goal`, by default that of the quest that is replaced; through an area first."""

    goal: Task | None = None
    through: bool = False
    locked: bool = False


Item: TypeAlias = Spot | Quest


@final
@dataclass(frozen=True, slots=True)
class Rule:
    """A quest may be replaced by `body`. What is locked in it asks for the key of the body, which lies before it."""

    name: str
    weight: float
    body: tuple[Item, ...]

    def __post_init__(self) -> None:
        held = False
        for item in self.body:
            if item.locked and not held:
                raise ValueError(f"rule '{self.name}': a lock stands before the key that opens it")
            if isinstance(item, Quest) and item.locked and not item.through:
                raise ValueError(f"rule '{self.name}': a lock needs an area behind it: `through`")
            held = held or (item.task if isinstance(item, Spot) else item.goal) is Task.KEY

    @property
    def least(self) -> int:
        """The fewest areas that it makes."""
        return sum(_least(item) for item in self.body)


OPEN: Final = frozenset({Task.ENTRANCE, Task.PASSAGE})
"""Areas of more than one room."""

RULES: Final = (
    Rule("on", 3.0, (Quest(through=True),)),
    Rule("lock", 2.5, (Spot(Task.KEY), Quest(through=True, locked=True))),
    Rule("far key", 2.5, (Quest(Task.KEY), Quest(through=True, locked=True))),
    Rule("side room", 1.0, (Spot(Task.TREASURE), Quest())),
    Rule("vault", 0.8, (Spot(Task.KEY), Spot(Task.TREASURE, locked=True), Quest())),
)
"""The rules of a quest of two areas or more."""

END: Final = Rule("end", 1.0, (Spot(None),))

MOST_KEYS: Final = 8
"""Keys of one mission: as many as there are colours to tell them apart by."""

ROOMS_PER_AREA: Final = 3


def mission_of(
    rooms: int, dice: Dice, start: Task = Task.ENTRANCE, goal: Task = Task.GOAL, first: int | None = None
) -> tuple[Area, ...]:
    """A mission over so many rooms, from an area of one task to one of another; `first` rooms in the first one."""
    spare = rooms if first is None else rooms - first + 1
    count = max(1, min(spare, -(-spare // ROOMS_PER_AREA)))
    growing = _Growing()
    growing.add(-1, start, None, None)
    if count > 1:
        growing.quest(0, goal, count - 1, dice.under("quest"), None)
    areas = growing.areas
    sizes = _sizes([area.task for area in areas], rooms, dice.under("sizes"), first)
    return tuple(
        Area(area.number, area.above, area.task, size, area.lock, area.key)
        for area, size in zip(areas, sizes, strict=True)
    )


@final
class _Growing:
    """The areas so far, and how many keys they have."""

    def __init__(self) -> None:
        self.areas: list[Area] = []
        self.keys = 0

    def add(self, above: int, task: Task, lock: int | None, key: int | None) -> int:
        """A new area; its number."""
        self.areas.append(Area(len(self.areas), above, task, 1, lock, key))
        return len(self.areas) - 1

    def quest(self, at: int, goal: Task, count: int, dice: Dice, key: int | None) -> None:
        """Replace a quest of exactly `count` areas that begins at an area. `key` lies where its goal is."""
        rule = self._rule(count, dice)
        made: int | None = None
        if _keys(rule):
            made, self.keys = self.keys, self.keys + 1
        shares = _shares(rule.body, count, dice)
        for number, (item, share) in enumerate(zip(rule.body, shares, strict=True)):
            lock = made if item.locked else None
            match item:
                case Spot(task=task):
                    self.add(at, task or goal, lock, made if task is Task.KEY else key if task is None else None)
                case Quest(goal=own, through=through):
                    start = self.add(at, Task.PASSAGE, lock, None) if through else at
                    below = dice.under("body", number)
                    found = made if own is Task.KEY else key
                    self.quest(start, own or goal, share - through, below, found)
                case _:
                    assert_never(item)

    def _rule(self, count: int, dice: Dice) -> Rule:
        if count == 1:
            return END
        fit = [rule for rule in RULES if rule.least <= count and (self.keys < MOST_KEYS or not _keys(rule))]
        return fit[dice.pick("rule", [rule.weight for rule in fit])]


def _keys(rule: Rule) -> bool:
    return any(item.locked for item in rule.body)


def _least(item: Item) -> int:
    match item:
        case Spot():
            return 1
        case Quest(through=through):
            return 1 + through
        case _:
            assert_never(item)


def _shares(body: Sequence[Item], count: int, dice: Dice) -> list[int]:
    """How many areas each item of a body gets: the least that it needs, and what is over to its quests."""
    shares = [_least(item) for item in body]
    over = count - sum(shares)
    quests = [number for number, item in enumerate(body) if isinstance(item, Quest)]
    for number in quests[:-1]:
        given = dice.whole(f"share[{number}]", 0, over // 2)
        shares[number] += given
        over -= given
    if quests:
        shares[quests[-1]] += over
    return shares


def _sizes(tasks: Sequence[Task], rooms: int, dice: Dice, first: int | None) -> list[int]:
    """Rooms of each area: those at an end have one, the others share what is left by weights that are drawn."""
    sizes = [1] * len(tasks)
    if first is not None:
        sizes[0] = first
    wide = [k for k, task in enumerate(tasks) if task in OPEN and (k > 0 or first is None)] or [0]
    weights = [dice.between(f"weight[{k}]", 0.6, 1.4) for k in range(len(wide))]
    left = rooms - sum(sizes)
    for _ in range(left):
        # The one that has least of what its weight would give it: equal for equal draws, and exact in sum.
        chosen = min(range(len(wide)), key=lambda k: (sizes[wide[k]] / weights[k], k))
        sizes[wide[chosen]] += 1
    return sizes
