"""With its groups kept each group of a mesh is a block of its own, with its own name."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from shapelang.inference.infer import infer
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
    joined = replace(
        board,
        positions=np.concatenate([board.positions, knob.positions]),
        faces=np.concatenate([board.faces, knob.faces + np.int32(len(board.positions))]),
    )
    mesh = data(left, right, joined)
    assert "mirror" in infer(mesh, name="thing").text
    kept = infer(mesh, name="thing", keep_groups=True)
    assert "mirror" not in kept.text
    assert _blocks(kept.text) == {"left_foot": 1, "right_foot": 1, "board": 2}
    assert kept.evidence.iou64 > 0.97


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
