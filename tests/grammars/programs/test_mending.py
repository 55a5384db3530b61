"""What tips over, the statements that mend what is not sound, and the grammar that takes no fault it can avoid."""

from __future__ import annotations

from itertools import product
from math import inf

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.spatial import ConvexHull
from scipy.spatial.transform import Rotation

import grammars.programs.mending as mending_module
from grammars.programs.balance import tipping
from grammars.programs.drawing import Drawing, drawn
from grammars.programs.faults import FAULTS, option_faults
from grammars.programs.mending import Mend, mends, unsound
from grammars.programs.model import ProgramModel
from grammars.programs.outcomes import fault, number_outcomes
from grammars.programs.program import BOX, Assembly, Attach, Part, Reflect, Triple
from grammars.programs.stage import Stage
from grammars.programs.standing import FEET
from grammars.programs.walk import ATTACH, NO_STATEMENT, Kind, Options, Slot, told, walk
from tests.grammars.programs.examples import tables
from tests.grammars.programs.test_model import Looking, masses, model


def _tips(boxes: list[tuple[tuple[float, float, float], tuple[float, float, float]]]) -> int:
    """Boxes by centre and extents, of one body."""
    centres, halves = np.array([c for c, _ in boxes]), 0.5 * np.array([e for _, e in boxes])
    axes = np.tile(np.eye(3), (len(boxes), 1, 1))
    return int(tipping(np.zeros(len(boxes), dtype=np.int64), centres, axes, halves, FEET))


@given(st.floats(-0.45, 0.45), st.floats(-0.45, 0.45))
def test_a_plate_on_a_post_tips_where_its_middle_is_not_over_the_post(x: float, z: float) -> None:
    """A plate of 1 m, 20 mm thick, on a post of 0.2 m and 0.5 m: the mean of surface over the post's foot, by hand."""
    plate, post = 2 * (1.0 + 2 * 0.02), 2 * (0.2 * 0.2 + 2 * 0.2 * 0.5)
    off = max(abs(x), abs(z)) * (1.0 - post / (plate + post))
    inside = 0.1 - off - FEET * float(np.linalg.norm([1.0, 0.52, 1.0]))
    assume(abs(inside) > 1e-9)
    assert _tips([((0.0, 0.51, 0.0), (1.0, 0.02, 1.0)), ((x, 0.25, z), (0.2, 0.5, 0.2))]) == (inside < 0.0)


@given(st.integers(0, 2**32), st.integers(1, 3))
def test_what_tips_is_what_a_convex_hull_says(seed: int, bodies: int) -> None:
    """Boxes that are turned and mirrored, of several bodies; feet and centres as the corners themselves have them."""
    rng = np.random.default_rng(seed)
    count = 4 * bodies
    axes = Rotation.random(count, rng).as_matrix()
    axes[::2] = np.eye(3)
    axes[rng.random(count) < 0.5, 0] *= -1.0
    centres, halves = rng.normal(size=(count, 3)) * (0.5, 0.02, 0.5), rng.uniform(0.02, 0.4, (count, 3))
    labels = 7 * (np.arange(count) % bodies)
    signs = np.array(list(product((-1.0, 1.0), repeat=3)))
    corners = centres[:, None] + np.einsum("ck,nk,nkd->ncd", signs, halves, axes)
    near = FEET * float(np.linalg.norm(np.ptp(corners.reshape(-1, 3), axis=0)))
    least = most = 0
    for label in np.unique(labels):
        mine, areas = corners[labels == label].reshape(-1, 3), (np.roll(halves, 1, 1) * halves).sum(1)[labels == label]
        middle = areas @ centres[labels == label] / areas.sum()
        feet = mine[mine[:, 1] <= mine[:, 1].min() + near][:, [0, 2]]
        flat = np.linalg.matrix_rank(feet - feet[0], tol=1e-9) < 2
        within = -1.0 if flat else float(-(ConvexHull(feet).equations @ np.append(middle[[0, 2]], 1.0)).max())
        least, most = least + (within < near * np.cos(np.pi / 8) - 1e-9), most + (within < near + 1e-9)
    assert least <= tipping(labels, centres, axes, halves, FEET) <= most


def test_feet_that_are_as_low_hold_a_body_and_higher_ones_do_not() -> None:
    plate = ((0.0, 0.51, 0.0), (1.0, 0.02, 1.0))
    legs = [((x, 0.25, z), (0.05, 0.5, 0.05)) for x in (-0.4, 0.4) for z in (-0.4, 0.4)]
    assert _tips([plate, *legs]) == 0
    assert _tips([plate, *legs[:2]]) == 1
    assert _tips([plate, *legs[:2], *(((x, 0.3, z), (0.05, 0.4, 0.05)) for (x, _, z), _ in legs[2:])]) == 1
    assert _tips([plate, *legs[:2], ((0.4, 0.252, 0.0), (0.05, 0.496, 0.05))]) == 0


def test_what_tips_does_not_stand_and_is_the_worst_end() -> None:
    stage = Stage((1000, 600, 1000), None, 0)
    stage.inner = [False, False]
    stage.add(Part((1000, 50, 1000), True))
    stage.add(Part((200, 550, 200), True))
    stage.state(Attach(1, BOX, (500, 0, 500), (100, 0, 500)))
    stage.state(Attach(0, 1, (100, 0, 500), (500, 1000, 500)))
    assert (stage.look().parts, stage.look().apart, stage.look().tips) == (frozenset(), 0, 1)
    assert not stage.stands()
    assert option_faults(Kind.VERB, (NO_STATEMENT,), stage) == [FAULTS - 1]
    held = stage.after(Reflect(1, 0))
    assert held.stands() and held.look().tips == 0
    for statement in (Attach(0, 1, (100, 0, 500), (500, 1000, 500)),) * 2:
        stage.state(statement)
    assert Reflect(1, 0) in (mends(stage) or ())


def _hanging() -> Stage:
    """A plate at the top of its box and a leg that ends under it, told with more statements than a program has."""
    stage = Stage((1000, 600, 1000), None, 0)
    stage.inner = [False, False]
    stage.add(Part((1000, 50, 1000), True))
    stage.add(Part((400, 300, 400), True))
    for statement in (
        Attach(0, BOX, (500, 1000, 500), (500, 1000, 500)), Attach(1, BOX, (500, 0, 500), (500, 0, 500)),
        *(Attach(0, BOX, (500, 1000, 500), (500, 1000, 500)),) * 4,
    ):  # fmt: skip
        stage.state(statement)
    return stage


def test_one_more_statement_leaves_the_stage_as_it_was() -> None:
    stage = _hanging()
    before = unsound(stage), stage.low[1], list(stage.statements), stage.cuboids[1].size.tolist()
    then = stage.after(Attach(1, BOX, (500, 1000, 500), (500, 1000, 500)))
    assert (unsound(stage), stage.low[1], list(stage.statements), stage.cuboids[1].size.tolist()) == before
    assert then.cuboids[1].size[1] == pytest.approx(0.6)
    assert unsound(then) == (0, 0, 0)


def test_a_plate_that_hangs_is_mended_by_a_leg_that_reaches_it() -> None:
    stage = _hanging()
    # It hangs, and is a body of its own.
    assert unsound(stage) == (2, 0, 0)
    found = mends(stage)
    assert found and Attach(1, BOX, (500, 1000, 500), (500, 1000, 500)) in found
    assert all(unsound(stage.after(mend)) < unsound(stage) for mend in found)


def test_nothing_is_mended_early_nor_where_all_is_sound() -> None:
    stage = _hanging()
    del stage.statements[2:]
    assert mends(stage) is None
    sound = _hanging()
    sound.state(Attach(1, BOX, (500, 1000, 500), (500, 1000, 500)))
    assert mends(sound) is None


@given(st.integers(0, 2**32))
def test_whoever_takes_no_fault_tells_a_statement_that_mends(seed: int) -> None:
    rng, stage = np.random.default_rng(seed), _hanging()
    found = mends(stage)
    assert found
    assert _told(rng, stage) in found


def _told(rng: np.random.Generator, stage: Stage) -> Mend:
    """A statement of options and outcomes that are no fault, whichever."""

    def choose(kind: Kind, options: Options) -> int:
        faults = option_faults(kind, options, stage)
        return int(rng.choice([o for o, f in zip(options, faults, strict=True) if f == 0]))

    def triple(slot: Slot) -> Triple:
        for k in range(3):
            there = number_outcomes(Slot(slot + k), stage)
            faults = [fault(code, Slot(slot + k)) for code in there.codes]
            assert set(faults) == {0, FAULTS - 1}
            stage.pending.append(int(rng.choice([s for s, f in zip(there.starts, faults, strict=True) if f == 0])))
        x, y, z = stage.pending
        stage.pending.clear()
        return x, y, z

    stage.open(choose(Kind.VERB, range(5)))
    stage.moved = choose(Kind.MOVED, (0, 1))
    if stage.verb != ATTACH:
        return Reflect(stage.moved, choose(Kind.AXIS, (0, 1, 2)))
    stage.target = choose(Kind.TARGET, (BOX, 1 - stage.moved))
    stage.point = triple(Slot.POINT_X)
    return Attach(stage.moved, stage.target, stage.point, triple(Slot.PLACE_X))


def test_where_nothing_mends_the_end_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mending_module, "_tried", lambda _: iter(()))
    stage = _hanging()
    assert mends(stage) == []
    assert option_faults(Kind.VERB, range(5), stage) == [FAULTS - 1] * 4 + [0]


def test_the_careful_grammar_gives_what_takes_no_fault_more_and_all_else_nothing() -> None:
    careful = model().careful()
    for k in range(12):
        program = drawn(careful, np.random.Generator(np.random.Philox(key=k)))
        least, free = careful.bits([program]).sum(), model().bits([program]).sum()
        assert np.isfinite(least) and least <= free
    stage = _hanging()
    floating = Assembly(stage.size, tuple(stage.parts), tuple(stage.statements))
    assert careful.bits([floating]).sum() == inf
    assert np.isfinite(model().bits([floating]).sum())


class _Begun:
    """Tells a hanging plate and a leg, then draws, until its assembly ends."""

    def __init__(self, grammar: ProgramModel, seed: int) -> None:
        self._drawing = Drawing(grammar, np.random.Generator(np.random.Philox(key=seed)))
        stage = _hanging()
        begun = Assembly(stage.size, tuple(stage.parts), tuple(stage.statements[:2]))
        self._told = list(told(begun))[:-1]
        self.stood: list[bool] = []

    def choose(self, kind: Kind, options: Options, stage: Stage) -> int:
        return self._told.pop(0) if self._told else self._drawing.choose(kind, options, stage)

    def number(self, slot: Slot, stage: Stage) -> int:
        return self._told.pop(0) if self._told else self._drawing.number(slot, stage)

    def ends(self, stage: Stage) -> bool:
        self.stood.append(stage.stands())
        return True


@pytest.mark.parametrize("seed", range(4))
def test_what_hangs_when_all_is_posed_stands_when_the_careful_grammar_ends(seed: int) -> None:
    begun = _Begun(model().careful(), seed)
    walk(begun)
    assert begun.stood == [True]


def test_outcomes_of_the_careful_grammar_sum_to_one_where_it_mends() -> None:
    stage = _hanging()
    stage.open(ATTACH)
    stage.moved, stage.target = 1, BOX
    assert masses(model().careful(), Slot.POINT_X, stage).sum() == pytest.approx(1.0)
    assert masses(model().careful(), Slot.POINT_X, stage)[500] == pytest.approx(1.0)
    assert 1e-6 < 1.0 - masses(model(), Slot.POINT_X, stage)[500] < 0.01


@pytest.mark.parametrize("temperature", [0.0, -1.0, float("nan"), float("inf")])
def test_a_temperature_is_above_zero(temperature: float) -> None:
    with pytest.raises(ValueError, match="a temperature is above 0, and not "):
        drawn(model(), np.random.Generator(np.random.Philox(key=0)), temperature)


def test_probabilities_of_the_careful_grammar_sum_to_one() -> None:
    careful = model().careful()
    for seed in range(5):
        looking = Looking(Drawing(careful, np.random.Generator(np.random.Philox(key=seed))), careful)
        walk(looking)
        assert looking.choices == pytest.approx([1.0] * len(looking.choices))
        assert list(looking.numbers.values()) == pytest.approx([1.0] * len(looking.numbers))


@pytest.mark.parametrize("program", tables(3))
def test_tables_that_stand_are_told_by_the_careful_grammar(program: Assembly) -> None:
    assert np.isfinite(model().careful().bits([program]).sum())
