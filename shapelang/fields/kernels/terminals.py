"""The fields of all terminals on blocks of points, in 32-bit floats. Import inside functions only.

Each lowers `out` to its own field where that is lower: a sharp union is terminal after terminal. `p` holds the points
as offsets (n,) from the middle of the block, `f` the terminal's frame for them, `n` its numbers, which are listed in
`shapelang.fields.codes`; the formulas with their sources stand in the primitives' own files. The loops have no branch
and no call that does not become a vector instruction.
"""

# pyright: reportUntypedFunctionDecorator=false

from __future__ import annotations

import numpy as np

from shapelang.arrays import AnyArray
from shapelang.fields import codes
from shapelang.fields.kernels.arguments import Frame, Offsets, Single
from shapelang.fields.kernels.compiled import called, inlined
from shapelang.fields.kernels.elementary import (
    HUGE,
    ONE,
    TWO,
    ZERO,
    atan2,
    box,
    exp2,
    log2_norm,
    rectangle,
)  # fmt: skip
from shapelang.primitives import prism as prism_shape

_LEAST_SCALE = np.float32(prism_shape.LEAST_SCALE)


@inlined
def local(f: Frame, x: Single, y: Single, z: Single) -> tuple[Single, Single, Single]:
    """A terminal's own coordinates of an offset."""
    return (
        f[9] + f[0] * x + f[1] * y + f[2] * z,
        f[10] + f[3] * x + f[4] * y + f[5] * z,
        f[11] + f[6] * x + f[7] * y + f[8] * z,
    )


@called
def cuboid(p: Offsets, f: Frame, n: AnyArray, out: AnyArray) -> None:
    """Exact."""
    x, y, z = p
    a, b, c = n[0], n[1], n[2]
    for k in range(len(out)):
        u, v, w = local(f, x[k], y[k], z[k])
        out[k] = min(out[k], box(abs(u) - a, abs(v) - b, abs(w) - c))


@called
def ellipsoid(p: Offsets, f: Frame, n: AnyArray, out: AnyArray) -> None:
    """A bound: the norm of the stretched point."""
    x, y, z = p
    a, b, c, least = n[0], n[1], n[2], n[3]
    for k in range(len(out)):
        u, v, w = local(f, x[k], y[k], z[k])
        u, v, w = u * a, v * b, w * c
        out[k] = min(out[k], (np.sqrt(u * u + v * v + w * w) - ONE) * least)


@called
def norm(p: Offsets, f: Frame, n: AnyArray, out: AnyArray) -> None:
    """A bound: the norm, by logarithms."""
    x, y, z = p
    a, b, c, e2, e2_half, e1, e1_half, scale = n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7]
    for k in range(len(out)):
        u, v, w = local(f, x[k], y[k], z[k])
        value = exp2(log2_norm(u * a, v * b, w * c, e2, e2_half, e1, e1_half))
        out[k] = min(out[k], (value - ONE) * scale)


@called
def deformed(p: Offsets, f: Frame, n: AnyArray, out: AnyArray) -> None:
    """A bound: the norm of the straightened point, and the box."""
    x, y, z = p
    a, b, c, e2, e2_half, e1, e1_half, scale = n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7]
    kx, fit_x, kz, fit_z = n[8], n[9], n[10], n[11]
    radius, side, flat, shift_x, shift_y, excess = n[12], n[13], n[14], n[15], n[16], n[17]
    half_x, half_y, half_z = n[18], n[19], n[20]
    for k in range(len(out)):
        x0, y0, w = local(f, x[k], y[k], z[k])
        outer = box(abs(x0) - half_x, abs(y0) - half_y, abs(w) - half_z)
        x1, v = x0 + shift_x, y0 + shift_y
        toward = x1 * side
        arm = radius - toward
        reach = np.sqrt(arm * arm + v * v)
        across = (TWO * radius * toward - toward * toward - v * v) / (radius + reach) * side
        u = x1 if flat > ZERO else across
        t = (v if flat > ZERO else radius * atan2(v, arm)) * b
        at = min(max(t, -ONE), ONE)
        u, w = u * a / ((ONE + kx * at) * fit_x), w * c / ((ONE + kz * at) * fit_z)
        value = exp2(log2_norm(u, t, w, e2, e2_half, e1, e1_half))
        out[k] = min(out[k], max(min(value - ONE, excess) * scale, outer))


@called
def capsule(p: Offsets, f: Frame, n: AnyArray, out: AnyArray) -> None:
    """Exact; a ball where its half is 0."""
    x, y, z = p
    half, radius = n[0], n[1]
    for k in range(len(out)):
        u, v, w = local(f, x[k], y[k], z[k])
        v = v - min(max(v, -half), half)
        out[k] = min(out[k], np.sqrt(u * u + v * v + w * w) - radius)


@called
def cylinder(p: Offsets, f: Frame, n: AnyArray, out: AnyArray) -> None:
    """Exact."""
    x, y, z = p
    radius, half = n[0], n[1]
    for k in range(len(out)):
        u, v, w = local(f, x[k], y[k], z[k])
        out[k] = min(out[k], rectangle(np.sqrt(u * u + w * w) - radius, abs(v) - half))


@called
def cone(p: Offsets, f: Frame, n: AnyArray, out: AnyArray) -> None:
    """Exact."""
    x, y, z = p
    half, foot, head, inverse = n[0], n[1], n[2], n[3]
    slope, rise = head - foot, TWO * half
    for k in range(len(out)):
        u, v, w = local(f, x[k], y[k], z[k])
        q = np.sqrt(u * u + w * w)
        cap_x, cap_y = max(q - (foot if v < ZERO else head), ZERO), abs(v) - half
        t = min(max(((head - q) * slope + (half - v) * rise) * inverse, ZERO), ONE)
        side_x, side_y = q - head + slope * t, v - half + rise * t
        square = min(cap_x * cap_x + cap_y * cap_y, side_x * side_x + side_y * side_y)
        sign = -ONE if (side_x < ZERO) & (cap_y < ZERO) else ONE
        out[k] = min(out[k], sign * np.sqrt(square))


@called
def torus(p: Offsets, f: Frame, n: AnyArray, out: AnyArray) -> None:
    """Exact, arcs too."""
    x, y, z = p
    radius, tube, s, c, whole = n[0], n[1], n[2], n[3], n[4]
    for k in range(len(out)):
        u, v, w = local(f, x[k], y[k], z[k])
        w = abs(w)
        q = np.sqrt(u * u + w * w) - radius
        ring = np.sqrt(q * q + v * v) - tube
        ahead, far = w * c - u * s, u * c + w * s - radius
        past = max(np.sqrt(far * far + v * v) - tube, ZERO)
        disc = np.sqrt(ahead * ahead + past * past)
        between = max(ring, -disc) if ring < ZERO else ring
        arc = between if ahead <= ZERO else disc
        out[k] = min(out[k], ring if whole > ZERO else arc)


@called
def polygon(u: AnyArray, v: AnyArray, n: AnyArray) -> AnyArray:
    """Signed distances of points of a plane to the edges that begin at n[2]; the number of edges is n[1]."""
    square, sign = np.full(len(u), HUGE), np.full(len(u), ONE)
    for first in range(2, 2 + codes.EDGE * int(n[1]), codes.EDGE):
        a, b, d, ex, ey, inverse = n[first], n[first + 1], n[first + 2], n[first + 3], n[first + 4], n[first + 5]
        for k in range(len(u)):
            wx, wy = u[k] - a, v[k] - b
            t = min(max((wx * ex + wy * ey) * inverse, ZERO), ONE)
            px, py = wx - ex * t, wy - ey * t
            square[k] = min(square[k], px * px + py * py)
            above, below, turn = v[k] >= b, v[k] < d, ex * wy > ey * wx
            crossed = (above & below & turn) | (not (above | below | turn))
            sign[k] = -sign[k] if crossed else sign[k]
    for k in range(len(u)):
        square[k] = sign[k] * np.sqrt(square[k])
    return square


@called
def prism(p: Offsets, f: Frame, n: AnyArray, out: AnyArray) -> None:
    """Exact."""
    x, y, z = p
    u, v, w = np.full(len(out), ZERO), np.full(len(out), ZERO), np.full(len(out), ZERO)
    for k in range(len(out)):
        u[k], v[k], w[k] = local(f, x[k], y[k], z[k])
    flat, half = polygon(u, w, n), n[0]
    for k in range(len(out)):
        out[k] = min(out[k], rectangle(flat[k], abs(v[k]) - half))


@called
def tapered(p: Offsets, f: Frame, n: AnyArray, out: AnyArray) -> None:
    """A bound: the polygon of each section."""
    x, y, z = p
    u, v, w = np.full(len(out), ZERO), np.full(len(out), ZERO), np.full(len(out), ZERO)
    scale = np.full(len(out), ONE)
    half, last = n[0], 2 + codes.EDGE * int(n[1])
    hub_u, hub_w, rate, gentle = n[last], n[last + 1], n[last + 2], n[last + 3]
    for k in range(len(out)):
        a, v[k], b = local(f, x[k], y[k], z[k])
        scale[k] = max(ONE + rate * min(max(v[k] + half, ZERO), TWO * half), _LEAST_SCALE)
        u[k], w[k] = (a - hub_u) / scale[k], (b - hub_w) / scale[k]
    flat = polygon(u, w, n)
    for k in range(len(out)):
        out[k] = min(out[k], max(flat[k] * scale[k] * gentle, abs(v[k]) - half))


@called
def lathe(p: Offsets, f: Frame, n: AnyArray, out: AnyArray) -> None:
    """Exact."""
    x, y, z = p
    r, v = np.full(len(out), ZERO), np.full(len(out), ZERO)
    for k in range(len(out)):
        u, v[k], w = local(f, x[k], y[k], z[k])
        r[k] = np.sqrt(u * u + w * w)
    flat = polygon(r, v, n)
    for k in range(len(out)):
        out[k] = min(out[k], flat[k])


@called
def hull(p: Offsets, f: Frame, n: AnyArray, out: AnyArray) -> None:
    """Exact inside, a bound outside."""
    x, y, z = p
    highest = np.full(len(out), -HUGE)
    for first in range(1, 1 + codes.PLANE * int(n[0]), codes.PLANE):
        a, b, c, offset = n[first], n[first + 1], n[first + 2], n[first + 3]
        for k in range(len(out)):
            u, v, w = local(f, x[k], y[k], z[k])
            highest[k] = max(highest[k], a * u + b * v + c * w - offset)
    for k in range(len(out)):
        out[k] = min(out[k], highest[k])
