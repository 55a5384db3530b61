"""Where the chain tries to put a thing, with which probability; and its numbers of chance."""

# pyright: reportUntypedFunctionDecorator=false

from __future__ import annotations

from typing import Any

import numpy as np

from grammars.arrangement.kernels.features import NEAR, apart, extents
from grammars.arrangement.kernels.world import World
from shapelang.fields.kernels.compiled import compiled

ANYWHERE, ALONG, CORNER, BY_ANOTHER = 0.25, 0.2, 0.15, 0.4
"""Shares of the ways to propose a place; where nothing else stands, the last goes to the first."""


@compiled
def uniform(state: Any) -> float:
    """A number in (0, 1) from a counter, by splitmix64."""
    state[0] += np.uint64(0x9E3779B97F4A7C15)
    x = state[0]
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    x = x ^ (x >> np.uint64(31))
    return (2.0 * np.float64(x >> np.uint64(12)) + 1.0) * 2.0**-53


@compiled
def below(state: Any, n: int) -> int:
    """A whole number from 0 to n − 1."""
    return min(int(uniform(state) * n), n - 1)


@compiled
def beside(prop: Any, sx: int, sz: int, world: World, state: Any) -> Any:
    """First cell of a thing of an extent beside another one: touching or up to `NEAR` off, in line or anywhere."""
    wx, wz = extents(world.sizes, prop[0], prop[3])
    side = below(state, 4)
    gap = 0 if uniform(state) < 0.5 else 1 + below(state, NEAR)
    mine, its = (sx, wx) if side % 2 == 0 else (sz, wz)
    if uniform(state) < 0.5:
        which = below(state, 3)
        shift = 0 if which == 0 else its - mine if which == 1 else (its - mine) // 2
    else:
        shift = below(state, mine + its - 1) - mine + 1
    x, z = prop[1], prop[2]
    if side == 0:
        return x + shift, z + wz + gap
    if side == 1:
        return x + wx + gap, z + shift
    if side == 2:
        return x + shift, z - sz - gap
    return x - sx - gap, z + shift


@compiled
def proposed(kind: int, props: Any, count: int, skip: int, world: World, state: Any) -> Any:
    """A place for a thing: anywhere, with its back to a wall, in a corner, or beside another thing."""
    nz, nx = world.inside.shape
    quarter = below(state, 4)
    sx, sz = extents(world.sizes, kind, quarter)
    if sx > nx or sz > nz:
        return -1, -1, quarter
    way = uniform(state)
    others = count - (1 if skip >= 0 else 0)
    if way < ANYWHERE or (way >= 1.0 - BY_ANOTHER and others == 0):
        return below(state, nx - sx + 1), below(state, nz - sz + 1), quarter
    if way < 1.0 - BY_ANOTHER:
        along = nx - sx + 1 if quarter % 2 == 0 else nz - sz + 1
        at = below(state, along) if way < ANYWHERE + ALONG else below(state, 2) * (along - 1)
        if quarter % 2 == 0:
            return at, (0 if quarter == 0 else nz - sz), quarter
        return (0 if quarter == 1 else nx - sx), at, quarter
    j = below(state, others)
    x, z = beside(props[j + 1 if 0 <= skip <= j else j], sx, sz, world, state)
    return x, z, quarter


@compiled
def at_wall(x: int, z: int, sx: int, sz: int, quarter: int, nx: int, nz: int) -> float:
    """The probability of a place with the back to a wall, or in a corner, given its quarter."""
    along, at = (nx - sx + 1, x) if quarter % 2 == 0 else (nz - sz + 1, z)
    back = z if quarter == 0 else x if quarter == 1 else nz - sz - z if quarter == 2 else nx - sx - x
    if back != 0:
        return 0.0
    ends = 0.5 * ((at == 0) + (at == along - 1))
    return ALONG / along + CORNER * ends


@compiled
def density(kind: int, x: int, z: int, quarter: int, props: Any, count: int, skip: int, world: World) -> float:
    """The probability with which `proposed` gives a place."""
    nz, nx = world.inside.shape
    sx, sz = extents(world.sizes, kind, quarter)
    others = count - (1 if skip >= 0 else 0)
    found = 0.0
    if 0 <= x <= nx - sx and 0 <= z <= nz - sz:
        share = ANYWHERE if others > 0 else ANYWHERE + BY_ANOTHER
        found = share / ((nx - sx + 1) * (nz - sz + 1)) + at_wall(x, z, sx, sz, quarter, nx, nz)
    for j in range(count):
        if j == skip:
            continue
        wx, wz = extents(world.sizes, props[j, 0], props[j, 3])
        its_x, its_z = props[j, 1], props[j, 2]
        for side in range(4):
            gap = (
                z - its_z - wz
                if side == 0
                else x - its_x - wx
                if side == 1
                else its_z - sz - z
                if side == 2
                else its_x - sx - x
            )
            if 0 <= gap <= NEAR:
                mine, its, shift = (sx, wx, x - its_x) if side % 2 == 0 else (sz, wz, z - its_z)
                share = 0.5 / (mine + its - 1) if -mine < shift < its else 0.0
                share += 0.5 / 3.0 * ((shift == 0) + (shift == its - mine) + (shift == (its - mine) // 2))
                found += BY_ANOTHER / others * 0.25 * (0.5 if gap == 0 else 0.5 / NEAR) * share
    return 0.25 * found


@compiled
def carried(props: Any, count: int, start: int, world: World, group: Any) -> int:
    """Marks what stands close to a thing, and close to that, and so on, itself included; how many."""
    group[:count] = 0
    group[start] = 1
    size, grown = 1, True
    while grown:
        grown = False
        for i in range(count):
            if group[i] == 0:
                continue
            sx, sz = extents(world.sizes, props[i, 0], props[i, 3])
            mine = (props[i, 1], props[i, 2], props[i, 1] + sx, props[i, 2] + sz)
            for j in range(count):
                if group[j] == 0:
                    wx, wz = extents(world.sizes, props[j, 0], props[j, 3])
                    if apart(mine, (props[j, 1], props[j, 2], props[j, 1] + wx, props[j, 2] + wz)) <= 2:
                        group[j] = 1
                        size += 1
                        grown = True
    return size
