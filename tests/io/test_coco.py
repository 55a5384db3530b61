"""Run lengths: from pictures and back, and as COCO's own tools read them, where these are installed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from shapelang.arrays import AnyArray
from shapelang.io.coco import compressed, expanded, masks_of

PICTURES = arrays(np.int32, st.tuples(st.integers(1, 9), st.integers(1, 9)), elements=st.integers(0, 3))


def decoded(counts: tuple[int, ...], size: tuple[int, int]) -> AnyArray:
    values = np.repeat(np.arange(len(counts)) % 2, counts)
    return np.concatenate((values, np.zeros(size[0] * size[1] - len(values), np.int64))).reshape(size[::-1]).T


@given(PICTURES)
def test_masks_are_the_picture(numbers: AnyArray) -> None:
    masks = masks_of(numbers)
    assert [mask.number for mask in masks] == sorted(set(numbers.reshape(-1).tolist()) - {0})
    for mask in masks:
        here = numbers == mask.number
        np.testing.assert_array_equal(decoded(expanded(compressed(mask.counts)), mask.size), here)
        left, top, width, height = mask.bbox
        assert here[top : top + height, left : left + width].sum() == mask.area == here.sum()
        for edge in (here[top], here[top + height - 1], here[:, left], here[:, left + width - 1]):
            assert edge.any()


@given(st.lists(st.integers(0, 2**31 - 1), min_size=1, max_size=12))
def test_text_keeps_all_counts(counts: list[int]) -> None:
    assert expanded(compressed(tuple(counts))) == tuple(counts)


def test_known_text() -> None:
    # 6 is one group; 41 = 9 + 1 · 32; then 6 again, and from the fourth on differences: 40 − 41 = −1.
    assert compressed((6, 41, 6, 40)) == "6Y16O"


@given(PICTURES)
def test_pycocotools_read_the_same(numbers: AnyArray) -> None:
    tools = pytest.importorskip("pycocotools.mask", reason="pycocotools is not installed")
    for mask in masks_of(numbers):
        here = np.asfortranarray(numbers == mask.number).astype(np.uint8)
        assert tools.encode(here)["counts"].decode() == compressed(mask.counts)
        np.testing.assert_array_equal(tools.decode(mask.segmentation()), here)
        assert tools.toBbox(mask.segmentation()).tolist() == list(mask.bbox)
