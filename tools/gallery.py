"""Renders every program of `examples/` into `docs/gallery/` and puts the pictures into the README."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tools.readme import ROOT, fill

PICTURES = ROOT / "docs" / "gallery"
COLUMNS = 4


def draw(program: Path) -> Path:
    """Renders one program through the command line; returns the picture's path."""
    picture = PICTURES / f"{program.stem}.png"
    command = Path(sys.executable).with_name("shapelang")
    subprocess.run([command, "render", program, "-o", picture, "--size", "640x480"], check=True, cwd=ROOT)
    return picture


def title(program: Path) -> str:
    """`castle_wall.shape` is called `castle wall`."""
    return program.stem.replace("_", " ")


def table(rows: list[tuple[Path, Path]]) -> str:
    """A Markdown table of (program, picture), each picture a link to its program."""
    cells = [
        f'<a href="{program.relative_to(ROOT).as_posix()}"><img src="{picture.relative_to(ROOT).as_posix()}"'
        f' width="200" alt="{title(program)}"></a><br>{title(program)}'
        for program, picture in rows
    ]
    lines = ["|" + " |" * COLUMNS, "|" + " --- |" * COLUMNS]
    for start in range(0, len(cells), COLUMNS):
        row = cells[start : start + COLUMNS]
        lines.append("| " + " | ".join(row + [""] * (COLUMNS - len(row))) + " |")
    return "\n".join(lines)


def main() -> None:
    """Renders all and fills the README."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    programs = sorted((ROOT / "examples").glob("*.shape"))
    fill("gallery", table([(program, draw(program)) for program in programs]))


if __name__ == "__main__":
    main()
