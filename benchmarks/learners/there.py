"""Which runs are there to be measured; of those that are not, the command that makes them is told."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchmarks.learners.kept import OUT, steps_of


def kept_or_shipped(names: Sequence[str], shipped: str, out: Path = OUT) -> list[Path]:
    """The folders of the kept runs of these names that are there, or else the net that is shipped."""
    found = [out / name for name in names if steps_of(out / name)]
    for name in names:
        if out / name not in found:
            print(no_run(name, f'make train-all ARGS="{name}"'))
    if not found:
        print(f"measured is the net that is shipped, shipped:{shipped}, of another set\n")
    return found or [Path(f"shipped:{shipped}")]


def no_run(name: str, command: str) -> str:
    """The line for a run that is not there."""
    return f"{name}: no run: `{command}` makes it"
