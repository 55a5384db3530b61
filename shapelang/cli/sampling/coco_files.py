"""The views of a whole run as COCO's JSON, a file for each split, written item by item."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from shapelang.cli.sampling.viewing import LABELS, OTHER, SPLITS
from shapelang.io.atomic import write_pieces
from shapelang.io.json_text import compact

MOST_VIEWS: Final = 1000
_LEAVES: Final = 65536


def write_coco(
    out: Path, suffix: str, labelled: Callable[[], Iterator[tuple[str, str]]], categories: Mapping[str, int]
) -> None:
    """`coco_train.json` and its like. `labelled` goes through the folders of items, each with its split.

    It is asked anew for each list of each file, so that none is ever held. Raises UsageError.
    """
    for split, _ in SPLITS:

        def folders(wanted: str = split) -> Iterator[str]:
            return (folder for folder, split in labelled() if split == wanted)

        write_pieces(out / f"coco_{split}{suffix}.json", _document(out, folders, categories))


def _document(out: Path, folders: Callable[[], Iterator[str]], categories: Mapping[str, int]) -> Iterator[bytes]:
    named = [{"id": number, "name": label} for label, number in categories.items()]
    yield b'{"categories":' + compact([*named, {"id": OTHER, "name": "(other)"}]) + b',"images":['
    yield from _joined(image for folder in folders() for image in _images(folder, _labels(out, folder)))
    yield b'],"annotations":['
    yield from _joined(each for folder in folders() for each in _annotations(_labels(out, folder)))
    yield b"]}\n"


def _joined(values: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    for place, value in enumerate(values):
        yield (b",\n" if place else b"") + compact(value)


def _labels(out: Path, folder: str) -> dict[str, Any]:
    return json.loads((out / folder / LABELS).read_bytes())


def _images(folder: str, labels: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for number, view in enumerate(labels["views"]):
        camera = view["camera"]
        yield {
            "id": labels["index"] * MOST_VIEWS + number,
            "file_name": f"{folder}/{view['files']['color']}",
            "width": camera["width"],
            "height": camera["height"],
        }


def _annotations(labels: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for number, view in enumerate(labels["views"]):
        image = labels["index"] * MOST_VIEWS + number
        for mask in view["masks"]:
            yield {
                "id": image * _LEAVES + mask["instance"],
                "image_id": image,
                "category_id": mask["category"],
                "bbox": mask["bbox"],
                "area": mask["area"],
                "segmentation": mask["segmentation"],
                "iscrowd": 0,
            }
