"""Values, parameters, names: each with numbers written by hand, and with the whole text of what is refused."""

from __future__ import annotations

import pytest

from shapelang.diagnostics import UsageError
from shapelang.execution.simulate import simulate
from tests.language.runs import box, message, places, program, run, sizes, warnings

VALUES = {
    "1 + 2 * 3": 7.0,
    "(1 + 2) * 3": 9.0,
    "7 / 2": 3.5,
    "10 - 4 - 3": 3.0,
    "--2": 2.0,
    "min(3, 1, 2)": 1.0,
    "max(3, 1, 2.5)": 3.0,
    "abs(-4)": 4.0,
    "clamp(5, 0, 2)": 2.0,
    "mod(-1, 3)": 2.0,
    "mod(7.5, 2)": 1.5,
    "floor(2.7)": 2.0,
    "ceil(2.1)": 3.0,
    "round(2.5)": 3.0,
    "round(-2.5) + 5": 3.0,
    "sign(-3) + 2": 1.0,
    "sqrt(16)": 4.0,
    "pow(2, 10)": 1024.0,
    "exp(0)": 1.0,
    "log(1) + 1": 1.0,
    "sin(30)": 0.5,
    "cos(60)": 0.5,
    "tan(45)": 1.0,
    "asin(0.5)": 30.0,
    "acos(0)": 90.0,
    "atan2(1, 0)": 90.0,
    "lerp(2, 4, 0.25)": 2.5,
    "distance((1, 2, 3), (1, 2, 5))": 2.0,
    "length((3, 0, 4))": 5.0,
    "((1, 2, 3) * 2 + (1, 1, 1)).y": 5.0,
    "((1, 2, 3) / 2).z": 1.5,
    "(-(1, 2, 3)).x + 2": 1.0,
    "if 1 < 2 and not (3 <= 2) then 4 else 5": 4.0,
    "if 1 == 1.0 or false then 6 else 7": 6.0,
    "if 1 != 2 then 8 else 1 / 0": 8.0,
    "1e-5 * 1e5": 1.0,
    'if "a" == "a" then 2 else 3': 2.0,
}


@pytest.mark.parametrize(("text", "value"), VALUES.items())
def test_expressions(text: str, value: float) -> None:
    """The value of an expression, seen as the width of a box."""
    assert sizes(run(f"cuboid({text}, 1, 1)"))["cuboid"][0] == value


def test_pi() -> None:
    """The nearest double."""
    assert run("cuboid(pi, 1, 1)").assembly.root.children[0].part.box.size[0] == 3.141592653589793


def test_lines() -> None:
    """Newlines within brackets do not count; `;` ends a statement; a modifier goes on with the line before."""
    made = run("a = cuboid(\n 1,\n 2, 3\n)\n  at (0, 1, 0) // here\nb = sphere(1); c = sphere(2)\n")
    assert places(made) == {"a": (0, 1, 0), "b": (0, 0, 0), "c": (0, 0, 0)}


def test_frame() -> None:
    """+Y up, +Z front, +X left; sizes are full extents; primitives are centred."""
    made = run("a = cuboid(2, 4, 6)\nb = sphere(1) at a.left\nc = sphere(1) at a.top\nd = sphere(1) at a.front")
    assert places(made) == {"a": (0, 0, 0), "b": (1, 0, 0), "c": (0, 2, 0), "d": (0, 0, 3)}
    assert box(run("cuboid(2, 4, 6)")) == ((-1, -2, -3), (1, 2, 3))


PARAMS = (
    'param width = 0.8 in [0.4, 1.6]\nparam n: int = 2\nparam s = "a" in ["a", "b"]\nparam flag = true\n'
    'param v = (1, 2, 3)\nfor i in 0..n { x = cuboid(width, if s == "a" then 1 else 2, if flag then 1 else 3) at v }'
)


def test_params() -> None:
    """Defaults, and values from outside."""
    made = run(PARAMS)
    assert made.assembly.parameters == {"width": 0.8, "n": 2, "s": "a", "flag": True, "v": (1, 2, 3)}
    given = run(PARAMS, given={"width": 1, "n": 1, "s": "b", "flag": False, "v": (0.0, 0.0, 1.0)})
    assert sizes(given) == {"x[0]": (1, 2, 3)}
    assert places(given) == {"x[0]": (0, 0, 1)}


def test_param_out_of_range() -> None:
    """A value from outside is held to the range, at the range."""
    assert message(PARAMS, {"width": 2.0}) == (
        "t:1:21: error[E409]: width = 2 is outside [0.4, 1.6]\n"
        "  1 | param width = 0.8 in [0.4, 1.6]\n"
        "    |                     ^^^^^^^^^^"
    ) or message(PARAMS, {"width": 2.0}) == (
        "t:1:22: error[E409]: width = 2 is outside [0.4, 1.6]\n"
        "  1 | param width = 0.8 in [0.4, 1.6]\n"
        "    |                      ^^^^^^^^^^"
    )
    assert message(PARAMS, {"s": "c"}).startswith("t:3:18: error[E409]: s = c is none of a, b\n")


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"wdith": 1}, "'wdith' is no parameter or choice of t; did you mean 'width'?"),
        ({"n": 1.5}, "'n' takes an int, not 1.5"),
        ({"n": True}, "'n' takes an int, not true"),
        ({"flag": 1}, "'flag' takes a bool, not 1"),
        ({"s": 3}, "'s' takes a name, not 3"),
        ({"width": "wide"}, "'width' takes a real, not 'wide'"),
        ({"width": float("nan")}, "'width' takes a real, not nan"),
        ({"v": (1, 2)}, "'v' takes a vector, not (1, 2)"),
    ],
)
def test_values_from_outside_refused(given: dict[str, object], text: str) -> None:
    """A wrong name or type is a mistake in usage, told in one line."""
    with pytest.raises(UsageError) as caught:
        simulate(program(PARAMS), 0, given)
    assert str(caught.value) == text


def test_let_is_local() -> None:
    """Each block has its own; a part sees the file's lets that stand earlier."""
    made = run("let w = 2\nif true { let h = 3; a = cuboid(w, h, 1) }\nif true { let h = 4; b = cuboid(w, h, 1) }")
    assert sizes(made) == {"a": (2, 3, 1), "b": (2, 4, 1)}
    assert message("if true { let h = 3 }\ncuboid(h, 1, 1)") == (
        "t:2:8: error[E201]: unknown name 'h'\n"
        "  2 | cuboid(h, 1, 1)\n"
        "    |        ^\n"
        "  help: a name refers only to what stands earlier"
    )


def test_int_narrows_only_by_rounding() -> None:
    """An int widens by itself; a real never narrows by itself."""
    assert message("for i in 0..2.5 { sphere(1) }") == (
        "t:1:13: error[E301]: the end of 'for' must be an int, not a real\n"
        "  1 | for i in 0..2.5 { sphere(1) }\n"
        "    |             ^^^\n"
        "  help: round, floor or ceil makes an int of a real"
    )


DOMAINS = {
    "sqrt(0 - 1)": "the square root of a negative number",
    "log(0 * 1)": "the logarithm of a number that is not above 0",
    "pow(-1, 0.5)": "a negative number to a broken power",
    "pow(0, -1)": "zero to a negative power",
    "tan(90)": "the tangent of a right angle",
    "asin(2)": "the arc sine of a number beyond 1",
    "acos(-2)": "the arc cosine of a number beyond 1",
    "mod(1, 0)": "mod by zero",
    "floor(1e300)": "too large for an int",
    "1 / 0": "division by zero",
    "9007199254740992 + 1": "this int is too large: the limit is 2^53",
}


@pytest.mark.parametrize(("text", "cause"), DOMAINS.items())
def test_domains(text: str, cause: str) -> None:
    """What has no value is told at its place, never as NaN."""
    assert message(f"let x = {text}\nsphere(1)") == (
        f"t:1:9: error[E404]: {cause}\n  1 | let x = {text}\n    |         {'^' * len(text)}"
    )


def test_colours_and_materials() -> None:
    """The innermost `with` wins; colours are sRGB from 0 to 1."""
    made = run(
        "material oak = { color: #ff8000, roughness: 0.5 }\nmaterial steel = { metallic: 1 }\n"
        "part p() { a = sphere(1) with steel; b = sphere(1) }\np() with oak\nc = sphere(1)"
    )
    found = {"/".join(leaf.path): leaf.material for leaf in made.assembly.leaves()}
    assert found["p/a"].name == "steel"
    assert (found["p/b"].name, found["p/b"].color, found["p/b"].roughness) == ("oak", (1.0, 128 / 255, 0.0), 0.5)
    assert found["c"].name == "default"


def test_meaning() -> None:
    """Name, kind and instance; tags and meta of the part they stand in."""
    made = run(
        'part torch(h) { tag "light"; meta power = h * 2; stick = cylinder(0.1, h) tag "wood" }\nlamp = torch(2) tag "hot"'
    )
    (lamp,) = made.assembly.root.children
    assert (lamp.part.name, lamp.part.kind, lamp.label, lamp.part.arguments) == ("lamp", "torch", "lamp", {"h": 2.0})
    assert (lamp.part.tags, lamp.part.meta) == (("light", "hot"), {"power": 4.0})
    assert lamp.part.children[0].part.tags == ("wood",)


def test_warnings() -> None:
    """They stop nothing and are told in the order of the text."""
    assert warnings("let w = 1\ncuboid(1, 1, 1) rotate y 3.1416") == (
        "t:1:5: warning[W603]: 'w' is never read\n"
        "  1 | let w = 1\n"
        "    |     ^\n"
        "t:2:24: warning[W601]: 3.1416 looks like radians; angles are degrees\n"
        "  2 | cuboid(1, 1, 1) rotate y 3.1416\n"
        "    |                        ^^^^^^^^\n"
        "  help: write 180"
    )
