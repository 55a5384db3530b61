"""What the compiled steps of a dual surface take: named tuples of arrays, which numba knows.

m blocks of 8³ cells, n mixed cells in them, p patches of the surface in those (points), e crossed edges.
"""

from __future__ import annotations

from typing import NamedTuple

from shapelang.arrays import AnyArray


class Signs(NamedTuple):
    """cases (m, 8, 8, 8) uint8 of the cells of blocks at places (m, 3) int32.

    blocks (bx, by, bz) int32: the number of the block at a place, −1 where there is none.
    """

    cases: AnyArray
    places: AnyArray
    blocks: AnyArray


class Cells(NamedTuple):
    """The mixed cells, block after block, and how the edges that they own are numbered.

    near (m, 8) int32: the blocks ahead of each, with bit 0 of their place for x, bit 1 for y and bit 2 for z, −1 where
    there is none · first (m + 1,) int64: the first cell of each block · inside (n,) int16: 64 i + 8 j + k within the
    block · rows (n,) int16 of `DualTable` · first_point (n + 1,) int64: the first patch of each cell · first_edge
    (m + 1,) int64: the first edge of each block · edge_at (m, 512) uint16: how many edges the cells before it in its
    block own.
    """

    near: AnyArray
    first: AnyArray
    inside: AnyArray
    rows: AnyArray
    first_point: AnyArray
    first_edge: AnyArray
    edge_at: AnyArray


class Edges(NamedTuple):
    """The crossed edges, in the order of the cells at their low corners.

    lows (e, 3) int32 nodes of the grid · axes (e,) int8, axis + 4 where the low end is inside · ends (e, 2) float32:
    the samples there · along (e,) float64: the crossing, 0 at the low end and 1 at the high one · normals (e, 3)
    float32: the surface's there.
    """

    lows: AnyArray
    axes: AnyArray
    ends: AnyArray
    along: AnyArray
    normals: AnyArray


class Vertices(NamedTuple):
    """points, facing (p, 3) float64: place in cells from the grid's low corner, and normal, on creases of one side.

    corners (e, 4) int32: the point that the cell with the edge as its edge 4·axis + r has for it, at r · extra (p,)
    int8: sides but one.
    """

    points: AnyArray
    facing: AnyArray
    corners: AnyArray
    extra: AnyArray


class Sides(NamedTuple):
    """Vertices with those that the other sides of creases add, v in all.

    first (p + 1,) int64: the first vertex that each point adds · facing, middles (v, 3) float64: normal, and mean of
    the crossings on that side, of creases only · weld (v,) int32: the point of each · corners: as `Vertices` has them.
    """

    first: AnyArray
    facing: AnyArray
    middles: AnyArray
    weld: AnyArray
    corners: AnyArray


class Planes(NamedTuple):
    """The sides of creases as planes, a row each.

    middle (r, 3): the mean of the crossings there · probes (r, 3): a place near the crease's point · heights (r,): the
    field there in cells · normals (r, 3): its unit normal there · sides (r, 3): the side's normal so far.
    """

    middle: AnyArray
    probes: AnyArray
    heights: AnyArray
    normals: AnyArray
    sides: AnyArray
