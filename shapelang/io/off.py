"""OFF (Geomview) text: points and triangles; metres, +Y up."""

from __future__ import annotations

from shapelang.assembly.assembly import Assembly
from shapelang.io.welded_surface import welded_surface
from shapelang.representations.surface import SEGMENTS, flattened


def off_bytes(assembly: Assembly, *, segments: int = SEGMENTS) -> bytes:
    """All leaves as one surface, closed by vertex numbers; numbers read back exactly."""
    surface = welded_surface(flattened(assembly, segments))
    points, faces = surface.points.tolist(), surface.faces.tolist()
    lines = ["OFF", f"{len(points)} {len(faces)} 0"]
    lines += [f"{x!r} {y!r} {z!r}" for x, y, z in points]
    lines += [f"3 {a} {b} {c}" for a, b, c in faces]
    return "\n".join((*lines, "")).encode("ascii")
