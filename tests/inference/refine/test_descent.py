"""Solids moved through torch's fields: the same fields, slopes that differences confirm, and the same places found."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest

from shapelang.deadline import NEVER
from shapelang.inference.refine.descent import BLOCKS, Differentiated
from shapelang.inference.refine.distance import distance
from shapelang.inference.refine.leaves import leaf_of
from shapelang.inference.refine.refine import refined
from shapelang.inference.refine.steps import Softness, Target, residuals
from shapelang.inference.solids.kinds import Cuboid, Ellipsoid, Fit, Kind, Superquadric
from shapelang.numbers import NUMPY
from shapelang.representations.field import posed_field
from tests.inference.refine.solids import KINDS, POINTS, fit_of, target_of

SOFT = Softness(0.01, 0.3)


def some(target: Target) -> Target:
    """Every third point beside the surface: quicker, and enough for a law."""
    kept = np.r_[: target.on, target.on : len(target.points) : 3]
    return Target(target.points[kept], target.on, target.inside[kept], target.group[kept])


def cost(fits: Sequence[Fit], target: Target) -> float:
    field = np.min([distance(fit, target.points) for fit in fits], axis=0)
    residual, _ = residuals(field, target, SOFT)
    return float(residual @ residual)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: type(kind).__name__)
def test_a_leaf_has_the_inside_of_its_solid(kind: Kind) -> None:
    fit = fit_of(kind, (0.1, -0.05, 0.02), turned=True)
    field = posed_field(*leaf_of(fit), (POINTS[:, 0], POINTS[:, 1], POINTS[:, 2]), NUMPY)
    clear = np.abs(distance(fit, POINTS)) > 1e-9
    assert ((field < 0.0) == fit.inside(POINTS))[clear].all()


def test_the_descent_through_torch_finds_what_the_blocks_find() -> None:
    truth = [fit_of(Cuboid((0.8, 0.3, 0.5)), (0.0, -0.2, 0.0)), fit_of(Ellipsoid((0.4, 0.6, 0.4)), (0.1, 0.2, 0.0))]
    pushed = [
        fit_of(Cuboid((0.85, 0.27, 0.47)), (0.02, -0.19, 0.01)),
        fit_of(Ellipsoid((0.44, 0.55, 0.37)), (0.08, 0.21, 0.0)),
    ]
    target = some(target_of(truth))
    found = refined(pushed, [0, 0], target, NEVER, Differentiated())
    blocks = refined(pushed, [0, 0], target, NEVER, BLOCKS)
    assert cost(found, target) < 0.2 * cost(pushed, target)
    assert cost(found, target) < 1.2 * cost(blocks, target)
    assert np.allclose(found[0].kind.size, blocks[0].kind.size, atol=0.003)


@pytest.mark.parametrize("kind", [KINDS[3], KINDS[5], KINDS[9]], ids=lambda kind: type(kind).__name__)
def test_no_step_raises_the_cost_and_the_first_lowers_it(kind: Kind) -> None:
    truth = fit_of(kind, turned=True)
    target = some(target_of([truth]))
    pushed = [Fit(kind, truth.frame, np.array([0.012, -0.009, 0.01]), 0.0, 0.0)]
    costs = [cost(Differentiated()(pushed, [0], target, SOFT, steps, NEVER), target) for steps in (0, 1, 4)]
    assert costs[-1] < 0.3 * costs[0], costs
    assert all(after <= before for before, after in pairwise(costs)), costs


def test_solids_answer_for_their_own_material_and_keep_their_order() -> None:
    truth = [
        fit_of(Superquadric((0.5, 0.5, 0.5), 0.6, 0.6), (-0.3, 0.0, 0.0)),
        fit_of(Cuboid((0.4, 0.4, 0.4)), (0.3, 0, 0)),
    ]
    target = some(target_of(truth))
    small = [truth[0], fit_of(Cuboid((0.36, 0.36, 0.36)), (0.31, 0.0, 0.0))]
    found = Differentiated()(small, [1, 0], target, SOFT, 6, NEVER)
    assert [type(fit.kind) for fit in found] == [Superquadric, Cuboid]
    assert np.allclose(found[1].kind.size, 0.4, atol=0.004)
    # The samples are all of material 0: what says another moves at free space alone, so that it cannot grow.
    assert max(found[0].kind.size) <= 0.5 + 0.01
