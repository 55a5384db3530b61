"""The reference names every primitive as the table has it, and every function and distribution."""

from __future__ import annotations

from pathlib import Path

from shapelang.semantics.builtins import DISTRIBUTIONS, FUNCTIONS
from tools.reference import filled

PAGE = Path(__file__).parents[2] / "docs" / "language.md"


def test_table_is_current() -> None:
    """`python -m tools.reference` would change nothing."""
    text = PAGE.read_text(encoding="utf-8")
    assert filled(text) == text


def test_every_function_is_told() -> None:
    """No function or distribution is missing from the reference."""
    text = PAGE.read_text(encoding="utf-8")
    missing = [name for name in (*FUNCTIONS, *DISTRIBUTIONS) if f"`{name}(" not in text]
    assert missing == []
