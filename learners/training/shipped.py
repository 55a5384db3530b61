"""Trained nets that come with the package, known by their names."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Final

from learners.training.packed import is_packed
from shapelang.diagnostics import UsageError, closest

_NETS: Final = Path(str(files("learners"))) / "pretrained"


def shipped() -> tuple[str, ...]:
    """Their names, in order."""
    return tuple(sorted(each.name for each in _NETS.iterdir() if is_packed(each)))


def located(folder: Path) -> Path:
    """The folder as it is given, or, where nothing stands there, the shipped net of that name.

    Raises UsageError where it is neither.
    """
    if folder.exists():
        return folder
    names = shipped()
    if str(folder) in names:
        return _NETS / folder
    hint = closest(str(folder), names) or f"of trained nets there are {', '.join(names)}"
    raise UsageError(f"{folder}: no such folder; {hint}")
