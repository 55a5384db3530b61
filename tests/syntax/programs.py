"""Ten programs that use the whole language."""

from __future__ import annotations

from pathlib import Path

DIRECTORY = Path(__file__).with_name("programs")
PROGRAMS = {path.stem: path.read_text("utf-8") for path in sorted(DIRECTORY.glob("*.shape"))}
