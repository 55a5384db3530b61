"""Items that are runs of a program of chance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, final

from shapelang.cli.facts import trace_row
from shapelang.cli.programs import blaming_settings, folder_of, load_program, program_hash
from shapelang.cli.sampling.drawing import FAST, Pace, Row
from shapelang.cli.sampling.items import seed_of
from shapelang.cli.where import told, traces_where
from shapelang.diagnostics import UsageError, closest

if TYPE_CHECKING:
    from shapelang.assembly.assembly import Assembly
    from shapelang.cli.options import Running
    from shapelang.cli.sampling.styles import Styling
    from shapelang.execution.budget import Limits
    from shapelang.execution.style import Style
    from shapelang.execution.trace import Trace
    from shapelang.semantics.program import Program

PROBED: Final = 64
"""Items of which one must meet a fixed choice."""


@final
@dataclass(frozen=True, slots=True)
class ProgramSource:
    """A program as plain data that can be sent to a process: its file's name and text and the folder of what it uses,
    the values of `--set`, how choices are drawn, and tests that an item has to meet.
    """

    name: str
    text: str
    folder: str
    given: Mapping[str, Any]
    style: Style
    where: tuple[str, ...]

    def program(self) -> Program:
        """The program, checked anew: milliseconds, against a program that would have to be sent by value."""
        from shapelang.semantics.check import check
        from shapelang.semantics.loader import FileLoader
        from shapelang.syntax.source import Source

        return check(Source(self.name, self.text), FileLoader(Path(self.folder)))


@final
@dataclass(frozen=True, slots=True, eq=False)
class ProgramSample:
    """One run of the program of a source."""

    trace: Trace
    source: ProgramSource

    @property
    def seed(self) -> int:
        """The run's."""
        return self.trace.seed

    @property
    def assembly(self) -> Assembly:
        """What the run made."""
        return self.trace.assembly

    @property
    def text(self) -> None:
        """The program is at hand already."""

    def row(self) -> Row:
        """Its choices and their probability."""
        from shapelang.io.json_text import plain

        row, style = trace_row(self.trace, self.source.given), self.source.style
        if style.fixed:
            choices = self.trace.choices.items()
            fixed = [choice.log_prob() for address, choice in choices if style.value(address) is not None]
            row["fixed_log_prob"] = plain(sum(fixed))
        return row


@final
@dataclass(frozen=True, slots=True, eq=False)
class ProgramMaker:
    """A checked program with the source that it is of."""

    program: Program
    source: ProgramSource

    @property
    def name(self) -> str:
        """The program's."""
        return self.program.name

    @property
    def pace(self) -> Pace:
        """Thousands of runs take a second."""
        return FAST

    def samples(self, seeds: Sequence[int], limits: Limits) -> Iterator[ProgramSample]:
        """A run for each seed. Raises what `simulate` raises, for any of them before the first."""
        return (ProgramSample(trace, self.source) for trace in self._traces(seeds, limits))

    def header(self) -> Row:
        """The program and what it was given."""
        from shapelang.io.json_text import plain

        given = plain(self.source.given)
        return {"program": self.name, "program_sha256": program_hash(self.program), "given": given}

    def settings(self) -> Row:
        """How choices are drawn."""
        from shapelang.io.json_text import plain

        style = self.source.style
        return {
            "temperature": style.temperature,
            "where": list(self.source.where),
            "fixed": plain(style.fixed),
        }

    def _traces(self, seeds: Sequence[int], limits: Limits) -> Iterator[Trace]:
        from shapelang.execution.batch import simulate_batch
        from shapelang.execution.replay import ReplayError

        source = self.source
        if source.where:
            yield from traces_where(self.program, source.where, seeds, source.given, limits)
            return
        with blaming_settings(self.program, source.given):
            try:
                batch = simulate_batch(self.program, seeds, source.given, limits, source.style)
            except ReplayError as error:
                raise UsageError(f"--fix: {error}") from None
            yield from batch.traces()


def _refuse_unmet(maker: ProgramMaker, seed: int, limits: Limits) -> None:
    """Raises UsageError for a fixed choice that none of the first items meets: most likely a slip of the pen."""
    style = maker.source.style
    if not style.fixed:
        return
    addresses: set[str] = set()
    for sample in maker.samples([seed_of(seed, index) for index in range(PROBED)], limits):
        addresses |= set(sample.trace.choices)
    unmet = sorted(style.fixed.keys() - style.met(addresses))
    if unmet:
        hint = closest(unmet[0], sorted(addresses)) or "fix the choices that lead to it as well"
        raise UsageError(f"--fix: none of the first {PROBED} items makes a choice '{unmet[0]}'\n  help: {hint}")


def program_maker(file: str, running: Running, styling: Styling, seed: int) -> ProgramMaker:
    """The program of a file or of `-`, with how its choices are drawn; what no item can have is refused."""
    from shapelang.execution.style import Style

    style, where, given, limits = (
        Style(styling.temperature, styling.fixed()),
        tuple(styling.where or ()),
        running.given(),
        running.limits(),
    )
    if where and (style.fixed or style.temperature != 1.0):
        raise UsageError(
            "--where keeps the program's own chances: it goes with neither --fix nor --temperature\n"
            "  help: a choice is fixed by a test as well: --where 'back == \"ladder\"'"
        )
    program = load_program(file, running.stdin_filename)
    folder = str(folder_of(file, running.stdin_filename))
    source = ProgramSource(program.source.name, program.source.text, folder, given, style, where)
    told(program, where, given, limits)
    maker = ProgramMaker(program, source)
    _refuse_unmet(maker, seed, limits)
    return maker
