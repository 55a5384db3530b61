"""Trained nets that come with the package, known by their names. Loads no torch."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Final

from shapelang.diagnostics import UsageError, closest

SHIPPED: Final = "shipped:"
"""Before a name: the net that is shipped, whatever stands here."""

_NETS: Final = Path(str(files("learners"))) / "pretrained"


def shipped() -> tuple[str, ...]:
    """Their names, in order."""
    return tuple(sorted(each.name for each in _NETS.iterdir() if each.is_dir()))


def located(folder: Path) -> Path:
    """The folder as it is given, or, where nothing stands there, the shipped net of that name.

    Raises UsageError where it is neither.
    """
    text, names = str(folder), shipped()
    name = text.removeprefix(SHIPPED)
    if name == text and folder.exists():
        return folder
    if name in names:
        return _NETS / name
    hint = closest(name, names) or f"of trained nets there are {', '.join(names)}"
    raise UsageError(f"{folder}: no such {'folder' if name == text else 'net'}; {hint}")


def hides(folder: Path) -> bool:
    """Whether what stands here goes before a shipped net of the same name."""
    return str(folder) in shipped() and folder.exists()
