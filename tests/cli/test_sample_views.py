"""`sample --views`: what is written, read back and checked by the files alone."""

from __future__ import annotations

import contextlib
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from shapelang.arrays import AnyArray
from shapelang.cli.sampling.viewing import cameras_of, split_of

VIEWS = ("sample", "chair.shape", "--views", "2", "--view-size", "64x48", "--points", "300")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three labelled chairs, made once."""
    from shapelang.cli.main import main
    from tests.cli.conftest import CHAIR

    here = tmp_path_factory.mktemp("views")
    (here / "chair.shape").write_text(CHAIR, encoding="utf-8")
    with contextlib.redirect_stderr(io.StringIO()):
        assert (
            main([VIEWS[0], str(here / VIEWS[1]), *VIEWS[2:], "-n", "3", "--seed", "20", "-o", str(here / "made")]) == 0
        )
    return here / "made"


def labels(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "labels.json").read_text())


def distance(box: dict[str, Any], points: AnyArray) -> AnyArray:
    """From points (n, 3) to the surface of an oriented box."""
    local = np.abs((points - np.array(box["centre"])) @ np.array(box["axes"]).T) - np.array(box["size"]) / 2.0
    outside = np.sqrt((np.maximum(local, 0.0) ** 2).sum(axis=1))
    return np.abs(outside + np.minimum(local.max(axis=1), 0.0))


def test_every_item_has_all_its_files(made: Path) -> None:
    rows = [json.loads(line) for line in (made / "manifest.jsonl").read_text().splitlines()]
    assert [row["labels"] for row in rows] == [f"chair_{20 + k}/labels.json" for k in range(3)]
    views = [f"{k}_{kind}" for k in (0, 1) for kind in ("color.png", "geometry.npz", "instances.png", "parts.png")]
    for row in rows:
        assert sorted(path.name for path in (made / row["labels"]).parent.iterdir()) == [
            *views,
            "labels.json",
            "points.npz",
        ]
        assert labels((made / row["labels"]).parent)["split"] == row["split"]
    settings = json.loads((made / "settings.json").read_text())
    assert settings["categories"] == {"back": 1, "leg.cuboid": 2, "seat": 3}


def test_depth_lies_on_the_box_that_the_mask_names(made: Path) -> None:
    seen = 0
    for folder in sorted(made.glob("chair_*/")):
        told = labels(folder)
        boxes = {each["id"]: each for each in told["instances"]}
        for view in told["views"]:
            camera, files = view["camera"], view["files"]
            geometry = np.load(folder / files["geometry"])
            instances = np.array(Image.open(folder / files["instances"]))
            parts = np.array(Image.open(folder / files["parts"]))
            assert np.array(Image.open(folder / files["color"])).shape == (48, 64, 3)
            assert geometry["depth"].dtype == np.float32
            assert ((geometry["depth"] > 0) == (instances > 0)).all()
            inverse, rotation = np.linalg.inv(camera["intrinsics"]), np.array(camera["rotation"])
            for number in np.unique(instances[instances > 0]).tolist():
                rows, columns = np.nonzero(instances == number)
                pixels = np.stack((columns, rows, np.ones(len(rows)))) * geometry["depth"][rows, columns]
                world = (rotation.T @ (inverse @ pixels - np.array(camera["translation"])[:, None])).T
                assert distance(boxes[number]["box"], world).max() < 2e-6
                assert set(parts[rows, columns].tolist()) == {boxes[number]["category"]}
                seen += len(rows)
    assert seen > 2000


def test_points_lie_on_the_boxes_that_they_name(made: Path) -> None:
    for folder in made.glob("chair_*/"):
        boxes = {each["id"]: each for each in labels(folder)["instances"]}
        points = np.load(folder / "points.npz")
        assert points["positions"].shape == (300, 3)
        for number in np.unique(points["instances"]).tolist():
            here = points["instances"] == number
            assert distance(boxes[number]["box"], points["positions"][here].astype(np.float64)).max() < 1e-6
            assert set(points["parts"][here].tolist()) == {boxes[number]["category"]}
            low, high = (np.array(boxes[number]["bounding_box"][end]) for end in ("min", "max"))
            assert (points["positions"][here] >= low - 1e-6).all()
            assert (points["positions"][here] <= high + 1e-6).all()


def test_coco_files_are_the_masks(made: Path) -> None:
    from shapelang.io.coco import expanded

    images: dict[int, str] = {}
    for split in ("train", "val", "test"):
        coco = json.loads((made / f"coco_{split}.json").read_text())
        images |= {each["id"]: each["file_name"] for each in coco["images"]}
        for each in coco["annotations"]:
            path = made / images[each["image_id"]].replace("color", "instances")
            number = each["id"] % 65536
            mask = np.array(Image.open(path)) == number
            counts = expanded(each["segmentation"]["counts"])
            values = np.repeat(np.arange(len(counts)) % 2, counts)
            flat = np.concatenate((values, np.zeros(mask.size - len(values), np.int64)))
            np.testing.assert_array_equal(flat.reshape(mask.shape[::-1]).T, mask)
            assert each["area"] == mask.sum()
            assert labels(path.parent)["split"] == split
    assert len(images) == 6


def test_pycocotools_load_them(made: Path) -> None:
    tools = pytest.importorskip("pycocotools.coco", reason="pycocotools is not installed")
    with contextlib.redirect_stdout(io.StringIO()):
        loaded = [tools.COCO(str(made / f"coco_{split}.json")) for split in ("train", "val", "test")]
    found = [(coco, each) for coco in loaded for each in coco.loadAnns(coco.getAnnIds())]
    assert len(found) >= 12
    assert all(coco.annToMask(each).sum() == each["area"] for coco, each in found)


def test_a_cut_item_is_made_again_and_is_the_same(run, here: Path, made: Path) -> None:
    import shutil

    shutil.copytree(made, here / "made")
    whole = {p.relative_to(made): p.read_bytes() for p in made.rglob("*") if p.is_file() and p.suffix != ".jsonl"}
    (here / "made" / "chair_21" / "labels.json").unlink()
    assert run(*VIEWS, "-n", "3", "--seed", "20", "-o", "made", "-j", "2").err.endswith("; 2 made before\n")
    again = {
        p.relative_to(here / "made"): p.read_bytes()
        for p in (here / "made").rglob("*")
        if p.suffix != ".jsonl" and p.is_file()
    }
    assert again == whole


def test_splits_are_shares_of_the_seeds() -> None:
    splits = [split_of(3, index) for index in range(4000)]
    assert [splits.count(name) / 4000 for name in ("train", "val", "test")] == pytest.approx([0.8, 0.1, 0.1], abs=0.02)
    assert split_of(0, 3003) == splits[3000]


def test_cameras_go_round_an_item() -> None:
    cameras = cameras_of(5, 2, 4)
    assert [int(camera.azimuth // 90) for camera in cameras] == [0, 1, 2, 3]
    assert all(5 <= camera.elevation <= 65 and 28 <= camera.field_of_view <= 50 for camera in cameras)
    assert cameras_of(7, 0, 4) == cameras


def test_views_need_a_place(run, here: Path) -> None:
    result = run(*VIEWS, "--json")
    assert (result.code, result.err) == (2, "error: --views makes files: give --out-dir DIR or --sheet PNG\n")


def test_a_sheet_of_channels(run, here: Path) -> None:
    assert run(*VIEWS, "-n", "2", "--sheet", "a.png").code == 0
    picture = np.array(Image.open(here / "a.png"))
    assert picture.shape[1] == 5 * (64 + 12) + 12


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--view-size", "64", "-o", "a"], "--view-size is for labelled items: give --views K as well"),
        (["--points", "64", "-o", "a"], "--points is for labelled items: give --views K as well"),
        (["--views", "2", "--view-size", "5", "-o", "a"], "--view-size 5: each side is from 32 to 8192 pixels"),
        (["--views", "2", "--sheet", "a.png", "-n", "81"], "a sheet holds at most 80 variants, not 81"),
    ],
)
def test_wrong_arguments(run, here: Path, arguments: list[str], message: str) -> None:
    result = run("sample", "chair.shape", *arguments)
    assert (result.code, result.text, result.err) == (2, "", f"error: {message}\n")
