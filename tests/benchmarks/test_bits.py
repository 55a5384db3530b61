"""The models that bits are measured beside are distributions too."""

from __future__ import annotations

from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from benchmarks.grammars.bits.counting import CountingModel, flat_grammar, histograms, uniform
from benchmarks.grammars.bits.decisions import Decision, decisions
from benchmarks.grammars.bits.rows import Row, add_row, read_rows, table
from benchmarks.grammars.bits.stitch import expression
from benchmarks.grammars.bits.tokens import DIGITS, OPTIONS, next_digits, sequence
from grammars.programs.text import read
from grammars.programs.walk import RANGES, Kind, Slot
from tests.grammars.programs.examples import TEXT, tables

CORPUS = [decisions(program) for program in tables(20)]


@pytest.mark.parametrize("model", [uniform(), histograms(CORPUS), flat_grammar(CORPUS)])
def test_every_decision_of_a_counting_model_sums_to_one(model: CountingModel) -> None:
    for decision in decisions(tables(21)[20]):
        low, high = RANGES[decision.what] if isinstance(decision.what, Slot) else (0, -1)
        values = decision.options or range(low, high + 1)
        assert sum(2.0 ** -model.bits(replace(decision, value=v)) for v in values) == pytest.approx(1.0)


def test_counts_by_hand() -> None:
    corpus = [[Decision(Kind.AXIS, (0, 1, 2), 0)] * 3 + [Decision(Kind.AXIS, (0, 1, 2), 2)]]
    counts = flat_grammar(corpus).counts[False, int(Kind.AXIS)]
    third = counts.mass / 3.0
    assert 2.0 ** -counts.bits(Decision(Kind.AXIS, (0, 1, 2), 0)) == pytest.approx((3 + third) / (4 + counts.mass))
    # Among two options the third one's count says nothing.
    half = counts.mass / 2.0
    assert 2.0 ** -counts.bits(Decision(Kind.AXIS, (0, 1), 0)) == pytest.approx((3 + half) / (3 + counts.mass))


def test_digits_that_may_follow_make_every_number_of_a_range_and_no_other() -> None:
    for low, high in {RANGES[slot] for slot in Slot}:
        prefixes = [0]
        for place in reversed(range(DIGITS)):
            prefixes = [10 * p + d for p in prefixes for d in next_digits(low, high, p, place)]
        assert prefixes == list(range(low, high + 1))


def test_what_is_said_is_allowed() -> None:
    for program in (read(TEXT), *tables(5)):
        said = sequence(decisions(program))
        assert said.allowed[np.arange(len(said.tokens)), said.tokens].all()
        assert np.count_nonzero(said.numeric) % DIGITS == 0


@pytest.mark.skipif(find_spec("torch") is None, reason="torch is not installed")
def test_a_transformer_gives_a_number_masses_that_sum_to_one() -> None:
    from benchmarks.grammars.bits.transformer import Transformer, program_bits

    found = decisions(read(TEXT))
    at = next(k for k, d in enumerate(found) if d.what is Slot.COUNT)
    low, high = RANGES[Slot.COUNT]
    model, before_it = Transformer(), found[at - 3 : at]
    ended = [sequence([*before_it, replace(found[at], value=v)]) for v in range(low, high + 1)]
    before = program_bits(model, [sequence(before_it)]).sum()
    masses = 2.0 ** -(program_bits(model, ended).sum(axis=1) - before)
    assert masses.sum() == pytest.approx(1.0, abs=1e-3)
    assert OPTIONS == 17


def test_stitch_reads_every_decision() -> None:
    words = expression(read(TEXT)).replace("(", " ").replace(")", " ").split()
    numbers = [w for w in words if w[0] in "snc" and w[1:].isdigit()]
    assert len(numbers) == sum(isinstance(d.what, Slot) for d in decisions(read(TEXT)))


def test_rows_go_on_where_they_were(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    rows = [Row("chair", 25, seed, "ours", 40.0, 400.0 + seed, 1.0) for seed in range(3)]
    for row in rows:
        add_row(file, row)
    with file.open("a", encoding="utf-8") as out:
        out.write('{"category": "cha')
    assert list(read_rows(file).values()) == rows
    assert list(table(read_rows(file)))[2] == "| chair | 25 | ours | 441.0 ± 0.6 | 40.0 | 401.0 | 1 | 3 |"
