"""A plan grown from a specification: lots, mission, the one laid on the other, and floors for what comes of it."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Final

from grammars.levels.dice import Dice
from grammars.levels.embedding import Embedding, Way, embedded
from grammars.levels.gates import gates_of
from grammars.levels.ground import arm_of, grid_of, mouths_of, rect_of, steps_of
from grammars.levels.lots import Border, Crossing, Rect, Side, borders_of, lots_of, side_of
from grammars.levels.mission import Area, Task, mission_of
from grammars.levels.plan import Door, LevelSpec, Plan, Room, Stairs

CORRIDORS: Final = 0.16
"""How many of the rooms that are passed through are no more than ways that meet."""


def plan_of(spec: LevelSpec) -> Plan:
    """The plan of a level or a chunk. Equal specifications give equal plans; no other chunk is looked at."""
    dice = _dice_of(spec)
    side = side_of(spec.rooms)
    gates = () if spec.chunk is None else gates_of(spec.seed, spec.chunk, side)
    lots = lots_of(side, spec.rooms, dice, gates)
    borders = borders_of(lots, dice)
    entries = [_lot_at(lots, gate, side) for gate in gates]
    if entries:
        first = _joined(entries, borders, len(lots))
        start = Task.ENTRANCE if spec.chunk == (0, 0) else Task.PASSAGE
        areas = mission_of(len(lots), dice.under("mission"), start, Task.TREASURE, len(first))
    else:
        first = [_southmost(lots, side, dice)]
        areas = mission_of(len(lots), dice.under("mission"))
    laid = embedded(areas, borders, first, dice)
    return _built(spec, side, lots, areas, laid, list(zip(entries, gates, strict=True)), first[0], dice)


def _dice_of(spec: LevelSpec) -> Dice:
    dice = Dice(spec.seed)
    return dice.under("level") if spec.chunk is None else dice.under("chunk", *spec.chunk)


def _lot_at(lots: Sequence[Rect], gate: Crossing, side: int) -> int:
    """The lot that a gate leads into."""
    inside = min(gate.line, side - 1)
    x, z = (gate.start, inside) if gate.side.along_x else (inside, gate.start)
    return next(k for k, (x0, z0, x1, z1) in enumerate(lots) if x0 <= x < x1 and z0 <= z < z1)


def _southmost(lots: Sequence[Rect], side: int, dice: Dice) -> int:
    """A lot at the south border, for the entrance."""
    return dice.one_of("entrance", [number for number, (_, _, _, z1) in enumerate(lots) if z1 == side])


def _joined(entries: Sequence[int], borders: Sequence[Border], count: int) -> list[int]:
    """Lots that join all entries, each but the first beside one before it: the shortest way to each from the first."""
    beside: list[list[int]] = [[] for _ in range(count)]
    for border in borders:
        beside[border.first].append(border.second)
        beside[border.second].append(border.first)
    back = {entries[0]: entries[0]}
    waiting = deque([entries[0]])
    while waiting:
        lot = waiting.popleft()
        for other in beside[lot]:
            if other not in back:
                back[other] = lot
                waiting.append(other)
    found = [entries[0]]
    for entry in entries[1:]:
        way = [entry]
        while way[-1] not in found:
            way.append(back[way[-1]])
        found += reversed(way[:-1])
    return found


def _built(
    spec: LevelSpec,
    side: int,
    lots: Sequence[Rect],
    areas: Sequence[Area],
    laid: Embedding,
    gates: Sequence[tuple[int, Crossing]],
    entrance: int,
    dice: Dice,
) -> Plan:
    """The plan with its rooms numbered anew, the entrance as 0 and the others by area."""
    order = sorted(range(len(lots)), key=lambda lot: (lot != entrance, laid.area_of[lot], lot))
    number_of = {lot: number for number, lot in enumerate(order)}
    ends = _ends(laid.ways, gates, len(lots))
    stairs: list[Stairs] = []
    rooms: list[Room] = []
    floors: list[tuple[Rect, ...]] = []
    for lot in order:
        here, area = dice.under("room", number_of[lot]), areas[laid.area_of[lot]]
        inner = area.task is Task.PASSAGE and len(ends[lot]) > 1
        corridor = inner and here.real("corridor") < CORRIDORS
        rect = rect_of(lots[lot], corridor, here)
        arms = tuple(piece for crossing, way in ends[lot] for piece in arm_of(rect, lots[lot], crossing, way))
        floors.append((rect, *arms))
        height = laid.height[area.number]
        rooms.append(Room(len(rooms), lots[lot], rect, arms, (), area.number, area.task, height, corridor))
    doors = tuple(_door(k, way, laid, number_of) for k, way in enumerate(laid.ways))
    doors += tuple(Door(len(doors) + k, number_of[lot], None, gate, 0.0, None) for k, (lot, gate) in enumerate(gates))
    for door in doors:
        stairs += _stairs(door, rooms)
    grid = grid_of(side, floors)
    rooms = [
        Room(r.number, r.lot, r.rect, r.arms, mouths_of(r.rect, grid), r.area, r.task, r.height, r.corridor)
        for r in rooms
    ]
    keys = sorted((area.key, area.number) for area in areas if area.key is not None)
    holders = tuple(next(r.number for r in rooms if r.area == number) for _, number in keys)
    return Plan(spec, side, tuple(areas), laid.needs, tuple(rooms), doors, tuple(stairs), holders)


def _ends(ways: Sequence[Way], gates: Sequence[tuple[int, Crossing]], count: int) -> list[list[tuple[Crossing, Side]]]:
    """The crossings in the sides of each lot."""
    found: list[list[tuple[Crossing, Side]]] = [[] for _ in range(count)]
    for way in ways:
        crossing = way.border.crossing
        found[way.border.first].append((crossing, crossing.side))
        found[way.border.second].append((crossing, crossing.side.opposite))
    for lot, gate in gates:
        found[lot].append((gate, gate.side))
    return found


def _door(number: int, way: Way, laid: Embedding, number_of: dict[int, int]) -> Door:
    """The door of a way, on the floor of the area that comes first; stairs lie behind it."""
    first, second = way.border.first, way.border.second
    height = laid.height[min(laid.area_of[first], laid.area_of[second])]
    return Door(number, number_of[first], number_of[second], way.border.crossing, height, way.lock)


def _stairs(door: Door, rooms: Sequence[Room]) -> list[Stairs]:
    side = door.crossing.side
    ends = [(door.first, side)] if door.second is None else [(door.first, side), (door.second, side.opposite)]
    return [
        Stairs(room, steps_of(rooms[room].lot, door.crossing, way), way.opposite, door.height, rooms[room].height)
        for room, way in ends
        if rooms[room].height != door.height
    ]
