"""The rows of items, and their files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import assert_never, final

from shapelang.cli.facts import facts_of, file_row
from shapelang.cli.models import Format, Look, model_files
from shapelang.cli.sampling.drawing import Item, Maker, Missed, Recipe, Row, items_of
from shapelang.cli.sampling.forms import Editable, Form
from shapelang.cli.sampling.items import seed_of
from shapelang.cli.sampling.names import Names
from shapelang.cli.sampling.sources import Source
from shapelang.cli.sampling.viewing import LABELS, Labelling, split_of, write_labelled


@final
@dataclass(frozen=True, slots=True)
class Files:
    """Where the models of a run go, how they are written, and what is labelled of each."""

    out: str
    names: Names
    form: Form
    look: Look
    labelling: Labelling | None


@final
@dataclass(frozen=True, slots=True)
class Work:
    """All that a process needs to make any item, as plain data that can be sent there. `files`: None for rows alone."""

    source: Source
    recipe: Recipe
    files: Files | None


def made(work: Work, maker: Maker, indices: Sequence[int]) -> Iterator[Row]:
    """A row for each item, its file written before."""
    for drawn in items_of(maker, work.recipe, indices):
        if isinstance(drawn, Missed):
            yield refusal(work.recipe, drawn)
            continue
        row = {"index": drawn.index, "draws": drawn.draws} | drawn.sample.row()
        yield row if work.files is None else row | _written(work.recipe, work.files, drawn)


def refusal(recipe: Recipe, missed: Missed) -> Row:
    """The row of an item that keeps the budgets in none of its draws."""
    seed = seed_of(recipe.seed, missed.index)
    return {"index": missed.index, "seed": seed, "refused": "budgets", "draws": missed.draws}


def _written(recipe: Recipe, files: Files, item: Item) -> Row:
    from shapelang.io.atomic import write_whole

    assembly, segments, out = item.sample.assembly, files.look.segments, Path(files.out)
    facts = facts_of(assembly, segments)
    name = files.names.of(item.index)
    file = f"{name}.{files.form.value}"
    contents = _contents(item, files, str(out / file))
    for path, content in contents:
        write_whole(path, content)
    row = file_row(file, contents[0][1]) | facts.row()
    if files.labelling is not None:
        write_labelled(assembly, files.labelling, out, name, recipe.seed, item.index, segments)
        row |= {"labels": f"{name}/{LABELS}", "split": split_of(recipe.seed, item.index)}
    return row


def _contents(item: Item, files: Files, path: str) -> list[tuple[str, bytes]]:
    match files.form:
        case Format():
            return model_files(item.sample.assembly, files.form, path, files.look)
        case Editable.SHAPE:
            text = item.sample.text
            assert text is not None
            return [(path, text.encode())]
        case _:
            assert_never(files.form)
