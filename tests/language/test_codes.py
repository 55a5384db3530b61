"""Every code that the checker, the evaluator or the parser can give has a page, and a test of its whole message.

The blocks of `docs/errors.md` are executed by `tests/docs` (errors) and here (warnings); what no block can show (it
needs several files, a huge one, or a value from outside) is shown here.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from shapelang.diagnostics import ProgramError
from shapelang.representations.refusals import refuse_broken_solids
from shapelang.semantics.check import examine
from shapelang.semantics.loader import TextLoader
from shapelang.syntax.parser import parse, parse_expression
from shapelang.syntax.source import Source
from tests.docs.blocks import examples
from tests.language.runs import message, run

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "errors.md"
ROOMS = ("shapelang/semantics", "shapelang/execution", "shapelang/syntax", "shapelang/representations/refusals.py")
HERE = {"E113", "E120", "E121", "E122", "E123", "E124", "E212", "E221", "E408", "E414", "E503"}
"""Codes that no block of the page can show; each has a test below."""


def raised() -> set[str]:
    """Every code that stands in the sources."""
    files = [f for room in ROOMS for f in ([ROOT / room] if room.endswith(".py") else (ROOT / room).glob("*.py"))]
    return {code for f in files for code in re.findall(r'"([EW]\d{3})"', f.read_text(encoding="utf-8"))}


def shown() -> set[str]:
    """Every code that a block of the page gives, exactly and alone."""
    text = PAGE.read_text(encoding="utf-8")
    return set(re.findall(r"^<doc>:\d+:\d+: (?:error|warning)\[(\w+)\]", text, re.MULTILINE))


def test_every_code_has_a_section() -> None:
    """One heading each, in order, and none for a code that nothing raises."""
    headings = re.findall(r"^## ([EW]\d+) ", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert headings == sorted(raised())


def test_every_code_has_a_test() -> None:
    """A block of the page, or a test of this file."""
    assert shown() | HERE == raised()
    text = Path(__file__).read_text(encoding="utf-8")
    assert [code for code in sorted(HERE) if f"error[{code}]" not in text] == []


def test_sections_show_their_own_code() -> None:
    """The message under a heading has the code of the heading, and no other."""
    for section in re.split(r"^## ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        found = set(re.findall(r"^<doc>:.*?\[([EW]\d+)\]", section, re.MULTILINE))
        assert found <= {section[:4]}


def test_warnings_of_the_page() -> None:
    """A `warning` block is the whole text of the program's warnings."""
    blocks = re.findall(r"```shape\n([^`]*)```\n```warning\n([^`]*)\n```", PAGE.read_text(encoding="utf-8"))
    assert len(blocks) == 3
    for text, expected in blocks:
        assert "\n".join(d.render() for d in examine(Source("<doc>", text), TextLoader({}))[1]) == expected


def test_pages_blocks_are_executed() -> None:
    """`tests/docs` runs this page."""
    assert sum(error is not None for _, error in examples(PAGE)) == len(shown()) - 3


# --- what no block can show ----------------------------------------------------------------------


def test_depends_on_a_draw() -> None:
    """Directly, through a let, and through another part of that file."""
    plant = "param h ~ normal(1, 0.1)\nlet half = h / 2\npart stem() { cylinder(0.1, half) }\npart two() { stem() }\n"
    for part in ("stem", "two"):
        assert message(f'use "plant.shape"\nplant.{part}()', plant=plant) == (
            f"t:2:1: error[E212]: 'plant.{part}' depends on 'half', which its own file draws\n"
            f"  2 | plant.{part}()\n"
            f"    | {'^' * len(f'plant.{part}()')}\n"
            "  help: give it to the part as a parameter"
        )


def test_use_in_a_circle() -> None:
    """The whole circle is named."""
    assert message('use "a.shape"\na()', a='use "b.shape"\nb()', b='use "a.shape"\na()') == (
        'b.shape:1:1: error[E221]: "a.shape" uses itself: t → a.shape → b.shape → a.shape\n'
        '  1 | use "a.shape"\n'
        "    | ^^^^^^^^^^^^^"
    )


def test_too_many_files() -> None:
    """A chain of files that is deeper than 64."""
    files = {f"f{k}": f'use "f{k + 1}.shape" as g\ng()' for k in range(70)}
    text = message('use "f0.shape" as g\ng()', None, **files, f70="sphere(1)")
    assert text.startswith(
        'f63.shape:1:1: error[E503]: too many used files (the limit: 256 files, 64 deep)\n  1 | use "f64.shape" as g'
    )


def test_no_such_alternative() -> None:
    """A choose that is fixed from outside."""
    assert message("back = choose { 1: cuboid(1, 1, 1); 1: sphere(1) }", {"back": "panel"}) == (
        "t:1:8: error[E408]: 'back' has no alternative 'panel'\n"
        "  1 | back = choose { 1: cuboid(1, 1, 1); 1: sphere(1) }\n"
        "    |        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
        "  help: it has cuboid, sphere"
    )


def test_solid_without_a_surface() -> None:
    """Found when the mesh is made, told at the solid, once however often it stands."""
    trace = run("cuboid(9, 1, 9)\nmirror x { a = difference { sphere(0.5); cuboid(2, 2, 2) } at (3, 0, 0) }")
    with pytest.raises(ProgramError) as caught:
        refuse_broken_solids(trace.assembly, 8)
    assert str(caught.value) == (
        "t:2:16: error[E414]: nothing is left of the difference\n"
        "  2 | mirror x { a = difference { sphere(0.5); cuboid(2, 2, 2) } at (3, 0, 0) }\n"
        "    |                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^"
    )


def test_solid_of_a_used_file() -> None:
    """The place is in the file that has the solid."""
    trace = run('use "a.shape"\na()', a="sphere(9)\n\ndifference { sphere(0.5); cuboid(2, 2, 2) }")
    with pytest.raises(ProgramError) as caught:
        refuse_broken_solids(trace.assembly, 8)
    assert str(caught.value).startswith("a.shape:3:1: error[E414]: nothing is left of the difference")


def first(text: str) -> str:
    """The first line of the first finding of a syntax."""
    return parse(Source("t", text)).diagnostics[0].render().split("\n")[0]


def test_not_one_value() -> None:
    """What `--set` takes is one value."""
    with pytest.raises(ProgramError) as caught:
        parse_expression("", "--set w")
    assert str(caught.value) == (
        "--set w:1:1: error[E113]: expected one value\n"
        "  1 | \n"
        "    | ^\n"
        "  help: such as 0.5, -3, true, plain, (1, 2, 3) or #b98b5e"
    )


def test_limits_of_syntax() -> None:
    """Sizes beyond which nothing is read. (The lines shown are as long as the texts: only the heads are compared.)"""
    assert first("// " + "x" * 4_000_000) == ("t:1:1: error[E120]: a file of 4000003 characters; the limit is 4000000")
    assert first("a;" * 500_001) == "t:1:1000001: error[E121]: more than 1000000 words and signs"
    assert first(f'let a = "{"x" * 1_000_000}"') == (
        "t:1:9: error[E122]: a text of 1000002 characters; the limit is 1000000"
    )
    assert first("let a = " + "(" * 400 + "1" + ")" * 400) == (
        "t:1:209: error[E123]: more than 200 levels of brackets and operators"
    )


def test_too_many_errors() -> None:
    """The rest of the file is not read."""
    assert parse(Source("t", "cuboid(1 1)\n" * 500)).diagnostics[-1].render() == (
        "t:50:10: error[E124]: 50 syntax errors: the rest of the file was not read\n"
        "  50 | cuboid(1 1)\n"
        "     |          ^"
    )


def test_long_lines_are_shown_around_the_place() -> None:
    """240 characters of the line, with the caret under the same character."""
    text = message("let a = 1" + " " * 1000 + "b" + " " * 1000 + "\nsphere(a)")
    rows = text.split("\n")
    assert len(rows[1]) == len("  1 | ") + 240
    assert rows[1][rows[2].index("^")] == "b"
