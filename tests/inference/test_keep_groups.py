"""With its groups kept each group of a mesh is a block of its own, with its own name."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from shapelang.inference.infer import infer
from shapelang.io.read.mesh_data import MeshGroup
from shapelang.syntax import tree
from shapelang.syntax.parser import parse
from shapelang.syntax.source import Source
from tests.inference.shapes import data, piece


def _blocks(text: str) -> dict[str, int]:
    """The named blocks of a program, with how many statements each has."""
    module = parse(Source("kept", text)).module
    found: dict[str, int] = {}
    for statement in module.statements:
        match statement:
            case tree.ShapeStatement(str(name), tree.Shape(tree.Block(inner), _)):
                found[name] = len(inner)
            case _:
                pass
    return found


def test_groups_become_blocks() -> None:
    """Two legs that mirror each other are of two groups: no mirror, but two blocks; the third has two solids."""
    left = piece("cuboid", 0.1, 1.0, 0.1, at=(-0.5, 0.5, 0), name="left foot")
    right = piece("cuboid", 0.1, 1.0, 0.1, at=(0.5, 0.5, 0), name="rightFoot")
    board = piece("cuboid", 1.2, 0.1, 0.6, at=(0, 1.05, 0), name="board")
    knob = replace(piece("sphere", 0.1, at=(0, 1.3, 0)), path=("board",))
    mesh = data(left, right, _joined([board, knob]))
    assert "mirror" in infer(mesh, name="thing").text
    kept = infer(mesh, name="thing", keep_groups=True)
    assert "mirror" not in kept.text
    assert _blocks(kept.text) == {"left_foot": 1, "right_foot": 1, "board": 2}
    assert kept.evidence.iou64 > 0.97
    # One shape in a block that says what it is: its role would say no more.
    assert "left_foot = {\n  cuboid(" in kept.text.replace("\n    ", "\n  ")


def test_what_only_two_groups_close_is_one_body() -> None:
    """Three sides of a box are of one group and three of another: neither encloses anything, and together they do."""
    box = piece("cuboid", 1.0, 0.6, 0.8, at=(0, 0.3, 0))
    beyond = box.positions[box.faces].mean(axis=1) @ np.array([1.0, 1.0, 1.0]) > 0.3
    halves = [
        replace(box, faces=box.faces[chosen], path=(name,)) for name, chosen in (("front", beyond), ("back", ~beyond))
    ]
    kept = infer(data(*halves), name="box", keep_groups=True)
    assert kept.evidence.iou64 > 0.98
    assert set(_blocks(kept.text)) == {"front", "back"}


def test_a_panel_on_a_solid_keeps_its_block() -> None:
    """A square on a box adds nothing to see but its colour, and is left out unless its group is asked for."""
    box = piece("cuboid", 1.0, 0.6, 0.8, at=(0, 0.3, 0), name="box")
    square = np.array([[-0.2, 0.1, 0.4], [0.2, 0.1, 0.4], [0.2, 0.5, 0.4], [-0.2, 0.5, 0.4]])
    panel = replace(box, positions=square, faces=np.array([[0, 1, 2], [0, 2, 3]], np.int32), path=("panel",))
    assert infer(data(box, panel), name="radio").evidence.primitives == 1
    kept = infer(data(box, panel), name="radio", keep_groups=True)
    assert _blocks(kept.text) == {"box": 1, "panel": 1}
    assert kept.evidence.iou64 > 0.98


def test_one_look_is_written_once() -> None:
    """Where all shapes of a group look alike the material stands once; one group alone gives the usual program."""
    red, blue = (1.0, 0.0, 0.0), (0.0, 0.0, 1.0)
    boxes = [piece("cuboid", 0.3, 0.2, 0.1, at=(x, 0.2, z)) for x, z in ((-0.7, 0), (0.1, 0.4), (0.5, -0.3))]
    row = replace(_joined(boxes), path=("row",), color=red)
    board = replace(piece("cuboid", 2.0, 0.1, 1.0, at=(0, 0.05, 0), name="board"), color=blue)
    kept = infer(data(row, board), name="thing", keep_groups=True)
    assert _blocks(kept.text)["row"] > 1
    assert kept.text.count(" with ") == 2
    assert infer(data(row), name="thing", keep_groups=True).text == infer(data(row), name="thing").text


def _joined(pieces: list[MeshGroup]) -> MeshGroup:
    starts = np.cumsum([0, *(len(p.positions) for p in pieces[:-1])])
    faces = [p.faces + np.int32(start) for p, start in zip(pieces, starts, strict=True)]
    return replace(pieces[0], positions=np.concatenate([p.positions for p in pieces]), faces=np.concatenate(faces))
