"""A picture of all that is labelled: a row for each item, a column for each channel of its first view."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from shapelang.cli.console import say
from shapelang.cli.progress import tracked
from shapelang.cli.sampling.viewing import Labelling, cameras_of, categories_of

if TYPE_CHECKING:
    from shapelang.arrays import AnyArray
    from shapelang.cli.pictures import Drawn
    from shapelang.cli.sampling.drawing import Item
    from shapelang.rendering.channels import Channels

CHANNELS: Final = ("colour", "depth", "normals", "parts", "instances")
_TURN: Final = 0.6180339887498949
"""Of the colour circle from one number to the next: any few in a row are well apart."""
_EMPTY: Final = 245


def draw_channels(
    items: Sequence[Item], labelling: Labelling, seed: int, path: str, segments: int, quiet: bool
) -> Drawn:
    """Draw the first view of each item. Raises EmptyError."""
    from shapelang.cli.pictures import write_picture
    from shapelang.rendering.channels import channels_of
    from shapelang.rendering.picture import Picture
    from shapelang.rendering.sheet import contact_sheet

    pictures: list[Picture] = []
    captions: list[str] = []
    for item in tracked(items, len(items), "pictures", quiet):
        assembly = item.sample.assembly
        cameras = cameras_of(seed, item.index, labelling.views)[:1]
        (channels,) = channels_of(assembly, cameras, labelling.size, segments)
        categories = categories_of(tuple(assembly.leaves()), labelling.categories)
        pictures += [Picture(rgb, "software") for rgb in shown(channels, categories)]
        captions += [f"seed {item.sample.seed}, {name}" for name in CHANNELS]
    return write_picture(contact_sheet(pictures, captions, len(CHANNELS)), path, [item.sample.seed for item in items])


def say_drawn(drawn: Drawn) -> None:
    """What was drawn, for the person."""
    for line in drawn.lines():
        say(line)


def shown(channels: Channels, categories: Sequence[int]) -> list[AnyArray]:
    """(h, w, 3) uint8 for each of `CHANNELS`: depth darker with distance, normals as colours, numbers by hue."""
    import numpy as np

    seen = channels.leaf >= 0
    depth = np.full((*seen.shape, 3), _EMPTY, np.uint8)
    if seen.any():
        near, far = channels.depth[seen].min(), channels.depth[seen].max()
        share = (channels.depth[seen] - near) / max(float(far - near), 1e-9)
        depth[seen] = (220.0 - 190.0 * share).astype(np.uint8)[:, None]
    normals = np.full((*seen.shape, 3), _EMPTY, np.uint8)
    normals[seen] = (127.5 + 127.5 * channels.normals[seen]).astype(np.uint8)
    parts = np.array([0, *categories])[channels.leaf + 1]
    return [channels.rgb, depth, normals, _hues(parts), _hues(channels.leaf + 1)]


def _hues(numbers: AnyArray) -> AnyArray:
    """(h, w, 3) a colour for each number, 0 being nothing."""
    import numpy as np

    turn = (numbers * _TURN) % 1.0
    level = np.where(numbers % 2 == 0, 0.95, 0.72)
    # A hue as three shifted, clipped triangles.
    parts = [np.clip(np.abs((turn * 6.0 + shift) % 6.0 - 3.0) - 1.0, 0.0, 1.0) for shift in (0.0, 4.0, 2.0)]
    rgb = (np.stack(parts, axis=-1) * 0.8 + 0.2) * level[..., None] * 255.0
    return np.where((numbers > 0)[..., None], rgb, _EMPTY).astype(np.uint8)
