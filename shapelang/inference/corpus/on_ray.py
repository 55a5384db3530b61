"""The same on a cluster of Ray: it hands items to machines, each of which keeps their limits with a pool of one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib import import_module
from types import TracebackType
from typing import Any, Self, final

from shapelang.diagnostics import ShapelangError, UsageError
from shapelang.inference.corpus.items import Item
from shapelang.inference.corpus.limits import ItemLimits
from shapelang.inference.corpus.pool import LocalPool
from shapelang.inference.corpus.results import Crashed, Done, Work


def joined(address: str) -> Any:
    """The package ray, in a cluster. Raises UsageError where it is not installed or nobody answers at the address."""
    try:
        ray = import_module("ray")
    except ImportError:
        raise UsageError("--ray needs the package ray\n  help: pip install 'shapelang[ray]'") from None
    try:
        ray.init(address=address, include_dashboard=None, log_to_driver=False, logging_level="ERROR")
    except Exception as error:
        # Of a node that does not start in time Ray tells by a bare Exception.
        if isinstance(error, ConnectionError | ValueError | RuntimeError) or type(error) is Exception:
            raise UsageError(f"--ray {address}: {error}") from None
        raise
    return ray


def cores_of(ray: Any, jobs: int | None) -> int:
    """Places to work at: never more than the cluster has cores, since who finds none would wait for ever."""
    most = max(1, int(ray.cluster_resources().get("CPU", 1)))
    return most if jobs is None else min(jobs, most)


@final
class Seat:
    """What stands on a machine of the cluster: a process there, in which one item is done at a time."""

    def __init__(self, work: Work, limits: ItemLimits) -> None:
        self._work, self._pool = work, LocalPool(1, limits, threads=1)

    def do(self, item: Item) -> Done:
        """The end of one item."""
        (done,) = self._pool.run(self._work, [item])
        return done


@final
class RayCluster:
    """An `Executor`. `address`: of a cluster, as `ray.init` takes it; with `local` one is started on
    this machine, and ends with the run. `jobs`: None is one for each core of
    the cluster. The files must have the same paths on all of its machines, and shapelang be installed there.
    """

    def __init__(self, address: str, jobs: int | None, limits: ItemLimits) -> None:
        self._address, self._jobs, self._limits = address, jobs, limits
        self._ray: Any = None

    def __enter__(self) -> Self:
        """Join the cluster. Raises UsageError where ray is not installed or nobody answers at the address."""
        self._ray = joined(self._address)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave the cluster, which ends all that this process began there."""
        del kind, error, trace
        self._ray.shutdown()

    def run(self, work: Work, items: Iterable[Item]) -> Iterator[Done]:
        """One end for each item, in the order in which they come. Raises ShapelangError for what Ray cannot do."""
        ray, waiting = self._ray, iter(items)
        free = [self._seat(work) for _ in range(cores_of(ray, self._jobs))]
        running: dict[Any, tuple[Any, Item]] = {}
        while True:
            while free and (item := next(waiting, None)) is not None:
                seat = free.pop()
                running[seat.do.remote(item)] = (seat, item)
            if not running:
                return
            (ready, *_), _ = ray.wait([*running], num_returns=1)
            seat, item = running.pop(ready)
            done = self._end(ready, item)
            free.append(self._seat(work) if done is None else seat)
            yield done or Done(item, Crashed("the machine or the Ray process that worked on it was lost"), 0.0)

    def _seat(self, work: Work) -> Any:
        return self._ray.remote(num_cpus=1, max_concurrency=1)(Seat).remote(work, self._limits)

    def _end(self, ready: Any, item: Item) -> Done | None:
        """The end of an item, or None where its machine is gone."""
        errors = self._ray.exceptions
        try:
            return self._ray.get(ready)
        except errors.RayActorError as error:
            if isinstance(error, errors.ActorDiedError) and "creation task" in str(error):
                raise ShapelangError(f"Ray: no worker process gets as far as to begin: {error}") from None
            return None
        except errors.RayError as error:
            raise ShapelangError(f"Ray, at {item.name}: {error}") from None
