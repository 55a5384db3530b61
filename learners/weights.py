"""Weights counted before they are there, and read from safetensors after every one of them was looked at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load
from torch import Tensor, nn

from shapelang.diagnostics import UsageError


def read_tensors(path: Path) -> Mapping[str, Tensor]:
    """All tensors of a file; raises UsageError for what is no safetensors file, whose header lies, or holds NaN."""
    try:
        tensors = load(path.read_bytes())
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror or error}") from None
    except SafetensorError as error:
        raise UsageError(f"{path} is no safetensors file: {error}") from None
    for name, tensor in tensors.items():
        if tensor.is_floating_point() and not bool(torch.isfinite(tensor).all()):
            raise UsageError(f"{path}: '{name}' holds numbers that are not finite")
    return tensors


def weights_of(make: Callable[[], nn.Module]) -> int:
    """How many weights a net has; none is drawn, and no memory is taken for them."""
    with torch.device("meta"):
        return sum(weight.numel() for weight in make().parameters())


def put_weights(net: nn.Module, tensors: Mapping[str, Tensor], origin: str) -> None:
    """Put weights into a net; raises UsageError where they are those of another one."""
    refuse_others(net.state_dict(), tensors, origin)
    net.load_state_dict(dict(tensors))


def refuse_others(own: Mapping[str, Tensor], tensors: Mapping[str, Tensor], origin: str) -> None:
    """Names, shapes and types must be those of our own; raises UsageError where they differ."""
    for name in sorted(own.keys() ^ tensors.keys()):
        raise UsageError(f"{origin}: '{name}' is {'missing' if name in own else 'no weight of this system'}")
    for name, tensor in tensors.items():
        if own[name].shape != tensor.shape or own[name].dtype != tensor.dtype:
            found, wanted = _told(tensor), _told(own[name])
            raise UsageError(f"{origin}: '{name}' is {found}, but this system has {wanted}")


def _told(tensor: Tensor) -> str:
    return f"{str(tensor.dtype).removeprefix('torch.')}{list(tensor.shape)}"
