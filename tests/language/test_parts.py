"""Parts and used programs."""

from __future__ import annotations

from shapelang.semantics.check import examine
from shapelang.semantics.loader import TextLoader
from shapelang.syntax.source import Source
from tests.language.runs import box, child, message, places, run, sizes


def test_arguments() -> None:
    """By position, by name, by default; vectors where the body takes them for such."""
    made = run(
        "part p(a, b = 2, size = (1, 1, 1)) { x = cuboid(a, b, size.z) }\nq = p(1)\nr = p(b: 4, a: 3, size: (0, 0, 5))"
    )
    assert sizes(made) == {"q/x": (1, 2, 1), "r/x": (3, 4, 5)}


def test_origin_is_never_recentred() -> None:
    """A part stands with the origin of its body at the place; its box is that of its children."""
    made = run(
        "part p() { x = cuboid(1, 1, 1) at (0, 2, 0) }\na = p() at (1, 0, 0)\nb = p() attach bottom to (5, 0, 0)"
    )
    assert places(made) == {"a/x": (1, 2, 0), "b/x": (5, 0.5, 0)}
    assert box(made) == ((0.5, 0, -0.5), (5.5, 2.5, 0.5))


def test_box_of_a_turned_child() -> None:
    """The axis-aligned box around the turned box."""
    made = run("part p() { cuboid(2, 1, 4) rotate y 90 }\na = p()\nb = sphere(1) attach right to a.left")
    assert places(made)["b"] == (3, 0, 0)


def test_recursion() -> None:
    """A part may call itself."""
    made = run(
        "part t(n: int, w) {\n  s = cuboid(w, 1, w)\n  if n > 0 { up = t(n - 1, w / 2) at (0, 1, 0) }\n}\nroot = t(3, 8)"
    )
    assert sizes(made) == {
        "root/s": (8, 1, 8), "root/up/s": (4, 1, 4), "root/up/up/s": (2, 1, 2), "root/up/up/up/s": (1, 1, 1),
    }  # fmt: skip
    assert places(made)["root/up/up/up/s"] == (0, 3, 0)


def test_anchors_of_a_part() -> None:
    """A vector `let`, and shapes by path, go with the instance: turned, scaled and moved."""
    made = run(
        "part lamp() { pole = cylinder(0.1, 2) at (0, 1, 0); let tip = (0, 2, 1) }\n"
        "a = lamp() scale 2 rotate y 90 at (1, 0, 0)\nb = sphere(0.1) at a.tip\nc = sphere(0.1) at a.pole.top\n"
        "d = lamp() attach tip to (0, 0, 0)\ne = lamp() attach pole.top to (0, 0, 0)"
    )
    found = places(made)
    assert (found["b"], found["c"]) == ((3, 4, 0), (1, 4, 0))
    assert (found["d/pole"], found["e/pole"]) == ((0, -1, -1), (0, -1, 0))


def test_used_program() -> None:
    """A file is a part whose parameters are its params; its parts are reached by its name."""
    chair = "param w = 1\nlet thick = w / 2\npart leg(h) { c = cuboid(thick, h, thick) }\nseat = cuboid(w, 1, 1)"
    made = run('use "chair.shape"\na = chair(w: 3)\nb = chair.leg(2)', chair=chair)
    assert sizes(made) == {"a/seat": (3, 1, 1), "b/c": (0.5, 2, 0.5)}
    assert child(made, "a").part.kind == "chair"
    assert message('use "chair.shape" as c\nc.lag(1)', chair=chair) == (
        "t:2:1: error[E205]: unknown part of 'c': 'lag'\n  2 | c.lag(1)\n    | ^^^^^^^^\n  help: did you mean 'leg'?"
    )


def test_constants_of_a_used_file() -> None:
    """Its parts work though its own shapes and draws do not happen."""
    a = "let w = 2\nlet x ~ normal(0, 1)\nlet y = x * 2\nseat = cuboid(w, w, w)\nlet top = seat.top.y\npart p() { sphere(w) }"
    assert places(run('use "a.shape"\na.p()', a=a)) == {"p/sphere": (0, 0, 0)}


def test_names_are_known_before() -> None:
    """Parts are known throughout; a value of the file must stand above the call."""
    assert sizes(run("leg()\npart leg() { cuboid(1, 2, 3) }")) == {"leg/cuboid": (1, 2, 3)}
    assert message("leg()\nlet h = 2\npart leg() { foot() }\npart foot() { sphere(h) }") == (
        "t:1:1: error[E218]: 'leg' reads 'h', which has no value yet\n"
        "  1 | leg()\n"
        "    | ^^^^^\n"
        "  help: it gets one in line 2: call the part after that"
    )


def test_parts_see_no_shapes_of_the_file() -> None:
    """Only values and materials that stand earlier."""
    assert message("seat = sphere(1)\npart p() { cuboid(1, 1, 1) at seat.top }\np()") == (
        "t:2:31: error[E201]: unknown name 'seat'\n"
        "  2 | part p() { cuboid(1, 1, 1) at seat.top }\n"
        "    |                               ^^^^\n"
        "  help: did you mean 'seat'?"
    )


def test_open_recursion_is_an_error_at_the_call() -> None:
    """Depth 64."""
    assert message("part a(n: int) { a(n + 1) }\na(0)") == (
        "t:1:18: error[E504]: 'a' is called 64 deep, the limit\n"
        "  1 | part a(n: int) { a(n + 1) }\n"
        "    |                  ^^^^^^^^\n"
        "  help: end the recursion earlier"
    )


def test_endless_calls_are_told_where_they_turn_in_a_circle() -> None:
    """A part that only leads to a circle is no circle itself; a part of the same name in another file is another."""
    text = 'use "b.shape" as b\npart a() { b.a() }\npart c() { d() }\npart d() { e() }\npart e() { d() }\na()'
    program, found = examine(Source("t.shape", text), TextLoader({"b.shape": "part a() { sphere(1) }"}))
    assert program is not None
    assert [(d.code, d.message.split("'")[1]) for d in found if d.code == "W602"] == [("W602", "d"), ("W602", "e")]
