"""The benchmarks say how they are called before they measure anything."""

from __future__ import annotations

import pytest

import benchmarks.__main__ as tables
import benchmarks.fields as fields


@pytest.fixture(autouse=True)
def nothing_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    def measured() -> None:
        raise AssertionError("a benchmark began")

    for name in ("chair", "colonnade", "solid", "variants", "parsing"):
        monkeypatch.setattr(tables, name, measured)
    monkeypatch.setattr(fields, "GROUPS", (measured,))


@pytest.mark.parametrize(("main", "name"), [(tables.main, "benchmarks"), (fields.main, "benchmarks.fields")])
def test_help_is_the_usage(capsys: pytest.CaptureFixture[str], main, name: str) -> None:
    with pytest.raises(SystemExit) as ending:
        main(["--help"])
    assert ending.value.code == 0
    assert capsys.readouterr().out.startswith(f"usage: python -m {name} ")


@pytest.mark.parametrize(("main", "words"), [(tables.main, ["--wirte"]), (fields.main, ["girds"])])
def test_what_nobody_knows_is_refused(capsys: pytest.CaptureFixture[str], main, words: list[str]) -> None:
    with pytest.raises(SystemExit) as ending:
        main(words)
    assert ending.value.code == 2
    assert words[0] in capsys.readouterr().err


def test_without_words_it_measures() -> None:
    with pytest.raises(AssertionError, match="a benchmark began"):
        tables.main([])
    with pytest.raises(AssertionError, match="a benchmark began"):
        fields.main(["measured"])
