"""The sums over samples explained again, and what the command refuses."""

from __future__ import annotations

from math import inf

import pytest

from benchmarks.infer_grammar import main, summed


def test_the_sums_of_rows_by_hand() -> None:
    rows = [(True, 0.1, 1.0), (True, 0.3, 2.0), (False, inf, 9.0)]
    assert summed(rows) == "2 of 3 right; |Δ ln p| median 0.2000, most 0.3000; seconds median 2.0"


def test_nothing_right_has_no_distance() -> None:
    assert summed([(False, inf, 4.0)]) == "0 of 1 right; seconds median 4.0"
    assert summed([]) == "0 of 0 right"


@pytest.mark.parametrize("arguments", [["a.shape"], ["a.shape", "2", "Moved"], ["a.shape", "2", "moved", "more"]])
def test_what_it_does_not_know_is_refused(arguments: list[str]) -> None:
    with pytest.raises(SystemExit, match="moved"):
        main(arguments)
