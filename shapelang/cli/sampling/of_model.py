"""Items that are programs of ShapeAssembly, drawn from a model of them by its careful grammar."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache
from hashlib import sha256
from math import log
from pathlib import Path
from typing import TYPE_CHECKING, Final, final

from shapelang.cli.programs import MODEL as SUFFIX
from shapelang.cli.programs import existing
from shapelang.cli.sampling.drawing import SLOW, Pace, Row
from shapelang.diagnostics import ProgramError, ShapelangError, UsageError

if TYPE_CHECKING:
    from grammars.programs.files import Stored
    from grammars.programs.model import ProgramModel
    from shapelang.assembly.assembly import Assembly
    from shapelang.cli.options import Running
    from shapelang.cli.sampling.styles import Styling
    from shapelang.execution.budget import Limits

KEPT: Final = 400
"""Samples that are kept to be asked for again: as many as a sheet holds."""


@final
@dataclass(frozen=True, slots=True)
class ModelSource:
    """A file of a model as plain data that can be sent to a process, and the temperature of draws. `content`: the file
    itself, for machines that do not have it.
    """

    path: str
    sha256: str
    temperature: float
    content: bytes | None = field(default=None, compare=False, repr=False)

    @property
    def name(self) -> str:
        """Of the file, without what is behind the dot."""
        return Path(self.path).stem

    def carried(self) -> ModelSource:
        """With the file. Raises UsageError where it is another one meanwhile."""
        content = Path(self.path).read_bytes()
        if sha256(content).hexdigest() != self.sha256:
            raise _changed(self.path)
        return replace(self, content=content)

    def stored(self) -> Stored:
        """The model of the file. Raises UsageError where it cannot be read, or is another one meanwhile."""
        return _stored(self)


@final
@dataclass(frozen=True, slots=True, eq=False)
class ModelSample:
    """A program that was drawn: its text as ShapeAssembly has it and as a `.shape` program, bits of its structure and
    of its numbers under the grammar that it was drawn from, and how many before it were beyond the limits of a run.
    """

    seed: int
    program: str
    text: str
    assembly: Assembly
    structure: float
    numbers: float
    rejections: int

    def row(self) -> Row:
        """The program and its probability."""
        bits = {"structure": self.structure, "numbers": self.numbers}
        return {
            "seed": self.seed,
            "program": self.program,
            "log_prob": -(self.structure + self.numbers) * log(2.0),
            "bits": bits,
            "rejections": self.rejections,
        }


@final
@dataclass(frozen=True, slots=True, eq=False)
class ModelMaker:
    """A model with the source that it is of."""

    stored: Stored
    source: ModelSource

    @property
    def name(self) -> str:
        """The file's."""
        return self.source.name

    @property
    def pace(self) -> Pace:
        """A few in a second."""
        return SLOW

    def samples(self, seeds: Sequence[int], limits: Limits) -> Iterator[ModelSample]:
        """A program for each seed. Raises ShapelangError for a seed that gives none within the limits."""
        return (_sample(self.source, seed, limits) for seed in seeds)

    def header(self) -> Row:
        """The model, and what it was learned from."""
        return {"model": self.name, "model_sha256": self.source.sha256, "learned_from": asdict(self.stored.origin)}

    def settings(self) -> Row:
        """How programs are drawn."""
        return {"temperature": self.source.temperature}


def model_maker(file: str, running: Running, styling: Styling) -> ModelMaker:
    """The model of a file. Raises UsageError, also for options that have no meaning for one."""
    from grammars.programs.files import read_model
    from shapelang.chance.tempering import COLDEST, HOTTEST

    given = {
        "--set": running.settings, "--stdin-filename": running.stdin_filename, "--fix": styling.fix,
        "--where": styling.where,
    }  # fmt: skip
    for option, value in given.items():
        if value is not None:
            raise UsageError(
                f"{option} is for programs: a model of them ({SUFFIX}) has no params, choices or addresses"
            )
    if not COLDEST <= styling.temperature <= HOTTEST:
        raise UsageError(f"a temperature is from {COLDEST} to {HOTTEST:g}, not {styling.temperature:g}")
    stored = read_model(existing(file))
    return ModelMaker(stored, ModelSource(file, stored.sha256, styling.temperature))


@lru_cache(maxsize=1)
def _stored(source: ModelSource) -> Stored:
    from grammars.programs.files import model_of, read_model

    stored = read_model(source.path) if source.content is None else model_of(source.content, source.path)
    if stored.sha256 != source.sha256:
        raise _changed(source.path)
    return stored


def _changed(path: str) -> UsageError:
    return UsageError(f"{path}: the file was changed while it was sampled\n  help: begin again")


@lru_cache(maxsize=KEPT)
def _sample(source: ModelSource, seed: int, limits: Limits) -> ModelSample:
    """What a seed gives: of its draws the first that is within the limits of a run."""
    import numpy as np

    from grammars.programs.drawing import drawn_with_bits
    from grammars.programs.text import written
    from shapelang.execution.simulate import simulate
    from shapelang.io.read.shapeassembly import shape_module
    from shapelang.io.read.shapeassembly_short import shortened
    from shapelang.semantics.check import check_text
    from shapelang.syntax.printer import print_module

    model, rng = _careful(source), np.random.Generator(np.random.Philox(key=seed))
    for rejections in range(limits.tries):
        program, structure, numbers = drawn_with_bits(model, rng, source.temperature)
        told = written(program)
        text = print_module(shortened(shape_module(told)))
        try:
            assembly = simulate(check_text(text, f"{source.name}.shape"), seed, limits=limits).assembly
        except ProgramError:
            # Too many copies of copies: no program of a model is wrong otherwise.
            continue
        return ModelSample(seed, told, text, assembly, structure, numbers, rejections)
    raise ShapelangError(
        f"{source.path}: seed {seed} gives no program within the limits of a run in {limits.tries} draws\n"
        "  help: raise --max-instances or --tries"
    )


@lru_cache(maxsize=1)
def _careful(source: ModelSource) -> ProgramModel:
    return source.stored().model.careful()
