"""Benchmarks say what they take before they measure anything."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import benchmarks

_ROOMS = ("grammars", "learners")
_ASKING = """\
import sys
from importlib import import_module
for name in sys.argv[1:]:
    sys.argv = [name, "--help"]
    try:
        import_module(name).main()
    except SystemExit as end:
        assert not end.code, name
    print("asked", name, flush=True)
"""
_LONGEST = 300.0
"""Seconds after which a benchmark that runs in place of its help is ended: they take minutes to hours."""


def _modules() -> list[str]:
    """Those that are called, by name."""
    root = Path(*benchmarks.__path__)
    files = sorted(file for room in _ROOMS for file in (root / room).rglob("*.py"))
    own = (file for file in files if "\nif __name__ ==" in file.read_text(encoding="utf-8"))
    return [".".join(("benchmarks", *file.relative_to(root).with_suffix("").parts)) for file in own]


def test_help_is_printed_and_nothing_is_measured() -> None:
    names = _modules()
    call = [sys.executable, "-c", _ASKING, *names]
    told = subprocess.run(call, capture_output=True, text=True, timeout=_LONGEST, check=False)
    assert told.returncode == 0, told.stderr
    pages = told.stdout.split("usage: ")
    assert len(pages) == len(names) + 1 and all(
        f"asked {name}\n" in page for name, page in zip(names, pages[1:], strict=True)
    )
