"""Depth, normals and masks against rays cast by hand, and against the fields of what the masks name."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from shapelang.arrays import AnyArray
from shapelang.assembly.assembly import Assembly, Leaf
from shapelang.diagnostics import EmptyError
from shapelang.execution.simulate import simulate
from shapelang.geometry.oriented import oriented
from shapelang.rendering.camera import Camera
from shapelang.rendering.channels import Channels, channels_of
from shapelang.representations.field import posed_field
from shapelang.semantics.check import check_text, load

ROOT = Path(__file__).parents[2]
HEAP = """
let n: int ~ uniform(3, 7)
for i in 0..n {
  let a ~ uniform(-60, 60); let b ~ uniform(-90, 90)
  let x ~ uniform(-1, 1); let y ~ uniform(0, 1); let w ~ uniform(0.2, 1)
  box_of = cuboid(w, 0.3, 0.5) rotate x a, y b at (x, y, x * y)
}
"""


def heap(seed: int) -> Assembly:
    return simulate(check_text(HEAP, "heap.shape"), seed).assembly


def one(assembly: Assembly, camera: Camera, size: tuple[int, int] = (72, 54)) -> Channels:
    (found,) = channels_of(assembly, (camera,), size)
    return found


def cast(leaf: Leaf, eye: AnyArray, ways: AnyArray) -> AnyArray:
    """How far along each way (n, 3) a box is entered: the slabs of Kay and Kajiya (1986); inf where it is missed."""
    box = oriented((leaf.pose, leaf.part.box))
    axes = np.array(box.axes)
    start, along = axes @ (eye - np.array(box.centre)), ways @ axes.T
    with np.errstate(divide="ignore", invalid="ignore"):
        one_side, other = (-np.array(box.half) - start) / along, (np.array(box.half) - start) / along
    enter = np.minimum(one_side, other).max(axis=1)
    leave = np.maximum(one_side, other).min(axis=1)
    return np.where((enter <= leave) & (leave > 0.0), enter, np.inf)


@pytest.mark.parametrize("seed", range(6))
def test_every_pixel_is_what_its_ray_meets_first(seed: int) -> None:
    assembly = heap(seed)
    found = one(assembly, Camera(40.0 * seed, 10.0 * seed, 35.0 + seed))
    pinhole = found.pinhole
    eye = -(pinhole.rotation.T @ pinhole.translation)
    ways = pinhole.unprojected(np.ones(found.depth.shape)).reshape(-1, 3) - eye
    hits = np.stack([cast(leaf, eye, ways) for leaf in assembly.leaves()])
    order = np.sort(hits, axis=0)
    # Silhouettes, and where two boxes are equally near, are a matter of rounding.
    with np.errstate(invalid="ignore"):
        clear = (order[1] - order[0] > 1e-4) | np.isinf(order[0])
    expected = np.where(np.isinf(order[0]), -1, hits.argmin(axis=0))
    differ = (found.leaf.reshape(-1) != expected) & clear
    assert differ.mean() <= 0.002
    same = (found.leaf.reshape(-1) == expected) & (expected >= 0)
    assert same.mean() > 0.15
    np.testing.assert_allclose(found.depth.reshape(-1)[same], order[0][same], rtol=2e-6)
    assert ((found.depth > 0.0) == (found.leaf >= 0)).all()


@pytest.mark.parametrize("seed", range(3))
def test_normals_of_boxes_are_those_of_their_sides(seed: int) -> None:
    assembly = heap(seed)
    found = one(assembly, Camera(100.0, 30.0))
    points = found.pinhole.unprojected(found.depth.astype(np.float64))
    for number, leaf in enumerate(assembly.leaves()):
        here = found.leaf == number
        box = oriented((leaf.pose, leaf.part.box))
        local = (points[here] - np.array(box.centre)) @ np.array(box.axes).T / np.array(box.half)
        side = np.abs(local).argmax(axis=1)
        outward = np.array(box.axes)[side] * np.sign(local[np.arange(len(side)), side])[:, None]
        # Where a pixel's middle is on an edge, either side is right.
        inner = np.sort(np.abs(local), axis=1)[:, 1] < 1.0 - 1e-4
        np.testing.assert_allclose(found.normals[here][inner], outward[inner], atol=1e-5)


@pytest.mark.parametrize("name", ["chair", "street_lamp"])
def test_depth_lies_on_the_surface_that_the_mask_names(name: str) -> None:
    assembly = simulate(load(ROOT / f"examples/{name}.shape"), 5).assembly
    found = list(channels_of(assembly, (Camera(30.0, 20.0), Camera(200.0, 45.0)), (96, 96)))
    low, high = np.array(assembly.root.box.low), np.array(assembly.root.box.high)
    # A circle of 32 edges is inside the true one by at most this share of its radius.
    sagitta = (1.0 - np.cos(np.pi / 32)) * 0.5 * float(np.sqrt(((high - low) ** 2).sum()))
    leaves = tuple(assembly.leaves())
    for channels in found:
        points = channels.pinhole.unprojected(channels.depth.astype(np.float64))
        assert (channels.leaf >= 0).any()
        for number in np.unique(channels.leaf[channels.leaf >= 0]).tolist():
            x, y, z = points[channels.leaf == number].T
            apart = np.abs(posed_field(leaves[number].geometry, leaves[number].pose, (x, y, z)))
            assert apart.max() <= sagitta


def test_a_camera_projects_as_it_says() -> None:
    found = one(heap(1), Camera(70.0, 25.0))
    rows, columns = np.nonzero(found.leaf >= 0)
    world = found.pinhole.unprojected(found.depth.astype(np.float64))[rows, columns]
    there = world @ found.pinhole.rotation.T + found.pinhole.translation
    pixels = there @ found.pinhole.intrinsics.T
    np.testing.assert_allclose(pixels[:, 0] / pixels[:, 2], columns, atol=1e-6)
    np.testing.assert_allclose(pixels[:, 1] / pixels[:, 2], rows, atol=1e-6)
    np.testing.assert_allclose(found.pinhole.rotation @ found.pinhole.rotation.T, np.eye(3), atol=1e-12)
    assert np.linalg.det(found.pinhole.rotation) == pytest.approx(1.0)


def test_colour_and_mask_are_one_picture() -> None:
    text = "material red = { color: #ff0000 }\nmaterial blue = { color: #0000ff }\n"
    text += "a = cuboid(1, 1, 1) with red\nb = cuboid(1, 1, 1) at (1.2, 0, 0) with blue\n"
    found = one(simulate(check_text(text, "two.shape")).assembly, Camera(10.0, 20.0))
    red, blue = found.rgb[found.leaf == 0].mean(axis=0), found.rgb[found.leaf == 1].mean(axis=0)
    assert red[0] > 2.0 * red[2]
    assert blue[2] > 2.0 * blue[0]


def test_what_is_seen_through_hides_what_is_behind_from_the_masks() -> None:
    text = "material glass = { color: #88aacc, opacity: 0.3 }\n"
    text += "pane = cuboid(2, 2, 0.05) at (0, 0, 1) with glass\nb = cuboid(1, 1, 0.2)\n"
    found = one(simulate(check_text(text, "pane.shape")).assembly, Camera(0.0, 0.0))
    assert set(np.unique(found.leaf).tolist()) == {-1, 0}


def test_nothing_has_no_view() -> None:
    with pytest.raises(EmptyError):
        one(simulate(check_text("let x = 1\n", "none.shape")).assembly, Camera())
