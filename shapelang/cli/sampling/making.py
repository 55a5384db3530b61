"""The rows of items, and their files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, final

from shapelang.cli.facts import facts_of, file_row, trace_row
from shapelang.cli.models import Format, Look, model_files
from shapelang.cli.sampling.drawing import Item, Missed, Recipe, items_of
from shapelang.cli.sampling.items import seed_of
from shapelang.cli.sampling.names import Names
from shapelang.cli.sampling.viewing import LABELS, Labelling, split_of, write_labelled

if TYPE_CHECKING:
    from shapelang.semantics.program import Program

Row = dict[str, Any]


@final
@dataclass(frozen=True, slots=True)
class Files:
    """Where the models of a run go, how they are written, and what is labelled of each."""

    out: str
    names: Names
    form: Format
    look: Look
    labelling: Labelling | None


@final
@dataclass(frozen=True, slots=True)
class Work:
    """All that a process needs to make any item, as plain data that can be sent there. `files`: None for rows alone."""

    name: str
    text: str
    folder: str
    recipe: Recipe
    files: Files | None

    def program(self) -> Program:
        """The program, checked anew: milliseconds, against a program that would have to be sent by value."""
        from shapelang.semantics.check import check
        from shapelang.semantics.loader import FileLoader
        from shapelang.syntax.source import Source

        return check(Source(self.name, self.text), FileLoader(Path(self.folder)))


def made(work: Work, program: Program, indices: Sequence[int]) -> Iterator[Row]:
    """A row for each item, its file written before."""
    for drawn in items_of(program, work.recipe, indices):
        if isinstance(drawn, Missed):
            yield refusal(work.recipe, drawn)
            continue
        row = item_row(work.recipe, drawn)
        yield row if work.files is None else row | _written(work.recipe, work.files, drawn)


def item_row(recipe: Recipe, item: Item) -> Row:
    """What is told of an item, without its files."""
    from shapelang.io.json_text import plain

    row = {"index": item.index, "draws": item.draws} | trace_row(item.trace, recipe.given)
    if recipe.style.fixed:
        choices = item.trace.choices.items()
        fixed = [choice.log_prob() for address, choice in choices if recipe.style.value(address) is not None]
        row["fixed_log_prob"] = plain(sum(fixed))
    return row


def refusal(recipe: Recipe, missed: Missed) -> Row:
    """The row of an item that keeps the budgets in none of its draws."""
    seed = seed_of(recipe.seed, missed.index)
    return {"index": missed.index, "seed": seed, "refused": "budgets", "draws": missed.draws}


def _written(recipe: Recipe, files: Files, item: Item) -> Row:
    from shapelang.io.atomic import write_whole

    assembly, segments, out = item.trace.assembly, files.look.segments, Path(files.out)
    facts = facts_of(assembly, segments)
    name = files.names.of(item.index)
    file = f"{name}.{files.form.value}"
    contents = model_files(assembly, files.form, str(out / file), files.look)
    for path, content in contents:
        write_whole(path, content)
    row = file_row(file, contents[0][1]) | facts.row()
    if files.labelling is not None:
        write_labelled(assembly, files.labelling, out, name, recipe.seed, item.index, segments)
        row |= {"labels": f"{name}/{LABELS}", "split": split_of(recipe.seed, item.index)}
    return row
