"""A library as a file of parts, and the programs that use it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, final

from grammars.learning.library.abstractions import tree_of
from grammars.learning.library.decoding import Naming, statements_of
from grammars.learning.library.encoding import encoded
from grammars.learning.library.forms import Form
from grammars.learning.library.learned import Library, library
from grammars.learning.library.naming import Signature, callees, signatures
from grammars.learning.library.same import same_leaves
from grammars.learning.library.search import Limits
from grammars.learning.library.terms import Corpus, Head, Pool
from shapelang.deadline import Progress, silent
from shapelang.diagnostics import ShapelangError
from shapelang.execution.simulate import simulate
from shapelang.semantics.check import check
from shapelang.semantics.loader import Loader
from shapelang.syntax import tree
from shapelang.syntax.parser import parse
from shapelang.syntax.printer import print_module
from shapelang.syntax.source import Source

FILE: Final = "library.shape"
_ALIAS: Final = "library"
_HEADING: Final = "// Parts that several programs share, found by `shapelang learn --library`."


@final
@dataclass(frozen=True, slots=True)
class Rewritten:
    """A program that uses the library; or as it was, with the cause if using it would have changed what it makes."""

    name: str
    text: str
    kept: str | None = None


@final
@dataclass(frozen=True, slots=True)
class Shared:
    """A library, its text, and the programs in their order."""

    library: Library
    text: str
    programs: tuple[Rewritten, ...]


def shared(sources: Sequence[tuple[Source, Loader]], rounds: int, limits: Limits, tell: Progress = silent) -> Shared:
    """The parts that programs share as a library, and the programs with calls of them.

    Every program is run as it was and as it is now; one that does not make the same leaves, or that no longer runs,
    stays as it was.
    """
    pool = Pool()
    modules = [parse(source).module for source, _ in sources]
    corpus = Corpus(pool, tuple(encoded(module, pool) for module in modules))
    found = library(corpus, rounds, limits, _call, lambda share: tell("looking for shared parts", 0.9 * share))
    names = signatures(found.abstractions, found.programs)
    text = _library_text(found, names)
    programs: list[Rewritten] = []
    for k, ((source, loader), module) in enumerate(zip(sources, modules, strict=True)):
        tell("comparing programs", 0.9 + 0.1 * k / len(sources))
        programs.append(_program(found, k, names, module, source, _WithLibrary(loader, text)))
    return Shared(found, text, tuple(programs))


def _call(number: int) -> Head:
    return Head(Form("call", number), whole=True)


def _library_text(found: Library, names: Sequence[Signature]) -> str:
    """Every abstraction as a part, with a blank line between."""
    written = [_HEADING + "\n"]
    for abstraction, own in zip(found.abstractions, names, strict=True):
        body = statements_of(abstraction.body, Naming(tuple(n for n, _ in own.parameters), callees(names, None)))
        parameters = tuple(tree.Parameter(name, type_, None) for name, type_ in own.parameters)
        written.append(print_module(tree.Module((tree.PartDefinition(own.name, parameters, tree.Block(body)),))))
    return "\n".join(written)


def _program(
    found: Library, number: int, names: Sequence[Signature], module: tree.Module, source: Source, loader: _WithLibrary
) -> Rewritten:
    term = found.programs.roots[number]
    body = tree_of(found.programs, term)
    used = {name for node in tree.nodes_in(*module.statements) for name in _names(node)}
    alias = next(name for name in (_ALIAS, *(f"{_ALIAS}_{k}" for k in range(2, len(used) + 3))) if name not in used)
    statements = statements_of(body, Naming((), callees(names, alias)))
    if not _calls(statements, alias):
        return Rewritten(source.name, source.text)
    use = tree.Use(FILE, None if alias == _ALIAS else alias)
    text = _heading(module) + print_module(tree.Module((use, *statements)))
    cause = _difference(source, text, loader)
    return Rewritten(source.name, text) if cause is None else Rewritten(source.name, source.text, cause)


def _names(node: object) -> tuple[str, ...]:
    match node:
        case tree.Name(name):
            return (name,)
        case tree.Instance(callee, _):
            return (callee[0],)
        case tree.Param() | tree.Let() | tree.PartDefinition() | tree.MaterialDefinition() | tree.Use():
            return (node.name,)
        case tree.ShapeStatement(str() as name, _):
            return (name,)
        case _:
            return ()


def _calls(statements: tuple[tree.Statement, ...], alias: str) -> bool:
    return any(isinstance(node, tree.Instance) and node.callee[0] == alias for node in tree.nodes_in(statements))


def _heading(module: tree.Module) -> str:
    """The comments that a program begins with: where it comes from, and its licence."""
    first = module.statements[0].span.start if module.statements else 0
    lines = [comment.text for comment in module.comments if comment.own_line and comment.span.start < first]
    return "\n".join([*lines, "", ""]) if lines else ""


def _difference(source: Source, text: str, loader: _WithLibrary) -> str | None:
    """What is different when a text is run instead of a program, in words; None if nothing is."""
    before = simulate(check(source, loader), 0).assembly
    try:
        after = simulate(check(Source(source.name, text), loader), 0).assembly
    except ShapelangError as error:
        return str(error).splitlines()[0]
    return None if same_leaves(before, after) else "it would not make the same shapes"


@final
@dataclass(frozen=True, slots=True)
class _WithLibrary:
    """Knows the library beside what a program's own loader finds."""

    own: Loader
    text: str

    def load(self, path: str, beside: str) -> Source:
        """See `Loader`. A program's own file of the same name is not found any more."""
        if path == FILE:
            return Source(FILE, self.text)
        return self.own.load(path, beside)
