"""Names in a GLB give no engine an order that nobody gave; each keeps its own in `extras`."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shapelang.assembly.assembly import Assembly
from shapelang.assembly.material import Material
from shapelang.io.glb import glb_bytes
from shapelang.io.names import engine_name
from tests.io.shapes import Brick, at, body, leaf
from tests.io.test_glb import document

# Those of Godot 4.4's `resource_importer_scene.cpp`.
HINTS = (
    "noimp", "col", "convcol", "colonly", "convcolonly", "rigid", "navmesh", "vehicle", "wheel", "occ", "occonly",
    "alpha", "vcol", "loop", "loop_mode", "cycle",
)  # fmt: skip


def godot_reads(name: str, hint: str) -> bool:
    """`_teststr` of Godot, after `validate_node_name`: written from what it does, as the judge of our own."""
    for invalid in '.:@/"%':
        name = name.replace(invalid, "_")
    while name and (name[-1] in "0123456789_" or ord(name[-1]) <= 32):
        name = name[:-1]
    name = name.lower()
    return f"${hint}" in name or name.endswith((f"-{hint}", f"_{hint}"))


def test_the_judge_reads_what_godot_does() -> None:
    assert godot_reads("wall_col", "col") and godot_reads("Wall-COL_2", "col") and godot_reads("a$collar", "col")
    assert not any(godot_reads("wall_column", hint) for hint in HINTS)


@pytest.mark.parametrize("name", ["wall", "leg[1]", "col", "wheel_2", "protocol", "wheel_col[0]", "stool_color", "$"])
def test_other_names_stay_as_they_are(name: str) -> None:
    assert engine_name(name) == name


pieces = st.sampled_from([*HINTS, "-", "_", "$", ".", "%", "2", " ", "a", "LOOP", "Col", "[0]"])


@given(st.lists(pieces, max_size=6).map("".join) | st.text(max_size=12))
def test_no_name_is_read_as_a_hint(name: str) -> None:
    found = engine_name(name)
    assert [hint for hint in HINTS if godot_reads(found, hint)] == []
    assert engine_name(found) == found


def test_a_label_that_is_a_hint_is_changed_in_the_node_and_kept_in_extras() -> None:
    wall = leaf("wall", Brick(1, 1, 1), Material("glass_alpha"))
    root = body("b", *(at(wall, label, 0, 0, 0) for label in ("wall_col", "wall_col", "wall-col-plain", "wall")))
    tree = document(glb_bytes(Assembly(root, "cart_wheel.shape", 0, {}), colliders=True))
    parts = [node for node in tree["nodes"] if "extras" in node]
    assert [node["name"] for node in parts] == [
        "cart_wheel-plain", "wall_col-plain", "wall_col-plain_2", "wall-col-plain", "wall",
    ]  # fmt: skip
    assert [node["extras"].get("name") for node in parts] == ["cart_wheel", "wall_col", "wall_col", None, None]
    assert tree["scenes"][0]["name"] == "cart_wheel-plain"
    assert (tree["materials"][0]["name"], tree["materials"][0]["extras"]) == (
        "glass_alpha-plain",
        {"name": "glass_alpha"},
    )
    colliders = [node["name"] for node in tree["nodes"] if "extras" not in node]
    assert colliders[0] == "wall_col-plain-convcolonly"
    # Meshes are called as their nodes; Godot reads hints there too.
    hinted = [mesh["name"] for mesh in tree["meshes"] if any(godot_reads(mesh["name"], hint) for hint in HINTS)]
    assert hinted == ["wall_col-plain-convcolonly"]
