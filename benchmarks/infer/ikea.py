"""IKEA furniture as assemblies: what the parts are and which of them touch, and the two meshes that are read back.

One MuJoCo XML per product: a part is a body of it, with one STL or more. The welds of the XML list interchangeable
pairs and leave out contacts, so contacts are computed from the posed surfaces.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import final

import numpy as np

from benchmarks.infer.closing import closed_union
from benchmarks.infer.matching import NEAR, Pair, connections
from shapelang.arrays import Float64
from shapelang.io.read import read_mesh
from shapelang.metrics.sampling import uniforms
from shapelang.metrics.triangles import Triangles, joined, triangles

Vector = Float64[np.ndarray, "3"]
Matrix = Float64[np.ndarray, "3 3"]


class IncompleteError(Exception):
    """A product that names a mesh which is not there."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Product:
    """`meshes`: of each body the posed STLs, metres, the frame of the XML (+Z up) · `connections`: pairs of bodies."""

    name: str
    bodies: tuple[str, ...]
    meshes: tuple[tuple[Triangles, ...], ...]
    connections: frozenset[Pair]

    @property
    def parts(self) -> list[Triangles]:
        """One set of triangles per body."""
        return [joined(meshes) for meshes in self.meshes]

    @property
    def reach(self) -> float:
        """How near two surfaces of this product must come to be connected, metres."""
        return NEAR * joined(self.parts).diagonal


def products(folder: Path) -> list[Path]:
    """The XML files of all products, in order of name."""
    return sorted(folder.glob("*.xml"))


def ikea_truth(xml: Path) -> Product:
    """The parts of a product, and the pairs of them that come within 0.5 % of the diagonal.

    Raises IncompleteError where a mesh is missing.
    """
    root = ET.parse(xml).getroot()
    assets = {mesh.attrib["name"]: mesh for mesh in root.iterfind("asset/mesh")}
    bodies = root.findall("worldbody/body")
    meshes = tuple(_posed(body, assets, xml.parent) for body in bodies)
    parts = [joined(of) for of in meshes]
    touching = connections(dict(enumerate(parts)), NEAR * joined(parts).diagonal)
    return Product(xml.stem, tuple(body.attrib["name"] for body in bodies), meshes, touching)


def as_delivered(product: Product, seed: int = 0) -> Triangles:
    """Input (a): all triangles in one list, corners of its own for each, in random order."""
    corners = joined(product.parts).corners
    order = np.argsort(uniforms(len(corners), 1, seed)[:, 0], kind="stable")
    return triangles(corners[order], np.arange(3 * len(order)))


def fused(product: Product, seed: int = 0) -> Triangles:
    """Input (b): the union of all parts as one closed surface, its triangles in random order."""
    whole = closed_union([mesh for meshes in product.meshes for mesh in meshes])
    order = np.argsort(uniforms(len(whole.faces), 1, seed)[:, 0], kind="stable")
    return triangles(whole.positions, whole.faces[order])


def _posed(body: ET.Element, assets: dict[str, ET.Element], folder: Path) -> tuple[Triangles, ...]:
    geoms = [geom for geom in body.iterfind("geom") if geom.get("type") == "mesh"]
    return tuple(_placed(_placed(_scaled(assets[geom.attrib["mesh"]], folder), geom), body) for geom in geoms)


def _scaled(asset: ET.Element, folder: Path) -> Triangles:
    path = folder / asset.attrib["file"]
    if not path.exists():
        raise IncompleteError(f"{path.name} is missing")
    mesh = read_mesh(path)
    scale = _numbers(asset.get("scale", "1 1 1"))
    faces = mesh.faces if float(np.prod(scale)) > 0 else mesh.faces[:, ::-1]
    return triangles(mesh.positions * scale, faces)


def _placed(mesh: Triangles, element: ET.Element) -> Triangles:
    """Turned and moved as the `quat` and `pos` of a body or a geom say."""
    turn = rotation(_numbers(element.get("quat", "1 0 0 0")))
    return triangles(mesh.positions @ turn.T + _numbers(element.get("pos", "0 0 0")), mesh.faces)


def rotation(quaternion: Sequence[float] | Vector) -> Matrix:
    """The matrix of a quaternion (w, x, y, z) of any length but 0."""
    w, x, y, z = np.asarray(quaternion, np.float64) / np.sqrt((np.asarray(quaternion, np.float64) ** 2).sum())
    return np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
            [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
            [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
        ]
    )


def _numbers(text: str) -> Vector:
    return np.array([float(word) for word in text.split()])
