"""The inner loop that draws many small meshes of one make. Import inside functions: numba is slow."""

from __future__ import annotations

import numpy as np

from shapelang.arrays import AnyArray
from shapelang.rendering.compiled import compiled


@compiled
def draw_many(
    points: AnyArray, faces: AnyArray, paints: AnyArray, lamps: AnyArray, camera: AnyArray, pictures: AnyArray
) -> None:
    """Fill pictures (b, h, w, 3), which are black before, of closed meshes in front of the eye.

    points: (b, v, 3) seen along -z · faces: (f, 3), counter-clockwise from outside · paints: (f, 3) · lamps: (k, 4)
    unit ways to the lights and their strengths, the first (0, 0, 0) and the strength of light from everywhere · camera:
    focal length in pixels and distance of the eye from the origin. All but faces are float32.
    """
    count, corners, _ = points.shape
    _, height, width, _ = pictures.shape
    placed = np.zeros((corners, 3), np.float32)
    depth = np.zeros((height, width), np.float32)
    half, one = np.float32(0.5), np.float32(1.0)
    for n in range(count):
        depth[:] = 0.0
        mesh = points[n]
        for c in range(corners):
            near = one / (camera[1] - mesh[c, 2])
            # Pixels have their middles at whole numbers.
            placed[c, 0] = half * width - half + camera[0] * mesh[c, 0] * near
            placed[c, 1] = half * height - half - camera[0] * mesh[c, 1] * near
            placed[c, 2] = near
        for f in range(len(faces)):
            i, j, k = faces[f]
            x0, y0, z0 = placed[i]
            x1, y1, z1 = placed[j]
            x2, y2, z2 = placed[k]
            area = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
            # Rows go down: what faces the eye turns the other way. Of a closed mesh nothing else is seen.
            if area >= 0.0:
                continue
            top, bottom = max(0, int(np.ceil(min(y0, y1, y2)))), min(height - 1, int(np.floor(max(y0, y1, y2))))
            left, right = max(0, int(np.ceil(min(x0, x1, x2)))), min(width - 1, int(np.floor(max(x0, x1, x2))))
            if top > bottom or left > right:
                continue
            ax, ay, az = mesh[j, 0] - mesh[i, 0], mesh[j, 1] - mesh[i, 1], mesh[j, 2] - mesh[i, 2]
            bx, by, bz = mesh[k, 0] - mesh[i, 0], mesh[k, 1] - mesh[i, 1], mesh[k, 2] - mesh[i, 2]
            nx, ny, nz = ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx
            size = np.sqrt(nx * nx + ny * ny + nz * nz)
            light = lamps[0, 3]
            for p in range(1, len(lamps)):
                towards = (nx * lamps[p, 0] + ny * lamps[p, 1] + nz * lamps[p, 2]) / size
                if towards > 0.0:
                    light += lamps[p, 3] * towards
            red, green = min(light * paints[f, 0], one), min(light * paints[f, 1], one)
            blue = min(light * paints[f, 2], one)
            for row in range(top, bottom + 1):
                for column in range(left, right + 1):
                    u = ((x1 - column) * (y2 - row) - (x2 - column) * (y1 - row)) / area
                    v = ((x2 - column) * (y0 - row) - (x0 - column) * (y2 - row)) / area
                    w = one - u - v
                    if u < 0.0 or v < 0.0 or w < 0.0:
                        continue
                    z = u * z0 + v * z1 + w * z2
                    if z > depth[row, column]:
                        depth[row, column] = z
                        pictures[n, row, column, 0] = red
                        pictures[n, row, column, 1] = green
                        pictures[n, row, column, 2] = blue
