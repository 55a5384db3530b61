"""Rows made on a cluster of Ray. Files come back with them, and are written by the machine that was called."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, final

from shapelang.cli.sampling.drawing import Row
from shapelang.cli.sampling.making import Work, made
from shapelang.cli.sampling.sources import carried, opened
from shapelang.diagnostics import ShapelangError
from shapelang.inference.corpus.on_ray import cores_of, joined
from shapelang.io.atomic import write_whole

AHEAD: Final = 2
"""Chunks for each core that are given out before they are asked for."""


@final
@dataclass(frozen=True, slots=True)
class Made:
    """The rows of a chunk, and the files that belong to them by their names below the run's folder."""

    rows: list[Row]
    files: dict[str, bytes]


def by_ray(work: Work, chunks: Iterator[Sequence[int]], address: str, jobs: int | None) -> Iterator[list[Row]]:
    """The rows of chunks in their order; see `pool.rows_of`. Raises UsageError where there is no cluster, and
    ShapelangError for what Ray cannot do.
    """
    ray = joined(address)
    try:
        seats = cores_of(ray, jobs)
        task: Any = ray.remote(num_cpus=1)(made_elsewhere)
        there, waiting = ray.put(replace(work, source=carried(work.source))), deque[Any]()
        while True:
            waiting.extend(task.remote(there, some) for some in islice(chunks, seats * AHEAD - len(waiting)))
            if not waiting:
                return
            found = _result(ray, waiting.popleft())
            for name, content in found.files.items():
                if work.files is not None:
                    write_whole(Path(work.files.out) / name, content)
            yield found.rows
    finally:
        ray.shutdown()


def made_elsewhere(work: Work, indices: Sequence[int]) -> Made:
    """What `made` makes, its files read back from a folder that is gone afterwards."""
    maker = opened(work.source)
    if work.files is None:
        return Made(list(made(work, maker, indices)), {})
    with TemporaryDirectory() as folder:
        here = replace(work, files=replace(work.files, out=folder))
        rows = list(made(here, maker, indices))
        paths = [path for path in sorted(Path(folder).rglob("*")) if path.is_file()]
        # Labels stand for an item that is whole: they are written last.
        paths.sort(key=lambda path: path.suffix == ".json")
        return Made(rows, {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths})


def _result(ray: Any, ready: Any) -> Made:
    errors = ray.exceptions
    try:
        return ray.get(ready)
    except errors.RayTaskError as error:
        if isinstance(error.cause, ShapelangError):
            raise error.cause from None
        raise
    except errors.RayError as error:
        raise ShapelangError(f"Ray: {error}") from None
