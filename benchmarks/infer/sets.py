"""The sets of meshes: unpacked into a cache outside the tree, listed in a stable order, and cut by hash."""

from __future__ import annotations

import os
import tarfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Final, Protocol, final

import numpy as np

from benchmarks.infer.dirty.item import Damaged, clean_triangles, corpus
from benchmarks.infer.dirty.table import DIRTY
from benchmarks.infer.files import write_obj
from benchmarks.infer.ikea import IncompleteError, Product, as_delivered, fused, ikea_truth, products
from benchmarks.infer.known import make, names
from benchmarks.infer.measure import facts
from benchmarks.infer.psb import mesh_of
from benchmarks.timing import ROOT
from shapelang.metrics.inside import is_closed
from shapelang.metrics.triangles import Triangles

DATA: Final = ROOT.parent / "shared" / "data"
"""Where the archives lie, unless `--data` says otherwise."""

CACHE: Final = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "shapelang" / "benchmarks"
"""Where they are unpacked."""

_EXAMPLES: Final = ROOT / "examples"

_FILLED: Final = 0.005
"""The share of cells inside below which a closed mesh is two sides of a sheet."""


@final
@dataclass(frozen=True, slots=True)
class Shape:
    """One mesh file of a set."""

    set: str
    name: str
    path: Path
    make: Callable[[Path], None] | None = None
    """Writes the file, where that is not done for the whole set at once."""
    damaged: Damaged | None = None
    """What is written for each system anew, at no path: `path` is then that of the clean shape."""

    def written(self) -> Path:
        """The file, which is made on the first call. Raises what making it raises."""
        if self.make is not None and not self.path.exists():
            self.make(self.path)
        return self.path


class MeshSet(Protocol):
    """A set of meshes under a name."""

    @property
    def name(self) -> str:
        """What `--sets` and the rows call it."""
        ...

    def shapes(self, data: Path, cache: Path) -> list[Shape]:
        """All its shapes in order of name, unpacked on the first call. Raises OSError where the archive is missing."""
        ...


@final
@dataclass(frozen=True, slots=True)
class Archive:
    """Mesh files with these endings in an archive; a shape is named by its path without the folders all have."""

    name: str
    file: str
    endings: tuple[str, ...]

    def shapes(self, data: Path, cache: Path) -> list[Shape]:
        folder = unpacked(data / self.file, cache)
        files = sorted(p for p in folder.rglob("*") if p.suffix.lower() in self.endings)
        inner = Path(os.path.commonpath([p.parent for p in files]))
        return [Shape(self.name, p.relative_to(inner).with_suffix("").as_posix(), p) for p in files]


@final
@dataclass(frozen=True, slots=True)
class Ikea:
    """The assemblies, one unnamed list of triangles in random order for each product that lacks no mesh.

    `surface`: what is made of a product, all its parts or one closed surface.
    """

    name: str
    file: str
    surface: Callable[[Product], Triangles]

    def shapes(self, data: Path, cache: Path) -> list[Shape]:
        files = products(unpacked(data / self.file, cache))
        found = [(Shape(self.name, xml.stem, cache / self.name / f"{xml.stem}.obj"), xml) for xml in files]
        return [shape for shape, xml in found if shape.path.exists() or self._written(shape.path, xml)]

    def _written(self, path: Path, xml: Path) -> bool:
        try:
            write_obj(path, self.surface(ikea_truth(xml)))
        except IncompleteError:
            return False
        return True


@final
@dataclass(frozen=True, slots=True)
class Psb:
    """The meshes of some categories of the segmentation benchmark, written as OBJ."""

    name: str
    file: str
    categories: tuple[str, ...]

    def shapes(self, data: Path, cache: Path) -> list[Shape]:
        with np.load(data / self.file) as arrays:
            keys = [key.removesuffix("_f") for key in arrays.files if key.endswith("_f")]
            names = sorted(key for key in keys if key.rsplit("_", 1)[0] in self.categories)
            found = [Shape(self.name, name, cache / "psb_meshes" / f"{name}.obj") for name in names]
            for shape in found:
                if not shape.path.exists():
                    write_obj(shape.path, mesh_of(arrays, shape.name))
        return found


@final
@dataclass(frozen=True, slots=True)
class RoundTrip:
    """Known programs, each as one fused mesh in a random pose, made when it is wanted; their truth lies beside it."""

    name: str
    file: str

    def shapes(self, data: Path, cache: Path) -> list[Shape]:
        foreign = unpacked(data / self.file, cache) / "data"
        return [
            Shape(self.name, name, cache / self.name / f"{name}.obj", partial(make, name, foreign=foreign))
            for name in names()
        ]


@final
@dataclass(frozen=True, slots=True)
class Dirty:
    """The dirty corpus: damage done to the closed solids of an archive of meshes, and of the examples."""

    name: str
    file: str

    def shapes(self, data: Path, cache: Path) -> list[Shape]:
        meshes = sorted(unpacked(data / self.file, cache).rglob("*.obj"))
        sources = [*_sources(meshes, cache / self.name / "closed.txt"), *sorted(_EXAMPLES.glob("*.shape"))]
        return [Shape(self.name, one.name, one.source, damaged=one) for one in corpus(sources)]


def _is_solid(mesh: Triangles) -> bool:
    return is_closed(mesh) and facts(mesh)["filled"] > _FILLED


def _sources(meshes: Sequence[Path], known: Path) -> list[Path]:
    """The meshes that are closed and have an inside; their names are kept in the file `known`."""
    if not known.exists():
        known.parent.mkdir(parents=True, exist_ok=True)
        known.write_text("".join(f"{p.stem}\n" for p in meshes if _is_solid(clean_triangles(p))), encoding="utf-8")
    closed = set(known.read_text(encoding="utf-8").split())
    return [path for path in meshes if path.stem in closed]


SETS: Final[tuple[MeshSet, ...]] = (
    Archive("kenney", "furniture_kenney.tar.xz", (".obj",)),
    Ikea("ikea", "assemblies_ikea.tar.xz", as_delivered),
    Ikea("ikea_fused", "assemblies_ikea.tar.xz", fused),
    Psb("psb", "psb_segmented.npz", ("Chair", "Table")),
    Psb("psb_others", "psb_segmented.npz", ("Airplane", "Cup", "Mech", "Bearing")),
    RoundTrip("round_trip", "programs_shapeassembly.tar.xz"),
    Dirty(DIRTY, "furniture_kenney.tar.xz"),
    Archive("polyhaven", "furniture_polyhaven.tar.xz", (".gltf",)),
    Archive("kenney_props", "props_kenney.tar.xz", (".obj",)),
    Archive("kaykit", "props_kaykit.tar.xz", (".obj",)),
    Archive("quaternius", "props_quaternius.tar.xz", (".glb",)),
)
"""Furniture first, in the order of the tables."""


def unpacked(archive: Path, cache: Path) -> Path:
    """The folder of an archive's files, unpacked where that was not done before. Raises OSError where it is missing."""
    folder = cache / archive.name.removesuffix(".tar.xz")
    done = folder / ".unpacked"
    if not done.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with tarfile.open(archive) as tar:
            tar.extractall(folder, filter="data")
        done.touch()
    return folder


def rank(shape: Shape) -> str:
    """A number without meaning that never changes: what subsets and shards are cut by."""
    return sha256(f"{shape.set}/{shape.name}".encode()).hexdigest()


def by_hash(shapes: Sequence[Shape], count: int) -> list[Shape]:
    """The `count` shapes of least rank, in their own order; larger subsets hold the smaller ones."""
    chosen = set(sorted(shapes, key=rank)[:count])
    return [shape for shape in shapes if shape in chosen]


def shard(shapes: Iterable[Shape], number: int, of: int) -> list[Shape]:
    """The share of a machine, 1 to `of`: the shares are disjoint and hold every shape."""
    return [shape for shape in shapes if int(rank(shape), 16) % of == number - 1]
