"""Walking over nodes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from shapelang.syntax.tree import expressions, modifiers, shapes, statements

_FAMILIES = frozenset(family.__name__ for family in (expressions, modifiers, shapes, statements))
"""The modules whose classes are nodes."""


def nodes_in(*roots: object) -> Iterator[object]:
    """Every node of pieces of syntax (nodes, tuples of them, or None), themselves included, in no promised order."""
    stack: list[Any] = list(roots)
    while stack:
        item = stack.pop()
        if isinstance(item, tuple):
            stack.extend(item)
        elif type(item).__module__ in _FAMILIES:
            yield item
            stack.extend(getattr(item, slot) for slot in type(item).__slots__)
