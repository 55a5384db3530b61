"""Whether two bodies are the same thing, by what can be measured on them."""

from __future__ import annotations

from typing import Final

import numpy as np

from grammars.learning.shapes.bodies import Body, Item, Row, rotation

_TURN: Final = 0.02
"""Of a rotation's entries: 1°."""


def differing(a: Body, b: Body, tolerance: float) -> list[str]:
    """What of `b` is not in `a`, in words: by kind, place, extents, turns and copies, to a tolerance in metres."""
    if len(a.items) != len(b.items):
        return [f"{len(a.items)} parts for {len(b.items)}"]
    left = list(a.items)
    found: list[str] = []
    for item in b.items:
        same = next((other for other in left if _same(other, item, tolerance)), None)
        if same is None:
            found.append(f"no {item.name or item.kind} where one should be")
        else:
            left = [other for other in left if other is not same]
    return found


def _same(a: Item, b: Item, tolerance: float) -> bool:
    if a.content != b.content or a.copies != b.copies or (a.body is None) != (b.body is None):
        return False
    if a.repeats is not None and b.repeats is not None and a.repeats.count != b.repeats.count:
        return False
    if isinstance(a.repeats, Row) and isinstance(b.repeats, Row):
        # Rows that run the other way are the same.
        if np.abs(np.abs(a.repeats.span) - np.abs(b.repeats.span)).max() > tolerance:
            return False
    near = np.abs(a.centre - b.centre).max() <= tolerance and np.abs(a.size - b.size).max() <= tolerance
    turned = np.abs(rotation(a.turns) - rotation(b.turns)).max() <= _TURN
    return bool(near and turned) and (a.body is None or b.body is None or not differing(a.body, b.body, tolerance))
