"""Laws of the volumetric spatial transformer, and the same by scipy and by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import affine_transform

from learners.spatial import affine, inverse, resampled, resampled_axially, rotations

SHAPES = st.tuples(*[st.integers(2, 6)] * 3)


def _drawn(seed: int, *shape: int) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def _map(seed: int) -> torch.Tensor:
    return affine(torch.eye(3, dtype=torch.float64) + 0.4 * _drawn(seed, 1, 3, 3), 0.3 * _drawn(seed + 1, 1, 3))


@given(shape=SHAPES, seed=st.integers(0, 99))
@settings(max_examples=20)
def test_the_identity_changes_nothing(shape: tuple[int, int, int], seed: int) -> None:
    volume = _drawn(seed, 1, 2, *shape)
    still = affine(torch.eye(3, dtype=torch.float64)[None], torch.zeros(1, 3, dtype=torch.float64))
    assert torch.allclose(resampled(volume, still, shape), volume, atol=1e-12)


@given(shape=SHAPES, wanted=SHAPES, seed=st.integers(0, 99))
@settings(max_examples=30)
def test_it_is_scipys_affine_transform(shape: tuple[int, int, int], wanted: tuple[int, int, int], seed: int) -> None:
    volume, placed = _drawn(seed, *shape), _map(seed)
    linear, shift = placed[0, :, :3].numpy(), placed[0, :, 3].numpy()
    # Cell i of n has its centre at (2 i + 1) / n - 1.
    before, after = np.array(shape), np.array(wanted)
    matrix = linear * (before[:, None] / after[None, :])
    # scipy takes an offset for each axis; its annotation says one number.
    offset: Any = 0.5 * before * (linear @ (1.0 / after - 1.0) + shift + 1.0) - 0.5
    expected = affine_transform(volume.numpy(), matrix, offset, output_shape=wanted, order=1, mode="grid-constant")
    assert np.allclose(resampled(volume[None, None], placed, wanted)[0, 0].numpy(), expected, atol=1e-9)


@given(shape=SHAPES, wanted=SHAPES, seed=st.integers(0, 99))
@settings(max_examples=15)
def test_its_gradient_is_the_adjoint(shape: tuple[int, int, int], wanted: tuple[int, int, int], seed: int) -> None:
    volume, seen, placed = _drawn(seed, 1, 1, *shape), _drawn(seed + 7, 1, 1, *wanted), _map(seed)
    volume.requires_grad_()
    (back,) = torch.autograd.grad(resampled(volume, placed, wanted), volume, seen)
    volume = volume.detach()
    assert torch.allclose((resampled(volume, placed, wanted) * seen).sum(), (volume * back).sum())
    # The same from the columns of the map, a cell at a time.
    cells = torch.eye(volume.numel(), dtype=torch.float64).reshape(-1, 1, *shape)
    columns = resampled(cells, placed.expand(len(cells), -1, -1), wanted)
    assert torch.allclose((columns * seen).sum((1, 2, 3, 4)).reshape(shape), back[0, 0])


def test_the_slope_in_the_map_is_that_of_differences() -> None:
    volume, placed = _drawn(3, 1, 1, 4, 5, 6), _map(3)
    assert torch.autograd.gradcheck(lambda m: resampled(volume, m, (3, 4, 3)), placed.requires_grad_())


def test_axes_stand_in_order() -> None:
    volume = torch.zeros(1, 1, 5, 5, 5)
    volume[0, 0, 4, 2, 1] = 1.0
    step = affine(torch.eye(3)[None], torch.tensor([[0.4, 0.0, -0.8]]))  # a cell is 0.4 wide
    moved = resampled(volume, step, (5, 5, 5))[0, 0]
    # 0.6 + 0.4 is the centre of the cell but for rounding.
    assert moved.argmax() == 3 * 25 + 2 * 5 + 3 and float(moved[3, 2, 3]) == pytest.approx(1.0)


@given(shape=SHAPES, wanted=SHAPES, seed=st.integers(0, 99))
@settings(max_examples=30)
def test_scales_and_shifts_are_maps_too(shape: tuple[int, int, int], wanted: tuple[int, int, int], seed: int) -> None:
    volumes, scales, shifts = _drawn(seed, 3, 2, *shape), _drawn(seed + 1, 3, 3), _drawn(seed + 2, 3, 3)
    axial = torch.stack([scales, shifts], dim=2)
    anyhow = resampled(volumes, affine(torch.diag_embed(scales), shifts), wanted)
    assert torch.allclose(resampled_axially(volumes, axial, wanted), anyhow, atol=1e-9)


def test_the_slope_in_scales_and_shifts_is_that_of_differences() -> None:
    volume, axial = _drawn(3, 2, 1, 4, 5, 6), torch.tensor([[0.8, 0.1], [-0.7, 0.3], [1.3, -0.2]]).double()
    maps = axial.repeat(2, 1, 1).requires_grad_()
    assert torch.autograd.gradcheck(lambda v, m: resampled_axially(v, m, (3, 4, 3)), (volume.requires_grad_(), maps))


@given(seed=st.integers(0, 99))
def test_the_inverse_takes_back(seed: int) -> None:
    placed, points = _map(seed), _drawn(seed + 3, 1, 3, 8)
    there = placed[:, :, :3] @ points + placed[:, :, 3:]
    back = inverse(placed)
    assert torch.allclose(back[:, :, :3] @ there + back[:, :, 3:], points, atol=1e-6)


def test_what_is_written_by_a_turn_of_the_axes_is_read_back() -> None:
    patch = _drawn(0, 1, 3, 4, 4, 4)
    turn = affine(
        torch.tensor([[[0.0, -1, 0], [0, 0, 1], [-1, 0, 0]]], dtype=torch.float64), torch.zeros(1, 3).double()
    )
    assert torch.allclose(resampled(resampled(patch, turn, (4, 4, 4)), inverse(turn), (4, 4, 4)), patch, atol=1e-12)


@given(seed=st.integers(0, 99))
def test_rotations_are_rotations(seed: int) -> None:
    turn = rotations(_drawn(seed, 1, 4))[0]
    assert torch.allclose(turn @ turn.T, torch.eye(3, dtype=torch.float64), atol=1e-12)
    assert torch.allclose(torch.linalg.det(turn), torch.ones((), dtype=torch.float64))


def test_a_quaternion_turns_about_its_axis() -> None:
    half = torch.tensor(0.25 * torch.pi, dtype=torch.float64)
    turn = rotations(torch.stack([half.cos(), 0 * half, 0 * half, half.sin()])[None])[0]
    assert torch.allclose(turn @ torch.tensor([1.0, 0, 0]).double(), torch.tensor([0.0, 1, 0]).double(), atol=1e-12)
