"""Known programs: what is drawn, and how an answer is compared with it."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from benchmarks.infer.edits import edits
from benchmarks.infer.graphs import alike_counts, graph_of, related_counts
from benchmarks.infer.instances import leaves_of
from benchmarks.infer.known import EXAMPLES, Known, draw, fused, names, read_known, shown
from benchmarks.infer.known import make as make_known
from benchmarks.infer.round_trip import edit_figures, graph_figures, table
from benchmarks.infer.rows import Row, State
from benchmarks.timing import ROOT
from shapelang.metrics.inside import is_closed
from shapelang.metrics.triangles import triangles
from shapelang.semantics.check import check_text
from shapelang.syntax import tree
from shapelang.syntax.tree import nodes_in

LEGS = "mirror x, z { leg = cuboid(0.1, 0.7, 0.1) at (0.5, 0.35, 0.3) }\n"
TOP = "top = cuboid(width, 0.05, 0.8) at (0, 0.725, 0)\n"
TEXT = "param width = 1.2 in [0.5, 3]\n" + TOP + LEGS
QUARTER = np.array([[0.0, 0.0, 1.0], [0.0, 1.0, 0.0], [-1.0, 0.0, 0.0]])
KNOWN = Known(TEXT, {}, 0, frozenset(), QUARTER, np.array([1.0, 2.0, 3.0]))
LOOP = """for i in 0..2 {
  for j in 0..2 { leg = cuboid(0.1, 0.7, 0.1) at (i - 0.5, 0.35, 0.6 * j - 0.3) }
}
"""
SINGLY = "".join(
    f"leg_{k} = cuboid(0.1, 0.7, 0.1) at ({x}, 0.35, {z})\n"
    for k, (x, z) in enumerate([(-0.5, -0.3), (-0.5, 0.3), (0.5, -0.3), (0.5, 0.3)])
)


def posed(body: str) -> str:
    """A program's text in the pose of the input."""
    return f"whole = {{\n{body}}} at (1, 2, 3) rotate y 90\n"


def test_the_same_program_has_all_marks() -> None:
    found = graph_figures(KNOWN, leaves_of("param width = 1.2 in [0.5, 3]\n" + posed(TOP + LEGS)))
    assert (found["parts"], found["alike"], found["related"], found["mean"]) == (1.0, 1.0, 1.0, 1.0)
    assert max(found["size"], found["place"]) < 1e-6


def test_a_loop_is_as_good_as_a_mirror_and_a_flat_list_is_not() -> None:
    top = TOP.replace("width", "1.2")
    loop = graph_figures(KNOWN, leaves_of(posed(top + LOOP)))
    singly = graph_figures(KNOWN, leaves_of(posed(top + SINGLY)))
    assert (loop["alike"], loop["related"]) == (1.0, 1.0)
    assert (singly["alike"], singly["related"]) == (1.0, 0.0)


def test_a_repetition_that_the_truth_does_not_name_is_right_where_it_is_symmetric() -> None:
    true, said = leaves_of(SINGLY), leaves_of(LEGS)
    matched = [(0, 3), (1, 2), (2, 1), (3, 0)]
    found = related_counts(graph_of(true, 1.4), graph_of(said, 1.4), matched)
    assert (found.said, found.right, found.true, found.found, found.f1) == (6, 6, 0, 0, 1.0)


def test_parts_that_are_not_found_lose_their_pairs() -> None:
    graph = graph_of(leaves_of(LEGS), 1.4)
    matched = [(0, 0), (1, 1), (2, 2)]
    assert alike_counts(graph, graph, matched).f1 == 0.5
    assert related_counts(graph, graph, matched).f1 == 0.5


def test_scaled_sizes_are_told_from_params() -> None:
    legs = graph_of(leaves_of("mirror x { a = cuboid(0.1, 0.7, 0.1) at (1, 0, 0) }\nb = cuboid(0.1, 0.1, 0.7)\n"), 1.0)
    assert (len(legs.alike), len(legs.stated)) == (3, 1)


def test_an_edit_is_answered_by_the_param_that_does_the_same() -> None:
    answered = edits(KNOWN, "param length = 1.2 in [0.5, 3]\n" + posed(TOP.replace("width", "length") + LEGS))
    assert [edit.name for edit in answered] == ["width"]
    assert answered[0].best > 0.99 > 0.95 > answered[0].unchanged
    assert edit_figures(answered) == {"edits": 1.0, "answered": 1.0, "edits_all": 1.0, "answered_all": 1.0}
    assert edits(KNOWN, posed(TOP.replace("width", "1.2") + LEGS))[0].best == 0.0


def test_hidden_parts_are_told() -> None:
    shares = shown(leaves_of("a = cuboid(1, 1, 1)\nb = cuboid(0.9, 0.9, 0.9)\nc = cuboid(0.5, 3, 0.5)\n"))
    assert shares[1] == 0.0
    assert shares[0] > 0.8 and 0.4 < shares[2] < 0.8


def test_a_draw_is_one_closed_mesh_in_a_pose_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "chair.obj"
    make_known("desk/00", path, tmp_path)
    known = read_known(path)
    assert np.allclose(known.turn @ known.turn.T, np.eye(3)) and np.linalg.det(known.turn) > 0.0
    mesh = fused(known.leaves())
    assert is_closed(mesh)
    there = triangles(mesh.positions @ known.turn.T + known.shift, mesh.faces)
    assert np.allclose(known.undone(there).positions, mesh.positions)
    assert min(shown(known.leaves())) >= 0.1
    again = draw("desk/00", tmp_path)
    assert (again.given, again.seed, again.hidden) == (known.given, known.seed, known.hidden)


def test_a_thousand_names_and_every_terminal_and_construct() -> None:
    assert len(names()) == len(set(names())) == 1000
    assert sum(not name.startswith("shapeassembly/") for name in names()) == 700
    used = {path.stem: _kinds(path) for path in sorted((ROOT / "examples").glob("*.shape"))}
    every = frozenset[str]().union(*used.values())
    assert frozenset[str]().union(*(used[name] for name in EXAMPLES)) == every


def _kinds(path: Path) -> frozenset[str]:
    program = check_text(path.read_text(encoding="utf-8"), f"examples/{path.name}")
    return frozenset(_kind(node) for node in nodes_in(program.module.statements))


def _kind(node: object) -> str:
    match node:
        case tree.Instance((name,)) if name in (
            "cuboid",
            "wedge",
            "capsule",
            "torus",
            "lathe",
            "superquadric",
            "prism",
        ):
            return name
        case tree.SolidBlock(operator):
            return operator
        case _:
            return type(node).__name__


def test_the_table_has_sums() -> None:
    figures = graph_figures(KNOWN, ()) | edit_figures(edits(KNOWN, ""))
    rows = [Row("round_trip", name, "ours", State.OK, figures) for name in ("chair/00", "shapeassembly/chair/00")]
    lines = table(rows).splitlines()
    assert lines[-1].startswith("| all | ours | 2 | 0.000 | 0.000 | 0.000 | 0.000 |")
    assert [line.split(" | ")[0] for line in lines[2:]] == [
        "| chair",
        "| shapeassembly/chair",
        "| all examples",
        "| all of ShapeAssembly",
        "| all",
    ]
