"""The inner loops of light and shadow. Import inside functions: numba is slow to load.

Each call works on its own rows, so that a picture's bytes do not depend on the number of threads.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from shapelang.arrays import AnyArray
from shapelang.rendering.arguments import Ground, Lens, Rig, Three, Triangles
from shapelang.rendering.compiled import compiled

GLOW: Final = 1.3
"""Light of a surface whose `emissive` is white; a little more than paper in full light."""


@compiled
def dot(a: Three, b: Three) -> float:
    """The inner product."""
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


@compiled
def row(array: AnyArray, k: int) -> Three:
    """The first three numbers of a row, without a view of the array: counting its users would hold up the threads."""
    return array[k, 0], array[k, 1], array[k, 2]


@compiled
def slack(g: Three, k: int, frames: AnyArray) -> float:
    """How much a plane with normal g, seen from light k, may rise within a texel: it must not shade itself."""
    u = abs(frames[k, 0, 0] * g[0] + frames[k, 0, 1] * g[1] + frames[k, 0, 2] * g[2]) * frames[k, 0, 4]
    v = abs(frames[k, 1, 0] * g[0] + frames[k, 1, 1] * g[1] + frames[k, 1, 2] * g[2]) * frames[k, 1, 4]
    d = frames[k, 2, 0] * g[0] + frames[k, 2, 1] * g[1] + frames[k, 2, 2] * g[2]
    return 0.002 + 0.6 * (u + v) / max(0.08, d)


@compiled
def lit(p: Three, bias: float, k: int, frames: AnyArray, maps: AnyArray) -> bool:
    """Whether a point is seen from light k."""
    u = frames[k, 0, 0] * p[0] + frames[k, 0, 1] * p[1] + frames[k, 0, 2] * p[2] + frames[k, 0, 3]
    v = frames[k, 1, 0] * p[0] + frames[k, 1, 1] * p[1] + frames[k, 1, 2] * p[2] + frames[k, 1, 3]
    if not (0.0 <= u < maps.shape[2] and 0.0 <= v < maps.shape[1]):
        return True
    d = frames[k, 2, 0] * p[0] + frames[k, 2, 1] * p[1] + frames[k, 2, 2] * p[2]
    return d + bias >= maps[k, int(v), int(u)]


@compiled
def tinted(c: int, up: float, high: float, tints: AnyArray, base: int) -> float:
    """One channel between floor, horizon and zenith."""
    middle, top = tints[base + 1, c], tints[base, c]
    return tints[base + 2, c] * (1.0 - up) + (middle + (top - middle) * high) * up


@compiled
def surround(way: Three, blur: float, boxes: AnyArray, tints: AnyArray, base: int) -> Three:
    """The studio's light from a direction, softened by `blur` in [0, 1]; `base` is the first of three rows of tints."""
    up = min(1.0, max(0.0, way[1] / (0.08 + 0.6 * blur) * 0.5 + 0.5))
    up = up * up * (3.0 - 2.0 * up)
    high = max(0.0, way[1])
    r, g, b = (
        tinted(0, up, high, tints, base),
        tinted(1, up, high, tints, base),
        tinted(2, up, high, tints, base),
    )
    for k in range(len(boxes)):
        start = boxes[k, 4] - 0.7 * blur
        share = min(1.0, max(0.0, (dot(way, row(boxes, k)) - start) / (boxes[k, 3] - start)))
        # A softened box is wider and weaker.
        share = share * share * (3.0 - 2.0 * share) * (1.0 - 0.55 * blur)
        r, g, b = r + share * boxes[k, 5], g + share * boxes[k, 6], b + share * boxes[k, 7]
    return r, g, b


@compiled
def from_key(p: Three, n: Three, g: Three, part: int, parts: int, rig: Rig) -> float:
    """The cosine of the key light's directions that reach a point, on average over this sample's share of them."""
    key, frames, maps = rig.key, rig.key_frames, rig.key_maps
    light, count = 0.0, 0
    for k in range(part % len(key), len(key), parts):
        count += 1
        way = row(key, k)
        cosine = dot(n, way)
        if cosine > 0.0 and dot(g, way) > 0.0 and lit(p, slack(g, k, frames), k, frames, maps):
            light += cosine
    return light / count


@compiled
def from_dome(p: Three, n: Three, g: Three, part: int, parts: int, rig: Rig) -> tuple[float, float, float, float]:
    """What reaches a point from this sample's share of the dome: red, green, blue, and how much of it is open."""
    dome, glow, frames, maps = rig.dome, rig.glow, rig.dome_frames, rig.dome_maps
    red, green, blue, seen, whole, count = 0.0, 0.0, 0.0, 0.0, 0.0, 0
    for k in range(part % len(dome), len(dome), parts):
        count += 1
        way = row(dome, k)
        cosine = dot(n, way)
        if cosine <= 0.0:
            continue
        whole += cosine
        if dot(g, way) > 0.0 and lit(p, slack(g, k, frames), k, frames, maps):
            seen += cosine
            red += cosine * glow[k, 0]
            green += cosine * glow[k, 1]
            blue += cosine * glow[k, 2]
    # The sphere has 4π; light arriving from all sides at 1 makes a white face 1.
    share = 4.0 / count
    return red * share, green * share, blue * share, seen / whole if whole > 0.0 else 1.0


@compiled
def toned(r: float, g: float, b: float) -> Three:
    """Colours stay what they are up to 0.76, and what is brighter rolls off to white.

    The shoulder of Khronos PBR Neutral. Its toe is left out: it would take from dark metals the little they mirror.
    """
    peak = max(r, g, b)
    start = 0.76
    if peak < start:
        return r, g, b
    rest = 1.0 - start
    new = 1.0 - rest * rest / (peak + rest - start)
    r, g, b = r * new / peak, g * new / peak, b * new / peak
    white = 1.0 - 1.0 / (0.15 * (peak - new) + 1.0)
    return r + (new - r) * white, g + (new - g) * white, b + (new - b) * white


@compiled
def highlight(n: Three, way: Three, axis: Three, rough: float) -> tuple[float, float]:
    """GGX reflection of a light along `axis`, and the share (1 - v·h)^5 of Fresnel (Walter 2007, Schlick 1994)."""
    hx, hy, hz = axis[0] - way[0], axis[1] - way[1], axis[2] - way[2]
    length = np.sqrt(hx * hx + hy * hy + hz * hz)
    h = (hx / length, hy / length, hz / length)
    nv, nl, nh = max(0.05, -dot(n, way)), max(1e-3, dot(n, axis)), max(0.0, dot(n, h))
    a = rough * rough
    spread = nh * nh * (a * a - 1.0) + 1.0
    k = (rough + 1.0) * (rough + 1.0) * 0.125
    body = a * a / (spread * spread) / (4.0 * (nl * (1.0 - k) + k) * (nv * (1.0 - k) + k))
    away = 1.0 - max(0.0, -dot(way, h))
    return min(4.0, body), away * away * away * away * away


@compiled
def mirrored(nv: float, rough: float) -> tuple[float, float]:
    """Scale and shift of f0 for light from all around (Karis 2014, the fit for mobile devices)."""
    smooth = 1.0 - rough
    dim = min(smooth * smooth, 2.0 ** (-9.28 * nv)) * smooth + 0.0425 - 0.0275 * rough
    return 1.04 - 0.572 * rough - 1.04 * dim, 1.04 * dim - 0.04 + 0.022 * rough


@compiled
def met(number: int, eye: Three, way: Three, soup: Triangles) -> tuple[Three, Three, Three]:
    """Where a ray meets a triangle's plane: the point, the normal there, the face's; both turned to the eye."""
    corners, g = soup.corners, row(soup.facing, number)
    slant = dot(g, way)
    ax, ay, az = corners[number, 0, 0], corners[number, 0, 1], corners[number, 0, 2]
    t = dot(g, (ax - eye[0], ay - eye[1], az - eye[2])) / slant
    p = (eye[0] + t * way[0], eye[1] + t * way[1], eye[2] + t * way[2])
    nx, ny, nz = 0.0, 0.0, 0.0
    for c in range(3):
        # Barycentric coordinates from signed areas; the middle of a sample may lie a little outside of the triangle.
        s, q = (c + 1) % 3, (c + 2) % 3
        sx, sy, sz = corners[number, s, 0], corners[number, s, 1], corners[number, s, 2]
        ux, uy, uz = corners[number, q, 0] - sx, corners[number, q, 1] - sy, corners[number, q, 2] - sz
        wx, wy, wz = p[0] - sx, p[1] - sy, p[2] - sz
        weight = max(0.0, dot(g, (uy * wz - uz * wy, uz * wx - ux * wz, ux * wy - uy * wx)))
        nx += weight * soup.normals[number, c, 0]
        ny += weight * soup.normals[number, c, 1]
        nz += weight * soup.normals[number, c, 2]
    if slant > 0.0:
        g = (-g[0], -g[1], -g[2])
    length = np.sqrt(nx * nx + ny * ny + nz * nz)
    if not length > 0.0:
        return p, g, g
    if dot((nx, ny, nz), g) < 0.0:
        length = -length
    return p, (nx / length, ny / length, nz / length), g


@compiled
def surface(number: int, eye: Three, way: Three, part: int, parts: int, soup: Triangles, rig: Rig) -> Three:
    """The colour of a triangle where a ray meets it: diffuse, highlight, mirrored studio, its own light."""
    p, n, g = met(number, eye, way, soup)
    direct = from_key(p, n, g, part, parts, rig)
    red, green, blue, openness = from_dome(p, n, g, part, parts, rig)
    arriving = (
        direct * rig.key_light[0] + red,
        direct * rig.key_light[1] + green,
        direct * rig.key_light[2] + blue,
    )
    m, materials = soup.material[number], soup.materials
    metal, rough = min(1.0, max(0.0, materials[m, 3])), min(1.0, max(0.12, materials[m, 4]))
    body, away = highlight(n, way, (rig.axis[0], rig.axis[1], rig.axis[2]), rough)
    back = 2.0 * dot(n, way)
    mirror = surround(
        (way[0] - back * n[0], way[1] - back * n[1], way[2] - back * n[2]), rough, rig.boxes, rig.tints, 3
    )
    hidden = openness * (0.5 + 0.5 * openness)
    scale, shift = mirrored(max(0.05, -0.5 * back), rough)
    out = (0.0, 0.0, 0.0)
    for c in range(3):
        color = materials[m, c]
        f0 = 0.04 * (1.0 - metal) + color * metal
        value = 0.96 * color * (1.0 - metal) * arriving[c] + GLOW * materials[m, 5 + c]
        value += body * direct * rig.key_light[c] * (f0 + (1.0 - f0) * away)
        value += mirror[c] * hidden * max(0.0, f0 * scale + shift)
        out = (out[1], out[2], value)
    return toned(out[0], out[1], out[2])


@compiled
def lay(
    height: float, reach: float, top: int, bottom: int,
    weights: AnyArray, frames: AnyArray, maps: AnyArray, out: AnyArray,
) -> None:  # fmt: skip
    """Rows of a square map of half side `reach` about the middle: the light on the ground, by weights (k,)."""
    size = out.shape[1]
    step = 2.0 * reach / size
    for k in range(len(weights)):
        if weights[k] <= 0.0:
            continue
        bias = slack((0.0, 1.0, 0.0), k, frames)
        for line in range(top, bottom):
            z = (line + 0.5) * step - reach
            for column in range(size):
                if lit(((column + 0.5) * step - reach, height, z), bias, k, frames, maps):
                    out[line, column] += weights[k]


@compiled
def between(x: float, z: float, reach: float, texels: AnyArray) -> float:
    """A square map of half side `reach`, read at a point with bilinear weights."""
    size = len(texels)
    u = min(size - 1.001, max(0.0, (x / reach + 1.0) * 0.5 * size - 0.5))
    v = min(size - 1.001, max(0.0, (z / reach + 1.0) * 0.5 * size - 0.5))
    i, j = int(u), int(v)
    u, v = u - i, v - j
    upper = texels[j, i] * (1.0 - u) + texels[j, i + 1] * u
    lower = texels[j + 1, i] * (1.0 - u) + texels[j + 1, i + 1] * u
    return upper * (1.0 - v) + lower * v


@compiled
def kept(eye: Three, way: Three, ground: Ground) -> float:
    """The share of its light that the ground keeps where a ray meets it; 1 where it does not."""
    if way[1] >= -1e-4 or eye[1] <= ground.height:
        return 1.0
    t = (ground.height - eye[1]) / way[1]
    x, z = eye[0] + t * way[0], eye[2] + t * way[2]
    fine, wide = ground.fade
    middle = np.sqrt(x * x + z * z)
    if middle >= wide:
        return 1.0
    share = between(x, z, wide, ground.far)
    inner = min(1.0, max(0.0, (middle / fine - 0.8) / 0.2))
    if inner < 1.0:
        share = share * inner + between(x, z, fine, ground.near) * (1.0 - inner)
    rest = max(0.0, (middle - fine) / (wide - fine))
    return 1.0 - (1.0 - share) * ground.depth * (1.0 - rest * rest * (3.0 - 2.0 * rest))


@compiled
def looking(x: float, y: float, seen: AnyArray, lens: Lens) -> Three:
    """The direction of a sample, by its column and row."""
    axes = lens.axes
    a, b = (x + 0.5 - 0.5 * seen.shape[1]) / lens.focal, (0.5 * seen.shape[0] - y - 0.5) / lens.focal
    x = a * axes[0, 0] + b * axes[1, 0] - axes[2, 0]
    y = a * axes[0, 1] + b * axes[1, 1] - axes[2, 1]
    z = a * axes[0, 2] + b * axes[1, 2] - axes[2, 2]
    length = np.sqrt(x * x + y * y + z * z)
    return x / length, y / length, z / length


@compiled
def bare(seen: AnyArray, veil: AnyArray, y: int, x: int, samples: int) -> bool:
    """Whether no sample of a pixel sees a triangle."""
    for part in range(samples * samples):
        if seen[y + part // samples, x + part % samples] >= 0 or veil[y + part // samples, x + part % samples] >= 0:
            return False
    return True


@compiled
def floor(share: float, line: int, background: AnyArray) -> Three:
    """The ground with a share of its light: it has the background's colour, and a shadow is a little cooler."""
    rest = 1.0 - share
    green, blue = share + 0.012 * rest, share + 0.035 * rest
    return background[line, 0] * share, background[line, 1] * green, background[line, 2] * blue


@compiled
def filtered(
    seen: AnyArray, veil: AnyArray, line: int, column: int, samples: int, lens: Lens, soup: Triangles, rig: Rig,
    ground: Ground, background: AnyArray,
) -> Three:  # fmt: skip
    """A pixel's colour: the mean of its samples."""
    parts = samples * samples
    eye = (lens.eye[0], lens.eye[1], lens.eye[2])
    red, green, blue = 0.0, 0.0, 0.0
    for part in range(parts):
        y, x = line * samples + part // samples, column * samples + part % samples
        way = looking(x, y, seen, lens)
        if seen[y, x] >= 0:
            r, g, b = surface(seen[y, x], eye, way, part, parts, soup, rig)
        else:
            r, g, b = floor(kept(eye, way, ground), line, background)
        if veil[y, x] >= 0:
            vr, vg, vb = surface(veil[y, x], eye, way, part, parts, soup, rig)
            opacity = soup.materials[soup.material[veil[y, x]], 8]
            r, g, b = r + (vr - r) * opacity, g + (vg - g) * opacity, b + (vb - b) * opacity
        red, green, blue = red + r, green + g, blue + b
    return red / parts, green / parts, blue / parts


@compiled
def shade(
    seen: AnyArray, veil: AnyArray, top: int, bottom: int, samples: int, lens: Lens, soup: Triangles, rig: Rig,
    ground: Ground, background: AnyArray, out: AnyArray,
) -> None:  # fmt: skip
    """Colour the rows from `top` to below `bottom` of `out` (h, w, 3), linear light, from `samples`² samples a pixel.

    seen, veil: (h s, w s) int32, the opaque triangle that a sample sees and the translucent one before it, -1 for none.
    Each sample counts its own share of the lights, all of them over a pixel. The empty ground is smooth: one is enough.
    """
    eye = (lens.eye[0], lens.eye[1], lens.eye[2])
    for line in range(top, bottom):
        for column in range(out.shape[1]):
            y, x = line * samples, column * samples
            if bare(seen, veil, y, x, samples):
                middle = 0.5 * (samples - 1)
                r, g, b = floor(kept(eye, looking(x + middle, y + middle, seen, lens), ground), line, background)
            else:
                r, g, b = filtered(seen, veil, line, column, samples, lens, soup, rig, ground, background)
            out[line, column, 0], out[line, column, 1], out[line, column, 2] = r, g, b
