"""From text to a checked program: parse, resolve `use`, check every name, arity, type and literal range."""

from __future__ import annotations

from pathlib import Path

from shapelang.diagnostics import Diagnostic, ProgramError, closest
from shapelang.primitives.table import PRIMITIVE_BY_KIND
from shapelang.semantics.builtins import FUNCTIONS
from shapelang.semantics.context import Context
from shapelang.semantics.findings import Findings
from shapelang.semantics.loader import MAX_DEPTH, MAX_FILES, FileLoader, Loader, LoadError, read_source
from shapelang.semantics.program import Program
from shapelang.semantics.recursion import warn_endless
from shapelang.semantics.scope import MaterialEntry, Scope, ValueEntry
from shapelang.semantics.statements import check_statement
from shapelang.semantics.types import Type
from shapelang.stack import deep_stack
from shapelang.syntax import tree
from shapelang.syntax.parser import parse
from shapelang.syntax.source import Source


def load(path: Path | str) -> Program:
    """The checked program of a file; raises ProgramError with all its diagnostics, UsageError if it cannot be read."""
    path = Path(path)
    return check(read_source(path), FileLoader(path.parent))


def check_text(text: str, name: str = "<text>") -> Program:
    """The checked program of a text, which may use the library and files of the working folder."""
    return check(Source(name, text), FileLoader(Path(".")))


def check(source: Source, loader: Loader) -> Program:
    """The checked program of a source; raises ProgramError with all its diagnostics."""
    program, found = examine(source, loader)
    errors = tuple(d for d in found if d.severity == "error")
    if program is None or errors:
        raise ProgramError(errors)
    return program


def examine(source: Source, loader: Loader) -> tuple[Program | None, tuple[Diagnostic, ...]]:
    """The program, if it has no errors, and every diagnostic: errors and warnings, in the order of the text."""
    session = _Session(loader)
    with deep_stack():
        program, found = session.module(source, ())
    ordered = tuple(sorted(found, key=lambda d: (d.source.name != source.name, d.source.name, d.start)))
    return (None if any(d.severity == "error" for d in ordered) else program), ordered


class _Session:
    """One check of a program with all the files that it uses, each checked once."""

    def __init__(self, loader: Loader) -> None:
        self.loader = loader
        self.done: dict[str, Program] = {}

    def module(self, source: Source, chain: tuple[str, ...]) -> tuple[Program, list[Diagnostic]]:
        parsed = parse(source)
        findings = Findings(source)
        findings.found.extend(parsed.diagnostics)
        parts: dict[str, tree.PartDefinition] = {}
        uses: dict[str, Program] = {}
        types: dict[int, Type] = {}
        labels: dict[int, str] = {}
        histories: set[int] = set()
        program = Program(source, parsed.module, parts, uses, types, labels, histories)
        ctx = Context(program, findings, types, labels, histories)
        ctx.broken.update(parsed.doubts.names)
        below = self._collect(ctx, parts, uses, (*chain, source.name))
        _check_module(ctx)
        told = len(parsed.diagnostics)
        findings.found[told:] = [d for d in findings.found[told:] if not parsed.doubts.about(source, d.start, d.end)]
        return program, [*findings.found, *below]

    def _collect(
        self, ctx: Context, parts: dict[str, tree.PartDefinition], uses: dict[str, Program], chain: tuple[str, ...]
    ) -> list[Diagnostic]:
        below: list[Diagnostic] = []
        for node in ctx.program.module.statements:
            if isinstance(node, tree.PartDefinition):
                if node.name in parts:
                    line, _ = ctx.findings.source.position(parts[node.name].span.start)
                    message = f"part '{node.name}' is already defined in line {line}"
                    ctx.findings.error("E203", node.name_span, message)
                parts[node.name] = node
            elif isinstance(node, tree.Use):
                below += self._use(ctx, node, uses, chain)
        return below

    def _use(self, ctx: Context, node: tree.Use, uses: dict[str, Program], chain: tuple[str, ...]) -> list[Diagnostic]:
        alias = node.name
        if alias in uses or alias in PRIMITIVE_BY_KIND or alias in FUNCTIONS:
            ctx.findings.error("E203", node.span, f"'{alias}' is already taken", f'use "{node.path}" as another_name')
            return []
        try:
            source = self.loader.load(node.path, ctx.program.source.name)
        except LoadError as error:
            ctx.broken.add(alias)
            ctx.findings.error("E220", node.span, f'cannot use "{node.path}": {error}')
            return []
        if source.name in chain:
            ctx.broken.add(alias)
            ctx.findings.error("E221", node.span, f'"{node.path}" uses itself: {" → ".join((*chain, source.name))}')
            return []
        if len(chain) > MAX_DEPTH or len(self.done) >= MAX_FILES:
            limits = f"{MAX_FILES} files, {MAX_DEPTH} deep"
            ctx.findings.error("E503", node.span, f"too many used files (the limit: {limits})")
            return []
        if source.name in self.done:
            uses[alias] = self.done[source.name]
            return []
        uses[alias], below = self.module(source, chain)
        self.done[source.name] = uses[alias]
        return below


def _check_module(ctx: Context) -> None:
    scope = Scope()
    for statement in ctx.program.module.statements:
        check_statement(ctx, scope, statement)
    if any(d.severity == "error" for d in ctx.findings.found):
        return
    warn_endless(ctx)
    _warn_unused(ctx, scope)


def _warn_unused(ctx: Context, scope: Scope) -> None:
    for name, entry in scope.entries.items():
        if name in ctx.mentioned or name.startswith("_"):
            continue
        # A vector is an anchor of the program; a param may be there for those who use it.
        if isinstance(entry, ValueEntry) and entry.type is not Type.VECTOR:
            near = closest(name, ctx.mentioned)
            ctx.findings.warn("W603", entry.span, f"'{name}' is never read", near)
        elif isinstance(entry, MaterialEntry) and name not in ctx.used:
            ctx.findings.warn("W603", entry.span, f"material '{name}' is never used")
    for name, entry in ctx.inner_values:
        # A vector is an anchor of its body.
        if entry.type is not Type.VECTOR and name not in ctx.mentioned and not name.startswith("_"):
            ctx.findings.warn("W603", entry.span, f"'{name}' is never read", closest(name, ctx.mentioned))
    for node in ctx.program.module.statements:
        if isinstance(node, tree.Use) and node.name not in ctx.used:
            ctx.findings.warn("W603", node.span, f"'{node.name}' is never used")
