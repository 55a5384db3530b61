"""Fills the marked sections of the README: what stands between `<!-- NAME -->` and `<!-- /NAME -->`."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"


def filled(text: str, name: str, body: str) -> str:
    """The text with the section `name` replaced by `body`. Raises ValueError unless the section stands there once."""
    start, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    if text.count(start) != 1 or text.count(end) != 1 or text.index(end) < text.index(start):
        raise ValueError(f"the text needs one {start} before one {end}")
    head, rest = text.split(start)
    return f"{head}{start}\n{body.strip()}\n{end}{rest.split(end)[1]}"


def fill(name: str, body: str) -> None:
    """Replaces a section of README.md."""
    README.write_text(filled(README.read_text(encoding="utf-8"), name, body), encoding="utf-8")
