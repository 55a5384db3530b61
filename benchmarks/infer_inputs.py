"""Programs from points and voxels: `python -m benchmarks.infer_inputs FOLDER --out rows.jsonl`.

Each mesh of FOLDER (`--every` n-th) and six programs of `examples/` are sampled (20,000 points with normals, without,
and both with noise of 0.5 % of the diagonal; cells at 32 and 64 along the longest side) and inferred. What comes out is
compared with the mesh that was sampled, not with what was laid through the samples: one row each, then means.
"""

from __future__ import annotations

import argparse
import json
import statistics
from collections.abc import Iterator, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any, Final

import numpy as np

from benchmarks.infer.markdown import markdown
from shapelang.diagnostics import ShapelangError
from shapelang.execution.simulate import simulate
from shapelang.inference.input.shape import infer_shape, mesh_of
from shapelang.inference.measuring.evidence import mesh_triangles, verify
from shapelang.io.read import MeshData, MeshGroup, PointData, ShapeData, VoxelData, read_mesh
from shapelang.metrics.inside import occupancy
from shapelang.metrics.iou import solid_iou
from shapelang.metrics.triangles import Triangles, cross_products, face_areas
from shapelang.representations.surface import flattened
from shapelang.semantics.check import check_text

EXAMPLES: Final = ("barrel", "bookshelf", "chair", "crate", "desk", "mushroom")
POINTS: Final = 20_000

_NOISE: Final = 0.005
"""Of the diagonal: one standard deviation along each axis."""

_HEADS: Final = (
    "input", "shapes / refused", "surface IoU mean", "program IoU mean, median, least", "Chamfer % median",
    "primitives median", "seconds median (surface)",
)  # fmt: skip

Row = dict[str, Any]


def main(arguments: Sequence[str] | None = None) -> None:
    """Run and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path, required=True, help="rows, one JSON object a line")
    parser.add_argument("--every", type=int, default=8)
    parser.add_argument("--most", type=int, default=12)
    parser.add_argument("--time-limit", type=float, default=10.0)
    parser.add_argument("--input", action="append", help="only this kind of input, such as 'noisy points'")
    given = parser.parse_args(arguments)
    rows: list[Row] = []
    with given.out.open("w") as out:
        for name, mesh in shapes(given.folder, given.every, given.most):
            for kind, shape in inputs(name, mesh):
                if given.input and kind not in given.input:
                    continue
                rows.append({"shape": name, "input": kind, **measured(shape, mesh, name, given.time_limit)})
                out.write(json.dumps(rows[-1], sort_keys=True) + "\n")
                out.flush()
    print(table(rows))


def shapes(folder: Path, every: int, most: int) -> Iterator[tuple[str, MeshData]]:
    """Meshes of the folder and of the examples."""
    for path in sorted(folder.rglob("*.obj"))[::every][:most]:
        yield path.stem, read_mesh(path)
    for name in EXAMPLES:
        path = Path("examples") / f"{name}.shape"
        flat = flattened(simulate(check_text(path.read_text(encoding="utf-8"), str(path))).assembly)
        group = MeshGroup((), None, None, flat.positions, flat.faces)
        yield f"{name}.shape", MeshData(name, "shape", (group,))


def inputs(name: str, mesh: MeshData) -> Iterator[tuple[str, ShapeData]]:
    """The mesh itself and its samples."""
    whole = mesh_triangles(mesh)
    yield "mesh", mesh
    points, normals = sampled(whole)
    shaken = points + np.random.default_rng(2).normal(size=points.shape) * _NOISE * whole.diagonal
    yield "points, normals", PointData(name, "xyz", points, normals)
    yield "points", PointData(name, "xyz", points, None)
    yield "noisy points, normals", PointData(name, "xyz", shaken, normals)
    yield "noisy points", PointData(name, "xyz", shaken, None)
    yield "voxels 32", voxels(name, whole, 32)
    yield "voxels 64", voxels(name, whole, 64)


def sampled(whole: Triangles) -> tuple[np.ndarray, np.ndarray]:
    """Area-uniform points with the normals of their faces."""
    dice, areas = np.random.default_rng(1), face_areas(whole)
    face = dice.choice(len(areas), POINTS, p=areas / areas.sum())
    a, b, c = (whole.corners[face, k] for k in range(3))
    u, v = np.sqrt(dice.random(POINTS))[:, None], dice.random(POINTS)[:, None]
    normals = cross_products(whole)[face]
    normals /= np.sqrt((normals * normals).sum(axis=1, keepdims=True))
    return (1 - u) * a + u * (1 - v) * b + u * v * c, normals


def voxels(name: str, whole: Triangles, cells: int) -> VoxelData:
    """The cells whose centre is inside, on a grid centred on the box."""
    low, high = whole.bounds
    pitch = float((high - low).max()) / cells
    counts = np.maximum(1, np.ceil((high - low) / pitch - 1e-6).astype(int))
    start = 0.5 * (low + high - pitch * counts)
    x, y, z = (start[k] + (np.arange(counts[k]) + 0.5) * pitch for k in range(3))
    a, b, c = start.tolist()
    return VoxelData(name, "npz", occupancy(whole, x, y, z), (a, b, c), (pitch, pitch, pitch))


def measured(shape: ShapeData, truth: MeshData, name: str, limit: float) -> Row:
    """What was laid through the samples, and the program, both against the truth."""
    begun = perf_counter()
    try:
        mesh_of(shape)
        started = perf_counter()
        found, mesh = infer_shape(shape, name=name, time_limit=limit)
    except ShapelangError as error:
        return {"refused": str(error)}
    ended = perf_counter()
    evidence = verify(found.text, truth)
    return {
        "surface_iou": solid_iou(mesh_triangles(truth), mesh_triangles(mesh)),
        "iou": evidence.iou64,
        "chamfer": evidence.chamfer,
        "primitives": evidence.primitives,
        "surface_seconds": started - begun,
        "seconds": ended - started,
        "outcome": found.outcome.name,
    }


def table(rows: Sequence[Row]) -> str:
    """Means over the shapes, a line an input."""
    lines: list[list[str]] = []
    for kind in dict.fromkeys(row["input"] for row in rows):
        of = [row for row in rows if row["input"] == kind]
        good = [row for row in of if "iou" in row]
        if not good:
            lines.append([kind, f"{len(of)} / {len(of)}", *[""] * (len(_HEADS) - 2)])
            continue
        columns = {key: [row[key] for row in good] for key in good[0] if key != "outcome"}
        mean = {key: statistics.mean(values) for key, values in columns.items() if key.endswith("iou")}
        middle = {key: statistics.median(values) for key, values in columns.items() if key not in ("shape", "input")}
        lines.append(
            [
                kind,
                f"{len(of)} / {len(of) - len(good)}",
                f"{mean['surface_iou']:.3f}",
                f"{mean['iou']:.3f}, {middle['iou']:.3f}, {min(columns['iou']):.3f}",
                f"{middle['chamfer']:.2f}",
                f"{middle['primitives']:g}",
                f"{middle['seconds']:.1f} ({middle['surface_seconds']:.1f})",
            ]
        )
    return markdown(_HEADS, lines)


if __name__ == "__main__":
    main()
