"""The figures of the wandering letter, of nets whose answer is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import torch

from benchmarks.learners.letters import Row, drawn_letters, half_way, held_out, table
from learners.data.letters import SIDE, Letters
from learners.decoders.grids import read_between
from learners.generation.model import Field
from learners.tensors import Codes, Grids


@final
@dataclass(frozen=True)
class Mover:
    """Has understood the set: a code is where the letter stands."""

    def encoded(self, grids: Grids) -> Codes:
        """Row and column of the letter's first cells."""
        return torch.stack([grids.any(dim=2).int().argmax(dim=1), grids.any(dim=1).int().argmax(dim=1)], dim=1).float()

    def field(self, code: Codes) -> Field:
        """The letter there."""
        row, column = (int(number) for number in code[0].floor())
        picture = Letters((row,), (column,)).grids(torch.tensor([0])).float()
        return lambda points: read_between(picture, points[None])[0]


@final
@dataclass(frozen=True)
class Fader:
    """Has learned by heart: a code is the picture."""

    def encoded(self, grids: Grids) -> Codes:
        """All cells."""
        return grids.flatten(1).float()

    def field(self, code: Codes) -> Field:
        """The cells."""
        return lambda points: read_between(code.reshape(1, SIDE, SIDE), points[None])[0]


def test_what_moves_the_letter_has_it_half_way_too() -> None:
    assert held_out(Mover()) == 1.0
    assert half_way(Mover()) == 1.0


def test_what_fades_has_it_only_where_it_was() -> None:
    assert held_out(Fader()) == 1.0
    # At a level of one half nothing but what both pictures share is left, five rows apart.
    assert 0.2 < half_way(Fader()) < 0.7


def test_what_is_drawn_counts_as_a_letter_at_its_place() -> None:
    """Of five codes three are letters, of which one stands in the gap, and two an empty picture."""

    @dataclass(frozen=True)
    class Drawer:
        def draw(self, count: int, draws: torch.Generator) -> Codes:
            del draws
            return torch.tensor([[0.0, 0.0], [17.0, 5.0], [34.0, 36.0], [64.0, 64.0], [64.0, 64.0]])[:count]

        def field(self, code: Codes) -> Field:
            return Mover().field(code) if code[0, 0] < SIDE else lambda points: torch.zeros(len(points))

    found = drawn_letters(Drawer(), 5, Row("im-wgan", 0, 9, ""))
    assert found == Row("im-wgan", 0, 9, "", letters=0.6, in_gap=1 / 3, nearest=0.6)


def test_twins_are_compared_seed_by_seed() -> None:
    rows = [Row("cnn-ae", 0, 9, "", 0.5, 0.1), Row("cnn-ae", 1, 9, "", 0.7, 0.1)]
    rows += [Row("im-ae", 0, 9, "", 0.6, 0.3), Row("im-ae", 1, 9, "", 1.0, 0.3)]
    text = table(rows)
    assert "| cnn-ae | 9 | 2 | 0.600 ± 0.100 | 0.100 ± 0.000 |  |  |  |" in text
    assert "| im-ae − cnn-ae | | 2 | 0.200 ± 0.100 | 0.200 ± 0.000 |  |  |" in text


def test_runs_of_other_steps_have_a_line_of_their_own() -> None:
    rows = [Row("cnn-wgan", 0, 9, "", nearest=0.5), Row("im-wgan", 0, 9, "", nearest=0.25)]
    text = table([*rows, Row("im-wgan", 1, 4, "", nearest=0.0), Row("cnn-wgan", 1, 9, "", nearest=1.0)])
    assert "| im-wgan | 4 | 1 |  |  |  |  | 0.000 |" in text
    assert "| im-wgan | 9 | 1 |  |  |  |  | 0.250 |" in text
    assert "| im-wgan − cnn-wgan | | 1 |  |  |  |  | -0.250 |" in text
