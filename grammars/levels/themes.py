"""What rooms are used for. Which props a theme has, the props themselves say (`meta rooms`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

from grammars.levels.dice import Dice
from grammars.levels.mission import Task
from grammars.levels.plan import Room


@final
@dataclass(frozen=True, slots=True)
class Theme:
    """`tasks`: of which areas its rooms are; `floor`: what the floor's program is given; `core`: the middle, metres.

    `fullness`: how many props it gets beside others of its size; `foes`: how many spawn points of foes, at most.
    """

    name: str
    tasks: frozenset[Task]
    weight: float
    floor: str
    core: tuple[float, float]
    fullness: float
    foes: int


_ANY: Final = frozenset({Task.PASSAGE})

THEMES: Final = (
    Theme("gatehouse", frozenset({Task.ENTRANCE}), 1.0, "flags", (1.6, 1.6), 0.8, 0),
    Theme("guard", frozenset({Task.ENTRANCE, Task.KEY}), 1.0, "flags", (2.6, 2.6), 1.0, 3),
    Theme("hall", frozenset({Task.ENTRANCE, Task.PASSAGE}), 2.0, "flags", (3.6, 3.6), 0.9, 3),
    Theme("dining", _ANY, 2.0, "boards", (3.8, 3.8), 1.1, 2),
    Theme("store", _ANY, 2.0, "dirt", (2.0, 2.0), 1.3, 1),
    Theme("library", _ANY, 1.5, "boards", (3.2, 3.2), 1.1, 1),
    Theme("barracks", _ANY, 1.5, "boards", (2.6, 2.6), 1.1, 3),
    Theme("crypt", _ANY, 1.5, "flags", (2.8, 2.8), 0.9, 3),
    Theme("treasury", frozenset({Task.TREASURE}), 1.0, "flags", (2.4, 2.4), 1.1, 1),
    Theme("shrine", frozenset({Task.GOAL}), 1.0, "flags", (3.8, 3.8), 1.0, 4),
)

CORRIDOR: Final = Theme("corridor", frozenset(), 0.0, "flags", (0.0, 0.0), 0.4, 1)


def theme_of(room: Room, dice: Dice, entrance: bool) -> Theme:
    """The theme of a room, drawn among those of its area's task; that of the entrance is always the first."""
    if entrance:
        return THEMES[0]
    if room.corridor:
        return CORRIDOR
    fit = [theme for theme in THEMES[1:] if room.task in theme.tasks]
    return fit[dice.pick("theme", [theme.weight for theme in fit])]
