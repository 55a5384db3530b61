"""Tokens of programs against the flat lists of their instances: `python -m benchmarks.infer.tokens DIR`.

DIR holds programs: any folder, such as that of `python -m benchmarks.infer --keep DIR`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, final

from benchmarks.infer.instances import instances
from benchmarks.infer.markdown import markdown
from shapelang.assembly.assembly import Leaf
from shapelang.execution.simulate import simulate
from shapelang.inference.description.tokens import token_count
from shapelang.inference.rounding.grid import coarse_grid
from shapelang.inference.writing.flat import flat_list, repeats, terse
from shapelang.metrics.iou import solid_iou
from shapelang.metrics.triangles import joined
from shapelang.semantics.check import check_text
from shapelang.semantics.loader import FileLoader, Loader
from shapelang.syntax import tree
from shapelang.syntax.parser import parse
from shapelang.syntax.printer import print_module
from shapelang.syntax.source import Source
from shapelang.syntax.tree import nodes_in

MOST: Final = 1.1
"""Of the flat list's tokens: no program has more."""


@final
@dataclass(frozen=True, slots=True)
class Counted:
    """A program: its instances, how many repeat an earlier one, and tokens.

    tokens: of the program with what it reaches by `use` · flat: of `flat_list` · terse: of that without turns by 0 ·
    iou: solid IoU of both at 64³.
    """

    name: str
    instances: int
    repeats: int
    tokens: int
    flat: int
    terse: int
    iou: float


def counted(name: str, text: str, loader: Loader) -> Counted:
    """The figures of a program. Raises ProgramError where it is none."""
    leaves = _leaves(text)
    pieces = instances(leaves)
    grid = coarse_grid(joined(pieces).diagonal)
    flat = flat_list(leaves, grid)
    written = print_module(flat)
    return Counted(
        name,
        len(leaves),
        repeats(leaves, 1.5 * grid),
        token_count(text) + used_tokens(text, loader),
        token_count(written),
        token_count(print_module(terse(flat))),
        solid_iou(joined(pieces), joined(instances(_leaves(written))), 64),
    )


def _leaves(text: str) -> tuple[Leaf, ...]:
    return tuple(simulate(check_text(text, "<counted>")).assembly.leaves())


def used_tokens(text: str, loader: Loader) -> int:
    """Tokens of the definitions that a program reaches by `use`, each once: parts, and what these need."""
    seen: set[tuple[str, str]] = set()
    return sum(_reached(parse(Source("<counted>", text)).module, "<counted>", loader, seen))


def _reached(module: tree.Module, beside: str, loader: Loader, seen: set[tuple[str, str]]) -> Iterator[int]:
    """Of the used programs of a module, or of some of its statements: the tokens of each definition that is new."""
    programs = {s.name: loader.load(s.path, beside) for s in module.statements if isinstance(s, tree.Use)}
    for node in nodes_in(module.statements):
        match node:
            case tree.Instance((alias, *rest)) if alias in programs:
                used = programs[alias]
                yield from _needed(parse(used).module, rest[0] if rest else None, used.name, loader, seen)
            case _:
                pass


def _needed(
    module: tree.Module, name: str | None, file: str, loader: Loader, seen: set[tuple[str, str]]
) -> Iterator[int]:
    """Of a file the definition of a name and, by their names, all that it holds; of no name the whole file."""
    wanted = [s for s in module.statements if name is None or _defined(s) == name]
    for statement in wanted:
        key = (file, print_module(tree.Module((statement,))))
        if key in seen:
            continue
        seen.add(key)
        yield token_count(key[1])
        uses = tuple(s for s in module.statements if isinstance(s, tree.Use))
        yield from _reached(tree.Module((*uses, statement)), file, loader, seen)
        for other in sorted(_names(statement)):
            yield from _needed(module, other, file, loader, seen)


def _defined(statement: tree.Statement) -> str | None:
    match statement:
        case tree.PartDefinition(name) | tree.MaterialDefinition(name) | tree.Param(name) | tree.Let(name):
            return name
        case _:
            return None


def _names(statement: tree.Statement) -> set[str]:
    """All names that stand in a statement; those of its own are defined nowhere else."""
    found: set[str] = set()
    for node in nodes_in(statement):
        match node:
            case tree.Name(name) | tree.Instance((name,)):
                found.add(name)
            case _:
                pass
    return found


def table(rows: Sequence[Counted]) -> str:
    """Sums by how much of a program repeats, and the worst single one."""
    classes: tuple[tuple[str, Callable[[Counted], bool]], ...] = (
        ("at least half the instances repeat", lambda row: 2 * row.repeats >= row.instances),
        ("any repeat", lambda row: row.repeats > 0),
        ("none repeats", lambda row: row.repeats == 0),
        ("all", lambda row: True),
    )
    heads = [
        "programs",
        "count",
        "tokens",
        "flat list",
        "ratio",
        "most of one",
        f"above {MOST:g}",
        "terse",
        "IoU least",
    ]
    lines = [_line(title, [row for row in rows if of(row)]) for title, of in classes]
    return markdown(heads, [line for line in lines if line])


def _line(title: str, rows: Sequence[Counted]) -> list[str]:
    if not rows:
        return []
    tokens, flat, short = (sum(getattr(row, name) for row in rows) for name in ("tokens", "flat", "terse"))
    ratios = [row.tokens / row.flat for row in rows]
    over = sum(ratio > MOST for ratio in ratios)
    least = min(row.iou for row in rows)
    cells = [f"{tokens / flat:.3f}", f"{max(ratios):.2f}", str(over), f"{tokens / short:.3f}", f"{least:.4f}"]
    return [title, str(len(rows)), str(tokens), str(flat), *cells]


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a line for each program of a folder, and the table."""
    (folder,) = (Path(word) for word in (sys.argv[1:] if arguments is None else arguments))
    rows: list[Counted] = []
    for file in sorted(folder.rglob("*.shape")):
        row = counted(file.stem, file.read_text(encoding="utf-8"), FileLoader(file.parent))
        rows.append(row)
        print(row, flush=True)
    print(table(rows))


if __name__ == "__main__":
    main()
