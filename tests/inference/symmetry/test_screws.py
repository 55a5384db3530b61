"""Equal things that climb about an axis are one screw, and what only stands evenly is none."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shapelang.deadline import NEVER
from shapelang.execution.simulate import simulate
from shapelang.inference.cut_short import Cuts
from shapelang.inference.rounding.turns import AXES, turn_matrix, turns_of
from shapelang.inference.solids.kinds import Cuboid, Ellipsoid, Kind, Prism
from shapelang.inference.solids.plain import Solid
from shapelang.inference.symmetry.patterns import Once, Pattern, Screwed
from shapelang.inference.symmetry.repetition import repetitions
from shapelang.inference.writing.climbing import looped
from shapelang.semantics.check import check_text
from shapelang.syntax import tree
from shapelang.syntax.printer import print_module

BAR = Cuboid((0.6, 0.05, 0.2))
BALL = Ellipsoid((0.1, 0.1, 0.1))
TREAD = Prism(((-0.3, -0.02), (0.3, -0.1), (0.3, 0.1), (-0.3, 0.02)), 0.05)


def climbing(kind: Kind, count: int, angle: float, rise: float, axis: int = 1) -> list[Solid]:
    """Solids about an axis through (0.3, 0.2, -0.4), the first half a metre from it."""
    hub, along = np.array([0.3, 0.2, -0.4]), np.eye(3)[axis]
    first = hub + 0.5 * np.eye(3)[(axis + 2) % 3]
    turns = [turn_matrix(AXES[axis], angle * k) for k in range(count)]
    places = [turn @ (first - hub) + hub + k * rise * along for k, turn in enumerate(turns)]
    return [Solid(kind, turns_of(turn), place, 0) for turn, place in zip(turns, places, strict=True)]


def patterns(solids: Sequence[Solid]) -> list[Pattern]:
    found, _ = repetitions(solids, [0], 4.0, np.zeros(3), NEVER, Cuts())
    return [one.pattern for one in found]


@pytest.mark.parametrize("axis", [0, 1, 2])
@pytest.mark.parametrize("kind", [BAR, BALL, TREAD])
def test_what_climbs_about_an_axis_is_one_loop(kind: Kind, axis: int) -> None:
    (pattern,) = patterns(climbing(kind, 9, 25.0, 0.2, axis))
    assert isinstance(pattern, Screwed)
    hub = [0.0 if k == axis else (0.3, 0.2, -0.4)[k] for k in range(3)]
    assert (pattern.count, pattern.axis, pattern.angle, pattern.rise) == (9, AXES[axis], 25.0, 0.2)
    assert np.allclose(pattern.centre, hub, atol=1e-3)


@given(st.floats(15.0, 60.0), st.floats(0.15, 0.3), st.integers(4, 12), st.sampled_from([-1.0, 1.0]))
def test_the_last_step_is_where_it_was(angle: float, rise: float, count: int, sense: float) -> None:
    solids = climbing(BALL, count, sense * angle, rise)
    (pattern,) = patterns(solids)
    assert isinstance(pattern, Screwed)
    hub = np.array(pattern.centre)
    turn = turn_matrix(pattern.axis, pattern.angle * (count - 1))
    last = turn @ (solids[0].centre - hub) + hub + np.array([0.0, pattern.rise * (count - 1), 0.0])
    # The play of a ball is 0.018; rounding may take a tenth of it twice, and the fit of the axis the rest.
    assert np.abs(last - solids[-1].centre).max() < 0.018


def test_one_that_leaves_the_round_makes_it_none() -> None:
    solids = climbing(BALL, 5, 25.0, 0.2)
    moved = Solid(BALL, (), solids[2].centre + np.array([0.1, 0.0, 0.0]), 0)
    assert all(isinstance(pattern, Once) for pattern in patterns([*solids[:2], moved, *solids[3:]]))


def test_the_loop_makes_what_the_pattern_says() -> None:
    body = tree.Block(
        (
            tree.ShapeStatement(
                "knob",
                tree.Shape(
                    tree.Instance(("sphere",), (tree.Argument(None, tree.Number(0.1)),)),
                    (tree.At(tree.Tuple((tree.Number(1), tree.Number(0), tree.Number(0)))),),
                ),
            ),
        )
    )
    pattern = Screwed(5, "y", -90.0, 0.25, (0.0, 0.0, 0.0))
    made = looped(pattern, "step", body, [tree.Number(2), tree.Number(0), tree.Number(0)])
    leaves = tuple(simulate(check_text(print_module(tree.Module((made,))), "<test>")).assembly.leaves())
    # Turning by -90 degrees about y takes x to z.
    expected = [(3, 0, 0), (2, 0.25, 1), (1, 0.5, 0), (2, 0.75, -1), (3, 1, 0)]
    assert np.allclose([leaf.pose.offset for leaf in leaves], expected, atol=1e-12)
