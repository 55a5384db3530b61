"""The field of one packed leaf on a block of points. Import inside functions only."""

# pyright: reportUntypedFunctionDecorator=false

from __future__ import annotations

import numpy as np

from shapelang.arrays import AnyArray
from shapelang.fields import codes
from shapelang.fields.kernels.arguments import Frame, Offsets, Tape, Three
from shapelang.fields.kernels.compiled import called, inlined
from shapelang.fields.kernels.elementary import HUGE, ONE, QUARTER, ZERO
from shapelang.fields.kernels.terminals import (
    capsule,
    cone,
    cuboid,
    cylinder,
    deformed,
    ellipsoid,
    hull,
    lathe,
    norm,
    prism,
    tapered,
    torus,
)  # fmt: skip


@called
def lower(code: int, p: Offsets, f: Frame, n: AnyArray, out: AnyArray) -> None:
    """Lowers `out` to a terminal's field where that is lower."""
    if code == codes.CUBOID:
        cuboid(p, f, n, out)
    elif code == codes.NORM:
        norm(p, f, n, out)
    elif code == codes.ELLIPSOID:
        ellipsoid(p, f, n, out)
    elif code == codes.DEFORMED:
        deformed(p, f, n, out)
    elif code == codes.CAPSULE:
        capsule(p, f, n, out)
    elif code == codes.CYLINDER:
        cylinder(p, f, n, out)
    elif code == codes.CONE:
        cone(p, f, n, out)
    elif code == codes.TORUS:
        torus(p, f, n, out)
    elif code == codes.PRISM:
        prism(p, f, n, out)
    elif code == codes.TAPERED:
        tapered(p, f, n, out)
    elif code == codes.LATHE:
        lathe(p, f, n, out)
    else:
        hull(p, f, n, out)


@called
def combine(code: int, radius: float, a: AnyArray, b: AnyArray) -> None:
    """Two fields become one, in the first's place: Quilez' quadratic smooth minimum, and what it gives by signs."""
    bulge = QUARTER / radius if radius > ZERO else ZERO
    # All three are a maximum: a union that of the negatives, negated, and a difference that with the second's negative.
    first = -ONE if code == codes.UNION else ONE
    second = ONE if code == codes.INTERSECTION else -ONE
    for k in range(len(a)):
        left, right = first * a[k], second * b[k]
        depth = max(radius - abs(left - right), ZERO)
        a[k] = first * (max(left, right) + depth * depth * bulge)


@inlined
def frame(row: AnyArray, middle: Three) -> Frame:
    """A terminal's frame for offsets from a middle; the difference of the two places is taken in 64 bits."""
    x, y, z = middle[0] - row[9], middle[1] - row[10], middle[2] - row[11]
    return (
        np.float32(row[0]), np.float32(row[1]), np.float32(row[2]),
        np.float32(row[3]), np.float32(row[4]), np.float32(row[5]),
        np.float32(row[6]), np.float32(row[7]), np.float32(row[8]),
        np.float32(row[0] * x + row[1] * y + row[2] * z),
        np.float32(row[3] * x + row[4] * y + row[5] * z),
        np.float32(row[6] * x + row[7] * y + row[8] * z),
    )  # fmt: skip


@called
def lower_leaf(tape: Tape, leaf: int, middle: Three, p: Offsets, stack: AnyArray, out: AnyArray) -> None:
    """Lowers `out` to the field of a leaf; `stack` (depth, ≥ n) holds what its operators combine."""
    first, last, count = tape.leaves[leaf], tape.leaves[leaf + 1], len(out)
    if last == first + 1:
        lower(tape.codes[first], p, frame(tape.frames[first], middle), tape.numbers[tape.starts[first] :], out)
        return
    top = 0
    for t in range(first, last):
        numbers = tape.numbers[tape.starts[t] :]
        if tape.codes[t] < codes.UNION:
            stack[top, :count] = HUGE
            lower(tape.codes[t], p, frame(tape.frames[t], middle), numbers, stack[top, :count])
            top += 1
        else:
            combine(tape.codes[t], numbers[0], stack[top - 2, :count], stack[top - 1, :count])
            top -= 1
    for k in range(count):
        out[k] = min(out[k], stack[0, k])
