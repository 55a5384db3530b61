"""A furnished floor plan as a program: the plan's own text, and behind it a call for each thing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from grammars.arrangement.space import Prop

LIBRARY: Final[Mapping[str, tuple[str, ...]]] = {
    "furniture": (
        "armchair", "bench", "bookcase", "chair", "coffee_table", "desk", "dining_table", "double_bed", "dresser",
        "floor_lamp", "nightstand", "office_chair", "plant", "round_table", "rug", "side_table", "sideboard",
        "single_bed", "sofa", "tv_stand", "wardrobe",
    ),
    "kitchen": ("counter", "fridge", "island", "larder", "sink", "stool", "stove"),
}  # fmt: skip
"""Which file of `std/` has which kind."""


def furnished_text(plan: str, added: Sequence[tuple[str, Sequence[Prop]]]) -> str:
    """The plan's text with the things that were added to its rooms, each room by its path; made of `std/` parts.

    The places are those of the whole plan, so that what is added stands at its end.
    """
    kinds = {prop.kind for _, props in added for prop in props}
    files = [file for file, names in LIBRARY.items() if kinds & set(names)]
    aliases = {file: _unused(f"std_{file}", plan) for file in files}
    uses = "".join(f'use "std/{file}.shape" as {alias}\n' for file, alias in aliases.items())
    home = {name: aliases[file] for file in files for name in LIBRARY[file]}
    lines: list[str] = []
    for path, props in added:
        names = _names(path, props, plan)
        lines.append(f"\n// {path or 'what stands in the room'}")
        lines += [_call(name, home[prop.kind], prop) for name, prop in zip(names, props, strict=True)]
    return f"{plan.rstrip()}\n\n{uses}" + "\n".join(lines) + "\n"


def _unused(name: str, text: str) -> str:
    while name in text:
        name += "_"
    return name


def _names(path: str, props: Sequence[Prop], plan: str) -> list[str]:
    prefix = "".join(c if c.isalnum() else "_" for c in path)
    total, seen = Counter(prop.kind for prop in props), Counter[str]()
    found: list[str] = []
    for prop in props:
        seen[prop.kind] += 1
        number = f"_{seen[prop.kind]}" if total[prop.kind] > 1 else ""
        found.append(_unused(f"{prefix}_{prop.kind}{number}".strip("_"), plan))
    return found


def _call(name: str, alias: str, prop: Prop) -> str:
    turn = f" rotate y {prop.heading}" if prop.heading else ""
    return f"{name} = {alias}.{prop.kind}(){turn} at ({prop.x:g}, 0, {prop.z:g})"
