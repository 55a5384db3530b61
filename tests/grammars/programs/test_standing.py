"""What hangs while a program is told, beside the metric that sees the shape; draws under that condition."""

from __future__ import annotations

from dataclasses import replace
from math import log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.grammars.samples.shapes import boxes, jittered
from grammars.programs.drawing import TRIES, Sound, drawn, drawn_sound
from grammars.programs.following import Following
from grammars.programs.program import BOX, Assembly, Attach, Part, Reflect, Squeeze, Translate
from grammars.programs.stage import Stage
from grammars.programs.text import read
from grammars.programs.walk import Kind, Options, Slot, walk
from shapelang.metrics.rooted import rooted
from tests.grammars.programs.examples import TEXT, tables
from tests.grammars.programs.test_model import model


class Ends:
    """Follows a program; whether each assembly stood when it was told."""

    def __init__(self, program: Assembly) -> None:
        self._following = Following(program)
        self.stood: list[bool] = []
        self.filled: list[bool] = []

    def choose(self, kind: Kind, options: Options, stage: Stage) -> int:
        return self._following.choose(kind, options, stage)

    def number(self, slot: Slot, stage: Stage) -> int:
        return self._following.number(slot, stage)

    def ends(self, stage: Stage) -> bool:
        self.stood.append(stage.stands())
        self.filled.append(stage.fills())
        return True


def stands(program: Assembly) -> list[bool]:
    ends = Ends(program)
    walk(ends)
    return ends.stood


def fills(program: Assembly) -> list[bool]:
    ends = Ends(program)
    walk(ends)
    return ends.filled


def shelf(reach: int) -> Assembly:
    """A plate on an assembly of two posts, of which `reach` (0.001 of its height) is filled; mirrored."""
    posts = Assembly(
        (100, 500, 600),
        (Part((100, reach // 2, 100), True), Part((100, reach // 2, 100), True)),
        (Attach(0, BOX, (500, 0, 500), (500, 0, 83)), Attach(1, BOX, (500, 0, 500), (500, 0, 917))),
    )
    plate = Part((1000, 50, 600), True)
    legs = Part((100, 500, 600), True, posts)
    placed = (Attach(1, BOX, (500, 0, 500), (50, 0, 500)), Attach(0, 1, (50, 0, 500), (500, 1000, 500)))
    return Assembly((1000, 550, 600), (plate, legs), (*placed, Reflect(1, 0)))


def test_an_assembly_stands_if_what_is_around_still_reaches_the_ground_over_it() -> None:
    assert stands(shelf(1000)) == [True, True]
    assert stands(shelf(980)) == [True, True]
    assert stands(shelf(800)) == [True, False]


def test_parts_fill_a_box_that_they_neither_leave_nor_stick_out_of() -> None:
    # 0.05 of the diagonal of the posts' box, 0.79 m, is 39 mm of their height of 500.
    assert [fills(shelf(reach))[1] for reach in (850, 930, 1000, 1070, 1150)] == [False, True, True, True, False]
    mirrored = Assembly((500, 100, 100), (Part((100, 100, 100), True),), (Attach(0, BOX, (0, 0, 0), (0, 0, 0)),))
    assert fills(mirrored) == [False]
    assert fills(replace(mirrored, statements=(*mirrored.statements, Reflect(0, 0)))) == [True]


def test_it_stands_only_when_all_its_parts_do() -> None:
    whole = shelf(1000)
    lamp = Part((50, 50, 50), True)
    hanging = Attach(2, BOX, (500, 1000, 500), (500, 500, 500))
    assert stands(replace(whole, parts=(*whole.parts, lamp))) == [False, True]
    lamped = replace(whole, parts=(*whole.parts, lamp), statements=(*whole.statements, hanging))
    assert stands(lamped)[0] is False
    row = Translate(2, 0, 4, 800)
    assert stands(replace(lamped, statements=(*lamped.statements[:-1], Squeeze(2, BOX, 0, 3, 100, 500), row)))[0]


def test_it_stands_only_as_one_body() -> None:
    """A plate on a post, 0.5 m high, and a post on the ground: under the plate, which it touches or does not."""
    size, plate, high, low = (1000, 550, 600), Part((1000, 50, 600), True), (100, 500, 100), (100, 400, 100)
    placed = (Attach(1, BOX, (500, 0, 500), (50, 0, 500)), Attach(0, 1, (50, 0, 500), (500, 1000, 500)))
    post = Attach(2, BOX, (500, 0, 500), (900, 0, 500))
    for last, one in ((high, True), (low, False)):
        parts = (plate, Part(high, True), Part(last, True))
        assert stands(Assembly(size, parts, (*placed, post))) == [one]
        assert rooted(boxes(Assembly(size, parts, (*placed, post))))
    held = Attach(2, 0, (500, 1000, 500), (900, 0, 500))
    assert stands(Assembly(size, (plate, Part(high, True), Part(low, True)), (*placed, post, held))) == [True]


def test_two_posts_that_nothing_joins_are_two_bodies() -> None:
    alone = Assembly((1000, 500, 100), (Part((100, 500, 100), True),), (Attach(0, BOX, (500, 0, 500), (50, 0, 500)),))
    assert stands(alone) == [True]
    assert stands(replace(alone, statements=(*alone.statements, Reflect(0, 0)))) == [False]


def test_what_stands_assembly_by_assembly_is_rooted() -> None:
    rng = np.random.Generator(np.random.Philox(key=1))
    programs = [read(TEXT), *tables(6)]
    drawings = [drawn(model(), np.random.Generator(np.random.Philox(key=k))) for k in range(30)]
    seen = set[tuple[bool, bool]]()
    for program in [*programs, *(jittered(p, rng) for p in programs * 3), *drawings]:
        found = boxes(program)
        if len(found) < 30:
            seen.add((all(stands(program)), rooted(found)))
    assert {(True, True), (False, False)} <= seen
    assert (True, False) not in seen


def test_draws_are_sound_and_what_the_walk_has_where_that_is() -> None:
    for k in range(20):
        plain = drawn(model(), np.random.Generator(np.random.Philox(key=k)))
        sound = drawn_sound(model(), np.random.Generator(np.random.Philox(key=k)))
        assert sound.gave_up or (all(stands(sound.program)) and all(fills(sound.program)))
        assert len(sound.told) == len(list(sound.program.walk()))
        if set(sound.told) == {1}:
            assert sound.program == plain
            assert sound.mass_bits == 0.0


@given(st.floats(0.3, 0.95))
def test_the_mass_of_the_condition_is_estimated_without_bias(chance: float) -> None:
    expected = sum(
        chance * (1.0 - chance) ** (n - 1) * Sound(tables(1)[0], (n,), 0).mass_bits for n in range(1, TRIES + 200)
    )
    assert expected == pytest.approx(-log(chance, 2), rel=1e-6)
