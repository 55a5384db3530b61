"""The description of a mesh file, as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, final

from shapelang.cli.console import clean, size_shown, table
from shapelang.cli.meshes import load_mesh
from shapelang.diagnostics import counted
from shapelang.geometry.invariants import edge_faults
from shapelang.io.read import MeshData, MeshGroup, welded

MOST_GROUPS: Final = 40
"""Groups that are shown as text."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class MeshInfo:
    """A mesh with what keeps its surface from being closed: (sentence, count)."""

    mesh: MeshData
    faults: tuple[tuple[str, int], ...]

    def row(self, with_tree: bool) -> dict[str, Any]:
        """As JSON; a mesh has no tree."""
        low, high = self._bounds()
        return {
            "mesh": self.mesh.name,
            "format": self.mesh.format,
            "vertices": self.mesh.vertex_count,
            "triangles": self.mesh.face_count,
            "bounding_box": {"min": low, "max": high},
            "groups": [_group_row(group) for group in self.mesh.groups],
            "faults": [{"fault": fault, "count": count} for fault, count in self.faults],
            "notes": list(self.mesh.notes),
        }

    def lines(self, with_tree: bool) -> Iterator[str]:
        """As text."""
        low, high = self._bounds()
        yield f"{clean(self.mesh.name)}: a mesh ({self.mesh.format})"
        yield ""
        yield "Shape, in the file's own units"
        rows = [
            ("groups", f"{len(self.mesh.groups):,}"),
            ("vertices", f"{self.mesh.vertex_count:,}"),
            ("triangles", f"{self.mesh.face_count:,}"),
            ("size", size_shown([b - a for a, b in zip(low, high, strict=True)]).removesuffix(" m")),
            ("from", "(" + ", ".join(f"{x:.4g}" for x in low) + ")"),
            ("to", "(" + ", ".join(f"{x:.4g}" for x in high) + ")"),
        ]
        yield from table(rows)
        yield from self._groups()
        yield ""
        yield "Faults"
        yield from [f"  {fault}: {count:,}" for fault, count in self.faults] or [
            "  none: the surface is closed and oriented"
        ]
        if self.mesh.notes:
            yield ""
            yield "Notes"
            yield from (f"  {clean(note)}" for note in self.mesh.notes)

    def _groups(self) -> Iterator[str]:
        yield ""
        yield "Groups"
        shown = self.mesh.groups[:MOST_GROUPS]
        header = ("name", "material", "triangles")
        cells = [("/".join(g.path) or "(no name)", g.material or "", f"{len(g.faces):,}") for g in shown]
        yield from table([header, *cells])
        more = len(self.mesh.groups) - len(shown)
        if more:
            yield f"  … and {counted(more, 'group')} more; --json has all"

    def _bounds(self) -> tuple[list[float], list[float]]:
        positions = self.mesh.positions
        return positions.min(axis=0).tolist(), positions.max(axis=0).tolist()


def describe_mesh(file: str, stdin_filename: str | None = None) -> MeshInfo:
    """The description of a mesh file; raises MeshError, UsageError."""
    mesh = load_mesh(file, stdin_filename)
    # Groups of one surface meet at equal places, and formats without shared corners repeat them.
    _, point = welded(mesh.positions)
    bad = edge_faults(point[mesh.faces].astype("int32"))
    return MeshInfo(mesh, tuple((kind.value, int(where.sum())) for kind, where in bad if where.any()))


def _group_row(group: MeshGroup) -> dict[str, Any]:
    color = None if group.color is None else list(group.color)
    return {
        "path": list(group.path),
        "material": group.material,
        "color": color,
        "vertices": len(group.positions),
        "triangles": len(group.faces),
    }
