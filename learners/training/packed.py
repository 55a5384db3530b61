"""A trained system as a folder to give on: `config.json`, `model.safetensors`, and a model card in `README.md`.

Of the weights it has the moving average alone, without those that nothing but training asks, at 32 or 16 bits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum, unique
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Final, final

import torch
from safetensors.torch import save
from torch import Tensor

from learners.bounds import Bounds
from learners.configs import from_json, to_json
from learners.data.sets import at_place, place_of
from learners.json_file import read_json
from learners.systems.latent import LatentGan
from learners.systems.systems import only_in_training
from learners.training.checkpoint import MOST_STEPS
from learners.training.provenance import FIGURES
from learners.training.run import Run
from learners.training.whole import write_folder
from learners.weights import read_tensors
from shapelang.diagnostics import UsageError
from shapelang.io.json_text import indented

CONFIG: Final = "config.json"
WEIGHTS: Final = "model.safetensors"
CARD: Final = "README.md"


@unique
@final
class Stored(Enum):
    """What a weight takes on the disk; in memory it has 32 bits."""

    F32 = "f32"
    F16 = "f16"
    """Half the size, three digits."""

    @property
    def bits(self) -> int:
        """32 or 16."""
        return 32 if self is Stored.F32 else 16


@final
@dataclass(frozen=True, slots=True)
class Packed:
    """What `config.json` says. step: of the weights. sha256: of their file."""

    run: Run
    step: Annotated[int, Bounds(0, MOST_STEPS)]
    stored: Stored
    sha256: str


def is_packed(folder: Path) -> bool:
    """Whether a folder says to be one of these."""
    return (folder / CONFIG).is_file()


def write_packed(folder: Path, run: Run, step: int, weights: Mapping[str, Tensor], stored: Stored, card: str) -> int:
    """Write the folder, whole or not at all, in the place of one of its kind; returns its bytes.

    run: `portable`. weights: all of the net. Raises UsageError where something else stands there, or a weight is too
    large for 16 bits.
    """
    folder = folder.resolve()
    if folder.exists() and not _is_replaced(folder):
        raise UsageError(f"{folder}: something else stands there; give a folder that is new or was packed before")
    left = only_in_training(run.system)
    kept = {name: _stored(name, w, stored) for name, w in weights.items() if not (left and name.startswith(left))}
    content = save(kept)
    config = Packed(run, step, stored, sha256(content).hexdigest())
    files = {CONFIG: indented(to_json(config)), WEIGHTS: content, CARD: card.encode()}
    write_folder(folder, files)
    return sum(len(each) for each in files.values())


def _is_replaced(folder: Path) -> bool:
    """Whether it is empty, or one of these with nothing else in it: models of others have a config.json, too."""
    if not folder.is_dir():
        return False
    names = {path.name for path in folder.iterdir()}
    if not names:
        return True
    try:
        config = read_json(folder / CONFIG)
    except UsageError:
        return False
    return names <= {CONFIG, WEIGHTS, CARD, FIGURES} and isinstance(config, dict) and config.get("type") == "Packed"


def read_packed(folder: Path) -> tuple[Packed, dict[str, Tensor]]:
    """What a folder holds, its weights at 32 bits. Raises UsageError where it is damaged, or not one of these."""
    config: Packed = from_json(Packed, read_json(folder / CONFIG), str(folder / CONFIG))
    file = folder / WEIGHTS
    try:
        found = sha256(file.read_bytes()).hexdigest()
    except OSError as error:
        raise UsageError(f"cannot read {file}: {error.strerror or error}") from None
    if found != config.sha256:
        raise UsageError(f"{file}: damaged, its SHA-256 is not that of {CONFIG}")
    return config, {name: _widened(tensor) for name, tensor in read_tensors(file).items()}


def portable(run: Run) -> Run:
    """A run without the folders of the machine that made it."""
    place = place_of(run.data)
    system = run.system
    if isinstance(system, LatentGan):
        system = replace(system, folder=Path(system.folder).name)
    data = run.data if place is None else at_place(run.data, Path(place).name)
    return replace(run, system=system, data=data)


def _stored(name: str, weight: Tensor, stored: Stored) -> Tensor:
    if stored is Stored.F32 or not weight.is_floating_point():
        return weight.contiguous()
    half = weight.to(torch.float16)
    if not bool(torch.isfinite(half).all()):
        raise UsageError(f"'{name}' holds {float(weight.abs().max()):.3g}, which 16 bits cannot say: pack 32")
    return half.contiguous()


def _widened(tensor: Tensor) -> Tensor:
    return tensor.float() if tensor.dtype == torch.float16 else tensor
