"""A labelled item: its views, its points and what stands in it, as files in a folder of its own."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, final

from shapelang.chance.address import key
from shapelang.cli.sampling.items import seed_of
from shapelang.diagnostics import UsageError

if TYPE_CHECKING:
    from shapelang.arrays import AnyArray
    from shapelang.assembly.assembly import Assembly, Leaf
    from shapelang.rendering.camera import Camera
    from shapelang.rendering.channels import Channels, Pinhole

LABELS: Final = "labels.json"
OTHER: Final = 65535
"""The category of labels that are too rare to be known beforehand."""
MOST_LEAVES: Final = 65535

SPLITS: Final = (("train", 0.8), ("val", 0.9), ("test", 1.0))
"""Up to which share of the seeds each goes."""

_SPLIT, _CAMERA, _POINTS = key("sample/split"), key("sample/camera"), key("sample/points")

LOWEST, HIGHEST = 5.0, 65.0
"""Degrees of elevation, between which directions are even on the sphere."""
NARROWEST, WIDEST = 28.0, 50.0
"""Degrees of the field of view."""


@final
@dataclass(frozen=True, slots=True)
class Labelling:
    """What is written of an item besides its model: views of so many pixels, points, and the numbers of labels."""

    views: int
    size: tuple[int, int]
    points: int
    categories: Mapping[str, int]


def split_of(seed: int, index: int) -> str:
    """Whether an item is for training, validation or testing: by its seed alone."""
    from shapelang.chance.draw import uniform
    from shapelang.numbers import FLOAT

    share = uniform(FLOAT, seed_of(seed, index), _SPLIT)
    return next(name for name, end in SPLITS if share < end)


def cameras_of(seed: int, index: int, count: int) -> tuple[Camera, ...]:
    """The cameras of an item: one in each of so many equal sectors round it, drawn by the item's seed."""
    from shapelang.chance.draw import uniform
    from shapelang.numbers import FLOAT
    from shapelang.rendering.camera import Camera

    first, low, high = seed_of(seed, index), *(math.sin(math.radians(angle)) for angle in (LOWEST, HIGHEST))
    found: list[Camera] = []
    for view in range(count):
        around, above, wide = (uniform(FLOAT, first, _CAMERA, 3 * view + k) for k in range(3))
        elevation = math.degrees(math.asin(low + above * (high - low)))
        field = NARROWEST + wide * (WIDEST - NARROWEST)
        found.append(Camera((view + around) * 360.0 / count, elevation, field))
    return tuple(found)


def write_labelled(
    assembly: Assembly, labelling: Labelling, out: Path, name: str, seed: int, index: int, segments: int
) -> None:
    """Write the views, the points and the labels of an item into the folder of its name; the labels come last.

    Raises UsageError for an item of too many leaves, and what making its surface raises.
    """
    from shapelang.io.atomic import write_whole
    from shapelang.io.json_text import compact
    from shapelang.io.voxels import deterministic_npz
    from shapelang.rendering.channels import channels_of

    leaves = tuple(assembly.leaves())
    if len(leaves) > MOST_LEAVES:
        raise UsageError(f"item {index} has {len(leaves):,} instances; a mask can name {MOST_LEAVES:,}")
    categories = categories_of(leaves, labelling.categories)
    write_whole(out / name / "points.npz", deterministic_npz(_points(assembly, labelling, categories, seed, index)))
    views: list[dict[str, Any]] = []
    cameras = cameras_of(seed, index, labelling.views)
    for number, channels in enumerate(channels_of(assembly, cameras, labelling.size, segments)):
        files = _files(channels, categories)
        for kind, content in files.items():
            write_whole(out / name / f"{number}_{kind}", content)
        views.append(_view(number, channels, categories, list(files)))
    told = {
        "index": index,
        "split": split_of(seed, index),
        "instances": [_instance(k, leaf, categories[k]) for k, leaf in enumerate(leaves)],
        "points": "points.npz",
        "views": views,
    }
    write_whole(out / name / LABELS, compact(told) + b"\n")


def categories_of(leaves: Sequence[Leaf], known: Mapping[str, int]) -> list[int]:
    """The category of each leaf: the number of its label."""
    from shapelang.representations.labels import label_of

    return [known.get(label_of(leaf.path), OTHER) for leaf in leaves]


def _files(channels: Channels, categories: Sequence[int]) -> dict[str, bytes]:
    import numpy as np

    from shapelang.io.voxels import deterministic_npz
    from shapelang.rendering.png import grey_png_bytes, png_bytes

    instances = channels.leaf + 1
    parts = np.array([0, *categories])[instances]
    geometry = {"depth": channels.depth, "normals": channels.normals.astype(np.float16)}
    return {
        "color.png": png_bytes(channels.rgb),
        "geometry.npz": deterministic_npz(geometry),
        "parts.png": grey_png_bytes(parts),
        "instances.png": grey_png_bytes(instances),
    }


def _view(number: int, channels: Channels, categories: Sequence[int], files: Sequence[str]) -> dict[str, Any]:
    from shapelang.io.coco import masks_of

    masks = [
        {
            "instance": mask.number,
            "category": categories[mask.number - 1],
            "bbox": list(mask.bbox),
            "area": mask.area,
            "segmentation": mask.segmentation(),
        }
        for mask in masks_of(channels.leaf + 1)
    ]
    named = {kind.partition(".")[0]: f"{number}_{kind}" for kind in files}
    return {"camera": _camera(channels.pinhole), "files": named, "masks": masks}


def _camera(pinhole: Pinhole) -> dict[str, Any]:
    return {
        "width": pinhole.width,
        "height": pinhole.height,
        "intrinsics": pinhole.intrinsics.tolist(),
        "rotation": pinhole.rotation.tolist(),
        "translation": pinhole.translation.tolist(),
    }


def _instance(number: int, leaf: Leaf, category: int) -> dict[str, Any]:
    from shapelang.assembly.part import Solid
    from shapelang.geometry.oriented import oriented
    from shapelang.representations.labels import instance_of, label_of

    box = oriented((leaf.pose, leaf.part.box))
    reach = box.reach()
    return {
        "id": number + 1,
        "category": category,
        "label": label_of(leaf.path),
        "instance": instance_of(leaf.path),
        "kind": leaf.geometry.operator if isinstance(leaf.geometry, Solid) else leaf.geometry.kind,
        "material": leaf.material.name,
        "box": {
            "centre": list(box.centre),
            "size": [2.0 * half for half in box.half],
            "axes": [list(axis) for axis in box.axes],
        },
        "bounding_box": {
            "min": [c - r for c, r in zip(box.centre, reach, strict=True)],
            "max": [c + r for c, r in zip(box.centre, reach, strict=True)],
        },
    }


def _points(
    assembly: Assembly, labelling: Labelling, categories: Sequence[int], seed: int, index: int
) -> dict[str, AnyArray]:
    import numpy as np

    from shapelang.chance.draw import hash64
    from shapelang.representations.points import sample_outer_points

    stream = hash64(seed_of(seed, index), _POINTS)
    assert isinstance(stream, int)
    cloud = sample_outer_points(assembly, labelling.points, stream)
    return {
        "positions": cloud.positions.astype(np.float32),
        "normals": cloud.normals.astype(np.float32),
        "instances": (cloud.leaf + 1).astype(np.uint16),
        "parts": np.array(categories, np.uint16)[cloud.leaf],
    }
