"""Slips of people who know OpenSCAD, Python, JavaScript, GLSL: what `shapelang check` says of each, word for word."""

from __future__ import annotations

from pathlib import Path

import pytest

from shapelang.semantics.check import examine
from shapelang.semantics.loader import FileLoader
from shapelang.syntax.source import Source

CASES = Path(__file__).with_name("slips.txt")
"""Cases parted by lines of `=`: the program, a line of `-`, all that is told. `python -m tests.language.test_slips`
writes the second halves anew; read the difference before you keep it."""

PUT_IN = "'unknown'"
"""The name that the parser puts in where one is missing: nobody wrote it, so nobody is told of it."""


def told(text: str) -> str:
    return "\n".join(d.render() for d in examine(Source("t", text), FileLoader(CASES.parent))[1])


def cases() -> list[tuple[str, str]]:
    blocks = CASES.read_text("utf-8").split("=" * 40 + "\n")
    pairs = [block.split("-" * 40 + "\n") for block in blocks]
    return [(program, message) for program, message in pairs]


@pytest.mark.parametrize(("program", "message"), cases())
def test_the_whole_message(program: str, message: str) -> None:
    assert told(program) + "\n" == message


def test_nothing_is_said_of_what_was_put_in() -> None:
    assert len(cases()) > 200
    assert [program for program, message in cases() if PUT_IN in message] == []


def test_one_slip_is_one_error() -> None:
    """Seldom two: what was made of a slip to read on is not judged."""
    counts = [message.count("error[") for _, message in cases()]
    assert sum(c <= 1 for c in counts) >= 0.75 * len(counts)
    assert max(counts) <= 5


def test_a_wrong_name_stands_for_the_argument_that_is_missing() -> None:
    message = told("cylinder(r: 0.02, h: 0.4)")
    assert "did you mean 'radius'?" in message
    assert "did you mean 'height'?" in message
    assert "E310" not in message


if __name__ == "__main__":
    CASES.write_text(
        ("=" * 40 + "\n").join(program + "-" * 40 + "\n" + told(program) + "\n" for program, _ in cases()), "utf-8"
    )
