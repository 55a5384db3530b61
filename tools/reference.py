"""Writes the table of primitives into docs/language.md: `python -m tools.reference`."""

from __future__ import annotations

import sys
from pathlib import Path

from shapelang.primitives.protocol import Primitive, Slot
from shapelang.primitives.table import PRIMITIVES
from tools.readme import filled as section

PAGE = Path(__file__).parents[1] / "docs" / "language.md"


def signature(primitive: type[Primitive]) -> str:
    """`cone(radius, height, top_radius = 0)`."""
    return f"{primitive.kind}({', '.join(_slot(s) for s in primitive.slots)})"


def _slot(slot: Slot) -> str:
    if slot.default is not None:
        return f"{slot.name} = {slot.default:g}"
    return f"[{slot.name}]" if slot.optional else slot.name


def table() -> str:
    """One row a primitive, one line an argument, as Markdown."""
    rows = ["| primitive | arguments | open |", "| --- | --- | --- |"]
    for primitive in PRIMITIVES:
        arguments = "<br>".join(f"`{s.name}`: {s.doc}" for s in primitive.slots)
        opened = ", ".join(f"`{s.name}`" for s in primitive.slots if s.axis is not None) or "–"
        rows.append(f"| `{signature(primitive)}`<br>{primitive.doc} | {arguments} | {opened} |")
    return "\n".join(rows)


def filled(text: str) -> str:
    """The page with the present table in it."""
    return section(text, "primitives", table())


def main() -> None:
    """Rewrites the page; with --check only says whether it is current."""
    text = PAGE.read_text(encoding="utf-8")
    if "--check" in sys.argv:
        sys.exit(0 if filled(text) == text else "docs/language.md: the table of primitives is stale: make reference")
    PAGE.write_text(filled(text), encoding="utf-8")


if __name__ == "__main__":
    main()
