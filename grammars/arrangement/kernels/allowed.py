"""What stands: within the room, not in one another, with ways from every door to every thing."""

# pyright: reportUntypedFunctionDecorator=false

from __future__ import annotations

from typing import Any

from grammars.arrangement.kernels.features import extents
from grammars.arrangement.kernels.world import Scratch, World
from shapelang.fields.kernels.compiled import compiled

PATH, REACH = 5, 7
"""Cells: the width of a path; how far from a thing it may pass."""


@compiled
def free(kind: int, x0: int, z0: int, quarter: int, world: World, scratch: Scratch) -> bool:
    """Whether a thing may stand on its cells: within, nothing of its layer there, before a door only what is flat."""
    sx, sz = extents(world.sizes, kind, quarter)
    nz, nx = world.inside.shape
    if x0 < 0 or z0 < 0 or x0 + sx > nx or z0 + sz > nz:
        return False
    layer = world.flat[kind]
    for z in range(z0, z0 + sz):
        for x in range(x0, x0 + sx):
            if world.inside[z, x] == 0 or scratch.taken[layer, z, x] > 0 or (layer == 0 and world.reserved[z, x] > 0):
                return False
    return True


@compiled
def put(prop: Any, by: int, world: World, scratch: Scratch) -> None:
    """Adds `by` to how often the cells of a thing are taken."""
    sx, sz = extents(world.sizes, prop[0], prop[3])
    layer = world.flat[prop[0]]
    for z in range(prop[2], prop[2] + sz):
        for x in range(prop[1], prop[1] + sx):
            scratch.taken[layer, z, x] += by


@compiled
def sum_taken(world: World, scratch: Scratch) -> None:
    """Fills work[0] with sums over cells that cannot be walked, and clears the marks in work[1]."""
    nz, nx = world.inside.shape
    for z in range(nz):
        row = 0
        for x in range(nx):
            row += 1 if world.inside[z, x] == 0 or scratch.taken[0, z, x] > 0 else 0
            scratch.work[0, z + 1, x + 1] = scratch.work[0, z, x + 1] + row
            scratch.work[1, z, x] = 0


@compiled
def walkable(z: int, x: int, sums: Any) -> bool:
    """Whether the square of a path with its first corner there is free."""
    return sums[z + PATH, x + PATH] - sums[z, x + PATH] - sums[z + PATH, x] + sums[z, x] == 0


@compiled
def started(world: World, work: Any) -> int:
    """Marks and stacks the first free square before the first door, or anywhere without a door: 1, or 0 for none."""
    nz, nx = world.inside.shape
    z0, x0, z1, x1 = 0, 0, nz, nx
    if len(world.doors) > 0:
        x0, z0, x1, z1 = world.doors[0, 0], world.doors[0, 1], world.doors[0, 2], world.doors[0, 3]
    for z in range(z0, z1 - PATH + 1):
        for x in range(x0, x1 - PATH + 1):
            if walkable(z, x, work[0]):
                work[1, z, x] = 1
                work[2, 0, 0] = z * nx + x
                return 1
    return 0


@compiled
def walked(world: World, work: Any) -> bool:
    """Marks all squares to which one gets from the start; whether there is any."""
    nz, nx = world.inside.shape
    size = started(world, work)
    if size == 0:
        return False
    marks, stack = work[1], work[2].ravel()
    while size > 0:
        size -= 1
        z, x = stack[size] // nx, stack[size] % nx
        for way in range(4):
            tz = z + (1 if way == 0 else -1 if way == 1 else 0)
            tx = x + (1 if way == 2 else -1 if way == 3 else 0)
            if 0 <= tz <= nz - PATH and 0 <= tx <= nx - PATH and marks[tz, tx] == 0 and walkable(tz, tx, work[0]):
                marks[tz, tx] = 1
                stack[size] = tz * nx + tx
                size += 1
    return True


@compiled
def passed(marks: Any, x0: int, z0: int, x1: int, z1: int, world: World) -> bool:
    """Whether a marked square overlaps a rectangle."""
    nz, nx = world.inside.shape
    for z in range(max(z0 - PATH + 1, 0), min(z1, nz - PATH + 1)):
        for x in range(max(x0 - PATH + 1, 0), min(x1, nx - PATH + 1)):
            if marks[z, x] == 1:
                return True
    return False


@compiled
def reachable(props: Any, count: int, world: World, scratch: Scratch) -> bool:
    """Whether a square of `PATH` cells gets from the first door to all others and up to every thing."""
    sum_taken(world, scratch)
    work = scratch.work
    if not walked(world, work):
        return False
    for k in range(1, len(world.doors)):
        if not passed(work[1], world.doors[k, 0], world.doors[k, 1], world.doors[k, 2], world.doors[k, 3], world):
            return False
    for k in range(count):
        if world.flat[props[k, 0]] == 0:
            sx, sz = extents(world.sizes, props[k, 0], props[k, 3])
            x, z = props[k, 1], props[k, 2]
            if not passed(work[1], x - REACH, z - REACH, x + sx + REACH, z + sz + REACH, world):
                return False
    return True


@compiled
def stands(props: Any, count: int, world: World, scratch: Scratch) -> bool:
    """Whether a whole arrangement is allowed, what is fixed apart; `taken` is filled anew."""
    scratch.taken[:] = 0
    for k in range(count):
        if props[k, 4] == 0 and not free(props[k, 0], props[k, 1], props[k, 2], props[k, 3], world, scratch):
            return False
        put(props[k], 1, world, scratch)
    return reachable(props, count, world, scratch)


@compiled
def refill(props: Any, count: int, world: World, scratch: Scratch) -> None:
    """Fills `taken` and `numbers` anew."""
    scratch.taken[:] = 0
    scratch.numbers[:] = 0
    for k in range(count):
        put(props[k], 1, world, scratch)
        scratch.numbers[props[k, 0]] += 1
