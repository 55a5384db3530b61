"""`shapelang learn -o NAME.programs`: a model of ShapeAssembly's programs, to be sampled and to score others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, final

from shapelang.cli.console import bytes_shown, clean, emit_json, say, say_warning
from shapelang.cli.failures import OK
from shapelang.cli.learn_corpus import files_of, nothing_read, split, warn_left_out
from shapelang.cli.progress import progress_told, tracked
from shapelang.cli.version import version
from shapelang.diagnostics import ShapelangError, UsageError, counted

if TYPE_CHECKING:
    from grammars.programs.files import Origin
    from grammars.programs.model import ProgramModel
    from grammars.programs.program import Assembly

TEXT: Final = ".txt"

MOST: Final = 50_000
"""Programs."""


_FEW: Final = 200
"""Programs, of fewer than which samples are often heaps: of 20 and of 90 chairs 1 of 6 and 5 of 12 read as one."""


@final
@dataclass(frozen=True, slots=True)
class Read:
    """Distinct programs, how many files said again what another had, and what could not be read with the cause."""

    programs: tuple[Assembly, ...]
    again: int
    refused: tuple[tuple[str, str], ...]


def write_programs(corpus: Sequence[str], output: str, hold_out: float, seed: int, json: bool) -> int:
    """Learn, write the model, and tell what it gives to the programs that were held out."""
    from grammars.programs.corpus import skeleton
    from grammars.programs.files import Origin, corpus_hash, write_model
    from grammars.programs.gates import PLAIN
    from grammars.programs.model import learned

    found = read_programs(corpus, json)
    warn_left_out(found.refused)
    training, held_out = split([skeleton(program) for program in found.programs], hold_out, seed)
    programs, others = ([found.programs[k] for k in some] for some in (training, held_out))
    if len(programs) < _FEW:
        heaps = "many samples will be heaps of parts; a grammar in text (-o NAME.shape) makes more of few examples"
        say_warning(f"there are only {counted(len(programs), 'program')} to learn from: {heaps}")
    with progress_told("learning", json) as tell:
        model = learned(programs, PLAIN, seed, tell)
    origin = Origin(len(programs), len(others), corpus_hash(programs), seed, PLAIN, version())
    size = write_model(output, model, origin)
    row = _row(found, origin, size, _bits(model, others))
    if json:
        emit_json(row)
    else:
        _tell(output, row)
    return OK


def read_programs(paths: Sequence[str], quiet: bool) -> Read:
    """The programs of ShapeAssembly of files and folders, exact copies left out. Raises UsageError for none at all."""
    from grammars.programs.text import read
    from shapelang.semantics.loader import read_source

    files = [file for path in paths for file in _texts_of(path)]
    found: list[Assembly] = []
    refused: list[tuple[str, str]] = []
    for file in tracked(files, len(files), "programs", quiet):
        try:
            found.append(read(read_source(file).text))
        except ShapelangError as error:
            refused.append((str(file), (str(error).splitlines() or [type(error).__name__])[0]))
        if len(found) > MOST:
            raise UsageError(f"more than {MOST:,} programs: give fewer files")
    if not found:
        raise nothing_read(paths, "program", len(files), refused)
    distinct = tuple(dict.fromkeys(found))
    return Read(distinct, len(found) - len(distinct), tuple(refused))


def _texts_of(path: str) -> list[Path]:
    files = [file for file in files_of(Path(path)) if file.suffix == TEXT]
    if not files:
        raise UsageError(f"{path}: a model of programs is learned from ShapeAssembly's .txt, and there is none")
    return files


def _bits(model: ProgramModel, held_out: Sequence[Assembly]) -> dict[str, float] | None:
    """Of a held-out program, on average; those that no walk tells are beyond the model."""
    if not held_out:
        return None
    structure, numbers = model.bits(held_out).mean(axis=0).tolist()
    return {"structure": structure, "numbers": numbers}


def _row(found: Read, origin: Origin, size: int, bits: dict[str, float] | None) -> dict[str, Any]:
    return {
        "programs": origin.programs,
        "held_out": origin.held_out,
        "copies": found.again,
        "corpus_sha256": origin.corpus,
        "bytes": size,
        "held_out_bits": bits,
        "refused": [{"file": name, "cause": cause} for name, cause in found.refused],
    }


def _tell(output: str, row: dict[str, Any]) -> None:
    copies = f"; {counted(row['copies'], 'exact copy', 'exact copies')} left out" if row["copies"] else ""
    say(f"{clean(output)}: learned from {counted(row['programs'], 'program')}{copies}, {bytes_shown(row['bytes'])}")
    bits = row["held_out_bits"]
    if bits is not None:
        each = f"{bits['structure']:.1f} of structure, {bits['numbers']:.1f} of numbers"
        say(f"{counted(row['held_out'], 'program')} held out: {sum(bits.values()):.1f} bits each ({each})")
