"""Variants by seed, one after the other or over several processes, always in the order of the seeds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, final

from shapelang.cli.facts import facts_of, file_row, trace_row
from shapelang.cli.interrupts import deaf_children
from shapelang.cli.models import Format, Look, model_files
from shapelang.cli.programs import blaming_settings
from shapelang.diagnostics import ShapelangError

if TYPE_CHECKING:
    from shapelang.assembly.assembly import Assembly
    from shapelang.execution.budget import Limits
    from shapelang.semantics.program import Program

CHUNK: Final = 32
"""Variants of one batch: enough for lanes to pay, few enough that an interruption is quick."""

Row = dict[str, Any]


@final
@dataclass(frozen=True, slots=True)
class Work:
    """All that a worker needs to make any of the variants; plain data, so that it can be sent to a process."""

    name: str
    text: str
    folder: str
    given: Mapping[str, Any]
    limits: Limits
    form: Format
    look: Look
    out: str | None
    names: Mapping[int, str]
    """The file of each seed, in the folder `out`."""


def rows_of(work: Work, program: Program, seeds: Sequence[int], jobs: int) -> Iterator[Row]:
    """A row for each seed, its file written. Raises what `simulate` raises, at the first seed that does."""
    chunks = [seeds[k : k + CHUNK] for k in range(0, len(seeds), CHUNK)]
    if jobs <= 1 or len(chunks) <= 1:
        for chunk in chunks:
            yield from _made(work, program, chunk)
        return
    yield from _rows_of_processes(work, chunks, min(jobs, len(chunks)))


def assemblies_of(program: Program, seeds: Sequence[int], given: Mapping[str, Any], limits: Limits) -> list[Assembly]:
    """The assemblies alone."""
    from shapelang.execution.batch import simulate_batch

    with blaming_settings(program, given):
        return [trace.assembly for trace in simulate_batch(program, seeds, given, limits).traces()]


def _made(work: Work, program: Program, seeds: Sequence[int]) -> Iterator[Row]:
    from shapelang.execution.batch import simulate_batch

    with blaming_settings(program, work.given):
        for trace in simulate_batch(program, seeds, work.given, work.limits).traces():
            row = trace_row(trace, work.given)
            if work.out is not None:
                row |= _written(work, trace.assembly, trace.seed)
            yield row


def _written(work: Work, assembly: Assembly, seed: int) -> Row:
    from shapelang.io.atomic import write_atomic

    facts = facts_of(assembly, work.look.segments)
    file = work.names[seed]
    files = model_files(assembly, work.form, str(Path(work.out or ".") / file), work.look)
    for path, content in files:
        write_atomic(path, content)
    return file_row(file, files[0][1]) | facts.row()


def _rows_of_processes(work: Work, chunks: Sequence[Sequence[int]], jobs: int) -> Iterator[Row]:
    # Spawned and not forked: a fork would copy threads' locks in whatever state they are.
    from multiprocessing import get_context

    pool = ProcessPoolExecutor(jobs, mp_context=get_context("spawn"))
    try:
        with deaf_children():
            waiting = [pool.submit(_chunk_in_worker, work, chunk) for chunk in chunks]
        for future in waiting:
            yield from future.result()
    except BrokenProcessPool:
        raise ShapelangError(
            "a worker process was ended from outside, perhaps for lack of memory; try --jobs 1"
        ) from None
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _chunk_in_worker(work: Work, seeds: Sequence[int]) -> list[Row]:
    from shapelang.semantics.check import check
    from shapelang.semantics.loader import FileLoader
    from shapelang.syntax.source import Source

    # Checked anew for each chunk: milliseconds, against a program that would have to be sent by value.
    program = check(Source(work.name, work.text), FileLoader(Path(work.folder)))
    return list(_made(work, program, seeds))
