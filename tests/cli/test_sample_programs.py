"""Items drawn from a model of programs: as those of a program of chance, each by its seed alone."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import cache
from hashlib import sha256
from math import log
from pathlib import Path

import pytest

from grammars.programs.files import Origin, model_bytes, model_of
from grammars.programs.gates import Fit
from grammars.programs.model import learned
from grammars.programs.text import read
from shapelang.cli.models import Format
from shapelang.cli.sampling import on_ray
from shapelang.cli.sampling.drawing import Budgets, Recipe
from shapelang.cli.sampling.forms import Editable, begun, form_of
from shapelang.cli.sampling.items import Shard
from shapelang.cli.sampling.of_model import ModelMaker, ModelSample, ModelSource
from shapelang.cli.sampling.selecting import selected
from shapelang.execution.budget import Limits
from tests.grammars.programs.examples import tables

SAMPLE = ("sample", "tables.programs")


@cache
def content() -> bytes:
    return model_bytes(learned(tables(30), Fit(passes=3), seed=1), Origin(30, 0, "0" * 64, 1, Fit(passes=3), "0.1.0"))


@pytest.fixture
def there(here: Path) -> Path:
    (here / "tables.programs").write_bytes(content())
    return here


def files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def rows(run, *options: str) -> list[dict]:
    result = run(*SAMPLE, "--json", *options)
    assert result.code == 0, result.err
    return [json.loads(line) for line in result.text.splitlines()]


def test_an_item_is_drawn_from_its_seed_alone(run, there: Path) -> None:
    every = rows(run, "-n", "6", "--seed", "3")
    assert [(row["index"], row["seed"]) for row in every] == [(k, 3 + k) for k in range(6)]
    assert len({row["program"] for row in every}) == 6
    (alone,) = rows(run, "-n", "1", "--seed", "7")
    assert alone | {"index": 4} == every[4]
    assert rows(run, "-n", "6", "--seed", "3", "--shard", "2/3") == [every[1], every[4]]
    assert rows(run, "-n", "6", "--seed", "3", "-j", "2") == every


def test_a_row_has_the_program_and_its_probability(run, there: Path) -> None:
    careful = model_of(content(), "tables").model.careful()
    for options in ((), ("--temperature", "0.5")):
        for row in rows(run, "-n", "3", *options):
            structure, numbers = careful.bits([read(row["program"])])[0]
            assert row["bits"] == pytest.approx({"structure": structure, "numbers": numbers})
            assert row["log_prob"] == pytest.approx(-log(2.0) * (structure + numbers))
    assert rows(run, "-n", "3") != rows(run, "-n", "3", "--temperature", "0.5")


def test_a_folder_has_models_and_a_manifest_and_goes_on(run, there: Path) -> None:
    assert run(*SAMPLE, "-n", "5", "-o", "whole").code == 0
    manifest = json.loads((there / "whole" / "manifest.json").read_text())
    assert manifest["model_sha256"] == sha256(content()).hexdigest() and manifest["learned_from"]["programs"] == 30
    first = manifest["variants"][0]
    glb = (there / "whole" / first["file"]).read_bytes()
    assert first["file"] == "tables_0.glb" and glb.startswith(b"glTF") and first["sha256"] == sha256(glb).hexdigest()
    assert run(*SAMPLE, "-n", "2", "-o", "parts").code == 0
    assert run(*SAMPLE, "-n", "5", "-o", "parts").code == 0
    assert files(there / "parts") == files(there / "whole")
    assert "whose temperature was another" in run(*SAMPLE, "-n", "5", "-o", "parts", "--temperature", "2").err
    other = model_of(content(), "tables")
    (there / "tables.programs").write_bytes(model_bytes(other.model.careful(), other.origin))
    assert "whose model was another" in run(*SAMPLE, "-n", "5", "-o", "parts").err


def test_a_program_to_edit_makes_the_same_shape(run, there: Path) -> None:
    assert run(*SAMPLE, "-n", "3", "-o", "edit", "--format", "shape").code == 0
    for row in json.loads((there / "edit" / "manifest.json").read_text())["variants"]:
        assert run("fmt", "--check", f"edit/{row['file']}").code == 0
        built = run("build", f"edit/{row['file']}", "-o", "built.glb", "--json")
        told = json.loads(built.text)
        assert told["bounding_box"] == row["bounding_box"] and told["triangles"] == row["triangles"]


def test_the_forms_are_the_formats_of_models_and_programs(run, there: Path) -> None:
    assert [form_of(form.value) for form in (*Format, Editable.SHAPE)] == [*Format, Editable.SHAPE]
    result = run(*SAMPLE, "-n", "1", "-o", "made", "--format", "blend")
    assert result.code == 2 and "--format': 'blend' is not one of 'glb', 'obj'" in result.err, result.err
    assert begun("s") == ["stl", "shape"]


def test_what_is_refused_is_drawn_again(run, there: Path) -> None:
    plain, kept = rows(run, "-n", "4"), rows(run, "-n", "4", "--max-parts", "6")
    assert len(kept) == 4 and any(row["draws"] > 1 for row in kept)
    assert [row for row in kept if row["draws"] == 1] == [row for row in plain if row in kept]
    result = run(*SAMPLE, "-n", "3", "-o", "few", "--max-parts", "1", "--tries", "2")
    assert result.code == 2 and "none of 2 draws keeps --max-triangles and --max-parts" in result.err
    result = run(*SAMPLE, "-n", "3", "-o", "few", "--max-instances", "1", "--tries", "2")
    assert result.code == 1 and "gives no program within the limits of a run in 2 draws" in result.err
    assert len(rows(run, "-n", "2", "--distinct", "0.3")) == 2


def test_the_first_distinct_item_waits_for_few_others(there: Path) -> None:
    """A draw takes tenths of a second: were 512 of them drawn before the first row, minutes would pass."""

    class Counting:
        seeds = 0

        def __init__(self, maker: ModelMaker) -> None:
            self.name, self.pace, self.header, self.settings = maker.name, maker.pace, maker.header, maker.settings
            self._maker = maker

        def samples(self, seeds: Sequence[int], limits: Limits) -> Iterator[ModelSample]:
            self.seeds += len(seeds)
            return self._maker.samples(seeds, limits)

    stored = model_of(content(), "tables")
    maker = Counting(ModelMaker(stored, ModelSource("tables.programs", stored.sha256, 1.0)))
    recipe = Recipe(0, Limits(), Budgets(None, None, 32))
    next(selected(maker, recipe, Shard(), 100, 0.01, lambda row: None))
    assert maker.seeds == maker.pace.at_once < 8


def test_sheets_and_views(run, there: Path) -> None:
    assert run(*SAMPLE, "-n", "2", "--sheet", "two.png").code == 0
    assert (there / "two.png").read_bytes().startswith(b"\x89PNG")
    views = ("--views", "1", "--view-size", "32", "--points", "20")
    assert run(*SAMPLE, "-n", "2", "-o", "labelled", *views).code == 0
    labels = json.loads((there / "labelled" / "tables_0" / "labels.json").read_text())
    assert labels["instances"]
    categories = json.loads((there / "labelled" / "settings.json").read_text())["categories"]
    assert {each["label"] for each in labels["instances"]} <= set(categories)


def test_options_of_programs_of_chance_are_refused(run, there: Path) -> None:
    for options, message in (
        (("--set", "width=1"), "--set is for programs"),
        (("--fix", "back=ladder"), "--fix is for programs"),
        (("--where", "height > 1"), "--where is for programs"),
        (("--stdin-filename", "a.shape"), "--stdin-filename is for programs"),
        (("--temperature", "0"), "a temperature is from 0.05 to 20, not 0"),
    ):
        result = run(*SAMPLE, "-n", "1", "--json", *options)
        assert result.code == 2 and message in result.err, result.err
    assert "a program already" in run("sample", "chair.shape", "-n", "1", "-o", "a", "--format", "shape").err
    result = run("sample", "tabels.programs", "-n", "1", "--json")
    assert result.code == 2 and "did you mean 'tables.programs'?" in result.err


def test_a_model_is_no_shape(run, there: Path) -> None:
    for call in (
        ("check", "tables.programs"),
        ("build", "tables.programs", "-o", "a.glb"),
        ("render", "tables.programs", "-o", "a.png"),
        ("infer", "tables.programs", "-o", "a.shape"),
        ("compare", "tables.programs", "chair.shape"),
        ("fmt", "tables.programs"),
    ):
        result = run(*call)
        assert result.code == 2 and "tables.programs: that is a model of programs, and no shape" in result.err, result
        assert all(f"`{command}`" in result.err for command in ("shapelang sample", "score", "info")), result.err
    (there / "cut.programs").write_bytes(content()[:1000])
    result = run("sample", "cut.programs", "-n", "1", "--json")
    assert result.code == 2 and "cut.programs: the file is damaged: the archive is damaged" in result.err


def test_a_machine_without_the_file_makes_the_same(run, there: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As Ray does it: the work is sent with the file in it, and the file is gone where it is done."""

    class Ray:
        exceptions = type("exceptions", (), {"RayTaskError": KeyError, "RayError": KeyError})

        def remote(self, num_cpus: int):
            return lambda function: type("Task", (), {"remote": staticmethod(function)})

        def put(self, value):
            (there / "tables.programs").unlink()
            return value

        def get(self, value):
            return value

        def cluster_resources(self):
            return {"CPU": 1.0}

        def shutdown(self) -> None:
            pass

    whole = rows(run, "-n", "2")
    monkeypatch.setattr(on_ray, "joined", lambda address: Ray())
    assert rows(run, "-n", "2", "--ray", "anywhere") == whole
