"""Coloured meshes of a system that learned from pictures: drawn, or seen in a picture; as files and as pictures."""

from __future__ import annotations

from typing import Final

import numpy as np
import torch

from learners.chance import generator
from learners.data.examples import Examples, batch_of
from learners.data.sets import Data, Split, examples
from learners.names import Known
from learners.projections.black_box import Parameters
from learners.projections.faceted import faceted_sphere, frames, points_of
from learners.systems.mesh import MeshSystem
from shapelang.arrays import AnyArray
from shapelang.assembly.material import Material
from shapelang.diagnostics import UsageError
from shapelang.geometry.mesh import Mesh
from shapelang.io.scene_glb import SceneMesh, SceneNode, scene_glb
from shapelang.rendering.picture import Picture
from shapelang.rendering.sheet import contact_sheet
from shapelang.rendering.stars import SIDES, star_pictures

HALF: Final = 0.5
"""Metres of a unit of the scene: what the camera sees is a cube of about one metre and a half."""
NAMES: Final = ("x", "y", "z", "minus_x", "minus_y", "minus_z")
"""Of the sides, in the order of `SIDES`."""
COLUMNS: Final = 8


def refuse_told(system: MeshSystem) -> None:
    """Raises UsageError for a system that draws nothing before it is told a picture."""
    if system.config.known is not Known.NOTHING:
        raise UsageError("this model is told a picture of each solid: train it with --known nothing to draw from it")


@torch.no_grad()
def drawn_mesh(system: MeshSystem, seed: int) -> Parameters:
    """(1, 168) the mesh of a seed, not turned. Raises UsageError for a system that is told a picture."""
    refuse_told(system)
    draws = generator(seed, "shape", device=next(system.net.parameters()).device)
    bumps = system.net.bumps(system.net.drawn(1, draws), torch.zeros(1, 0, device=draws.device))
    return torch.cat([bumps, frames(torch.eye(3)[None]).to(bumps)], dim=1).cpu()


@torch.no_grad()
def seen_mesh(system: MeshSystem, away: Examples, number: int) -> tuple[Parameters, AnyArray]:
    """(1, 168) what is seen in a held-out picture, turned as it is seen there; and the picture (h, w, 3).

    Raises UsageError where there are fewer.
    """
    if not number < len(away):
        raise UsageError(f"held-out:{number}: the held-out shapes are those from 0 to {len(away) - 1:,}")
    colours = batch_of(away, torch.tensor([number])).colours
    assert colours is not None, "the set has pictures in colour"
    other, target = colours.to(next(system.net.parameters()).device).unbind(1)
    return system.net.mesh(target, other).cpu(), colours[0, 1].permute(1, 2, 0).numpy()


def coloured_glb(parameters: Parameters, name: str) -> bytes:
    """A GLB of one mesh (1, 168): flat faces, a material for each of the six sides, about the origin."""
    of, points = faceted_sphere(), HALF * points_of(parameters)[0].double().numpy()
    surfaces = [
        (_flat(points, of.faces[of.sides == side]), Material(NAMES[side], (red, green, blue)))
        for side, (red, green, blue) in enumerate(SIDES.tolist())
    ]
    return scene_glb(SceneNode(name, mesh=0), (SceneMesh(name, tuple(surfaces)),), {})


def _flat(points: AnyArray, faces: AnyArray) -> Mesh:
    corners = points[faces]
    across = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    normals = across / np.maximum(np.linalg.norm(across, axis=1, keepdims=True), 1e-12)
    own = np.arange(3 * len(faces), dtype=np.int32)
    weld = np.unique(faces, return_inverse=True)[1].reshape(-1).astype(np.int32)
    uvs = np.zeros((len(own), 2))
    return Mesh(corners.reshape(-1, 3), own.reshape(-1, 3), np.repeat(normals, 3, axis=0), uvs, weld)


def mesh_picture(parameters: Parameters, size: int, about: float = 0.0) -> Picture:
    """A mesh (1, 168) as its own renderer draws it, turned by degrees about the vertical of the picture."""
    way = np.radians(about)
    turn = np.array([[np.cos(way), 0.0, np.sin(way)], [0.0, 1.0, 0.0], [-np.sin(way), 0.0, np.cos(way)]])
    points = points_of(parameters).numpy() @ turn.T
    return rgb_picture(star_pictures(faceted_sphere(), points, size)[0])


def rgb_picture(colours: AnyArray, times: int = 1) -> Picture:
    """A picture (h, w, 3) from 0 to 1, each pixel as many pixels a side."""
    rgb = np.rint(np.clip(colours, 0.0, 1.0) * 255.0).astype(np.uint8)
    return Picture(rgb.repeat(times, 0).repeat(times, 1), "software")


def mesh_sheet(system: MeshSystem, data: Data, tile: int) -> Picture:
    """Held-out pictures, the meshes seen in them, these from the side and from behind; then drawn ones."""
    columns = range(COLUMNS)
    away = examples(data, Split.HELD_OUT)
    seen = [seen_mesh(system, away, number) for number in columns]
    tiles = [rgb_picture(picture, max(1, tile // len(picture))) for _, picture in seen]
    captions = [f"held-out:{number}" for number in columns]
    for about in (0, 90, 180):
        tiles += [mesh_picture(mesh, tile, about) for mesh, _ in seen]
        captions += [f"turned {about}" if about else "again"] * COLUMNS
    if system.config.known is Known.NOTHING:
        tiles += [mesh_picture(drawn_mesh(system, seed), tile, 35.0) for seed in columns]
        captions += [f"seed {seed}" for seed in columns]
    return contact_sheet(tiles, captions, COLUMNS)
