"""ShapeAssembly programs of several categories, and what a model is told of them."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from learners.configs import from_json, to_json
from learners.data.assembled import Assembled, assembled_grids
from learners.data.categories import AssembledCategories, category_grids, of_folder
from learners.data.sets import (
    Data,
    LetterA,
    Split,
    at_place,
    class_names,
    class_number,
    examples,
    place_of,
    set_classes,
)
from learners.generation.model import Model, model_of
from learners.generation.sheets import COLUMNS, TILE, has_sheets, sheet_of
from learners.names import Known, Size
from learners.systems.sequential.recipe import sequential
from learners.training.run import Run
from shapelang.diagnostics import UsageError
from shapelang.rendering.sheet import GAP
from tests.learners import small
from tests.learners.assembled_texts import text

SIDE = 8


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Twelve skeletons twice in three categories, as wide as the category says."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for name, wide in (("thin", 0.1), ("half", 0.5), ("wide", 0.9)):
        (tmp_path / "kinds" / name).mkdir(parents=True)
        for parts in range(1, 13):
            for k in range(2):
                (tmp_path / "kinds" / name / f"{parts}{k}.txt").write_text(text(parts, wide + 0.01 * k))
    return tmp_path / "kinds"


def test_a_folder_of_folders_has_a_class_for_each(folder: Path) -> None:
    config = of_folder(folder, SIDE)
    assert isinstance(config, AssembledCategories) and from_json(Data, to_json(config)) == config
    assert class_names(config) == ("half", "thin", "wide") and set_classes(config) == 3
    assert [class_number(config, word) for word in ("thin", "2", "half")] == [1, 2, 0]
    for held_out in (False, True):
        found = category_grids(config, held_out)
        alone = [assembled_grids(one, held_out) for one in config.alone()]
        assert len(found) == sum(map(len, alone)) > 0
        labels = found.labels(torch.arange(len(found)))
        widths = found.grids(torch.arange(len(found))).any(dim=3).any(dim=2).sum(dim=1)
        expected = torch.tensor([max(1, round(wide * (SIDE - 2))) for wide in (0.5, 0.1, 0.9)])[labels]
        assert (found.resolution, found.axes, found.classes) == (SIDE, 3, 3)
        assert bool(((widths - expected).abs() <= 1).all()), "a shape has the label of its folder"
    assert at_place(config, "there") == AssembledCategories("there", config.categories, SIDE)
    assert place_of(config) == str(folder)


def test_what_is_no_set_of_categories_is_told(folder: Path) -> None:
    assert isinstance(of_folder(folder / "thin", SIDE), Assembled)
    config = of_folder(folder, SIDE)
    (folder / "thin" / "more.txt").write_text(text(3, 0.7))
    with pytest.raises(UsageError, match="thin: not the programs that the run began with"):
        examples(config, Split.TRAINING)
    with pytest.raises(UsageError, match=r"no \.txt file is in it, nor in a folder within it"):
        of_folder(folder.parent, SIDE)
    for name in ("half", "wide"):
        (folder / name).rename(folder.parent / name)
    with pytest.raises(UsageError, match=r"programs are in thin alone, one class: give .*thin itself"):
        of_folder(folder, SIDE)


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (["a"], "two or more"),
        (["a", "a"], "two or more, each with a name of its own, not a, a"),
        (["a", "../b"], "not '../b'"),
        (["a", ".."], r"not '\.\.'"),
    ],
)
def test_categories_of_a_file_are_folders_within(names: list[str], told: str) -> None:
    rows = [{"type": "Category", "name": name, "sha256": ""} for name in names]
    row = {"type": "AssembledCategories", "folder": "f", "categories": rows, "resolution": 8}
    with pytest.raises(UsageError, match=told):
        from_json(Data, row, "run.json")


def test_a_class_is_known_by_what_it_is_called() -> None:
    with pytest.raises(UsageError, match="the shapes of this set have no classes"):
        class_number(LetterA(), "0")
    config = from_json(Data, {"type": "Primitives", "seed": 0})
    assert class_number(config, "sphere") == class_number(config, "1") == 1
    with pytest.raises(UsageError, match="no class is called 'spere'; did you mean 'sphere'"):
        class_number(config, "spere")
    with pytest.raises(UsageError, match="no class is called '6'; there are box, sphere"):
        class_number(config, "6")


def _model(run: Run, label: int | None) -> Model:
    with torch.random.fork_rng():
        torch.manual_seed(0)  # noqa: TID251 - layers draw their weights from nowhere else
        return model_of(small.untrained(run), label)


def test_shapes_of_a_class_hang_on_it(folder: Path) -> None:
    run = Run(sequential(Size.SMALL, 2, Known.CLASS, 3, SIDE), of_folder(folder, SIDE), 1)
    one, other = (_model(run, label) for label in (0, 2))
    codes = [model.drawn(7) for model in (one, other)]
    assert codes[0][0, -3:].tolist() == [1.0, 0.0, 0.0] and codes[1][0, -3:].tolist() == [0.0, 0.0, 1.0]
    assert torch.equal(codes[0][:, :-3], codes[1][:, :-3]), "a seed has its latents, whichever the class"
    points = torch.zeros(1, 3)
    fields = [one.field(code)(points) for code in codes]
    assert not torch.equal(*fields) and torch.equal(fields[1], other.field(codes[1])(points))
    grid = torch.zeros(1, SIDE, SIDE, SIDE, dtype=torch.bool)
    assert not torch.equal(one.encoded(grid)[:, :-3], other.encoded(grid)[:, :-3]), "what is read hangs on it as well"


def test_classes_are_told_where_one_is_known_and_nowhere_else(folder: Path) -> None:
    data = of_folder(folder, SIDE)
    with pytest.raises(UsageError, match="give --class one of half, thin, wide"):
        _model(Run(sequential(Size.SMALL, 2, Known.CLASS, 3, SIDE), data, 1), None)
    with pytest.raises(UsageError, match="told no class of a shape"):
        _model(Run(sequential(Size.SMALL, 2, Known.NOTHING, 3, SIDE), data, 1), 0)


def test_a_sheet_has_a_row_for_each_class(folder: Path) -> None:
    run = Run(sequential(Size.SMALL, 2, Known.CLASS, 3, SIDE), of_folder(folder, SIDE), 1)
    assert has_sheets(run.system)
    height, width, _ = sheet_of(small.untrained(run), examples(run.data, Split.HELD_OUT)).rgb.shape
    assert (height // (TILE + GAP), width // (TILE + GAP)) == (3, COLUMNS)
