"""Shapes and systems run against each other, each pair in a process of its own that nothing it meets can outlive."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Collection, Generator, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final, final

from benchmarks.infer.files import read_triangles, welded, write_obj
from benchmarks.infer.measure import facts, fit
from benchmarks.infer.process import Limits
from benchmarks.infer.rows import Key, Row, State
from benchmarks.infer.sets import Shape
from benchmarks.infer.systems import Input, System
from shapelang.diagnostics import ShapelangError
from shapelang.metrics.triangles import Triangles

INPUT: Final = "input"
"""In place of a system: the mesh itself is looked at."""

_MEASURING: Final = 300.0
"""Seconds for reading, measuring and comparing, on top of a command's own."""


@final
@dataclass(frozen=True, slots=True)
class Job:
    """A shape for a system, or for none: then the mesh itself is looked at. `keep`: where answers are left."""

    shape: Shape
    system: System | None
    limits: Limits
    commit: str
    keep: Path | None = None

    @property
    def key(self) -> Key:
        """That of its row."""
        return self.shape.set, self.shape.name, INPUT if self.system is None else self.system.name

    def row(self, state: State, figures: dict[str, float], detail: str = "") -> Row:
        """Its row."""
        return Row(*self.key, state, figures, detail, self.commit)


def pending(jobs: Iterable[Job], done: Collection[Key]) -> list[Job]:
    """The jobs that have no row yet."""
    return [job for job in jobs if job.key not in done]


def run_jobs(jobs: Sequence[Job], at_once: int, tell: Callable[[Row], None]) -> None:
    """Run jobs, so many at once, telling each row as it comes."""
    context = get_context("forkserver")
    context.set_forkserver_preload([__name__])
    with ThreadPoolExecutor(at_once) as pool:
        for future in as_completed([pool.submit(apart, job) for job in jobs]):
            tell(future.result())


def apart(job: Job) -> Row:
    """The row of a job, from a process of its own: a crash or a hang of what measures is a row as well."""
    ours, theirs = get_context("forkserver").Pipe(duplex=False)
    process = get_context("forkserver").Process(target=_answer, args=(theirs, job), daemon=False)
    process.start()
    theirs.close()
    try:
        if not ours.poll(job.limits.seconds + _MEASURING):
            return job.row(State.TIME, {}, "the measuring did not end")
        return ours.recv()
    except EOFError:
        process.join()
        return job.row(State.FAILED, {}, f"the measuring ended with exit code {process.exitcode}")
    finally:
        process.kill()
        process.join()
        ours.close()


def _answer(to: Connection, job: Job) -> None:
    row = measured(job)
    with suppress(BrokenPipeError):  # the run was ended meanwhile
        to.send(row)


def measured(job: Job) -> Row:
    """The row of a job. Whatever is wrong with the mesh or the answer is its state."""
    try:
        with _folder(job) as folder, _given(job.shape, folder / "given.obj") as (given, mesh):
            if job.system is None:
                return job.row(State.OK, facts(mesh))
            out = folder / "out"
            shutil.rmtree(out, ignore_errors=True)  # parts of an earlier run that was kept
            out.mkdir()
            ended = job.system.run(given, out, job.limits)
            seconds = {"seconds": ended.seconds, "cpu": ended.cpu, "limit": job.limits.asked}
            if ended.state is not State.OK:
                return job.row(ended.state, seconds, ended.said[-300:])
            made = job.system.made(out)
        figures = fit(mesh, made.pieces) | made.figures | seconds
        if "program_bits" in figures:
            figures["bits"] = figures["program_bits"] + figures["residual_bits"]
        return job.row(State.OK, figures)
    except ShapelangError as error:
        return job.row(State.REFUSED if job.system is None else State.FAILED, {}, str(error))
    except (OSError, ValueError, MemoryError, ArithmeticError, IndexError) as error:
        return job.row(State.FAILED, {}, f"{type(error).__name__}: {error}")


@contextmanager
def _given(shape: Shape, plain: Path) -> Generator[tuple[Input, Triangles]]:
    """What systems are given, and the mesh that they are judged by; a damaged one is gone afterwards."""
    if shape.damaged is None:
        mesh = read_triangles(shape.written())
        write_obj(plain, welded(mesh))
        yield Input(shape.path, plain), mesh
        return
    with tempfile.TemporaryDirectory(prefix="shapelang-bench-") as name:
        path = Path(name) / "mesh.obj"
        truth = shape.damaged.write(path)
        yield Input(path, path), truth


@contextmanager
def _folder(job: Job) -> Generator[Path]:
    """A folder for what a job reads and writes, kept where that is asked for."""
    if job.keep is None:
        with tempfile.TemporaryDirectory(prefix="shapelang-bench-") as name:
            yield Path(name)
    else:
        folder = job.keep / job.key[2] / job.shape.set / job.shape.name
        folder.mkdir(parents=True, exist_ok=True)
        yield folder
