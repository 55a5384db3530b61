"""The page of an error, from the documentation that is installed with the package."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path
from typing import Final

from shapelang.diagnostics import UsageError, closest

PAGES: Final = "docs_errors.md"
"""Where a built package holds `docs/errors.md`."""


def explanation(code: str) -> str:
    """The section of a code; raises UsageError for one that has none."""
    pages = sections(_text())
    page = pages.get(code.upper())
    if page is None:
        hint = closest(code.upper(), pages)
        raise UsageError(f"no error has the code '{code}'" + (f"; {hint}" if hint else ""))
    return page


def sections(text: str) -> dict[str, str]:
    """The sections of a Markdown text whose headings begin with a code, each up to the next heading of its level."""
    found: dict[str, str] = {}
    headings = list(re.finditer(r"^(#+) +`?([EWM]\d{3})\b.*$", text, re.MULTILINE))
    for heading in headings:
        level = len(heading[1])
        after = re.compile(rf"^#{{1,{level}}} ", re.MULTILINE).search(text, heading.end())
        found[heading[2]] = text[heading.start() : after.start() if after else len(text)].strip()
    return found


def _text() -> str:
    packaged = resources.files("shapelang") / PAGES
    if packaged.is_file():
        return packaged.read_text(encoding="utf-8")
    # A checkout has it beside the package.
    beside = Path(__file__).parents[2] / "docs" / "errors.md"
    if beside.is_file():
        return beside.read_text(encoding="utf-8")
    raise UsageError("the pages of the errors are not installed; they are docs/errors.md of the project")
