"""Whether samples of a program stand, by hand."""

from __future__ import annotations

from collections import Counter

from benchmarks.grammars.standing import sampled

MAYBE = """kind = choose {
  1: nothing = {}
  1: stacked = { foot = cuboid(1, 1, 1) at (0, 0.5, 0); lid = cuboid(1, 1, 1) at (0, y, 0) }
}
"""


def test_samples_that_stand_hang_or_are_nothing_are_told_apart() -> None:
    sound, apart = (sampled(MAYBE.replace("y", y), 30) for y in ("1.5", "2.5"))
    assert 0 < sound.rooted < 30 and sound.hanging == Counter({"nothing at all": 30 - sound.rooted})
    assert apart.rooted == 0
    assert apart.hanging == Counter({"nothing at all": 30 - sound.rooted, "kind/lid": sound.rooted})
