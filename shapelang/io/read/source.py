"""A mesh file while it is read: its bytes, its limits, and the one kind of error with its codes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import final

import numpy as np

from shapelang.arrays import Float64, Shaped
from shapelang.diagnostics import MeshError
from shapelang.io.limits import Limits


@final
@dataclass(frozen=True, slots=True, eq=False)
class MeshSource:
    """What is read. `folder` is where files beside it are looked up; None when only bytes were given.

    Each method makes one error, to be raised: M101 cannot be opened · M102 unknown format · M103 broken structure ·
    M104 a bad number · M105 an index out of range · M106 no surface · M107 over a limit · M108 not supported ·
    M109 a file elsewhere. `place` is `line 7`, `byte 84` or a path in JSON or XML.
    """

    name: str
    data: bytes
    limits: Limits
    folder: Path | None = None

    def broken(self, message: str, place: str | None = None, hint: str | None = None) -> MeshError:
        """M103."""
        return MeshError("M103", self.name, message, place=place, hint=hint)

    def bad_number(self, message: str, place: str | None = None) -> MeshError:
        """M104."""
        return MeshError("M104", self.name, message, place=place, hint="export the mesh again with finite coordinates")

    def bad_index(self, index: int, count: int, place: str | None = None) -> MeshError:
        """M105: an index (from 0, or as the file counts) into `count` vertices."""
        message = f"a face uses vertex {index}, but there are {count}"
        return MeshError("M105", self.name, message, place=place, hint="the file is damaged, or was cut off")

    def empty(self, message: str) -> MeshError:
        """M106."""
        hint = "shapelang reads surfaces made of triangles or polygons"
        return MeshError("M106", self.name, message, hint=hint)

    def too_large(self, what: str, count: int | str, limit: int, place: str | None = None) -> MeshError:
        """M107."""
        shown = f"{count:,}" if isinstance(count, int) else count
        message = f"{shown} {what}, more than the limit of {limit:,}"
        return MeshError("M107", self.name, message, place=place, hint="simplify the mesh, or raise the limit")

    def unsupported(self, message: str, place: str | None = None, hint: str | None = None) -> MeshError:
        """M108."""
        return MeshError("M108", self.name, message, place=place, hint=hint)

    def outside(self, uri: str, place: str | None = None) -> MeshError:
        """M109."""
        message = f"refers to {uri[:80]!r}, which is not a file in its own folder"
        return MeshError("M109", self.name, message, place=place, hint="put the files side by side, or export one GLB")

    def check_points(self, points: Float64[np.ndarray, "v 3"], place: Callable[[int], str]) -> None:
        """Raises M104 with the place of the first point that is not finite or too far out."""
        with np.errstate(invalid="ignore"):
            good = (np.abs(points) <= self.limits.coordinate).all(axis=1)
        if not good.all():
            row = int(np.argmin(good))
            shown = ", ".join(f"{value:g}" for value in points[row].tolist())
            raise self.bad_number(
                f"vertex {row} is ({shown}); coordinates must be finite and within ±{self.limits.coordinate:g}",
                place(row),
            )

    def check_counts(self, vertices: int, faces: int, place: str | None = None) -> None:
        """Raises M107 where there are too many."""
        if vertices > self.limits.vertices:
            raise self.too_large("vertices", vertices, self.limits.vertices, place)
        if faces > self.limits.faces:
            raise self.too_large("faces", faces, self.limits.faces, place)


def widened(values: Shaped[np.ndarray, "*shape"]) -> Float64[np.ndarray, "*shape"]:
    """Stored numbers as 64-bit floats, in silence: signalling NaNs are found by `check_points` afterwards."""
    with np.errstate(invalid="ignore"):
        return values.astype(np.float64)


def shown(text: bytes | str) -> str:
    """A piece of a file as it may be printed: quoted, short, without control characters."""
    return repr(text.decode("utf-8", errors="replace") if isinstance(text, bytes) else text)[:60]
