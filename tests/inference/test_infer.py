"""Known assemblies are recovered with their structure; dirty meshes give a program or a typed refusal."""

from __future__ import annotations

import numpy as np
import pytest

from shapelang.diagnostics import EmptyError, ProgramError
from shapelang.execution.simulate import simulate
from shapelang.inference.composing import replayed
from shapelang.inference.description.tokens import token_count
from shapelang.inference.errors import InferenceError
from shapelang.inference.infer import Inferred, infer
from shapelang.inference.measuring.evidence import verify
from shapelang.io.read import MeshData, MeshGroup
from shapelang.outcome import Outcome
from shapelang.semantics.check import check_text
from shapelang.syntax.printer import print_module
from tests.inference.shapes import chair, colonnade, data, piece, turned_boxes


def body(found: Inferred) -> str:
    """The text without its comments."""
    return "\n".join(line for line in found.text.splitlines() if not line.startswith("//"))


def test_a_chair_is_told_as_a_person_would() -> None:
    found = infer(chair(), name="chair")
    assert found.outcome is Outcome.FINISHED
    assert found.evidence.iou64 >= 0.99
    assert found.evidence.primitives == 12
    text = body(found)
    assert "param depth = 0.44 in [0.2, 0.9]" in text
    assert "mirror x {\n  mirror z {\n    leg = cuboid(" in text
    assert "array 4 by (0.174 * width, 0, 0)" in text
    assert "seat = cuboid(width, 0.04, depth) at (0, 0.45, 0)" in text
    assert text.count("cuboid(") == 5


def test_the_program_stands_where_the_mesh_stood() -> None:
    found = infer(chair(at=(30.0, 2.0, -7.0)), name="chair")
    assert found.evidence.iou64 >= 0.99
    assert found.evidence.primitives == 12
    # The mirrors' planes lie off the origin, so all stands in a block at the middle.
    assert "} at (30, 2, -7)" in body(found)


def test_columns_about_an_axis_are_a_ring() -> None:
    found = infer(colonnade(7, 2.0), name="colonnade")
    text = body(found)
    assert "ring 7 about y {" in text
    assert text.count("cone(") == 1 and text.count("cylinder(") == 1
    assert found.evidence.primitives == 8
    # Input columns have 24 sides and the program's 32: up to 0.9 % of a column's section.
    assert found.evidence.iou64 >= 0.98


def test_a_ring_away_from_the_origin_has_a_frame() -> None:
    found = infer(colonnade(5, 2.0, at=(10.0, 0.0, 4.0)), name="colonnade")
    assert "ring 5 about y {" in body(found)
    assert "} at (10, 0, 4)" in body(found)
    assert found.evidence.iou64 >= 0.98


def test_copies_that_no_symmetry_explains_are_one_part() -> None:
    """Three stools anywhere: a part of two cuboids, called three times; the floor stands once."""
    places = [(0.0, 0.0), (1.3, 0.2), (0.4, 1.7)]
    stools = [
        group
        for x, z in places
        for group in (
            piece("cuboid", 0.4, 0.05, 0.3, at=(x, 0.475, z)),
            piece("cuboid", 0.05, 0.45, 0.05, at=(x + 0.1, 0.225, z + 0.03)),
        )
    ]
    found = infer(data(*stools, piece("cuboid", 3, 0.02, 3.7, at=(0.5, -0.01, 0.9))), name="room")
    assert found.evidence.iou64 >= 0.99
    assert found.evidence.primitives == 7
    program = check_text(found.text)
    (part,) = program.parts.values()
    assert len(part.body.statements) == 2
    assert body(found).count(f"{part.name}() at (") == 3


def test_turned_boxes_have_plain_angles() -> None:
    found = infer(turned_boxes(), name="boxes")
    text = body(found)
    assert "rotate y 30" in text
    assert "rotate z -45" in text
    assert "cuboid(1, 0.2, 0.4)" in text and "cuboid(0.8, 0.1, 0.3)" in text
    assert found.evidence.iou64 >= 0.99


def test_one_concave_body_becomes_overlapping_boxes() -> None:
    """A cross of two bars in one welded surface, as low-poly models are made."""
    bars = chair()  # closed pieces that overlap are left as they are
    positions = np.concatenate([g.positions for g in bars.groups])
    offsets = np.cumsum([0, *(len(g.positions) for g in bars.groups)])[:-1]
    faces = np.concatenate([g.faces + o for g, o in zip(bars.groups, offsets, strict=True)]).astype(np.int32)
    found = infer(data(MeshGroup(("chair",), None, None, positions, faces)), name="chair")
    assert found.evidence.iou64 >= 0.99 and found.evidence.primitives == 12


def l_shape() -> MeshData:
    outline = np.array([(0, 0), (2, 0), (2, 0.5), (0.5, 0.5), (0.5, 3), (0, 3)], float)
    low = np.column_stack([outline, np.zeros(6)])
    high = np.column_stack([outline, np.full(6, 0.7)])
    cap = np.array([(0, 1, 2), (0, 2, 3), (0, 3, 4), (0, 4, 5)])
    sides = [f for k in range(6) for f in ((k, (k + 1) % 6, (k + 1) % 6 + 6), (k, (k + 1) % 6 + 6, k + 6))]
    faces = np.concatenate([cap[:, ::-1], cap + 6, np.array(sides)]).astype(np.int32)
    return data(MeshGroup((), "wood", (0.6, 0.4, 0.2), np.concatenate([low, high]), faces))


def test_an_l_is_two_boxes_with_its_material() -> None:
    found = infer(l_shape(), name="bracket")
    text = body(found)
    assert text.count("cuboid(") == 2
    assert "material wood = { color: #996633 }" in text and "with wood" in text
    assert found.evidence.iou64 == 1.0


def test_round_things_are_round() -> None:
    found = infer(
        data(piece("ellipsoid", 1.0, 0.6, 0.8, at=(0, 1, 0)), piece("cylinder", 0.3, 1.2, at=(3, 1, 0))), name="round"
    )
    text = body(found)
    assert "ellipsoid(" in text and "cylinder(" in text
    # Facets of 24 sides against 32, and radii by the volume.
    assert found.evidence.iou64 >= 0.95


def test_names_come_from_the_mesh() -> None:
    found = infer(
        data(piece("cuboid", 1, 1, 1, name="TailFin.001"), piece("cuboid", 1, 2, 1, at=(3, 0, 0), name="Cube.004")),
        name="x",
    )
    assert "tail_fin = " in body(found)
    assert "cube =" not in body(found)


def test_inference_is_repeatable() -> None:
    assert infer(chair(), name="chair").text == infer(chair(), name="chair").text


def test_evidence_is_of_the_text_alone() -> None:
    mesh = chair()
    text = "seat = cuboid(0.46, 0.04, 0.44) at (0, 0.45, 0)\n"
    alone = verify(text, mesh, samples=2000)
    assert alone.primitives == 1
    assert alone.tokens == token_count(text) == 18
    # The seat's share of the volume: 0.0081 of 0.0124 m³ in twelve cuboids that hardly overlap.
    assert 0.5 < alone.iou64 < 0.8
    found = infer(mesh, name="chair")
    again = verify(found.text, mesh)
    assert (again.iou64, again.chamfer, again.primitives) == (
        found.evidence.iou64,
        found.evidence.chamfer,
        found.evidence.primitives,
    )
    with pytest.raises(ProgramError):
        verify("seat = cuboid(1, 1", mesh)
    with pytest.raises(EmptyError, match="makes no shape"):
        verify("", mesh)


def test_the_report_has_what_is_promised() -> None:
    report = infer(chair(), name="chair").report()
    assert {"iou64", "chamfer", "primitives", "tokens", "seconds", "outcome", "notes"} <= set(report)
    assert report["outcome"] == "finished"


@pytest.mark.parametrize("mesh", [chair(), colonnade(7, 3.0), turned_boxes()], ids=["chair", "colonnade", "turned"])
def test_a_report_can_be_replayed_without_the_mesh(mesh: MeshData) -> None:
    """From the flat program and the grid alone: the same text, by the same rewrites."""
    found = infer(mesh, name="again", time_limit=300.0)
    flat = found.report()["flat"]
    again = replayed(flat["program"], flat["grid"])
    assert found.text.endswith("\n\n" + print_module(again.module))
    assert again.steps == found.rewrites


def torn(mesh: MeshData, seed: int) -> MeshData:
    """Holes, doubled and turned faces, corners split and shaken by a millionth of the size."""
    draw = np.random.Generator(np.random.Philox(key=seed))
    groups: list[MeshGroup] = []
    for g in mesh.groups:
        faces = g.faces[draw.random(len(g.faces)) > 0.1]
        positions = g.positions[faces.reshape(-1)] + draw.normal(0, 1e-6, (faces.size, 3))
        soup = np.arange(faces.size, dtype=np.int32).reshape(-1, 3)
        groups.append(MeshGroup(g.path, None, None, positions, np.concatenate([soup, soup[:2, ::-1]])))
    return data(*groups)


def test_dirty_meshes_give_programs() -> None:
    found = infer(torn(chair(), 1), name="chair", time_limit=20.0)
    # A tenth of the faces of twelve-face boxes is missing: one box in three is open.
    assert found.evidence.iou64 > 0.7
    check_text(found.text)


def test_a_single_triangle_is_a_thin_plate() -> None:
    mesh = data(
        MeshGroup((), None, None, np.array([[0.0, 0, 0], [1, 0, 0], [0, 1, 0]]), np.array([[0, 1, 2]], np.int32))
    )
    found = infer(mesh, name="triangle")
    assert found.evidence.primitives == 1
    assert found.evidence.chamfer < 20.0


@pytest.mark.parametrize(
    ("positions", "said"),
    [
        (np.zeros((3, 3)), "no extent"),
        (np.array([[9e5, 0, 0], [9e5, 1, 0], [9e5, 0, 1.0]]), "from the origin"),
    ],
)
def test_refusals_are_typed_and_say_why(positions: np.ndarray, said: str) -> None:
    with pytest.raises(InferenceError, match=said):
        infer(data(MeshGroup((), None, None, positions, np.array([[0, 1, 2]], np.int32))), name="x")


def test_a_mesh_without_triangles_is_refused() -> None:
    with pytest.raises(InferenceError, match="no triangles"):
        infer(MeshData("empty.obj", "obj", ()), name="x")


def test_out_of_time_there_is_still_a_program() -> None:
    found = infer(colonnade(9, 2.0), name="colonnade", time_limit=1e-3)
    assert found.outcome is Outcome.TIME_LIMIT
    assert any("time limit" in note for note in found.notes)
    # All ten bodies came too late, and the note counts each family once: the columns are copies or were not compared.
    assert any("bodies were given a single box" in note for note in found.notes)
    assert len(tuple(simulate(check_text(found.text)).assembly.leaves())) == found.evidence.primitives >= 10


def test_the_part_limit_is_said() -> None:
    groups = [piece("cuboid", 1 + 0.1 * k, 1, 1, at=(0, 2.0 * k, 0)) for k in range(6)]
    found = infer(data(*groups), name="tower", max_parts=3)
    assert found.outcome is Outcome.PART_LIMIT
    assert found.evidence.primitives == 3


def test_each_of_many_bodies_is_a_solid() -> None:
    """Seventy boxes of seventy sizes are more than are searched, and each is exact as it is."""
    boxes = (piece("cuboid", 0.5 + 0.005 * k, 0.9 - 0.006 * k, 0.5, at=(k % 10, 0.5, k // 10)) for k in range(70))
    found = infer(data(*boxes), name="boxes", time_limit=60.0)
    assert found.evidence.primitives == 70
    assert found.evidence.fscore == 1.0 and not found.evidence.missing
