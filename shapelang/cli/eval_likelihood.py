"""What `shapelang eval` says of systems that give volumes a likelihood."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from shapelang.arrays import AnyArray
from shapelang.cli.console import say, table
from shapelang.deadline import Progress
from shapelang.diagnostics import UsageError, counted


def likelihood(folders: Sequence[Path], volumes: int, samples: int, device: str, progress: Progress) -> dict[str, Any]:
    """Runs on one set beside independent cells, in nats a volume. Raises UsageError where the sets differ."""
    from learners.data.sets import same_held_out
    from learners.evaluation.likelihood import independent_cells, likelihoods
    from learners.training.averaged import run_of

    sets = {folder: run_of(folder).data for folder in folders}
    for folder, data in sets.items():
        if not same_held_out(data, sets[folders[0]]):
            raise UsageError(f"{folder} learned from another set than {folders[0]}: nats of two sets say nothing")
    rows: list[dict[str, Any]] = []
    for folder in folders:
        found = likelihoods(folder, volumes, samples, device, progress)
        rows.append({"name": folder.resolve().name, "step": found.step, "bound": _mean(found.bound)})
        if found.weighted is not None:
            rows[-1]["iwae"] = _mean(found.weighted)
    cells = independent_cells(sets[folders[0]], volumes)
    rows.append({"name": "independent cells", "bound": _mean(cells)})
    head = ["nats a volume", "bound", f"IWAE, K = {samples}", "step"]
    for line in table([head, *([row["name"], *map(_told, _columns(row))] for row in rows)]):
        say(line)
    say(f"{counted(len(cells), 'held-out volume')}; less is better, ± standard errors")
    return {"volumes": len(cells), "samples": samples, "nats": rows}


def _mean(nats: AnyArray) -> dict[str, float]:
    if len(nats) == 1:
        return {"mean": float(nats[0])}
    return {"mean": float(nats.mean()), "error": float(nats.std(ddof=1) / len(nats) ** 0.5)}


def _columns(row: dict[str, Any]) -> tuple[Any, ...]:
    return row["bound"], row.get("iwae"), row.get("step")


def _told(cell: dict[str, float] | int | None) -> str:
    match cell:
        case None:
            return ""
        case int():
            return f"{cell:,}"
        case _:
            return f"{cell['mean']:.1f}" + (f" ± {cell['error']:.1f}" if "error" in cell else "")
