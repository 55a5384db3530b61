"""The work on each mesh of a folder: read by itself, or by the choices of a grammar."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias, assert_never, final

from shapelang.cli.devices import available
from shapelang.cli.hurried import Hurry
from shapelang.cli.infer_grammar import infer_by_grammar
from shapelang.cli.programs import STDIN, load_program
from shapelang.compiling import working_clock
from shapelang.deadline import silent
from shapelang.diagnostics import MeshError, ShapelangError, UsageError
from shapelang.inference.corpus.inferring import Inferring, made_of
from shapelang.inference.corpus.items import Item, file_hash
from shapelang.inference.corpus.results import Refused, Result
from shapelang.inference.corpus.rows import Settings


@final
@dataclass(frozen=True, slots=True)
class Deriving:
    """A `Work` of `inference.corpus`: the most probable derivations of the grammar in the file `grammar`.

    `digest` is the SHA-256 of the file, so that what another text has made is not taken for this one's. `plain` has
    what all inferences have.
    """

    plain: Inferring
    grammar: str
    digest: str
    any_size: bool

    def prepare(self) -> None:
        """Load what derivations need: torch takes seconds."""
        self.plain.prepare()
        available("cpu")

    def do(self, item: Item) -> Result:
        """A program, or why the file is refused."""
        from shapelang.inference.input.upright import upright
        from shapelang.io.read import read_shape

        given = self.plain
        try:
            shape = upright(read_shape(Path(item.path), item.name), given.up)
            with working_clock() as working:
                found, _ = infer_by_grammar(
                    self.grammar,
                    self.any_size,
                    shape,
                    given.time_limit,
                    given.alternatives,
                    given.seed,
                    silent,
                    Hurry(working.clock, None),
                )
        except MeshError as error:
            return Refused(str(error), error.code)
        except ShapelangError as error:
            return Refused(str(error))
        return made_of(found)


FolderWork: TypeAlias = Inferring | Deriving


def work_of(plain: Inferring, grammar: str | None, any_size: bool) -> FolderWork:
    """What is done with each mesh. Raises what a grammar that cannot be used raises, before any process begins."""
    if grammar is None:
        return plain
    if grammar == STDIN:
        raise UsageError("of a folder --grammar is a file, since each process reads it")
    load_program(grammar)
    available("cpu")
    return Deriving(plain, grammar, file_hash(grammar) or "", any_size)


def settings_of(work: FolderWork, memory: int | None) -> Settings:
    """All that decides what becomes of a mesh; `memory` in bytes."""
    match work:
        case Inferring():
            return Settings(
                work.time_limit, work.max_parts, work.seed, memory, work.up, work.keep_groups, work.alternatives
            )
        case Deriving(plain=plain):
            return replace(settings_of(plain, memory), grammar=work.digest, any_size=work.any_size)
        case _:
            assert_never(work)
