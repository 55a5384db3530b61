"""Sources of solids beside the search: what they propose for known bodies, and how it joins."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import final

import numpy as np
import pytest

from shapelang.deadline import NEVER, Deadline
from shapelang.diagnostics import UsageError
from shapelang.inference.bodies.bodies import Body
from shapelang.inference.infer import infer
from shapelang.inference.proposals.convex import Convex
from shapelang.inference.proposals.proposer import proposed
from shapelang.inference.proposals.superquadrics import Grown
from shapelang.inference.sampling.cells import Cells, cells_of
from shapelang.inference.sampling.samples import sequence, whole_samples
from shapelang.inference.solids.kinds import Cuboid, Ellipsoid, Fit
from shapelang.io.read import MeshGroup
from shapelang.metrics.triangles import joined, triangles
from tests.inference.shapes import chair, piece

BALL = piece("ellipsoid", 1.0, 0.6, 0.8, at=(0.3, 0.0, 0.0))
SMALL = piece("ellipsoid", 0.5, 0.5, 0.5, at=(-0.9, 0.2, 0.0))


def cells(*pieces: MeshGroup) -> Cells:
    shell = joined(triangles(p.positions, p.faces) for p in pieces)
    found = cells_of(Body(shell, np.zeros(len(shell.faces), int), True, shell), np.eye(3), 30, 20)
    assert found is not None
    return found


def agreement(made: Cells, fits: list[Fit]) -> float:
    samples = whole_samples(made, 6000)
    return samples.score(np.any([fit.inside(samples.points @ samples.frame.T) for fit in fits], axis=0))[0]


@final
@dataclass(frozen=True)
class Says:
    """Always the same."""

    fits: tuple[Fit, ...]

    def propose(self, cells: Cells, most: int, deadline: Deadline) -> list[Fit]:
        return list(self.fits[:most])


def box(size: float, at: tuple[float, float, float]) -> Fit:
    return Fit(Cuboid((size, size, size)), np.eye(3), np.array(at), 0.0, 1e9)


def test_one_superquadric_grows_to_an_ellipsoid() -> None:
    made = cells(BALL)
    first = Grown().propose(made, 1, NEVER)
    assert len(first) == 1
    assert agreement(made, first) > 0.93
    np.testing.assert_allclose(first[0].centre, [0.3, 0.0, 0.0], atol=0.02)
    np.testing.assert_allclose(sorted(first[0].kind.size), [0.6, 0.8, 1.0], atol=0.06)


def test_two_balls_are_two_seeds_of_which_the_deepest_is_first() -> None:
    made = cells(BALL, SMALL)
    found = Grown().propose(made, 2, NEVER)
    assert len(found) == 2
    np.testing.assert_allclose([found[0].centre[0], found[1].centre[0]], [0.3, -0.9], atol=0.03)
    assert agreement(made, found) > 0.9


def test_nothing_grows_when_it_is_late() -> None:
    assert Grown().propose(cells(BALL), 5, Deadline(0.0)) == []


def test_what_is_nearest_to_a_proposal_is_fitted_anew() -> None:
    made = cells(BALL, SMALL)
    found = proposed(made, Says((box(0.2, (0.3, 0.0, 0.0)), box(0.2, (-0.9, 0.2, 0.0)))), 5, 1e-3, NEVER)
    assert [type(fit.kind) for fit in found] == [Ellipsoid, Ellipsoid]
    assert agreement(made, found) > 0.93


def test_proposers_may_have_nothing_to_say() -> None:
    assert proposed(cells(BALL), Says(()), 5, 1e-3, NEVER) == []


def test_bad_proposals_lose() -> None:
    mesh = chair()
    far = Says((box(9.0, (50.0, 0.0, 0.0)),))
    assert infer(mesh, name="a", proposers=(far,)).text == infer(mesh, name="a").text


def test_without_coacd_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "coacd", None)
    with pytest.raises(UsageError, match="pip install"):
        Convex().propose(cells(BALL), 5, NEVER)


def test_convex_pieces_become_solids() -> None:
    pytest.importorskip("coacd")
    made = cells(BALL, SMALL)
    assert agreement(made, Convex().propose(made, 8, NEVER)) > 0.9


def test_superquadrics_are_fitted_on_the_device_alone() -> None:
    """A device that holds no numbers does: a tensor of the CPU among those of another device is refused by torch."""
    from shapelang.inference.proposals.batched import fitted

    start = np.array([[0.0, 0, 0, 0, 0, 0, 1.0, 0.8, 0.6, 0.8, 0.8, 0.5]])
    points = sequence(60)[None] - 0.5
    made = fitted(start, points, points[..., 0], points[..., 0] < 0.0, "meta")
    assert (made.device.type, tuple(made.shape)) == ("meta", (1, 11))
