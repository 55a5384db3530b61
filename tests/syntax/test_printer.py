"""The printer writes what the parser reads, and keeps what people wrote."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shapelang.syntax import tree
from shapelang.syntax.lexical import scan
from shapelang.syntax.parser import parse, parse_expression
from shapelang.syntax.pieces import expression, flat
from shapelang.syntax.printer import print_module
from shapelang.syntax.source import Source
from tests.strategies.trees import expressions, modules
from tests.syntax.programs import PROGRAMS


def read(text: str) -> tree.Module:
    parsed = parse(Source("test", text))
    assert [d.render() for d in parsed.diagnostics] == []
    return parsed.module


def formatted(text: str) -> str:
    return print_module(read(text), text)


@given(modules())
def test_what_is_printed_reads_the_same(module: tree.Module) -> None:
    text = print_module(module)
    again = read(text)
    assert again == module
    assert print_module(again, text) == text


@given(expressions())
def test_expressions_read_the_same_and_have_no_needless_parentheses(expr: tree.Expr) -> None:
    text = flat(expression(expr))
    assert parse_expression(text) == expr


NEEDED = [
    *("(a + b) * c", "a + b * c", "a - (b - c)", "-(a + b)", "(a < b) == c", "not (a and b)", "a and (b or c)"),
    *("(-a).b", "(a, b).x", "a.b[0](1)", "if a then b else if c then d else e", "--a", "-(-a * b)"),
    "(if a then b else c) + 1",
]


@pytest.mark.parametrize("text", NEEDED)
def test_parentheses_that_are_needed_stay(text: str) -> None:
    assert flat(expression(parse_expression(text))) == text


@pytest.mark.parametrize("text", ["(a * b) + c", "((a))", "(a.b).c", "(a) < (b)", "(not a) and b", "-(a.b)"])
def test_parentheses_that_are_not_needed_go(text: str) -> None:
    assert flat(expression(parse_expression(text))) == text.replace("(", "").replace(")", "")


@pytest.mark.parametrize("text", PROGRAMS.values(), ids=PROGRAMS.keys())
def test_the_ten_programs(text: str) -> None:
    once = formatted(text)
    assert read(once) == read(text)
    assert formatted(once) == once


def commented(text: str, seed: int, count: int) -> str:
    """A program with comments at random boundaries of its tokens."""
    draw = random.Random(seed)
    tokens = scan(Source("test", text)).tokens
    places = sorted(draw.choice(tokens.starts) for _ in range(count))
    parts, last = [], 0
    for number, place in enumerate(places):
        parts += [text[last:place], draw.choice(["", "\n", "\n\n"]) + f"// note {number}\n"]
        last = place
    return "".join([*parts, text[last:]])


@given(st.sampled_from(sorted(PROGRAMS)), st.integers(0, 10**6), st.integers(1, 12))
def test_comments_are_kept_in_order_wherever_they_stand(name: str, seed: int, count: int) -> None:
    text = commented(PROGRAMS[name], seed, count)
    parsed = parse(Source("test", text))
    if parsed.diagnostics:  # a comment ends its line, and so, at times, the statement
        return
    once = print_module(parsed.module, text)
    again = read(once)
    assert again == parsed.module
    assert [c.text for c in again.comments] == [c.text for c in parsed.module.comments]
    assert print_module(again, once) == once


NOTED = """\
seat = cuboid(0.4, // width
    0.04 // height
    , 0.4
    // depth, as wide
  ) at (0, // in the middle
        h / // half
          2, 0)
part p(n: int = 3, // rows
  m: int = 2) { cuboid(n, m, 1) }
material oak = { color: #b98b5e // brown
  , roughness: 0.7 }
k = cuboid( // all of one
  a, f(1, // one
  2) + b // two
  , c
) // behind
let v = (g(1) + // above it all
  2, 3)
"""

NOTED_TIDY = """\
seat = cuboid(
  0.4,  // width
  0.04,  // height
  0.4
  // depth, as wide
)
  at (
    0,  // in the middle
    // half
    h / 2,
    0
  )
part p(
  n: int = 3,  // rows
  m: int = 2
) { cuboid(n, m, 1) }
material oak = {
  color: #b98b5e,  // brown
  roughness: 0.7
}
k = cuboid(
  // all of one
  a,
  f(
    1,  // one
    2
  ) + b,  // two
  c
)  // behind
let v = (
  // above it all
  g(1) + 2,
  3
)
"""


def test_comments_within_brackets_stay_there() -> None:
    assert formatted(NOTED) == NOTED_TIDY
    assert formatted(NOTED_TIDY) == NOTED_TIDY
    assert read(NOTED_TIDY) == read(NOTED)


def test_comments_keep_their_order_around_brackets() -> None:
    text = "seat = cuboid(a,  // one\n b, c)  // two\n  at (0,  // three\n 0, 0)\n  // four\n  with oak\n"
    once = formatted(text)
    assert once == (
        "seat = cuboid(\n  a,  // one\n  b,\n  c\n)\n  at (\n    // two\n    0,  // three\n    0,\n    0\n  )\n"
        "  with oak\n// four\n"
    )
    assert formatted(once) == once


MESSY = """\
// first


param   a=1   in[0,2]// behind
material m={color:#FFF000,roughness:.7e0}
let b = a // b

// above c
c=choose{1:d();2:e={}}at(0,0,0)
mirror x{
f()}
// below

part p ( q : int=3 , r ) { tag"t"; g(1
,2) // g
  // last
}
if a>1{}else if a<0{h()}else{

i()

j()
}
k(); tag "k"
"""

TIDY = """\
// first

param a = 1 in [0, 2]  // behind
material m = { color: #fff000, roughness: 0.7 }
let b = a  // b

// above c
c = choose { 1: d(); 2: e = {} } at (0, 0, 0)
mirror x {
  f()
}
// below

part p(q: int = 3, r) {
  tag "t"
  g(1, 2)  // g
  // last
}
if a > 1 {} else if a < 0 { h() } else {
  i()

  j()
}
k();
tag "k"
"""


def test_the_canonical_form() -> None:
    text = MESSY.replace(".7e0", "0.70")
    assert formatted(text) == TIDY
    assert formatted(TIDY) == TIDY


def test_long_lines_break_within_brackets_and_before_modifiers() -> None:
    arguments = ", ".join(f"argument_{i}: {i}" for i in range(9))
    text = formatted(
        f"seat = cuboid({arguments}) at (0, 0, 0)\nlet a = f({arguments})\nparam b = 1 in [{arguments[:0]}1]"
    )
    assert max(map(len, text.split("\n"))) <= 100
    assert text.startswith("seat = cuboid(\n  argument_0: 0,\n") and "\n)\n  at (0, 0, 0)\nlet a = f(\n" in text
    assert formatted(text) == text


def test_a_material_that_breaks_has_no_blanks_at_its_ends() -> None:
    text = formatted(f"material m = {{ color: if {'a' * 90} then #000000 else #ffffff, roughness: 0.7 }}")
    assert text == (
        f"material m = {{\n  color: if {'a' * 90} then\n      #000000 else #ffffff,\n  roughness: 0.7\n}}\n"
    )


def test_fmt_off_keeps_what_stands() -> None:
    text = "a( )\n// fmt: off\nb( 1,2 )   at p\n\n\n  c( )  // c\n// fmt: on\nd( )\n"
    assert formatted(text) == "a()\n// fmt: off\nb( 1,2 )   at p\n\n\n  c( )  // c\n// fmt: on\nd()\n"
    assert formatted(formatted(text)) == formatted(text)


def test_windows_line_ends() -> None:
    assert formatted("a()\r\n\r\nb() // c\r\n") == "a()\n\nb()  // c\n"


def test_an_empty_file() -> None:
    assert formatted("\n\n") == ""
    assert formatted("// only\n") == "// only\n"


LONG = """\
let total = first_of_the_widths + second_of_the_widths + third_of_the_widths + fourth_of_the_widths * 2
require first_of_the_widths > second_of_the_widths and third_of_the_widths > 2 or fourth_of_the_widths > 0
part p(n: int) {
  let chosen = if first_of_the_widths > second_of_the_widths then third_of_the_widths else fourth_of_the_widths
}
seat = cuboid(first_of_the_widths + second_of_the_widths + third_of_the_widths + fourth_of_the_widths * 2, 1, 1)
"""

LONG_BROKEN = """\
let total = first_of_the_widths + second_of_the_widths + third_of_the_widths +
    fourth_of_the_widths * 2
require first_of_the_widths > second_of_the_widths and third_of_the_widths > 2 or
    fourth_of_the_widths > 0
part p(n: int) {
  let chosen = if first_of_the_widths > second_of_the_widths then third_of_the_widths else
      fourth_of_the_widths
}
seat = cuboid(
  first_of_the_widths + second_of_the_widths + third_of_the_widths + fourth_of_the_widths * 2,
  1,
  1
)
"""


def test_long_expressions_break_behind_operators() -> None:
    assert formatted(LONG) == LONG_BROKEN
    assert formatted(LONG_BROKEN) == LONG_BROKEN
    assert read(LONG_BROKEN) == read(LONG)


OPERATORS = st.sampled_from(["+", "-", "*", "/", "<", "and", "or"])


@given(st.lists(st.tuples(OPERATORS, st.integers(1, 30)), min_size=1, max_size=40))
def test_no_line_of_short_names_is_too_long(chain: list[tuple[str, int]]) -> None:
    """Comparisons stand in parentheses, since they do not chain."""
    text = "let a = b"
    for operator, length in chain:
        text = f"let a = ({text.removeprefix('let a = ')}) {operator} {'n' * length}"
    once = formatted(text)
    assert max(map(len, once.splitlines())) <= 100
    assert read(once) == read(text)
    assert formatted(once) == once
