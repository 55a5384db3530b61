"""Names that no engine takes for an order.

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
