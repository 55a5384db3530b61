"""Frozen data: refused assignments where tests run, and the same equality, hash and copies everywhere."""

from __future__ import annotations

import copy
import subprocess
import sys
from dataclasses import FrozenInstanceError

import pytest

from shapelang.assembly.part import Group
from shapelang.geometry.box import Box
from shapelang.geometry.pose import Pose
from shapelang.primitives.cuboid import Cuboid

LAWS = """
import copy
from shapelang.assembly.part import Group
from shapelang.geometry.box import Box
from shapelang.primitives.cuboid import Cuboid
a, b = Cuboid(1.0, 2.0, 3.0), Cuboid(1.0, 2.0, 3.0)
assert a == b and hash(a) == hash(b) and a != Cuboid(1.0, 2.0, 4.0) and len({a, b}) == 1
assert Group({}) != Group({}) and not hasattr(a, "__dict__")
assert copy.deepcopy(a) == a
match a:
    case Cuboid(w, h, d):
        assert (w, h, d) == (1.0, 2.0, 3.0)
"""


def test_assignments_are_refused() -> None:
    box = Box((0.0, 0.0, 0.0), (1.0, 1.0, 1.0))
    for made, name in ((Cuboid(1.0, 2.0, 3.0), "width"), (box, "low"), (Pose(), "scale"), (Group({}), "members")):
        with pytest.raises(FrozenInstanceError):
            setattr(made, name, 4.0)
        assert not hasattr(made, "__dict__")


def test_equality_hash_and_copies() -> None:
    a, b = Cuboid(1.0, 2.0, 3.0), Cuboid(1.0, 2.0, 3.0)
    assert a == b
    assert hash(a) == hash(b)
    assert a != Cuboid(1.0, 2.0, 4.0)
    assert Group({}) != Group({})
    assert copy.deepcopy(a) == a


def test_the_same_laws_hold_where_no_test_runs() -> None:
    """In a process without the test run's import hook."""
    done = subprocess.run([sys.executable, "-c", LAWS], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
