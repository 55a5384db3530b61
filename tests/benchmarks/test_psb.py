from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from benchmarks.infer import segments
from benchmarks.infer.psb import (
    Segmented,
    agreement,
    among_people,
    category_means,
    k_means,
    nearest_instance,
    one_segment,
    rand_index,
    shapes,
)
from shapelang.metrics.triangles import joined
from tests.benchmarks.boxes import box


def test_the_rand_index_by_hand():
    # Four faces: of the six pairs 0–1 and 2–3 are together in a, 0–1 and 0–2 and 1–2 in b. They differ about
    # 0–2, 1–2 and 2–3.
    assert rand_index(np.array([0, 0, 1, 1]), np.array([5, 5, 5, 9]), np.ones(4)) == pytest.approx(0.5)


def test_pairs_weigh_the_product_of_their_areas():
    # Pairs 0–1: 2, 0–2: 3, 1–2: 6. They differ about 1–2 alone.
    found = rand_index(np.array([0, 1, 1]), np.array([0, 1, 2]), np.array([1.0, 2.0, 3.0]))
    assert found == pytest.approx(5 / 11)


def test_it_is_what_counting_all_pairs_gives():
    draws = np.random.Philox(key=3).random_raw(90).reshape(3, 30)
    a, b, areas = (draws[0] % 4).astype(np.int64), (draws[1] % 3).astype(np.int64), (draws[2] % 100 + 1.0)
    pairs = list(combinations(range(30), 2))
    agreed = sum(areas[i] * areas[j] for i, j in pairs if (a[i] == a[j]) == (b[i] == b[j]))
    # Sums of products of whole numbers: only the last division rounds.
    assert rand_index(a, b, areas) == pytest.approx(agreed / sum(areas[i] * areas[j] for i, j in pairs), abs=1e-12)
    assert rand_index(a, a, areas) == pytest.approx(1.0, abs=1e-12)
    assert rand_index(a, b, areas) == pytest.approx(rand_index(b, a, areas), abs=1e-12)


def pair_of_boxes() -> Segmented:
    """Two equal boxes a metre apart; one person cuts between them, another does not cut."""
    mesh = joined([box((0, 0, 0), (1, 1, 1)), box((2, 0, 0), (3, 1, 1))])
    return Segmented("Chair_7", mesh, np.array([[0] * 12 + [1] * 12, [4] * 24]))


def test_a_face_belongs_to_the_nearest_instance():
    shape = pair_of_boxes()
    labels = nearest_instance([box((2, 0, 0), (3, 1, 1)), box((0, 0, 0), (1.1, 1, 1))], shape.mesh)
    assert labels.tolist() == [1] * 12 + [0] * 12
    # With the first person all pairs agree; with the second those within a box, 132 of 276.
    assert agreement(labels, shape) == pytest.approx(0.5 * (1.0 + 132 / 276))


def test_the_baselines():
    shape = pair_of_boxes()
    assert shape.category == "Chair"
    assert agreement(one_segment(shape), shape) == pytest.approx(0.5 * (1.0 + 132 / 276))
    assert among_people(shape) == pytest.approx(132 / 276)
    assert len(set(k_means(shape, 2)[:12].tolist())) == 1
    assert rand_index(k_means(shape, 2), shape.people[0], np.ones(24)) == pytest.approx(1.0)


def test_the_mean_is_that_of_the_categories():
    found = category_means([("Cup", 0.5), ("Chair", 1.0), ("Chair", 0.8)])
    assert found == pytest.approx({"Cup": 0.5, "Chair": 0.9, "mean": 0.7})


def test_the_archive_is_read(tmp_path: Path):
    corners = np.array([[0, 0, 0], [65535, 0, 0], [0, 13107, 0]], np.uint16)
    np.savez(
        tmp_path / "some.npz",
        Cup_3_v=corners,
        Cup_3_s=np.float32(2.0),
        Cup_3_lo=np.array([-1, 0, 5], np.float32),
        Cup_3_f=np.array([[0, 1, 2]], np.uint16),
        Cup_3_seg=np.zeros((4, 1), np.uint8),
    )
    (shape,) = shapes(tmp_path / "some.npz")
    assert (shape.name, shape.people.shape) == ("Cup_3", (4, 1))
    assert np.allclose(shape.mesh.positions, [[-1, 0, 5], [1, 0, 5], [-1, 0.4, 5]], atol=1e-12)


def test_the_set_is_read_back_in_one_go(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    mesh = box((0.0, 0.0, 0.0), (2.0, 1.0, 1.0))
    low = mesh.positions.min(axis=0)
    np.savez(
        tmp_path / "psb_segmented.npz",
        Mech_1_v=np.round((mesh.positions - low) / 2.0 * 65535).astype(np.uint16),
        Mech_1_s=np.float32(2.0),
        Mech_1_lo=low.astype(np.float32),
        Mech_1_f=mesh.faces.astype(np.uint16),
        Mech_1_seg=np.zeros((2, len(mesh.faces)), np.uint8),
    )
    for _ in range(2):
        segments.main(["--out", str(tmp_path / "rows.jsonl"), "--data", str(tmp_path)])
    assert len((tmp_path / "rows.jsonl").read_text().splitlines()) == 3
    assert "| shapelang | 1 | 1.000 | 1.000 | 1.0 |" in capsys.readouterr().out
