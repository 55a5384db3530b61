"""The compiled search for a superquadric: its slopes, what it finds, and the bounds that it keeps to."""

from __future__ import annotations

import numpy as np
import pytest

from shapelang.inference.solids.superquadric_kernels import descended, rotation_about

TRUE = np.array([*np.log([0.9, 0.5, 0.7]), 0.4, 1.1, 0.03, -0.05, 0.02, 0.2, -0.1, 0.15])
FREE = np.array([*np.full(3, 0.7), 0.0, 0.0, *np.full(6, 0.4)])


def on_surface(numbers: np.ndarray, count: int = 300) -> np.ndarray:
    """(n, 3) points of the superquadric of some numbers, by its angles."""
    generator = np.random.default_rng(3)
    up, around = generator.uniform(-1.5, 1.5, count), generator.uniform(-np.pi, np.pi, count)

    def power(value: np.ndarray, exponent: float) -> np.ndarray:
        return np.sign(value) * np.abs(value) ** exponent

    e1, e2 = numbers[3], numbers[4]
    wide = power(np.cos(up), e1)
    local = np.stack(
        [wide * power(np.cos(around), e2), power(np.sin(up), e1), wide * power(np.sin(around), e2)], axis=1
    )
    return (local * np.exp(numbers[:3])) @ rotation_about(numbers[8:]).T + numbers[5:8]


def bounds(around: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    least, most = around - FREE, around + FREE
    least[3:5], most[3:5] = 0.1, 1.9
    return least, most


def test_a_superquadric_is_found_again_from_its_points() -> None:
    start = np.array([*np.log([1.0, 0.45, 0.8]), 0.7, 0.7, *np.zeros(6)])
    found, miss = descended(on_surface(TRUE), start, *bounds(start), np.inf, 60)
    np.testing.assert_allclose(found, TRUE, atol=1e-6)
    assert np.abs(miss).max() < 1e-6


def test_points_of_something_else_do_not_pull_where_they_are_soft() -> None:
    generator = np.random.default_rng(5)
    points = np.concatenate([on_surface(TRUE), generator.uniform(1.2, 1.6, (30, 3))])
    start = TRUE + np.array([0.05, -0.05, 0.05, 0.1, -0.1, *np.full(6, 0.02)])
    soft = descended(points, start, *bounds(start), 1e-3, 60)[0]
    hard = descended(points, start, *bounds(start), np.inf, 60)[0]
    assert np.abs(soft - TRUE).max() < 0.01 < np.abs(hard - TRUE).max()


@pytest.mark.parametrize("held", [0, 4, 6, 9])
def test_no_number_leaves_its_bounds(held: int) -> None:
    start = np.array([*np.log([1.0, 0.45, 0.8]), 0.7, 0.7, *np.zeros(6)])
    least, most = bounds(start)
    least[held] = most[held] = start[held]
    found = descended(on_surface(TRUE), start, least, most, np.inf, 30)[0]
    assert found[held] == start[held]
    assert (found >= least).all() and (found <= most).all()


def test_a_turn_has_the_length_of_its_vector() -> None:
    turned = rotation_about(np.array([0.0, 0.0, np.pi / 2.0]))
    np.testing.assert_allclose(turned, [(0.0, -1.0, 0.0), (1.0, 0.0, 0.0), (0.0, 0.0, 1.0)], atol=1e-12)
    np.testing.assert_array_equal(rotation_about(np.zeros(3)), np.eye(3))
