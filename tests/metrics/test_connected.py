"""Components of graphs, against scipy's."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from shapelang.metrics.connected import connected


@given(st.integers(1, 40), st.lists(st.tuples(st.integers(0, 39), st.integers(0, 39)), max_size=60))
def test_as_scipy_finds_them(count: int, edges: list[tuple[int, int]]) -> None:
    a, b = np.array(edges, np.int64).reshape(-1, 2).T % count
    links = coo_matrix((np.ones(len(a)), (a, b)), (count, count))
    assert connected(count, a, b).tolist() == connected_components(links, directed=False)[1].tolist()


def test_a_long_chain_is_one() -> None:
    """Numbered so that every way to the root is as long as the chain."""
    order = np.random.default_rng(0).permutation(20_000)
    assert connected(20_000, order[:-1], order[1:]).max() == 0
