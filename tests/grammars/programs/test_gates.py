"""A gate in two steps: how bad what is taken is, then which of those that are as bad."""

from __future__ import annotations

import numpy as np
import pytest

from grammars.programs.events import Descriptors, label
from grammars.programs.gates import SELDOM, Fit, Gate, Graded, fitted
from grammars.programs.rows import grade_descriptors


def rows(faults: list[int], bases: list[float], taken: list[int], names: Descriptors) -> Graded:
    """An event for each of `taken`, all of the same rows and in the same context."""
    count, many = len(faults), len(taken)
    return Graded(
        np.arange(many + 1),
        np.full(many, label(1), dtype=np.uint64),
        count * np.arange(many + 1),
        np.tile([names.number(((k,),)) for k in range(count)], many),
        np.tile(bases, many),
        np.tile(faults, many),
        count * np.arange(many) + np.array(taken),
        grade_descriptors(names),
    )


def test_before_anything_is_learned_faults_are_seldom_and_bases_share_within_them() -> None:
    names = Descriptors()
    some = rows([0, 0, 1], [np.log(3.0), 0.0, 9.0], [0, 1, 2], names)
    bits = Gate(np.zeros(1 << 10, dtype=np.float32)).bits(some, names.table(), np.arange(3))
    sound = 1.0 / (1.0 + np.exp(-SELDOM))
    np.testing.assert_allclose(2.0**-bits, [0.75 * sound, 0.25 * sound, 1.0 - sound], atol=1e-12)


def test_what_is_learned_of_one_fault_says_nothing_of_another() -> None:
    names = Descriptors()
    taken = [0] * 300 + [1] * 100
    some = rows([0, 0, 4, 4], [0.0] * 4, taken, names)
    gate = fitted(some, names.table(), np.arange(len(taken)), Fit(passes=30, rate=0.3), seed=0)
    shares = 2.0 ** -gate.bits(rows([0, 0, 4, 4], [0.0] * 4, [0, 1, 2, 3], names), names.table(), np.arange(4))
    assert shares.sum() == pytest.approx(1.0, abs=1e-9)
    # 100 of 400 took the second; steps of AdaGrad end within a few per cent of that.
    assert shares[1] / (shares[0] + shares[1]) == pytest.approx(0.25, abs=0.05)
    assert shares[2] == pytest.approx(shares[3], rel=1e-6)
    assert shares[2] + shares[3] < np.exp(-4 * SELDOM)
