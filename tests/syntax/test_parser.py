"""What each construct is read as, and the limits."""

from __future__ import annotations

import pytest

from shapelang.diagnostics import ProgramError
from shapelang.syntax import lexical, tree
from shapelang.syntax.parser import parse, parse_expression
from shapelang.syntax.source import Source, Span
from tests.syntax.programs import PROGRAMS


def read(text: str) -> tuple[tree.Statement, ...]:
    parsed = parse(Source("test", text))
    assert [d.render() for d in parsed.diagnostics] == []
    return parsed.module.statements


def shape(text: str) -> tree.Shape:
    (statement,) = read(text)
    assert isinstance(statement, tree.ShapeStatement)
    return statement.shape


def codes(text: str) -> list[str]:
    return [d.code for d in parse(Source("test", text)).diagnostics]


n, name = tree.Number, tree.Name


@pytest.mark.parametrize("text", PROGRAMS.values(), ids=PROGRAMS.keys())
def test_the_ten_programs_are_read(text: str) -> None:
    assert len(read(text)) >= 5


EXPRESSIONS = {
    "1 + 2 * 3": tree.Binary("+", n(1), tree.Binary("*", n(2), n(3))),
    "1 - 2 - 3": tree.Binary("-", tree.Binary("-", n(1), n(2)), n(3)),
    "-a.b": tree.Unary("-", tree.Member(name("a"), "b")),
    "-a * b": tree.Binary("*", tree.Unary("-", name("a")), name("b")),
    "not a == b": tree.Unary("not", tree.Binary("==", name("a"), name("b"))),
    "not a and b or c": tree.Binary("or", tree.Binary("and", tree.Unary("not", name("a")), name("b")), name("c")),
    "if a then b else c + 1": tree.Conditional(name("a"), name("b"), tree.Binary("+", name("c"), n(1))),
    "(a)": name("a"),
    "(a, b)": tree.Tuple((name("a"), name("b"))),
    "(x, y, z)": tree.Tuple((name("x"), name("y"), name("z"))),
    "[]": tree.List(()),
    "[1, 2.0,]": tree.List((n(1), n(2.0))),
    "a[i - 1].top(0.5, 1)": tree.Call(
        tree.Member(tree.Index(name("a"), tree.Binary("-", name("i"), n(1))), "top"),
        (tree.Argument(None, n(0.5)), tree.Argument(None, n(1))),
    ),
    'f(a: 1, 2: 3, "b": 4, 5)': tree.Call(
        name("f"),
        (
            tree.Argument("a", n(1)),
            tree.Argument(2, n(3)),
            tree.Argument("b", n(4), quoted=True),
            tree.Argument(None, n(5)),
        ),
    ),
    "1e-5": n(1e-5),
    "2.50": n(2.5),
    "007": n(7),
    "#B98B5E": tree.Colour("b98b5e"),
    r'"a\"b\\\n"': tree.Text('a"b\\\n'),
    "_": tree.Open(),
    "true": tree.Boolean(True),
}


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_expressions(text: str) -> None:
    found = parse_expression(text)
    assert found == EXPRESSIONS[text]
    assert isinstance(found, type(EXPRESSIONS[text]))


@pytest.mark.parametrize(
    "text", ["a < b < c", "a + if b then c else d", "(1, 2, 3, 4)", "(a,)", "", "a b", "1\nlet b = 2"]
)
def test_what_is_no_expression(text: str) -> None:
    with pytest.raises(ProgramError):
        parse_expression(text)


def test_an_int_is_an_int_and_a_real_a_real() -> None:
    assert type(read("let a = 3")[0].value.value) is int  # type: ignore[union-attr]
    assert type(read("let a = 3.0")[0].value.value) is float  # type: ignore[union-attr]


def test_modifiers_in_the_order_written() -> None:
    assert shape('a() rotate x -8, y 3 attach top(1) to b.top scale 2 with oak tag "t"').modifiers == (
        tree.Rotate((tree.Turn("x", tree.Unary("-", n(8))), tree.Turn("y", n(3)))),
        tree.Attach(tree.Call(name("top"), (tree.Argument(None, n(1)),)), tree.Member(name("b"), "top")),
        tree.Scale(n(2)),
        tree.With(name("oak")),
        tree.Tagged("t"),
    )
    assert shape("a() align x top to b align q.low to c between p and q + r at s").modifiers[0] == tree.Align(
        "x", name("top"), name("b")
    )


def test_lines_end_statements_but_not_in_brackets_nor_before_modifiers() -> None:
    assert len(read("a()\nb(); c()\n\n;\nd(\n1,\n2\n)\n  at (0,\n 0, 0) // c\n\n  // d\n  with oak\ne()")) == 5
    assert len(read("let a = 1 +\n 2\nlet b =\n\n 3\nif a\n{\n}\nelse\n{ }\n")) == 3


def test_tag_is_a_statement_first_or_behind_a_semicolon() -> None:
    first, second, third = read('tag "a"\nb() tag "c"\ntag "d"; tag "e"')
    assert (first, third) == (tree.Tag("a"), tree.Tag("e"))
    assert isinstance(second, tree.ShapeStatement)
    assert second.shape.modifiers == (tree.Tagged("c"), tree.Tagged("d"))


def test_slices() -> None:
    core = shape("split y of s { 10%: a(); ~(1 + w): b = c()\n repeat 2: {}\n repeat { 1: d(); ~2: e() } }").core
    assert isinstance(core, tree.Split)
    percent, floating, repeated, group = core.slices
    assert isinstance(percent, tree.Slice) and percent.unit == "percent" and percent.size == n(10)
    assert isinstance(floating, tree.Slice) and (floating.unit, floating.name) == ("floating", "b")
    assert isinstance(repeated, tree.Slice) and repeated.repeated
    assert isinstance(group, tree.RepeatGroup) and len(group.slices) == 2


def test_else_if_is_an_if_inside() -> None:
    core = shape("if a { } else if b { } else { c() }").core
    assert isinstance(core, tree.If) and isinstance(core.otherwise, tree.If)
    assert isinstance(core.otherwise.otherwise, tree.Block)


def test_declarations() -> None:
    assert read("param n: int ~ poisson(4) in [2, 7]") == (
        tree.Param("n", "int", tree.Call(name("poisson"), (tree.Argument(None, n(4)),)), True, tree.List((n(2), n(7)))),
    )
    assert read('use "a.shape"\nuse "b.shape" as b') == (tree.Use("a.shape", None), tree.Use("b.shape", "b"))
    assert read("material oak = {\n color: #b98b5e,\n roughness: 0.7,\n}") == (
        tree.MaterialDefinition(
            "oak", (tree.Property("color", tree.Colour("b98b5e")), tree.Property("roughness", n(0.7)))
        ),
    )


def test_spans_are_what_was_read() -> None:
    text = "seat = cuboid(1, w + 2) at p.top"
    (statement,) = read(text)
    assert isinstance(statement, tree.ShapeStatement)
    assert isinstance(statement.shape.core, tree.Instance)
    cut = lambda span: text[span.start : span.end]  # noqa: E731
    assert cut(statement.span) == text and cut(statement.name_span) == "seat"
    assert cut(statement.shape.core.span) == "cuboid(1, w + 2)"
    assert cut(statement.shape.core.arguments[1].value.span) == "w + 2"
    assert cut(statement.shape.modifiers[0].span) == "at p.top"


def test_comments_have_a_place() -> None:
    module = parse(Source("test", "// one\na() // two \n\n  // three")).module
    assert [(c.text, c.own_line) for c in module.comments] == [("// one", True), ("// two", False), ("// three", True)]
    assert module.comments[1].span == Span(11, 17)


# --- limits --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "let a = " + "(" * 201 + "1" + ")" * 201,
        "let a = " + "-" * 100_000 + "1",
        "let a = b" + ".c" * 10_000,
        "let a = " + "1 + " * 5_000 + "1",
        "{" * 5_000 + "}" * 5_000,
        "let a = " + "if b then c else " * 1_000 + "d",
        "if a { } " + "else if a { } " * 1_000,
        "let a = " + "f(" * 300,
        "let a = " + "[" * 100_000,
    ],
    ids=lambda t: t[:14] + t[-6:],
)
def test_too_deep(text: str) -> None:
    assert codes(text) == ["E123"]


def test_deep_enough() -> None:
    assert codes("let a = " + "(" * 190 + "1" + ")" * 190) == []
    assert codes("let a = " + " + ".join(f"f(a[{i}].x, {i})" for i in range(150))) == []
    assert codes("\n".join("let a = 1 + 2" for _ in range(1_000))) == []
    assert codes("let a = [" + ", ".join("(1 + 2, 3)" for _ in range(1_000)) + "]") == []


def test_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    assert codes(f'meta a = "{"b" * (lexical.LARGEST_STRING + 1)}"') == ["E122"]
    assert codes(" " * (lexical.LARGEST_FILE + 1)) == ["E120"]
    monkeypatch.setattr(lexical, "MOST_TOKENS", 100)
    assert codes("let a = 1\n" * 26) == ["E121"]


@pytest.mark.parametrize(("text", "code"), [("9007199254740993", "E109"), ("9" * 5000, "E109"), ("1e999", "E109")])
def test_numbers_that_no_number_holds(text: str, code: str) -> None:
    assert codes(f"let a = {text}") == [code]


def test_the_largest_int() -> None:
    assert codes(f"let a = {2**53}") == []
