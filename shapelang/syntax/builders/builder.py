"""What a builder is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

Builder: TypeAlias = Callable[[list[Any], list[int], int], Any]
"""Of the values of a rule's symbols (a terminal's is its text), their start offsets, and the end offset of the last."""
