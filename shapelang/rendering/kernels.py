"""The inner loops, compiled by numba when first used and kept on disk where a folder can be written.

Imported only inside functions: numba is slow to load. Each kernel works on its own rows or maps and lets go of the
interpreter, so that threads may share a picture and its bytes do not depend on their number.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numba import njit

NOTHING: Final = -1e30
"""Depth of a map where no triangle is."""


GLOW: Final = 1.3
"""Light of a surface whose `emissive` is white; a little more than paper in full light."""


def _compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    try:
        return njit(cache=True, nogil=True, error_model="numpy")(function)
    except RuntimeError:
        # No folder for the cache: compile anew in this process.
        return njit(nogil=True, error_model="numpy")(function)


@_compiled
def draw(triangles, top, bottom, kept, depth, numbers):
    """Fill z-buffers, for rows from `top` to below `bottom`; `depth` and `numbers` hold these rows alone.

    triangles: (n, 3, 3) x, y in pixels and a number linear in them that is larger nearer to the eye · kept: (n,) bool
    · numbers: which triangle is seen, or None. Of equal depths (up to a millionth) the first triangle is kept.
    """
    width = depth.shape[1]
    for n in range(len(triangles)):
        if not kept[n]:
            continue
        x0, y0, z0 = triangles[n, 0]
        x1, y1, z1 = triangles[n, 1]
        x2, y2, z2 = triangles[n, 2]
        first = max(top, int(np.ceil(min(y0, y1, y2) - 0.5)))
        last = min(bottom - 1, int(np.floor(max(y0, y1, y2) - 0.5)))
        area = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
        if first > last or area == 0.0:
            continue
        slope_x = ((z1 - z0) * (y2 - y0) - (z2 - z0) * (y1 - y0)) / area
        slope_y = ((z2 - z0) * (x1 - x0) - (z1 - z0) * (x2 - x0)) / area
        for row in range(first, last + 1):
            y = row + 0.5
            low, high = np.inf, -np.inf
            # Where the row crosses each edge. The ends are ordered first, so that neighbours agree to the last bit.
            for k in range(3):
                ax, ay = triangles[n, k, 0], triangles[n, k, 1]
                bx, by = triangles[n, (k + 1) % 3, 0], triangles[n, (k + 1) % 3, 1]
                if ay > by:
                    ax, ay, bx, by = bx, by, ax, ay
                if ay <= y <= by and ay < by:
                    x = ax + (bx - ax) * ((y - ay) / (by - ay))
                    low, high = min(low, x), max(high, x)
            if not low <= high:
                continue
            for column in range(max(0, int(np.ceil(low - 0.5))), min(width - 1, int(np.floor(high - 0.5))) + 1):
                z = z0 + slope_x * (column + 0.5 - x0) + slope_y * (y - y0)
                before = depth[row - top, column]
                if z > before + 1e-6 * abs(before):
                    depth[row - top, column] = z
                    if numbers is not None:
                        numbers[row - top, column] = n


@_compiled
def draw_maps(corners, frames, opacity, thresholds, maps):
    """Depth maps seen from lights. frames: (k, 3, 5), see `raster.depth_maps`; depth is larger nearer to the light.

    A triangle stands in the maps whose threshold is below its opacity: half a shadow is a shadow in half of the maps.
    """
    count, size, _ = maps.shape
    placed = np.zeros((len(corners), 3, 3))
    for k in range(count):
        frame = frames[k]
        for n in range(len(corners)):
            for c in range(3):
                p = corners[n, c]
                for axis in range(3):
                    f = frame[axis]
                    placed[n, c, axis] = f[0] * p[0] + f[1] * p[1] + f[2] * p[2] + f[3]
        maps[k] = NOTHING
        draw(placed, 0, size, opacity > thresholds[k], maps[k], None)


@_compiled
def slack(gx, gy, gz, k, frames):
    """How much a plane with normal g, seen from the light, may rise within a texel: it must not shade itself."""
    u = abs(frames[k, 0, 0] * gx + frames[k, 0, 1] * gy + frames[k, 0, 2] * gz) * frames[k, 0, 4]
    v = abs(frames[k, 1, 0] * gx + frames[k, 1, 1] * gy + frames[k, 1, 2] * gz) * frames[k, 1, 4]
    return 0.002 + 0.6 * (u + v) / max(0.08, frames[k, 2, 0] * gx + frames[k, 2, 1] * gy + frames[k, 2, 2] * gz)


@_compiled
def lit(px, py, pz, bias, k, frames, maps):
    """Whether a point is seen from the light of depth map `k`."""
    u = frames[k, 0, 0] * px + frames[k, 0, 1] * py + frames[k, 0, 2] * pz + frames[k, 0, 3]
    v = frames[k, 1, 0] * px + frames[k, 1, 1] * py + frames[k, 1, 2] * pz + frames[k, 1, 3]
    if not (0.0 <= u < maps.shape[2] and 0.0 <= v < maps.shape[1]):
        return True
    d = frames[k, 2, 0] * px + frames[k, 2, 1] * py + frames[k, 2, 2] * pz
    return d + bias >= maps[k, int(v), int(u)]


@_compiled
def tinted(c, up, high, tints, base):
    """One channel between floor, horizon and zenith."""
    middle, top = tints[base + 1, c], tints[base, c]
    return tints[base + 2, c] * (1.0 - up) + (middle + (top - middle) * high) * up


@_compiled
def surround(dx, dy, dz, blur, boxes, tints, base):
    """The studio's light from a direction, softened by `blur` in [0, 1]; `base` is the first of three rows of tints."""
    edge = 0.08 + 0.6 * blur
    up = min(1.0, max(0.0, dy / edge * 0.5 + 0.5))
    up = up * up * (3.0 - 2.0 * up)
    high = max(0.0, dy)
    r = tinted(0, up, high, tints, base)
    g = tinted(1, up, high, tints, base)
    b = tinted(2, up, high, tints, base)
    for k in range(len(boxes)):
        inner, outer = boxes[k, 3], boxes[k, 4]
        cosine = dx * boxes[k, 0] + dy * boxes[k, 1] + dz * boxes[k, 2]
        start = outer - 0.7 * blur
        share = min(1.0, max(0.0, (cosine - start) / (inner - start)))
        # A softened box is wider and weaker.
        share = share * share * (3.0 - 2.0 * share) * (1.0 - 0.55 * blur)
        r += share * boxes[k, 5]
        g += share * boxes[k, 6]
        b += share * boxes[k, 7]
    return r, g, b


@_compiled
def gathered(px, py, pz, nx, ny, nz, gx, gy, gz, part, parts, key, key_frames, key_maps, dome, glow, frames, maps):
    """What arrives at a point from this sample's share of the lights: key, dome r, g, b, and the dome's openness."""
    direct, r, g, b, seen, whole = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    count = 0
    for k in range(part % len(key), len(key), parts):
        count += 1
        if gx * key[k, 0] + gy * key[k, 1] + gz * key[k, 2] > 0.0:
            cosine = nx * key[k, 0] + ny * key[k, 1] + nz * key[k, 2]
            if cosine > 0.0:
                bias = slack(gx, gy, gz, k, key_frames)
                if lit(px, py, pz, bias, k, key_frames, key_maps):
                    direct += cosine
    direct /= count
    count = 0
    for k in range(part % len(dome), len(dome), parts):
        count += 1
        cosine = nx * dome[k, 0] + ny * dome[k, 1] + nz * dome[k, 2]
        if cosine > 0.0:
            whole += cosine
            if gx * dome[k, 0] + gy * dome[k, 1] + gz * dome[k, 2] > 0.0:
                if lit(px, py, pz, slack(gx, gy, gz, k, frames), k, frames, maps):
                    seen += cosine
                    r += cosine * glow[k, 0]
                    g += cosine * glow[k, 1]
                    b += cosine * glow[k, 2]
    # The sphere has 4π; light arriving from all sides at 1 makes a white face 1.
    share = 4.0 / count
    return direct, r * share, g * share, b * share, seen / whole if whole > 0.0 else 1.0


@_compiled
def toned(r, g, b):
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


@_compiled
def shine(nv, nl, nh, vh, rough):
    """GGX highlight times its cosine, and the share (1 - v·h)^5 of Fresnel (Walter 2007, Schlick 1994)."""
    a = rough * rough
    spread = nh * nh * (a * a - 1.0) + 1.0
    k = (rough + 1.0) * (rough + 1.0) * 0.125
    body = a * a / (np.pi * spread * spread) / (4.0 * (nl * (1.0 - k) + k) * (nv * (1.0 - k) + k)) * nl
    away = 1.0 - vh
    return body, away * away * away * away * away


@_compiled
def met(n, ox, oy, oz, dx, dy, dz, soup):
    """Where the ray o + t d meets the plane of triangle `n`: the point, the normal there, the face's; both seen."""
    corners, normals, facing, _, _ = soup
    gx, gy, gz = facing[n, 0], facing[n, 1], facing[n, 2]
    slant = gx * dx + gy * dy + gz * dz
    t = (gx * (corners[n, 0, 0] - ox) + gy * (corners[n, 0, 1] - oy) + gz * (corners[n, 0, 2] - oz)) / slant
    px, py, pz = ox + t * dx, oy + t * dy, oz + t * dz
    nx, ny, nz = 0.0, 0.0, 0.0
    for c in range(3):
        # Barycentric coordinates from signed areas; the middle of a sample may lie a little outside of the triangle.
        s, q = (c + 1) % 3, (c + 2) % 3
        sx, sy, sz = corners[n, s, 0], corners[n, s, 1], corners[n, s, 2]
        ux, uy, uz = corners[n, q, 0] - sx, corners[n, q, 1] - sy, corners[n, q, 2] - sz
        wx, wy, wz = px - sx, py - sy, pz - sz
        weight = max(0.0, gx * (uy * wz - uz * wy) + gy * (uz * wx - ux * wz) + gz * (ux * wy - uy * wx))
        nx += weight * normals[n, c, 0]
        ny += weight * normals[n, c, 1]
        nz += weight * normals[n, c, 2]
    if slant > 0.0:
        gx, gy, gz = -gx, -gy, -gz
    length = np.sqrt(nx * nx + ny * ny + nz * nz)
    if not length > 0.0:
        return px, py, pz, gx, gy, gz, gx, gy, gz
    if nx * gx + ny * gy + nz * gz < 0.0:
        length = -length
    return px, py, pz, nx / length, ny / length, nz / length, gx, gy, gz


@_compiled
def surface(n, ox, oy, oz, dx, dy, dz, part, parts, soup, lights, key_maps, maps):
    """The colour of triangle `n` where the ray o + t d meets it."""
    key, axis, key_light, key_frames, dome, glow, frames, boxes, tints = lights
    px, py, pz, nx, ny, nz, gx, gy, gz = met(n, ox, oy, oz, dx, dy, dz, soup)
    direct, dr, dg, db, openness = gathered(
        px, py, pz, nx, ny, nz, gx, gy, gz, part, parts, key, key_frames, key_maps, dome, glow, frames, maps
    )
    m, materials = soup[3][n], soup[4]
    metal, rough = min(1.0, max(0.0, materials[m, 3])), min(1.0, max(0.12, materials[m, 4]))
    nv = max(0.05, -(nx * dx + ny * dy + nz * dz))
    # The key light's highlight, shaded as its light is.
    hx, hy, hz = axis[0] - dx, axis[1] - dy, axis[2] - dz
    length = np.sqrt(hx * hx + hy * hy + hz * hz)
    nl = max(1e-3, nx * axis[0] + ny * axis[1] + nz * axis[2])
    nh = max(0.0, (nx * hx + ny * hy + nz * hz) / length)
    vh = max(0.0, -(dx * hx + dy * hy + dz * hz) / length)
    body, away = shine(nv, nl, nh, vh, rough)
    body = min(4.0, np.pi * body) * direct / nl
    # What is mirrored of the studio, and how much of it.
    back = 2.0 * (nx * dx + ny * dy + nz * dz)
    mirror = surround(dx - back * nx, dy - back * ny, dz - back * nz, rough, boxes, tints, 3)
    scale, shift = mirrored(nv, rough)
    hidden = openness * (0.5 + 0.5 * openness)
    return toned(
        reflected(
            materials[m, 0],
            metal,
            direct * key_light[0] + dr,
            body * key_light[0],
            away,
            mirror[0] * hidden,
            scale,
            shift,
        )
        + GLOW * materials[m, 5],
        reflected(
            materials[m, 1],
            metal,
            direct * key_light[1] + dg,
            body * key_light[1],
            away,
            mirror[1] * hidden,
            scale,
            shift,
        )
        + GLOW * materials[m, 6],
        reflected(
            materials[m, 2],
            metal,
            direct * key_light[2] + db,
            body * key_light[2],
            away,
            mirror[2] * hidden,
            scale,
            shift,
        )
        + GLOW * materials[m, 7],
    )


@_compiled
def reflected(color, metal, arriving, highlight, away, mirror, scale, shift):
    """One channel of what leaves a surface: diffuse, the key light's highlight, the mirrored studio."""
    f0 = 0.04 * (1.0 - metal) + color * metal
    diffuse = 0.96 * color * (1.0 - metal) * arriving
    return diffuse + highlight * (f0 + (1.0 - f0) * away) + mirror * max(0.0, f0 * scale + shift)


@_compiled
def mirrored(nv, rough):
    """Scale and shift of f0 for light from all around (Karis 2014, the fit for mobile devices)."""
    smooth = 1.0 - rough
    dim = min(smooth * smooth, 2.0 ** (-9.28 * nv)) * smooth + 0.0425 - 0.0275 * rough
    return 1.04 - 0.572 * rough - 1.04 * dim, 1.04 * dim - 0.04 + 0.022 * rough


@_compiled
def lay(floor, reach, top, bottom, weights, frames, maps, out):
    """Rows of a square map of half side `reach` about the middle: the light on the ground, by weights (k,)."""
    size = out.shape[1]
    step = 2.0 * reach / size
    for k in range(len(weights)):
        if weights[k] <= 0.0:
            continue
        bias = slack(0.0, 1.0, 0.0, k, frames)
        for row in range(top, bottom):
            z = (row + 0.5) * step - reach
            for column in range(size):
                x = (column + 0.5) * step - reach
                if lit(x, floor, z, bias, k, frames, maps):
                    out[row, column] += weights[k]


@_compiled
def between(x, z, reach, texels):
    """A square map of half side `reach`, read at a point with bilinear weights."""
    size = len(texels)
    u = min(size - 1.001, max(0.0, (x / reach + 1.0) * 0.5 * size - 0.5))
    v = min(size - 1.001, max(0.0, (z / reach + 1.0) * 0.5 * size - 0.5))
    i, j = int(u), int(v)
    u, v = u - i, v - j
    upper = texels[j, i] * (1.0 - u) + texels[j, i + 1] * u
    lower = texels[j + 1, i] * (1.0 - u) + texels[j + 1, i + 1] * u
    return upper * (1.0 - v) + lower * v


@_compiled
def ground(x, z, near, far, fade):
    """The share of its light that a point of the ground keeps: a fine map in the middle, a coarse one around it.

    fade: half sides of the two maps, depth of the shadow.
    """
    middle = np.sqrt(x * x + z * z)
    if middle >= fade[1]:
        return 1.0
    share = between(x, z, fade[1], far)
    inner = min(1.0, max(0.0, (middle / fade[0] - 0.8) / 0.2))
    if inner < 1.0:
        share = share * inner + between(x, z, fade[0], near) * (1.0 - inner)
    rest = min(1.0, max(0.0, (middle - fade[0]) / (fade[1] - fade[0])))
    return 1.0 - (1.0 - share) * fade[2] * (1.0 - rest * rest * (3.0 - 2.0 * rest))


@_compiled
def shade(
    seen, veil, top, bottom, samples, view, soup, lights, key_maps, maps, floor, near, far, fade, background, out
):
    """Colour the rows from `top` to below `bottom` of `out` (h, w, 3), linear light, from `samples`² samples a pixel.

    seen, veil: (h s, w s) int32, the opaque triangle that a sample sees and the translucent one before it, -1 for none.
    """
    eye, axes, focal = view
    parts = samples * samples
    height, width = seen.shape
    for row in range(top, bottom):
        for column in range(out.shape[1]):
            r, g, b = 0.0, 0.0, 0.0
            for part in range(parts):
                y, x = row * samples + part // samples, column * samples + part % samples
                sx, sy = (x + 0.5 - 0.5 * width) / focal, (0.5 * height - y - 0.5) / focal
                dx = sx * axes[0, 0] + sy * axes[1, 0] - axes[2, 0]
                dy = sx * axes[0, 1] + sy * axes[1, 1] - axes[2, 1]
                dz = sx * axes[0, 2] + sy * axes[1, 2] - axes[2, 2]
                length = np.sqrt(dx * dx + dy * dy + dz * dz)
                dx, dy, dz = dx / length, dy / length, dz / length
                n = seen[y, x]
                if n >= 0:
                    cr, cg, cb = surface(
                        n, eye[0], eye[1], eye[2], dx, dy, dz, part, parts, soup, lights, key_maps, maps
                    )
                else:
                    kept = 1.0
                    if dy < -1e-4 and eye[1] > floor:
                        t = (floor - eye[1]) / dy
                        kept = ground(eye[0] + t * dx, eye[2] + t * dz, near, far, fade)
                    # A shadow on a light ground is a little cooler than the ground.
                    cr = background[row, 0] * kept
                    cg = background[row, 1] * (kept + 0.012 * (1.0 - kept))
                    cb = background[row, 2] * (kept + 0.035 * (1.0 - kept))
                n = veil[y, x]
                if n >= 0:
                    vr, vg, vb = surface(
                        n, eye[0], eye[1], eye[2], dx, dy, dz, part, parts, soup, lights, key_maps, maps
                    )
                    opacity = soup[4][soup[3][n], 8]
                    cr, cg, cb = cr + (vr - cr) * opacity, cg + (vg - cg) * opacity, cb + (vb - cb) * opacity
                r, g, b = r + cr, g + cg, b + cb
            out[row, column, 0], out[row, column, 1], out[row, column, 2] = r / parts, g / parts, b / parts
