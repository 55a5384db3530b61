"""What a model of programs is, and the bits that it gives."""

from __future__ import annotations

import json
import re
from functools import cache
from hashlib import sha256
from math import log
from pathlib import Path

import pytest

from grammars.programs.files import Origin, model_bytes, model_of
from grammars.programs.gates import Fit
from grammars.programs.model import learned
from grammars.programs.program import BOX, Assembly, Part, Squeeze
from grammars.programs.text import read, written
from tests.grammars.programs.examples import TEXT, tables


@cache
def content() -> bytes:
    return model_bytes(learned(tables(20), Fit(passes=2), seed=1), Origin(20, 3, "ab" * 32, 1, Fit(passes=2), "0.1.0"))


@pytest.fixture
def there(here: Path) -> Path:
    (here / "tables.programs").write_bytes(content())
    (here / "chair.txt").write_text(TEXT)
    return here


def test_a_program_has_bits(run, there: Path) -> None:
    structure, numbers = model_of(content(), "tables").model.bits([read(TEXT)])[0]
    result = run("score", "tables.programs", "chair.txt")
    assert result.text == (
        f"{structure + numbers:.2f} bits ({structure:.2f} of structure, {numbers:.2f} of numbers)\n"
    ), result.err
    row = json.loads(run("score", "tables.programs", "chair.txt", "--json").text)
    assert row["bits"] == {"structure": structure, "numbers": numbers}
    assert row["log_prob"] == pytest.approx(-log(2.0) * (structure + numbers))


def test_rows_of_sample_have_their_log_prob_under_the_careful_grammar(run, there: Path) -> None:
    drawn = run("sample", "tables.programs", "-n", "2", "--json")
    (there / "drawn.json").write_bytes(drawn.out)
    scored = run("score", "tables.programs", "drawn.json", "--json")
    for row, told in zip(drawn.text.splitlines(), scored.text.splitlines(), strict=True):
        assert json.loads(told)["careful_log_prob"] == pytest.approx(json.loads(row)["log_prob"])


def test_what_does_not_stand_has_no_probability_under_the_careful_grammar(run, there: Path) -> None:
    """A part that nothing poses, and the end."""
    lost = Assembly(
        (500, 500, 500), (Part((500, 500, 500), True), Part((9, 9, 9), True)), (Squeeze(0, BOX, BOX, 2, 500, 500),)
    )
    (there / "lost.txt").write_text(written(lost))
    row = json.loads(run("score", "tables.programs", "lost.txt", "--json").text)
    assert row["careful_log_prob"] == "-inf" and row["log_prob"] < 0.0


def test_info_says_what_a_model_is_from(run, there: Path) -> None:
    row = json.loads(run("info", "tables.programs", "--json").text)
    assert row["learned_from"]["programs"] == 20 and row["sha256"] == sha256(content()).hexdigest()
    assert row["bytes"] == len(content()) and row["numbers"] == len(model_of(content(), "t").model.examples.values)
    assert all(0 < count < 1 << 22 for count in row["weights"].values())
    text = run("info", "tables.programs").text
    assert text.startswith("tables.programs: a model of ShapeAssembly's programs (")
    told = [re.sub(r"  +", "  ", line.strip()) for line in text.splitlines()]
    weights = row["weights"]
    assert told[2:] == [
        "Learned",
        f"from  20 programs with {row['numbers']:,} numbers",
        "held out  3 programs",
        f"SHA-256  {'ab' * 32} of the programs",
        f"weights not 0  {sum(weights.values()):,} ({', '.join(f'{weights[n]:,} of {n}' for n in weights)})",
        "seed  1",
        "shapelang  0.1.0",
    ]


def test_wrong_calls_are_told(run, there: Path) -> None:
    (there / "rows.json").write_text('{"program": 3}\n')
    (there / "cut.json").write_text('{"program": "')
    (there / "bad.json").write_text(json.dumps({"program": "seat"}) + "\n" + json.dumps({"program": "seat"}) + "\n")
    for call, message in (
        (("score", "tables.programs", "--seed", "1"), "--seed is for programs of chance"),
        (("score", "tables.programs", "chair.txt", "--set", "a=1"), "--set is for programs of chance"),
        (("score", "tables.programs", "chair.shape"), "chair.shape: line 1 is no statement of ShapeAssembly"),
        (("score", "tables.programs", "rows.json"), "rows.json:1: a row of `sample --json` has a 'program'"),
        (("score", "tables.programs", "cut.json"), "cut.json:1: not JSON"),
        (("score", "tables.programs", "bad.json"), "bad.json: row 1: line 1 is no statement of ShapeAssembly"),
        (("score", "tables.programs", "tables.programs"), "that is a model of programs, and no program\n"),
        (("score", "chair.shape", "tables.programs"), "that is a model of programs, and no trace\n"),
        (("info", "tables.programs", "--tree"), "--set and --tree are for programs"),
    ):
        result = run(*call)
        assert result.code == 2 and message in result.err and "Traceback" not in result.err, result.err
