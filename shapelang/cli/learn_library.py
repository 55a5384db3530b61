"""`shapelang learn --library`: parts that programs share, in a file of their own that the programs use."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Final

from shapelang.cli.build import write_output
from shapelang.cli.console import clean, emit_json, say, say_warning
from shapelang.cli.failures import OK
from shapelang.cli.learn_corpus import Text, read_texts, warn_left_out
from shapelang.cli.programs import STDIN, SUFFIX
from shapelang.cli.progress import progress_told
from shapelang.diagnostics import UsageError, counted
from shapelang.outcome import Outcome

if TYPE_CHECKING:
    from grammars.learning.library.writing import Shared

ROUNDS: Final = 20
HOLES: Final = 5


def write_library(corpus: Sequence[str], output: str, rounds: int | None, holes: int | None, json: bool) -> int:
    """Write the library and the programs to a folder, and tell what was saved."""
    from grammars.learning.library.search import Limits
    from grammars.learning.library.writing import FILE, shared
    from shapelang.semantics.loader import FileLoader
    from shapelang.syntax.source import Source

    _refuse_output(output, corpus)
    texts, refused = read_texts(corpus, json)
    warn_left_out(refused)
    names = _names(texts, FILE)
    sources = [(Source(n, t.program), FileLoader(t.folder)) for n, t in zip(names, texts, strict=True)]
    with progress_told("reading", json) as tell:
        found = shared(sources, rounds or ROUNDS, Limits(HOLES if holes is None else holes), tell)
    folder = Path(output)
    folder.mkdir(parents=True, exist_ok=True)
    write_output(str(folder / FILE), found.text.encode())
    for program in found.programs:
        write_output(str(folder / program.name), program.text.encode())
    if json:
        emit_json(_row(found, refused))
    else:
        _tell(found, output, HOLES if holes is None else holes)
    return OK


def _refuse_output(output: str, corpus: Sequence[str]) -> None:
    folder = Path(output)
    if output == STDIN or output.endswith(SUFFIX) or folder.is_file():
        raise UsageError(f"-o {output}: with --library it is a folder, for library.shape and the programs that use it")
    for path in corpus:
        own = Path(path) if Path(path).is_dir() else Path(path).parent
        if own.resolve() == folder.resolve():
            raise UsageError(f"-o {output}: the programs that are read stand there; name another folder")


def _names(texts: Sequence[Text], taken: str) -> list[str]:
    """A file name for each program, none twice."""
    used = {taken}
    found: list[str] = []
    for text in texts:
        stem = Path(text.name).name.removesuffix(".txt").removesuffix(SUFFIX)
        name = next(n for k in count(1) if (n := f"{stem}{'' if k == 1 else f'_{k}'}{SUFFIX}") not in used)
        used.add(name)
        found.append(name)
    return found


def _tell(found: Shared, output: str, holes: int) -> None:
    library = found.library
    for program in found.programs:
        if program.kept is not None:
            say_warning(f"{clean(program.name)} stays as it was: {clean(program.kept)}")
    if library.outcome is Outcome.STEPS:
        say("The search was cut short in some round: there may be better parts.")
    say(
        f"{clean(output)}: {counted(len(library.abstractions), 'part')} shared by "
        f"{counted(len(found.programs), 'program')}; {library.before} words of syntax are {library.after} now, "
        f"and {library.cost} in the library"
    )
    if not library.abstractions:
        say(
            "Nothing is shared: no part saves more words by its calls than its definition costs, and the programs are "
            f"as they were. More programs that are alike may share some, or parts with more than {holes} parameters "
            "(--holes); 'shapelang learn' without --library makes one grammar of all."
        )


def _row(found: Shared, refused: Sequence[tuple[str, str]]) -> dict[str, object]:
    library = found.library
    return {
        "parts": len(library.abstractions),
        "before": library.before,
        "after": library.after,
        "library": library.cost,
        "exhaustive": library.outcome is not Outcome.STEPS,
        "programs": [{"file": p.name, "kept": p.kept} for p in found.programs],
        "refused": [{"file": name, "cause": cause} for name, cause in refused],
    }
