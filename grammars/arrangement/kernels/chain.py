"""The steps of the chain (Metropolis, Hastings, Green): add, remove, move, jump, turn, change, swap, carry, mirror.

Each step proposes one move with a known probability of its way back, and takes it with the probability that keeps the
law of the model: Geyer, Møller, "Simulation procedures and likelihood inference for spatial point processes",
Scandinavian Journal of Statistics 21 (1994), for what adds and removes.
"""

# pyright: reportUntypedFunctionDecorator=false

from __future__ import annotations

from typing import Any

import numpy as np

from grammars.arrangement.kernels.allowed import free, put, reachable, refill, stands
from grammars.arrangement.kernels.features import extents, features, gathered, potential, total
from grammars.arrangement.kernels.proposals import below, carried, density, proposed, uniform
from grammars.arrangement.kernels.world import Scratch, World
from shapelang.fields.kernels.compiled import compiled

ADD, REMOVE, MOVE, JUMP, TURN, CHANGE, SWAP, CARRY, MIRROR = range(9)
MOVES = 9
FAR = 12
"""Cells that a group is carried, at most, along each axis."""


@compiled
def chosen(state: Any) -> int:
    """A kind of move; adding and removing are equally probable."""
    u = uniform(state)
    if u < 0.44:
        return ADD if u < 0.22 else REMOVE
    if u < 0.84:
        return MOVE if u < 0.6 else JUMP if u < 0.76 else TURN
    return CHANGE if u < 0.88 else SWAP if u < 0.92 else CARRY if u < 0.98 else MIRROR


@compiled
def halved(difference: int, state: Any) -> int:
    """Half of a difference, rounded either way by chance, so that the way back is as probable."""
    return (difference + (1 if uniform(state) < 0.5 else 0)) // 2


@compiled
def added(props: Any, count: int, fixed: int, heat: float, world: World, scratch: Scratch) -> bool:
    """Tries to add a thing behind the last one."""
    state, ways = scratch.state, len(world.usable)
    if ways == 0 or count == len(props):
        return False
    kind = world.usable[below(state, ways)]
    if scratch.numbers[kind] >= world.most[kind]:
        return False
    x, z, turn = proposed(kind, props, count, -1, world, state)
    if not free(kind, x, z, turn, world, scratch):
        return False
    gain = potential(kind, x, z, turn, props, count, -1, world, scratch) / heat
    back = density(kind, x, z, turn, props, count, -1, world) * (count - fixed + 1) / ways
    if np.log(uniform(state)) >= gain - np.log(back):
        return False
    props[count, 0], props[count, 1], props[count, 2], props[count, 3], props[count, 4] = kind, x, z, turn, 0
    put(props[count], 1, world, scratch)
    scratch.numbers[kind] += 1
    if reachable(props, count + 1, world, scratch):
        return True
    put(props[count], -1, world, scratch)
    scratch.numbers[kind] -= 1
    return False


@compiled
def removed(i: int, props: Any, count: int, fixed: int, heat: float, world: World, scratch: Scratch) -> bool:
    """Tries to take a thing away; the last one takes its row."""
    kind, x, z, turn = props[i, 0], props[i, 1], props[i, 2], props[i, 3]
    if world.most[kind] == 0:
        return False
    gain = potential(kind, x, z, turn, props, count, i, world, scratch) / heat
    back = density(kind, x, z, turn, props, count, i, world) * (count - fixed) / len(world.usable)
    if np.log(uniform(scratch.state)) >= np.log(back) - gain:
        return False
    # Ways only become more: what is left stays within reach. It must be so without this thing's own way, too.
    put(props[i], -1, world, scratch)
    kept = props[i].copy()
    props[i] = props[count - 1]
    if reachable(props, count - 1, world, scratch):
        scratch.numbers[kind] -= 1
        return True
    props[count - 1] = props[i]
    props[i] = kept
    put(props[i], 1, world, scratch)
    return False


@compiled
def relocated(
    i: int, kind: int, x: int, z: int, turn: int, way: float, props: Any, count: int, heat: float, world: World,
    scratch: Scratch,
) -> bool:  # fmt: skip
    """Tries to make prop i another thing at another place; `way` is the log-ratio of the ways back and forth."""
    old = props[i].copy()
    put(old, -1, world, scratch)
    if free(kind, x, z, turn, world, scratch):
        gain = potential(kind, x, z, turn, props, count, i, world, scratch)
        gain -= potential(old[0], old[1], old[2], old[3], props, count, i, world, scratch)
        if np.log(uniform(scratch.state)) < gain / heat + way:
            props[i, 0], props[i, 1], props[i, 2], props[i, 3] = kind, x, z, turn
            put(props[i], 1, world, scratch)
            if reachable(props, count, world, scratch):
                scratch.numbers[old[0]] -= 1
                scratch.numbers[kind] += 1
                return True
            put(props[i], -1, world, scratch)
            props[i] = old
    put(old, 1, world, scratch)
    return False


@compiled
def changed(i: int, move: int, props: Any, count: int, heat: float, world: World, scratch: Scratch) -> bool:
    """Tries to move, turn, or change one thing."""
    state = scratch.state
    kind, x, z, turn = props[i, 0], props[i, 1], props[i, 2], props[i, 3]
    if move == MOVE:
        span = 1 if uniform(state) < 0.5 else 4
        x, z = x + below(state, 2 * span + 1) - span, z + below(state, 2 * span + 1) - span
        return relocated(i, kind, x, z, turn, 0.0, props, count, heat, world, scratch)
    if move == JUMP:
        back = density(kind, x, z, turn, props, count, i, world)
        x, z, turn = proposed(kind, props, count, i, world, state)
        forth = density(kind, x, z, turn, props, count, i, world)
        if forth <= 0.0 or back <= 0.0:
            return False
        return relocated(i, kind, x, z, turn, np.log(back / forth), props, count, heat, world, scratch)
    sx, sz = extents(world.sizes, kind, turn)
    last = kind
    if move == TURN:
        turn = (turn + 1 + below(state, 3)) % 4
    elif len(world.usable) == 0 or world.most[kind] == 0:
        return False
    else:
        last = world.usable[below(state, len(world.usable))]
        if last == kind or scratch.numbers[last] >= world.most[last]:
            return False
    wx, wz = extents(world.sizes, last, turn)
    x, z = x + halved(sx - wx, state), z + halved(sz - wz, state)
    return relocated(i, last, x, z, turn, 0.0, props, count, heat, world, scratch)


@compiled
def mirrored(other: Any, props: Any, count: int, world: World, state: Any) -> bool:
    """Writes into `other` the room as seen in a mirror; whether all may move."""
    nz, nx = world.inside.shape
    in_x = uniform(state) < 0.5
    for k in range(count):
        if props[k, 4] == 1:
            return False
        sx, sz = extents(world.sizes, props[k, 0], props[k, 3])
        if in_x:
            other[k, 1] = nx - props[k, 1] - sx
            other[k, 3] = (4 - props[k, 3]) % 4
        else:
            other[k, 2] = nz - props[k, 2] - sz
            other[k, 3] = (6 - props[k, 3]) % 4
    return True


@compiled
def moved_group(other: Any, i: int, props: Any, count: int, world: World, scratch: Scratch) -> bool:
    """Writes into `other` a group that is carried along; whether it would be the same group there."""
    group = scratch.group
    size = carried(props, count, i, world, group)
    dx, dz = below(scratch.state, 2 * FAR + 1) - FAR, below(scratch.state, 2 * FAR + 1) - FAR
    before = group[:count].copy()
    for k in range(count):
        if group[k] == 1:
            if props[k, 4] == 1:
                return False
            other[k, 1] += dx
            other[k, 2] += dz
    return size > 1 and carried(other, count, i, world, group) == size and bool(np.all(before == group[:count]))


@compiled
def rearranged(i: int, j: int, move: int, props: Any, count: int, heat: float, world: World, scratch: Scratch) -> bool:
    """Tries to swap two things, to carry a group, or to turn the room to its mirror image."""
    other = scratch.other
    other[:count] = props[:count]
    if move == SWAP:
        if i == j:
            return False
        other[i, 1:4] = props[j, 1:4]
        other[j, 1:4] = props[i, 1:4]
    elif move == CARRY:
        if not moved_group(other, i, props, count, world, scratch):
            return False
    elif not mirrored(other, props, count, world, scratch.state):
        return False
    gain = total(other, count, world, scratch) - total(props, count, world, scratch)
    done = np.log(uniform(scratch.state)) < gain / heat and stands(other, count, world, scratch)
    if done:
        props[:count] = other[:count]
    refill(props, count, world, scratch)
    return done


@compiled
def run(
    steps: int, every: int, props: Any, counted: Any, heats: Any, world: World, scratch: Scratch, records: Any,
    moments: Any, tallies: Any,
) -> None:  # fmt: skip
    """Steps of the chain from `props` (n, 5), of which counted[0] are used, in place; what is fixed stands first.

    `heats`: the temperature at the first and at the last step. Every `every` steps a row of `records` gets the
    log-probability and the count of each kind, and `moments` the features added, as far as they have room. `tallies`
    (moves, 2): tried and taken.
    """
    count = counted[0]
    refill(props, count, world, scratch)
    fixed = 0
    while fixed < count and props[fixed, 4] == 1:
        fixed += 1
    row = 0
    for step in range(steps):
        heat = heats[0] * (heats[1] / heats[0]) ** (step / steps)
        move = chosen(scratch.state)
        tallies[move, 0] += 1
        done = False
        if move == ADD:
            done = added(props, count, fixed, heat, world, scratch)
            count += done
        elif count > fixed:
            i = fixed + below(scratch.state, count - fixed)
            if move == REMOVE:
                done = removed(i, props, count, fixed, heat, world, scratch)
                count -= done
            elif move >= SWAP:
                j = fixed + below(scratch.state, count - fixed)
                done = rearranged(i, j, move, props, count, heat, world, scratch)
            else:
                done = changed(i, move, props, count, heat, world, scratch)
        tallies[move, 1] += done
        if (step + 1) % every == 0:
            if row < len(records):
                records[row, 0] = total(props, count, world, scratch)
                records[row, 1:] = scratch.numbers
                row += 1
            if len(moments) > 0:
                gathered(props, count, world, scratch, moments)
    counted[0] = count


@compiled
def surveyed(
    kind: int, props: Any, count: int, skip: int, places: Any, world: World, scratch: Scratch, starts: Any,
    found: Any, weights: Any,
) -> None:  # fmt: skip
    """Features of a kind at places (n, 3): rows of `found` and `weights` that end at `starts`, none where not free.

    `found` must be long enough for all. The cells of prop `skip` count as free.
    """
    refill(props, count, world, scratch)
    if skip >= 0:
        put(props[skip], -1, world, scratch)
    at = 0
    for p in range(len(places)):
        x, z, turn = places[p, 0], places[p, 1], places[p, 2]
        if free(kind, x, z, turn, world, scratch):
            n = features(kind, x, z, turn, props, count, skip, world, scratch)
            found[at : at + n] = scratch.ids[:n]
            weights[at : at + n] = scratch.values[:n]
            at += n
        starts[p + 1] = at
