"""Names in files: no two alike, and none that an engine takes for an order.

Godot reads the ends of names as import hints: a node `wall_col` gets a collider, `door-noimp` is left out, a material
`glass_alpha` becomes transparent (Godot Engine, `editor/import/3d/resource_importer_scene.cpp`, `_teststr`; manual,
"Node type customization using name suffixes"). Such words are names like any other to whoever writes a program.
"""

from __future__ import annotations

import re
from typing import Final

PLAIN: Final = "-plain"
"""What stands behind a name that would end in a hint."""

_HINTS: Final = (
    "noimp|col|convcol|colonly|convcolonly|rigid|navmesh|vehicle|wheel|occ|occonly|alpha|vcol|loop|loop_mode|cycle"
)

# Godot takes digits, blanks and `_` off the end first, and puts `_` for the characters that its names may not have.
_END: Final = re.compile(rf"[-_.:@/\"%](?:{_HINTS})[\s\d_.:@/\"%]*\Z", re.IGNORECASE)
_ANYWHERE: Final = re.compile(rf"\$(?={_HINTS})", re.IGNORECASE)


def engine_name(name: str) -> str:
    """The name itself, or where an engine would read a hint in it, one that says the same without."""
    harmless = _ANYWHERE.sub("_", name)
    return harmless + PLAIN if _END.search(harmless) else harmless


def unused_name(name: str, taken: set[str], suffix: str = "") -> str:
    """The name, or with the first free number after it, which is taken from then on; engines rename twins themselves,
    each in its way.
    """
    found, number = name + suffix, 2
    while found in taken:
        found, number = f"{name}_{number}{suffix}", number + 1
    taken.add(found)
    return found
