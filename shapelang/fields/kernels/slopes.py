"""Value and gradient of a leaf at single points, in 64 bits. Import inside functions only.

Every terminal gives its field and that field's gradient in its own axes: of an exact distance the direction away from
the nearest place of the surface, taken from the face and not from the distance where it is a face, so that it holds on
the surface too. Where a field has an edge, one of the two sides' gradients. `n` are the terminal's numbers, which are
listed in `shapelang.fields.codes`.
"""

# pyright: reportUntypedFunctionDecorator=false

from __future__ import annotations

import numpy as np

from shapelang.arrays import AnyArray
from shapelang.fields import codes
from shapelang.fields.kernels.arguments import Slope, Tape, Three
from shapelang.fields.kernels.compiled import called, relaxed
from shapelang.primitives.prism import LEAST_SCALE


@called
def sign(x: float) -> float:
    """−1 below 0, else 1."""
    return -1.0 if x < 0.0 else 1.0


@called
def unit(x: float, y: float, z: float, size: float) -> Three:
    """A vector by its length; nothing where that is nothing."""
    return (x / size, y / size, z / size) if size > 0.0 else (0.0, 0.0, 0.0)


@called
def rectangle(u: float, v: float) -> Three:
    """Distance to the quarter plane u ≤ 0, v ≤ 0, and its slopes in u and v."""
    if u > 0.0 and v > 0.0:
        size = np.sqrt(u * u + v * v)
        return size, u / size, v / size
    return (u, 1.0, 0.0) if u > v else (v, 0.0, 1.0)


@called
def box(x: float, y: float, z: float, a: float, b: float, c: float) -> Slope:
    """The cuboid of half extents a, b, c."""
    p, q, r = abs(x) - a, abs(y) - b, abs(z) - c
    if max(p, max(q, r)) > 0.0:
        p, q, r = max(p, 0.0), max(q, 0.0), max(r, 0.0)
        size = np.sqrt(p * p + q * q + r * r)
        return size, sign(x) * p / size, sign(y) * q / size, sign(z) * r / size
    if p >= q and p >= r:
        return p, sign(x), 0.0, 0.0
    return (q, 0.0, sign(y), 0.0) if q >= r else (r, 0.0, 0.0, sign(z))


@called
def ellipsoid(x: float, y: float, z: float, n: AnyArray) -> Slope:
    """The norm of the stretched point."""
    u, v, w = x * n[0], y * n[1], z * n[2]
    size = np.sqrt(u * u + v * v + w * w)
    du, dv, dw = unit(u * n[0], v * n[1], w * n[2], size)
    return (size - 1.0) * n[3], du * n[3], dv * n[3], dw * n[3]


@called
def norm2(p: float, q: float, power: float, root: float) -> Three:
    """(p^power + q^power)^root for root = 1 / power, and its slopes in p and q, which are not below 0."""
    most = max(p, q)
    if most <= 0.0:
        return 0.0, 0.0, 0.0
    ratio = min(p, q) / most
    raised = ratio**power
    size = (1.0 + raised) ** root
    steep = size / (1.0 + raised)
    # The lesser's is steep · ratio^(power − 1); the quotient saves a power where it is one of numbers above 0.
    flat = steep * (raised / ratio if ratio > 1e-9 else ratio ** (power - 1.0))
    return (most * size, steep, flat) if p >= q else (most * size, flat, steep)


@called
def norm(u: float, v: float, w: float, n: AnyArray) -> Slope:
    """The superquadric's norm of a point in units of the half extents, and its slopes there."""
    across, du, dw = norm2(abs(u), abs(w), n[3], n[4])
    value, dacross, dv = norm2(across, abs(v), n[5], n[6])
    return value, sign(u) * dacross * du, sign(v) * dv, sign(w) * dacross * dw


@called
def superquadric(x: float, y: float, z: float, n: AnyArray) -> Slope:
    """Without taper and bend."""
    value, du, dv, dw = norm(x * n[0], y * n[1], z * n[2], n)
    return (value - 1.0) * n[7], du * n[0] * n[7], dv * n[1] * n[7], dw * n[2] * n[7]


@called
def deformed(x: float, y: float, z: float, n: AnyArray) -> Slope:
    """With taper and bend: the slopes of the straightened, untapered point by the chain rule."""
    outer = box(x, y, z, n[18], n[19], n[20])
    u, v = x + n[15], y + n[16]
    ux, uy, vx, vy = 1.0, 0.0, 0.0, 1.0
    if n[14] == 0.0:
        radius, side = n[12], n[13]
        toward = u * side
        arm = radius - toward
        square = max(arm * arm + v * v, 1e-300)
        reach = np.sqrt(square)
        ux, uy, vx, vy = arm / reach, -side * v / reach, radius * side * v / square, radius * arm / square
        u = (2.0 * radius * toward - toward * toward - v * v) / (radius + reach) * side
        v = radius * np.arctan2(v, arm)
    t = v * n[1]
    at = min(max(t, -1.0), 1.0)
    free = n[1] if at == t else 0.0
    fit_x, fit_z = (1.0 + n[8] * at) * n[9], (1.0 + n[10] * at) * n[11]
    p, r = u * n[0] / fit_x, z * n[2] / fit_z
    value, dp, dt, dr = norm(p, t, r, n)
    if value - 1.0 >= n[17]:
        inner = (n[17] * n[7], 0.0, 0.0, 0.0)
    else:
        du = dp * n[0] / fit_x
        dv = dt * n[1] - (dp * p * n[8] * n[9] / fit_x + dr * r * n[10] * n[11] / fit_z) * free
        inner = (
            (value - 1.0) * n[7], (du * ux + dv * vx) * n[7], (du * uy + dv * vy) * n[7], dr * n[2] / fit_z * n[7]
        )  # fmt: skip
    return inner if inner[0] > outer[0] else outer


@called
def capsule(x: float, y: float, z: float, n: AnyArray) -> Slope:
    """Away from the segment."""
    v = y - min(max(y, -n[0]), n[0])
    size = np.sqrt(x * x + v * v + z * z)
    dx, dy, dz = unit(x, v, z, size)
    return size - n[1], dx, dy, dz


@called
def turned(value: float, du: float, dv: float, x: float, z: float, y_sign: float) -> Slope:
    """Slopes in the distance from the axis and in height become a gradient."""
    dx, _, dz = unit(x, 0.0, z, np.sqrt(x * x + z * z))
    return value, du * dx, dv * y_sign, du * dz


@called
def cylinder(x: float, y: float, z: float, n: AnyArray) -> Slope:
    """A rectangle, turned."""
    value, du, dv = rectangle(np.sqrt(x * x + z * z) - n[0], abs(y) - n[1])
    return turned(value, du, dv, x, z, sign(y))


@called
def cone(x: float, y: float, z: float, n: AnyArray) -> Slope:
    """The nearer of the caps and the side."""
    half, foot, head = n[0], n[1], n[2]
    slope, rise, slant = head - foot, 2.0 * half, np.sqrt(1.0 / n[3])
    q = np.sqrt(x * x + z * z)
    cap_u, cap_v = max(q - (foot if y < 0.0 else head), 0.0), abs(y) - half
    t = ((head - q) * slope + (half - y) * rise) * n[3]
    at = min(max(t, 0.0), 1.0)
    u, v = q - head + slope * at, y - half + rise * at
    inside = u < 0.0 and cap_v < 0.0
    cap, edge = cap_u * cap_u + cap_v * cap_v, u * u + v * v
    if cap < edge:
        size = np.sqrt(cap)
        if cap_u == 0.0:
            return turned(cap_v, 0.0, 1.0, x, z, sign(y))
        return turned(size, cap_u / size, cap_v / size, x, z, sign(y))
    size = -np.sqrt(edge) if inside else np.sqrt(edge)
    if t == at:
        return turned(size, rise / slant, -slope / slant, x, z, 1.0)
    return turned(size, u / size, v / size, x, z, 1.0)


@called
def torus(x: float, y: float, z: float, n: AnyArray) -> Slope:
    """The ring, or one of the flat ends of an arc."""
    q = np.sqrt(x * x + z * z) - n[0]
    across = np.sqrt(q * q + y * y)
    du, dv, _ = unit(q, y, 0.0, across)
    ring = turned(across - n[1], du, dv, x, z, 1.0)
    if n[4] > 0.0:
        return ring
    w, s, c = abs(z), n[2], n[3]
    ahead, far = w * c - x * s, x * c + w * s - n[0]
    around = np.sqrt(far * far + y * y)
    past = around - n[1]
    if past <= 0.0:
        disc = (ahead, -s, 0.0, sign(z) * c)
    else:
        size = np.sqrt(ahead * ahead + past * past)
        fu, fv = past * far / around / size, past * y / around / size
        du, dw = fu * c - ahead / size * s, fu * s + ahead / size * c
        disc = (size, du, fv, sign(z) * dw)
    if ahead > 0.0:
        return disc
    # Before the end and inside the ring, the end counts where it is nearer.
    return disc if ring[0] < 0.0 and past <= 0.0 and ahead > ring[0] else ring


@called
def polygon(u: float, v: float, n: AnyArray) -> Three:
    """Signed distance to the edges from n[2] on, and its slopes in u and v."""
    square, outside, du, dv, on_edge = np.inf, 1.0, 0.0, 0.0, False
    for first in range(2, 2 + codes.EDGE * int(n[1]), codes.EDGE):
        a, b, d, ex, ey, inverse = n[first], n[first + 1], n[first + 2], n[first + 3], n[first + 4], n[first + 5]
        wx, wy = u - a, v - b
        t = (wx * ex + wy * ey) * inverse
        at = min(max(t, 0.0), 1.0)
        px, py = wx - ex * at, wy - ey * at
        if px * px + py * py < square:
            square, du, dv, on_edge = px * px + py * py, px, py, t == at
            if on_edge:
                du, dv = ey * np.sqrt(inverse), -ex * np.sqrt(inverse)
        above, below, turn = v >= b, v < d, ex * wy > ey * wx
        if (above and below and turn) or not (above or below or turn):
            outside = -outside
    size = np.sqrt(square)
    scale = 1.0 if on_edge else outside / max(size, 1e-300)
    return outside * size, du * scale, dv * scale


@called
def prism(x: float, y: float, z: float, n: AnyArray) -> Slope:
    """The polygon between two planes."""
    flat, fx, fz = polygon(x, z, n)
    value, du, dv = rectangle(flat, abs(y) - n[0])
    return value, du * fx, dv * sign(y), du * fz


@called
def tapered(x: float, y: float, z: float, n: AnyArray) -> Slope:
    """The polygon of the section, or the nearer end."""
    last = 2 + codes.EDGE * int(n[1])
    half, rate, gentle = n[0], n[last + 2], n[last + 3]
    scale = max(1.0 + rate * min(max(y + half, 0.0), 2.0 * half), LEAST_SCALE)
    u, w = (x - n[last]) / scale, (z - n[last + 1]) / scale
    flat, fx, fz = polygon(u, w, n)
    side, end = flat * scale * gentle, abs(y) - half
    if end > side:
        return end, 0.0, sign(y), 0.0
    along = rate * (flat - u * fx - w * fz) if end < 0.0 else 0.0
    return side, fx * gentle, along * gentle, fz * gentle


@called
def lathe(x: float, y: float, z: float, n: AnyArray) -> Slope:
    """The half polygon, turned."""
    value, du, dv = polygon(np.sqrt(x * x + z * z), y, n)
    return turned(value, du, dv, x, z, 1.0)


@called
def hull(x: float, y: float, z: float, n: AnyArray) -> Slope:
    """The highest plane."""
    best, highest = 1, -np.inf
    for first in range(1, 1 + codes.PLANE * int(n[0]), codes.PLANE):
        height = n[first] * x + n[first + 1] * y + n[first + 2] * z - n[first + 3]
        if height > highest:
            best, highest = first, height
    return highest, n[best], n[best + 1], n[best + 2]


@called
def own_slope(code: int, x: float, y: float, z: float, n: AnyArray) -> Slope:
    """A terminal's field at a point of its own frame."""
    if code == codes.CUBOID:
        return box(x, y, z, n[0], n[1], n[2])
    if code == codes.NORM:
        return superquadric(x, y, z, n)
    if code == codes.ELLIPSOID:
        return ellipsoid(x, y, z, n)
    if code == codes.DEFORMED:
        return deformed(x, y, z, n)
    if code == codes.CAPSULE:
        return capsule(x, y, z, n)
    if code == codes.CYLINDER:
        return cylinder(x, y, z, n)
    if code == codes.CONE:
        return cone(x, y, z, n)
    if code == codes.TORUS:
        return torus(x, y, z, n)
    if code == codes.PRISM:
        return prism(x, y, z, n)
    if code == codes.TAPERED:
        return tapered(x, y, z, n)
    if code == codes.LATHE:
        return lathe(x, y, z, n)
    return hull(x, y, z, n)


@called
def world_slope(tape: Tape, t: int, x: float, y: float, z: float) -> Slope:
    """A terminal's field at a point of the world."""
    m, n = tape.frames[t], tape.numbers[tape.starts[t] :]
    x, y, z = x - m[9], y - m[10], z - m[11]
    u, v, w = m[0] * x + m[1] * y + m[2] * z, m[3] * x + m[4] * y + m[5] * z, m[6] * x + m[7] * y + m[8] * z
    value, a, b, c = own_slope(tape.codes[t], u, v, w, n)
    return value, m[0] * a + m[3] * b + m[6] * c, m[1] * a + m[4] * b + m[7] * c, m[2] * a + m[5] * b + m[8] * c


@called
def combine(code: int, radius: float, a: AnyArray, b: AnyArray) -> None:
    """Two rows (value, gradient) become one, in the first's place; see `tape.combine`."""
    first = -1.0 if code == codes.UNION else 1.0
    second = 1.0 if code == codes.INTERSECTION else -1.0
    left, right = first * a[0], second * b[0]
    depth = max(radius - abs(left - right), 0.0)
    share = 0.5 * depth / radius if radius > 0.0 else 0.0
    lower = share if left >= right else 1.0 - share
    a[0] = first * (max(left, right) + 0.5 * depth * share)
    for k in range(1, 4):
        a[k] = first * (first * a[k] * (1.0 - lower) + second * b[k] * lower)


@relaxed
def fill_slopes(
    tape: Tape, labels: AnyArray, points: AnyArray, chosen: tuple[int, int], depth: int, values: AnyArray, out: AnyArray
) -> None:
    """Value (n,) and gradient (n, 3) of the labelled leaf at some of points (n, 3)."""
    stack = np.zeros((depth, 4))
    for k in range(chosen[0], chosen[1]):
        top = 0
        for t in range(tape.leaves[labels[k]], tape.leaves[labels[k] + 1]):
            if tape.codes[t] < codes.UNION:
                value, x, y, z = world_slope(tape, t, points[k, 0], points[k, 1], points[k, 2])
                stack[top, 0], stack[top, 1], stack[top, 2], stack[top, 3] = value, x, y, z
                top += 1
            else:
                combine(tape.codes[t], tape.numbers[tape.starts[t]], stack[top - 2], stack[top - 1])
                top -= 1
        values[k] = stack[0, 0]
        out[k, 0], out[k, 1], out[k, 2] = stack[0, 1], stack[0, 2], stack[0, 3]
