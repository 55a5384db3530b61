"""What makes draws quick changes none: a trial copy keeps what is settled, and bits come with the draw."""

from __future__ import annotations

import numpy as np

from grammars.programs.drawing import drawn, drawn_with_bits
from grammars.programs.mending import unsound
from grammars.programs.program import BOX, Attach, Part, Reflect, Translate
from grammars.programs.stage import Stage
from tests.grammars.programs.test_model import model


def contradicted() -> Stage:
    """A plate that hangs half a metre above the foot that it is attached to: one of the two has to move or to grow."""
    stage = Stage((1000, 1000, 1000), None, 0)
    for size in ((500, 100, 500), (800, 200, 800)):
        stage.begin(False)
        stage.add(Part(size, True))
    stage.state(Attach(0, BOX, (500, 0, 500), (500, 0, 500)))
    stage.state(Attach(1, 0, (0, 0, 500), (500, 1000, 500)))
    stage.state(Attach(1, BOX, (1000, 0, 500), (500, 600, 500)))
    return stage


def test_a_copy_keeps_what_is_settled() -> None:
    stage = contradicted()
    settled = stage.after(None)
    moved = [float(np.abs(settled.cuboids[k].centre - stage.cuboids[k].centre).max()) for k in (0, 1)]
    assert max(moved) > 0.05
    copies = [*(Reflect(k, axis) for k in (0, 1) for axis in range(3)), Translate(1, 0, 3, 400)]
    for copy in copies:
        one, other = stage.after(copy), settled.repeating(copy)
        assert one.statements == other.statements == [*stage.statements, copy]
        for part, cuboid in one.cuboids.items():
            assert np.array_equal(cuboid.centre, other.cuboids[part].centre)
            assert np.array_equal(cuboid.size, other.cuboids[part].size)
        assert unsound(one) == unsound(other)
    assert stage.statements == settled.statements == contradicted().statements
    assert len({unsound(settled.repeating(copy)) for copy in copies}) > 1


def test_bits_that_come_with_a_draw_are_those_of_the_program() -> None:
    for seed in range(6):
        one, other = (np.random.Generator(np.random.Philox(key=seed)) for _ in range(2))
        program, structure, numbers = drawn_with_bits(model(), one, 0.8)
        assert program == drawn(model(), other, 0.8)
        assert (structure, numbers) == tuple(model().bits([program])[0])
