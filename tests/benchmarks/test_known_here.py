"""Which known programs are read back, by name, by what names begin with, and by hash."""

from __future__ import annotations

from pathlib import Path

from benchmarks.infer.known_here import chosen
from benchmarks.infer.sets import Shape

SHAPES = [Shape("round_trip", name, Path(name)) for name in ("bed/00", "bed/01", "desk/00", "desk/10", "tower/00")]


def names(*words: str) -> list[str]:
    return [shape.name for shape in chosen(SHAPES, words)]


def test_names_and_beginnings_in_the_order_of_the_set() -> None:
    assert names("desk", "bed/01") == ["bed/01", "desk/00", "desk/10"]


def test_a_number_takes_so_many_by_hash_and_larger_ones_hold_smaller_ones() -> None:
    assert [len(names(str(count))) for count in range(1, 6)] == [1, 2, 3, 4, 5]
    assert all(set(names(str(count))) < set(names(str(count + 1))) for count in range(1, 5))


def test_nothing_is_chosen_by_nothing() -> None:
    assert names("0") == []
    assert names("lamp") == []
