"""How many processes train one run, and what they agree on."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from multiprocessing import active_children
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar, final

import torch
from torch import Tensor

from shapelang.diagnostics import ShapelangError, UsageError
from shapelang.threads import when_parent_is_gone

P = ParamSpec("P")
T = TypeVar("T")


class Engine(Protocol):
    """The processes of a run, each of which calls the same methods in the same order."""

    @property
    def device(self) -> torch.device:
        """Where this process computes."""
        ...

    @property
    def rank(self) -> int:
        """Which process this is; 0 alone writes."""
        ...

    @property
    def count(self) -> int:
        """How many there are."""
        ...

    def mean(self, values: Tensor) -> Tensor:
        """Over all processes; values may be overwritten."""
        ...

    def highest(self, value: int) -> int:
        """Over all processes."""
        ...


@final
class Alone:
    """One process on a device."""

    rank = 0
    count = 1

    def __init__(self, device: torch.device) -> None:
        self.device = device

    def mean(self, values: Tensor) -> Tensor:
        """Its own."""
        return values

    def highest(self, value: int) -> int:
        """Its own."""
        return value


@final
class Together:
    """One of several processes that Fabric has started."""

    def __init__(self, fabric: Any) -> None:
        self._fabric = fabric
        self.device: torch.device = fabric.device
        self.rank: int = fabric.global_rank
        self.count: int = fabric.world_size

    def mean(self, values: Tensor) -> Tensor:
        """By an all-reduce."""
        return self._fabric.all_reduce(values, reduce_op="mean")

    def highest(self, value: int) -> int:
        """By an all-reduce."""
        return int(self._fabric.all_reduce(torch.tensor(value, device=self.device), reduce_op="max"))


def launched(
    processes: int, device: str, work: Callable[Concatenate[Engine, P], T], *args: P.args, **kwargs: P.kwargs
) -> T:
    """What `work` returns in the first of several processes; it takes the engine before the other arguments.

    device: cpu, where they speak by gloo, or cuda, a GPU each, by NCCL. Processes are spawned: work and arguments can
    be sent to another one, and what comes back is less than a pipe holds (64 kB), which nobody empties before they
    end. When this one is killed they get SIGTERM. Raises UsageError without the extra or without enough GPUs, and one
    of shapelang's own errors that all processes meet, or that the first has met when all end.
    """
    if find_spec("lightning_fabric") is None:
        raise UsageError("lightning-fabric is not installed; pip install 'shapelang[several]', or use one process")
    cuda = device.startswith("cuda")
    if ":" in device:
        raise UsageError(f"--device {device} is one GPU: leave its number out for several processes")
    if cuda and torch.cuda.device_count() < processes:
        raise UsageError(f"{processes} processes need as many GPUs, and there are {torch.cuda.device_count()}")
    from lightning_fabric import Fabric

    fabric = Fabric(accelerator="cuda" if cuda else "cpu", devices=processes, strategy="ddp_spawn")
    before = set(active_children())
    try:
        ended: Any = fabric.launch(partial(_work, work, args, kwargs))
    except BaseException:
        # Whatever ends this one, a signal above all: the others are told, and each ends after the step under way.
        children = set(active_children()) - before
        for child in children:
            child.terminate()
        for child in children:
            child.join()
        raise
    if isinstance(ended.content, ShapelangError):
        raise ended.content
    return ended.content


@final
class _Sealed:
    """What a process ends with. Fabric looks for tensors in dataclasses and fails at frozen ones: here it sees none."""

    def __init__(self, content: object) -> None:
        self.content = content


def _work(work: Callable[..., object], args: tuple[Any, ...], kwargs: dict[str, Any], fabric: Any) -> _Sealed:
    """In one process. An error of ours is handed over as it is: Fabric would make a traceback of it."""
    # torch sends SIGINT then, which is not heard in what a script runs in the background: it would go on for ever.
    when_parent_is_gone(partial(os.kill, os.getpid(), signal.SIGTERM))
    try:
        return _Sealed(work(Together(fabric), *args, **kwargs))
    except ShapelangError as error:
        return _Sealed(error)
