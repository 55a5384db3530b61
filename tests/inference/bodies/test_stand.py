"""A model is written about its own middle, wherever its mesh stands."""

from __future__ import annotations

import re

import numpy as np
import pytest

from shapelang.inference.bodies.own_frame import in_frame
from shapelang.inference.bodies.stand import stand_of
from shapelang.inference.infer import infer
from shapelang.inference.rounding.turns import matrix_of
from tests.inference.shapes import TABLE, chair

AWAY = (3.1416, 0.0, -7.7778)


def test_what_is_seen_is_put_back() -> None:
    turned = in_frame(TABLE, matrix_of((("y", 30.0), ("x", 10.0))).T)
    stand = stand_of(turned)
    assert stand.axes is not None
    seen = stand.seen(turned).positions
    assert np.stack([stand.place(point) for point in seen]) == pytest.approx(turned.positions, abs=1e-12)


def test_a_model_about_the_origin_is_not_moved() -> None:
    mesh = chair()
    assert not stand_of(in_frame(TABLE, np.eye(3))).off.any()
    assert "} at (" not in infer(mesh, name="chair").text


def test_a_chair_somewhere_is_written_about_its_middle() -> None:
    found = infer(chair(AWAY), name="chair")
    assert "} at (3.1416, 0, -7.7778)" in found.text
    assert re.search(r"^  seat = cuboid\(.*\) at \(0, 0\.45, 0\)$", found.text, re.MULTILINE)
    assert found.evidence.iou64 == 1.0
