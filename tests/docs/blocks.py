"""The fenced blocks of a Markdown page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

FENCE = re.compile(r"^```([\w-]+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block: its language, its text, the line it starts on."""

    language: str
    text: str
    line: int


def blocks(page: Path) -> list[Block]:
    """All blocks of a page."""
    text = page.read_text(encoding="utf-8")
    return [Block(m[1], m[2], text.count("\n", 0, m.start()) + 1) for m in FENCE.finditer(text)]


def examples(page: Path) -> list[tuple[Block, str | None]]:
    """Each `shape` block with the text of the `error` block right under it, or None."""
    found = blocks(page)
    pairs: list[tuple[Block, str | None]] = []
    for k, block in enumerate(found):
        if block.language == "shape":
            after = found[k + 1] if k + 1 < len(found) else None
            pairs.append((block, after.text.strip() if after and after.language == "error" else None))
    return pairs
