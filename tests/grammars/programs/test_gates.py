"""A gate in two steps: how bad what is taken is, then which of those that are as bad."""

from __future__ import annotations

import numpy as np
import pytest

from grammars.programs.events import Descriptors, label
from grammars.programs.gates import SELDOM, Fit, Gate, Graded, fitted
from grammars.programs.graded_loops import graded_logs, graded_pass
from grammars.programs.kernels import gate_logits, gate_pass
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


def test_what_is_above_the_limit_is_taken_only_where_nothing_less_is() -> None:
    names = Descriptors()
    gate = Gate(np.zeros(1 << 10, dtype=np.float32), limit=3)
    bits = gate.bits(rows([0, 3, 4, 5], [0.0] * 4, [0, 1, 2, 3], names), names.table(), np.arange(4))
    share = 1.0 / (1.0 + np.exp(-3 * SELDOM))
    np.testing.assert_allclose(2.0**-bits, [share, 1.0 - share, 0.0, 0.0], atol=1e-12)
    alone = gate.bits(rows([4, 5], [0.0] * 2, [0, 1], names), names.table(), np.arange(2))
    np.testing.assert_allclose(2.0**-alone, [1.0, 0.0], atol=1e-12)


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


def test_both_files_of_loops_hash_pairs_alike() -> None:
    """The loop over pairs stands in both, since numba does not see that another file has changed."""
    rng = np.random.Generator(np.random.Philox(key=1))
    contexts, names = (rng.integers(1, 2**64, size, dtype=np.uint64) for size in (4, (5, 3)))
    names[0, 1] = 0
    table = rng.normal(size=1 << 10).astype(np.float32)
    sets, none = np.arange(4), np.zeros(4, np.int64)

    def share(logits: np.ndarray) -> np.ndarray:
        return logits - np.log(np.exp(logits - logits.max()).sum()) - logits.max()

    mixed = (contexts[:, None, None] * np.uint64(0x9E3779B97F4A7C15)) ^ (names * np.uint64(0xC2B2AE3D27D4EB4F))
    places = (mixed ^ (mixed >> np.uint64(29))) & np.uint64(len(table) - 1)
    by_hand = np.where(names != 0, table[places], 0.0).sum(axis=(0, 2), dtype=np.float64)[:4]
    np.testing.assert_allclose(gate_logits(contexts, sets, names, table), by_hand, rtol=1e-9, atol=1e-9)
    steps, within = np.zeros(1), np.zeros(4)
    graded_logs(contexts, sets, np.zeros(4), none, np.array([4]), 0.0, 0, names, table, steps, within)
    np.testing.assert_allclose(within, share(by_hand), rtol=1e-9, atol=1e-9)


def test_both_files_of_loops_take_the_same_step() -> None:
    """One row taken of one fault, or one expert alone that gives the event any mass: the same softmax, and slopes."""
    rng = np.random.Generator(np.random.Philox(key=2))
    contexts, names = (rng.integers(1, 2**64, size, dtype=np.uint64) for size in (4, (5, 3)))
    first = rng.normal(size=1 << 10).astype(np.float32)
    sets, none, taken = np.arange(4), np.zeros(4, np.int64), 2
    ends, order, logs = (np.array([0, 4]), np.array([0]), np.where(np.arange(4) == taken, 0.0, -1e9))
    found: list[tuple[np.ndarray, ...]] = []
    for graded in (False, True):
        weights, squares, bits = first.copy(), np.zeros(len(first), np.float32), np.zeros(1)
        if graded:
            graded_pass(
                order, ends, contexts, ends, sets, np.zeros(4), none, np.array([taken]), np.array([4]), 0.0, 0,
                names, weights, squares, 0.1, 1e-3, bits,
            )  # fmt: skip
        else:
            gate_pass(order, ends, contexts, ends, sets, logs, names, weights, squares, 0.1, 1e-3, bits)
        found.append((weights, squares, bits))
    assert np.count_nonzero(found[0][0] != first) > 40, "of 48 pairs nearly all have a weight of their own"
    for one, other in zip(*found, strict=True):
        # Softmaxes are summed in another order; squares hold 32 bits.
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-9)
