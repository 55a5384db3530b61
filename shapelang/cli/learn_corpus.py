"""The examples of `shapelang learn`: programs, ShapeAssembly's programs and GRASS' hierarchies, run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final, final

from shapelang.cli.console import clean, say_warning
from shapelang.cli.progress import tracked
from shapelang.diagnostics import ShapelangError, UsageError

if TYPE_CHECKING:
    from grammars.learning.shapes.bodies import Body
    from shapelang.semantics.program import Program

_GRASS: Final = "box_data.mat"

_KINDS: Final = (".shape", ".txt")

MOST: Final = 100_000
"""Examples."""


MOST_SHARED: Final = 2_000
"""Programs that a library is sought in."""

LISTED: Final = 5
"""Files, examples or causes that are told one by one."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Text:
    """The text of an example as a program, with what it is called and the folder that it may use files of.

    `skeleton`: what is held out together; examples of one skeleton differ in numbers only.
    """

    name: str
    program: str
    folder: Path
    skeleton: str


@final
@dataclass(frozen=True, slots=True, eq=False)
class Corpus:
    """Examples, the hash of what each is held out with, and what could not be read with the cause."""

    names: tuple[str, ...]
    bodies: tuple[Body, ...]
    hashes: tuple[str, ...]
    refused: tuple[tuple[str, str], ...]


def read_corpus(paths: Sequence[str], each: int, vary: float, seed: int, quiet: bool) -> Corpus:
    """All examples of files and folders, each program run `each` times. Raises UsageError where there are none.

    In every run but the first, real params that are not drawn are up to the share `vary` off their defaults.
    """
    files = [file for path in paths for file in files_of(Path(path))]
    names: list[str] = []
    bodies: list[Body] = []
    hashes: list[str] = []
    refused: list[tuple[str, str]] = []
    for file in tracked(files, len(files), "examples", quiet):
        try:
            for text in _texts(file):
                digest = sha256(text.skeleton.encode()).hexdigest()
                for k, body in enumerate(list(_run(text, each, vary, seed))):
                    names.append(text.name if each == 1 else f"{text.name} seed {seed + k}")
                    bodies.append(body)
                    hashes.append(digest if each == 1 else sha256(f"{digest} {seed + k}".encode()).hexdigest())
        except (ShapelangError, UnicodeDecodeError, OSError) as error:
            refused.append((str(file), (str(error).splitlines() or [type(error).__name__])[0]))
        if len(names) > MOST:
            raise UsageError(f"more than {MOST:,} examples: give fewer files")
    if not bodies:
        raise nothing_read(paths, "example", len(files), refused)
    return Corpus(tuple(names), tuple(bodies), tuple(hashes), tuple(refused))


def read_texts(paths: Sequence[str], quiet: bool) -> tuple[tuple[Text, ...], tuple[tuple[str, str], ...]]:
    """The programs of files and folders that run by themselves, and what is left out with the cause.

    Raises UsageError where there are none.
    """
    files = [file for path in paths for file in files_of(Path(path))]
    found: list[Text] = []
    refused: list[tuple[str, str]] = []
    for file in tracked(files, len(files), "programs", quiet):
        try:
            for text in _texts(file):
                _run_alone(text)
                found.append(text)
        except (ShapelangError, UnicodeDecodeError, OSError) as error:
            refused.append((str(file), (str(error).splitlines() or [type(error).__name__])[0]))
        if len(found) > MOST_SHARED:
            raise UsageError(f"more than {MOST_SHARED:,} programs: give fewer files")
    if not found:
        raise nothing_read(paths, "program", len(files), refused)
    return tuple(found), tuple(refused)


def split(groups: Sequence[str], share: float, seed: int) -> tuple[list[int], list[int]]:
    """The training and the held-out examples: those of one group stand on one side, by its hash. Raises UsageError."""
    order = sorted(set(groups), key=lambda group: sha256(f"{seed} {group}".encode()).hexdigest())
    kept = set(order[: round(share * len(order))])
    training = [k for k, group in enumerate(groups) if group not in kept]
    if not training:
        raise UsageError(f"--hold-out {share} leaves nothing to learn from: {len(groups)} examples were read")
    return training, [k for k, group in enumerate(groups) if group in kept]


def warn_left_out(refused: Sequence[tuple[str, str]]) -> None:
    """Tell which files could not be read, with the cause of the first."""
    for name, cause in refused[:LISTED]:
        say_warning(f"{clean(name)} is left out: {clean(cause)}")
    if len(refused) > LISTED:
        say_warning(f"{len(refused) - LISTED} more files are left out")


def nothing_read(paths: Sequence[str], what: str, files: int, refused: Sequence[tuple[str, str]]) -> UsageError:
    """That nothing could be read, with the first cause, or with what was looked for where there is no file."""
    if refused:
        file, cause = refused[0]
        # A place in a program begins with its name already.
        name = Path(file).name
        said = cause.replace(name, file, 1) if cause.startswith(f"{name}:") else f"{file}: {cause}"
        return UsageError(f"no {what} can be read: {said}")
    given = ", ".join(paths)
    if files:
        return UsageError(f"{given}: no {what} makes a shape")
    return UsageError(f"{given}: no {what} can be read: there is no .shape, no .txt and no {_GRASS}")


def _run_alone(text: Text) -> None:
    """Run a program; raises UsageError for one that uses files beside it, which would be missed elsewhere."""
    from shapelang.execution.simulate import simulate
    from shapelang.semantics.check import check
    from shapelang.semantics.loader import FileLoader
    from shapelang.syntax import tree
    from shapelang.syntax.parser import parse
    from shapelang.syntax.source import Source

    source = Source(text.name, text.program)
    for statement in parse(source).module.statements:
        if isinstance(statement, tree.Use) and not statement.path.startswith("std/"):
            raise UsageError(f"it uses '{statement.path}', which would not stand beside it any more")
    simulate(check(source, FileLoader(text.folder)), 0)


def files_of(path: Path) -> list[Path]:
    """Programs of a folder and of those in it; a folder of GRASS is one."""
    if not path.exists():
        raise UsageError(f"{path}: there is no such file or folder")
    if path.is_file():
        if path.suffix not in _KINDS:
            raise UsageError(
                f"{path}: examples are .shape files, ShapeAssembly's .txt, or a folder of either or of GRASS"
            )
        return [path]
    if (path / _GRASS).is_file():
        return [path]
    return sorted(file for file in path.rglob("*") if file.suffix in _KINDS and file.is_file())


def _texts(file: Path) -> Iterator[Text]:
    if file.is_dir():
        from shapelang.io.read.grass import read_grass, skeleton_of
        from shapelang.io.read.grass_program import hierarchy_program

        for k, node in enumerate(read_grass(file)):
            yield Text(f"{file.name}/{k}", hierarchy_program(node), file, skeleton_of(node))
        return
    from shapelang.semantics.loader import read_source

    text = read_source(file).text
    if file.suffix == ".txt":
        from shapelang.io.read.shapeassembly import shape_program

        yield Text(file.name, shape_program(text), file.parent, _skeleton(text))
        return
    # A kit's programs may all differ in numbers only: they are held out one by one.
    yield Text(file.name, text, file.parent, text)


def _skeleton(text: str) -> str:
    """Of a ShapeAssembly program; of one beyond the limits of programs that are learned, its text."""
    from grammars.programs.corpus import skeleton
    from grammars.programs.text import read

    try:
        return skeleton(read(text))
    except ShapelangError:
        return text


def _run(text: Text, each: int, vary: float, seed: int) -> Iterator[Body]:
    from grammars.learning.shapes.reading import body_of
    from shapelang.execution.simulate import simulate
    from shapelang.semantics.check import check
    from shapelang.semantics.loader import FileLoader
    from shapelang.syntax.source import Source

    program = check(Source(text.name, text.program), FileLoader(text.folder))
    for k in range(each):
        given = _varied(program, vary, seed + k) if vary and k else {}
        body = body_of(simulate(program, seed + k, given).assembly)
        if body is not None:
            yield body


def _varied(program: Program, vary: float, seed: int) -> dict[str, float]:
    """Values for the real params that have a default: each up to a share of it off, by (seed, name)."""
    from shapelang.chance.address import key
    from shapelang.chance.draw import uniform
    from shapelang.execution.simulate import simulate
    from shapelang.numbers import FLOAT
    from shapelang.semantics.types import Type

    values = simulate(program).assembly.parameters
    return {
        p.name: values[p.name] * (1 + vary * (2 * uniform(FLOAT, seed, key(p.name)) - 1))
        for p in program.params
        if not p.drawn and program.param_type(p) is Type.REAL
    }
