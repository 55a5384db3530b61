"""Which device a command runs on."""

from __future__ import annotations

from shapelang.diagnostics import UsageError


def available(device: str) -> str:
    """The name of a device that is there; raises UsageError that says what is."""
    try:
        import torch
    except ModuleNotFoundError:
        raise UsageError("torch is not installed; pip install 'shapelang[learners]'") from None
    if device == "cpu":
        return device
    if device == "cuda" or device.startswith("cuda:"):
        if torch.cuda.is_available():
            return device
        raise UsageError(f"--device {device}: there is no CUDA device here; leave the option out to use the CPU")
    raise UsageError(f"--device takes cpu or cuda, not '{device}'")
