"""Conditions as text: what they mean, and what is said of slips."""

from __future__ import annotations

import pytest

from grammars.conditioning.query import (
    Chosen,
    Compare,
    Contains,
    Coordinate,
    Count,
    Extent,
    Fits,
    Fixed,
    Not,
    Some,
    Step,
)
from grammars.conditioning.reading import query_of
from grammars.conditioning.vocabulary import vocabulary_of
from shapelang.diagnostics import UsageError
from shapelang.semantics.check import load

CHAIR = load("examples/chair.shape")


def test_clauses_are_read() -> None:
    texts = [
        "count(leg) == 4 and height > 0.9", "fits(0.6, depth: 0.5, height: 1)", "contains(leg[0], 0.05, 0.4, 0.05)",
        "not slats < 4 or back.slat.top.y >= -1", "finish == \"oak\"",
    ]  # fmt: skip
    query = query_of(CHAIR, texts)
    assert [clause.text for clause in query.clauses] == ["count(leg) == 4", "height > 0.9", *texts[1:]]
    assert [clause.test for clause in query.clauses] == [
        Compare("==", Count((Step("leg"),)), Fixed(4)),
        Compare(">", Extent((), 1), Fixed(0.9)),
        Fits((0.6, 1.0, 0.5)),
        Contains((Step("leg", (0,)),), (0.05, 0.4, 0.05)),
        Some(
            (
                Not(Compare("<", Chosen("slats"), Fixed(4))),
                Compare(">=", Coordinate((Step("back"), Step("slat")), 1, 1), Fixed(-1)),
            )
        ),
        Compare("==", Chosen("finish"), Fixed("oak")),
    ]
    assert query.mentions() == {"slats", "finish"}


def test_words_of_a_program() -> None:
    words = vocabulary_of(CHAIR)
    assert {"leg", "slat", "cuboid", "ladder", "sit", "rail"} <= words.parts
    assert words.draws["back"] == ("slatted", "ladder", "panel")
    assert words.top == {"width", "depth", "height", "slats", "finish", "tall", "back"}
    assert words.looks == {"finish"}


SLIPS = [
    (
        "count(lge) == 4",
        "--where: no part is called 'lge'\n  count(lge) == 4\n        ^^^\n  help: did you mean 'leg'?",
    ),
    # The program uses a file of that name, which has parts and is none itself.
    ("count(legs) == 4", "no part is called 'legs'\n  count(legs) == 4\n        ^^^^\n  help: did you mean 'leg'?"),
    ("count(leg) = 4", "this is no test\n  count(leg) = 4\n             ^\n  help: did you mean '=='?"),
    ("heigt > 3", "nothing that is drawn is called 'heigt'\n  heigt > 3\n  ^^^^^\n  help: did you mean 'height'?"),
    ("seat > 3", "'seat' is a part, not a number\n  seat > 3\n  ^^^^\n  help: write 'seat.height' or 'count(seat)'"),
    (
        "seat.top > 3",
        "'top' is a point, and a clause compares numbers\n  seat.top > 3\n  ^^^^^^^^\n  help: write 'top.y'",
    ),
    ("seat.tpo.y > 3", "'tpo' is no side of a box\n  seat.tpo.y > 3\n  ^^^^^^^^^^\n  help: did you mean 'top'?"),
    (
        'back == "pannel"',
        '\'back\' is never "pannel"\n  back == "pannel"\n          ^^^^^^^^\n  help: did you mean \'panel',
    ),
    ('back < "panel"', "names have no order"),
    ('height == "tall"', "a name is no number"),
    ("cout(leg) > 3", "there is no 'cout' here\n  cout(leg) > 3\n  ^^^^^^^^^\n  help: did you mean 'count'?"),
    ("fits(0.6, 1, 1, 2)", "sizes are width, height and depth"),
    ("fits(heigth: 2)", "sizes are width, height and depth"),
    ("fits(0)", "a size is a number above 0"),
    ("fits()", "no size is given"),
    ("contains(leg)", "no size is given"),
    ("contains(leg, 0.1)", "'contains' needs a part and its three sizes"),
    ("height", "this is a number: compare it"),
    ("height / 0 > 3", "this is always 0, and nothing can be divided by it\n  height / 0 > 3\n           ^"),
    ("height / (0.5 - 1 / 2) > 3", "this is always 0, and nothing can be divided by it"),
    ("4", "this neither holds nor fails"),
    ("", "this is no test"),
    ("count(3) == 4", "this names no part"),
    ("pitch > 3", "nothing that is drawn is called 'pitch'"),
]


@pytest.mark.parametrize(("text", "message"), SLIPS)
def test_slips_are_told_with_their_place(text: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        query_of(CHAIR, [text])
    assert message in str(caught.value)


def test_what_is_drawn_within_a_part_goes_by_its_address() -> None:
    tree = load("examples/tree.shape")
    with pytest.raises(UsageError, match="drawn within a part"):
        query_of(tree, ["twist > 3"])
    (clause,) = query_of(tree, ['chosen("trunk/twist") > 90']).clauses
    assert clause.test == Compare(">", Chosen("trunk/twist"), Fixed(90))
