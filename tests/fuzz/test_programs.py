"""Mutated programs end in a result or in a typed error; every text that once did not is run again."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz.pipeline import SMALL, through
from tests.fuzz.programs import fuzz

CORPUS = sorted((Path(__file__).parents[1] / "corpus").glob("*.shape"))


@pytest.mark.parametrize("path", CORPUS, ids=[p.stem for p in CORPUS])
def test_corpus(path: Path) -> None:
    """A file that once broke something."""
    with path.open(encoding="utf-8", newline="") as file:
        assert through(file.read(), limits=SMALL) in ("refused", "made")


@pytest.mark.parametrize("seed", range(4))
def test_mutants(seed: int) -> None:
    """Some of what `python -m tests.fuzz` runs in the hundred thousands."""
    summary = fuzz(400, seed)
    assert [f.cause for f in summary.failures] == []
    assert summary.made > 20  # or the mutations only make noise
