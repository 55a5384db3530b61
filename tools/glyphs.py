"""Make `shapelang/rendering/glyphs.npz`: the letters of captions, from Pillow's own font (Aileron Regular, CC0)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from shapelang.arrays import AnyArray

TARGET = Path(__file__).resolve().parent.parent / "shapelang" / "rendering" / "glyphs.npz"
WANTED = "".join(map(chr, (*range(32, 127), *range(160, 256)))) + "–—…‘’“”×−"
ABSENT = "\ue000"
SIZE, HEIGHT, WIDTH, BEFORE = 21, 30, 34, 4


def main() -> None:
    """Draw each character that the font has into a cell of its own."""
    font = ImageFont.load_default(SIZE)
    absent = cell(ABSENT, font)
    characters = [c for c in WANTED if not np.array_equal(cell(c, font), absent)]
    np.savez_compressed(
        TARGET,
        cells=np.stack([cell(c, font) for c in characters]),
        advances=np.array([round(font.getlength(c)) for c in characters], np.int32),
        codes=np.array([ord(c) for c in characters]),
        before=np.array(BEFORE),
    )


def cell(character: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont) -> AnyArray:
    """(HEIGHT, WIDTH) coverage, `BEFORE` pixels from the left edge."""
    image = Image.new("L", (WIDTH, HEIGHT), 0)
    ImageDraw.Draw(image).text((BEFORE, 2), character, fill=255, font=font)
    return np.asarray(image)


if __name__ == "__main__":
    main()
