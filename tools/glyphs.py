"""Make `shapelang/rendering/glyphs.npz`: the letters of captions, from Pillow's own font (Aileron Regular, CC0)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

TARGET = Path(__file__).resolve().parent.parent / "shapelang" / "rendering" / "glyphs.npz"
CHARACTERS = "".join(map(chr, (*range(32, 127), *range(160, 256)))) + "–—…‘’“”"
SIZE, HEIGHT, WIDTH, BEFORE = 21, 30, 34, 4


def main() -> None:
    """Draw each character into a cell of its own, `BEFORE` pixels from its left edge."""
    font = ImageFont.load_default(SIZE)
    cells = np.zeros((len(CHARACTERS), HEIGHT, WIDTH), np.uint8)
    advances = np.zeros(len(CHARACTERS), np.int32)
    for k, character in enumerate(CHARACTERS):
        image = Image.new("L", (WIDTH, HEIGHT), 0)
        ImageDraw.Draw(image).text((BEFORE, 2), character, fill=255, font=font)
        cells[k], advances[k] = np.asarray(image), round(font.getlength(character))
    np.savez_compressed(
        TARGET, cells=cells, advances=advances, codes=np.array([ord(c) for c in CHARACTERS]), before=np.array(BEFORE)
    )


if __name__ == "__main__":
    main()
