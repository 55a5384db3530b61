"""The report of `shapelang infer` and `shapelang verify`: JSON, or one page of HTML."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from shapelang.cli.options import PAGES
from shapelang.inference.report.measure import Measured, measured
from shapelang.io.json_text import indented

if TYPE_CHECKING:
    from shapelang.inference.infer import Inferred
    from shapelang.io.read import MeshData


def inferred_report(path: str, found: Inferred, mesh: MeshData, seed: int) -> bytes:
    """The report of an inference: its figures and those of each primitive, from the text run again."""
    result = measured(found.assembly(), found.evidence, mesh, seed=seed)
    if is_page(path):
        return result.page(found.text, found.notes, found.alternatives)
    return indented({**result.row(), **found.report()})


def report_content(path: str, result: Measured, text: str, notes: tuple[str, ...], row: dict[str, Any]) -> bytes:
    """A page where the path ends in .html, else `row` as JSON."""
    return result.page(text, notes) if is_page(path) else indented(row)


def is_page(path: str) -> bool:
    """Whether a report of this path is a page."""
    return PurePath(path).suffix.lower() in PAGES
