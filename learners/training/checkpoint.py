"""Checkpoints: folders of safetensors and JSON that are there whole or not at all.

`step_000000100/` holds `net.safetensors` (weights), `average.safetensors` (their moving average),
`optimizers.safetensors`, and `state.json` with the step, the configuration and the SHA-256 of the others. A kill or a
full disk leaves the older ones as they were.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, TypeAlias, final

from safetensors.torch import save
from torch import Tensor

from learners.json_file import read_json
from learners.training.whole import write_folder
from learners.weights import read_tensors
from shapelang.diagnostics import UsageError
from shapelang.io.json_text import indented

Tensors: TypeAlias = Mapping[str, Tensor]

NET: Final = "net.safetensors"
AVERAGE: Final = "average.safetensors"
OPTIMIZERS: Final = "optimizers.safetensors"
STATE: Final = "state.json"
KEPT: Final = 3
"""Checkpoints of a run that stay; older ones are removed once a new one is there."""
MOST_STEPS: Final = 10**9 - 1
"""Steps of a run, which folders are named by with nine digits."""

_PREFIX: Final = "step_"


@final
@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A run after `step` steps. Random numbers are no part of it: they are known by the step.

    run: the configuration as JSON.
    """

    step: int
    run: Any
    net: Tensors
    average: Tensors
    optimizers: Tensors


def write_checkpoint(folder: Path, checkpoint: Checkpoint) -> Path:
    """Write a checkpoint into the folder of a run, and remove all but the newest `KEPT`.

    Returns its folder. Raises UsageError where it cannot be written; what was there before is then untouched.
    """
    whole = folder / f"{_PREFIX}{checkpoint.step:09d}"
    if _is_whole(whole):
        return whole
    files = {
        NET: save(dict(checkpoint.net)),
        AVERAGE: save(dict(checkpoint.average)),
        OPTIMIZERS: save(dict(checkpoint.optimizers)),
    }
    digests = {name: sha256(content).hexdigest() for name, content in files.items()}
    state = {"step": checkpoint.step, "run": checkpoint.run, "sha256": digests}
    write_folder(whole, files | {STATE: indented(state)})
    for old in list(_folders(folder))[KEPT:]:
        shutil.rmtree(old, ignore_errors=True)
    return whole


def _is_whole(whole: Path) -> bool:
    """Whether this step is kept already; what is damaged is written again."""
    try:
        read_checkpoint(whole)
    except UsageError:
        return False
    return True


def newest_checkpoint(folder: Path) -> tuple[Checkpoint | None, list[str]]:
    """The newest checkpoint of a run that is whole (None without any), and what is wrong with newer ones."""
    skipped: list[str] = []
    for whole in _folders(folder):
        try:
            return read_checkpoint(whole), skipped
        except UsageError as error:
            skipped.append(str(error))
    return None, skipped


def read_checkpoint(whole: Path) -> Checkpoint:
    """A checkpoint from its folder; raises UsageError where a file is missing, changed or not what it should be."""
    state = read_json(whole / STATE)
    if not isinstance(state, dict) or state.keys() != {"step", "run", "sha256"}:
        raise UsageError(f"{whole / STATE}: no state of a checkpoint")
    if type(state["step"]) is not int or not 0 <= state["step"] <= MOST_STEPS:
        raise UsageError(f"{whole / STATE}.step: it is {state['step']!r}, but it must be from 0 to {MOST_STEPS}")
    digests = state["sha256"]
    if not isinstance(digests, dict) or digests.keys() != {NET, AVERAGE, OPTIMIZERS}:
        raise UsageError(f"{whole / STATE}: no digests of its files")
    for name, digest in digests.items():
        if _digest(whole / name) != digest:
            raise UsageError(f"{whole / name}: damaged, its SHA-256 is not that of {STATE}")
    net, average, optimizers = (read_tensors(whole / name) for name in (NET, AVERAGE, OPTIMIZERS))
    return Checkpoint(state["step"], state["run"], net, average, optimizers)


def _folders(folder: Path) -> Iterator[Path]:
    """The checkpoints of a run, newest first."""
    names = sorted((path.name for path in folder.glob(f"{_PREFIX}*")), reverse=True)
    yield from (folder / name for name in names)


def _digest(path: Path) -> str:
    try:
        return sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror or error}") from None
