"""Assemblies as arrays: the order of a tape, the balls that hold leaves, what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shapelang.assembly.part import Operand, Solid
from shapelang.diagnostics import UsageError
from shapelang.fields import codes, packed
from shapelang.fields.packed import pack
from shapelang.geometry.pose import IDENTITY, Pose
from shapelang.primitives.cuboid import Cuboid
from shapelang.primitives.protocol import FieldClass
from shapelang.primitives.sphere import Sphere
from shapelang.primitives.table import PRIMITIVE_BY_KIND
from shapelang.representations.surface import geometry_mesh
from tests.fields.scenes import leaf, poses, scenes
from tests.laws.solids import SOLIDS

# The run-time check of types looks at a random item of a tuple of points, which hypothesis takes for a draw of ours.
pytestmark = pytest.mark.filterwarnings("ignore:Do not use the `random` module")


def test_a_tape_by_hand() -> None:
    ball, cube = Sphere(0.5), Cuboid(1.0, 2.0, 4.0)
    inner = Solid("union", 0.25, (Operand(ball, IDENTITY), Operand(cube, Pose(offset=(1.0, 0.0, 0.0)))))
    outer = Solid("difference", 0.0, (Operand(inner, Pose(scale=2.0)), Operand(ball, IDENTITY)))
    found = pack([leaf(cube, IDENTITY), leaf(outer, Pose(offset=(0.0, 3.0, 0.0)))])
    assert found.codes.tolist() == [
        codes.CUBOID, codes.CAPSULE, codes.CUBOID, codes.UNION, codes.CAPSULE, codes.DIFFERENCE,
    ]  # fmt: skip
    assert found.leaves.tolist() == [0, 1, 6]
    assert found.depth == 2
    assert found.numbers[found.starts[2] :][:4].tolist() == [1.0, 2.0, 4.0, 0.5]
    assert found.frames[2, 9:].tolist() == [2.0, 3.0, 0.0]
    assert found.numbers[found.starts[5] :].tolist() == [0.0]
    assert (found.lipschitz == 1.0).all()
    assert found.bound == 1.0


def test_nothing_packs_to_nothing() -> None:
    found = pack([])
    assert (found.count, found.depth, found.bound) == (0, 0, 0.0)
    assert found.frames.shape == (0, 12)


@pytest.mark.parametrize("kind", PRIMITIVE_BY_KIND)
@settings(max_examples=15)
@given(data=st.data())
def test_the_ball_of_a_leaf_holds_its_mesh(kind: str, data: st.DataObject) -> None:
    """Of every row of the table."""
    solid, pose = data.draw(SOLIDS[kind]), data.draw(poses())
    found = pack([leaf(solid, pose)])
    corners = np.stack(pose.apply(tuple(solid.mesh(16).positions.T)), axis=1)
    apart = np.sqrt(((corners - found.centres[0]) ** 2).sum(axis=1))
    # Both are rounded in the last of some dozen operations.
    assert apart.max() <= found.reach[0] * (1.0 + 1e-12) + 1e-12


@settings(max_examples=20)
@given(scenes)
def test_hulls_and_solids_are_in_their_balls(found: list) -> None:
    made = pack(found)
    for number, one in enumerate(found):
        if isinstance(one.geometry, Solid) and one.geometry.operator == "hull":
            corners = np.stack(one.pose.apply(tuple(geometry_mesh(one.geometry).positions.T)), axis=1)
            apart = np.sqrt(((corners - made.centres[number]) ** 2).sum(axis=1))
            # As above; hulls are meshed anew from welded corners.
            assert apart.max() <= made.reach[number] * (1.0 + 1e-6)


def test_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "MOST_INSTRUCTIONS", 2)
    with pytest.raises(UsageError, match="at most 2 primitives and operators"):
        pack([leaf(Sphere(1.0), IDENTITY)] * 3)


def test_a_primitive_without_a_kernel_is_refused() -> None:
    class Blob:
        kind = "blob"

        def field_class(self) -> FieldClass:
            return FieldClass(False, 1.0)

    with pytest.raises(UsageError, match="no field kernel for 'blob'"):
        pack([leaf(Blob(), IDENTITY)])  # type: ignore[arg-type]
