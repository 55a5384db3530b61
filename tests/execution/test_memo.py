"""Equal calls of a part that cannot draw share one object; nothing else about a run may change."""

from __future__ import annotations

from pathlib import Path

import pytest

from shapelang.diagnostics import ProgramError
from shapelang.execution.budget import Limits
from shapelang.execution.memo import Memo
from shapelang.execution.simulate import simulate
from shapelang.io.glb import glb_bytes
from shapelang.semantics.check import check_text, load


def test_equal_calls_share_one_part() -> None:
    text = "part a(w) { cuboid(w, 1, 1) }\nfor i in 0..2 { for j in 0..2 { a(1 + j) at (i * 6 + j * 3, 0, 0) } }"
    made = [c.part for c in simulate(check_text(text), 0).assembly.root.children]
    assert made[0] is made[2]
    assert made[1] is made[3]
    assert made[0] is not made[1]


def test_zeros_of_both_signs_are_told_apart() -> None:
    text = "part a(x) { cuboid(1, 1, 1) at (x, 0, 0) }\na(0)\nb = a(0 * -1)\nc = a(0)"
    a, b, c = (p.part for p in simulate(check_text(text), 0).assembly.root.children)
    assert a.children[0].pose.offset == b.children[0].pose.offset
    assert a is not b
    assert c is not b


def test_a_file_called_with_other_params_makes_other_parts(tmp_path: Path) -> None:
    (tmp_path / "chair.shape").write_text("param w = 1\npart leg() { cuboid(w, 1, 1) }\nleg()\n")
    text = 'use "chair.shape"\none = chair(w: 2)\ntwo = chair(w: 3)\nthree = chair(w: 2)\n'
    (tmp_path / "room.shape").write_text(text)
    root = simulate(load(tmp_path / "room.shape"), 0).assembly.root
    assert [c.part.box.size[0] for c in root.children] == [2, 3, 2]


def test_what_a_body_sees_of_its_file_changes_with_a_try() -> None:
    text = "let w ~ uniform(0, 1)\npart a() { cuboid(0.1 + w, 1, 1) }\na()\nrequire w > 0.8\nb = a()"
    for seed in range(20):
        trace = simulate(check_text(text), seed)
        drawn = trace.choices["w"].value
        assert drawn > 0.8
        assert {c.part.box.size[0] for c in trace.assembly.root.children} == {0.1 + drawn}


def made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Memo, "part", lambda self, run, key: None)


@pytest.mark.parametrize("fuel", range(0, 200, 3))
def test_sharing_costs_what_making_costs(monkeypatch: pytest.MonkeyPatch, fuel: int) -> None:
    parts = "part b() { cuboid(1, 1, 1) }\npart a() { b()\nb2 = b() at (2, 0, 0) }\n"
    program = check_text(parts + "for i in 0..5 { a() at (0, 0, i) }")

    def outcome() -> str:
        try:
            return glb_bytes(simulate(program, 0, limits=Limits(fuel=fuel)).assembly).hex()
        except ProgramError as error:
            return str(error)

    shared = outcome()
    made_anew(monkeypatch)
    assert shared == outcome()


@pytest.mark.parametrize("depth", range(1, 9))
def test_sharing_is_as_deep_as_making(monkeypatch: pytest.MonkeyPatch, depth: int) -> None:
    text = """
part down(k: int) { if k > 0 { down(k - 1) at (0, 1, 0) } else { cuboid(1, 1, 1) } }
part under(k: int) { if k > 0 { under(k - 1) } else { down(3) } }
down(3)
deep = under(2)
"""
    program = check_text(text)

    def outcome() -> str:
        try:
            return glb_bytes(simulate(program, 0, limits=Limits(depth=depth)).assembly).hex()
        except ProgramError as error:
            return str(error)

    shared = outcome()
    made_anew(monkeypatch)
    assert shared == outcome()


def test_equal_primitives_of_one_call_share_one_part() -> None:
    text = "param t = 0.0\nfor i in 0..3 { cuboid(1, 1, 1) at (i, 0, 0) }\nfor i in 0..2 { cone(1, 1, t * (i - 0.5)) }"
    made = [c.part for c in simulate(check_text(text), 0).assembly.root.children]
    assert made[0] is made[1] is made[2]
    # A top of radius −0 and one of radius 0: equal, but not the same bytes.
    assert made[3] is not made[4]
