"""Mistakes: each is told once, in words, and the rest of the file is read."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from shapelang.syntax import tree
from shapelang.syntax.driver import Stuck, run
from shapelang.syntax.lexical import TooDeep, lay_out, scan
from shapelang.syntax.parser import parse
from shapelang.syntax.recovery import MOST_ERRORS, recover
from shapelang.syntax.source import Source
from tests.fuzz.mutate_program import fuzz, mutate, parse_and_print, words
from tests.syntax.programs import PROGRAMS

MESSAGES = Path(__file__).with_name("messages.txt")
"""Cases parted by lines of `=`: the program, a line of `-`, what is told. `python -m tests.syntax.test_recovery` writes
the second halves anew; read the difference before you keep it."""


def told(text: str) -> str:
    return "\n".join(d.render() for d in parse(Source("test.shape", text)).diagnostics)


def cases() -> list[tuple[str, str]]:
    blocks = MESSAGES.read_text("utf-8").split("=" * 40 + "\n")
    pairs = [block.split("-" * 40 + "\n") for block in blocks]
    return [(program, message) for program, message in pairs]


@pytest.mark.parametrize(("program", "message"), cases())
def test_the_whole_message(program: str, message: str) -> None:
    assert told(program) + "\n" == message


def test_all_errors_of_a_file_at_once_and_the_good_statements() -> None:
    text = "a = b(1\nc = d()\nparam x 3\nlet y = )\ne = f()\npart g(h {\n  i()\n}\nj()"
    parsed = parse(Source("test", text))
    assert [d.source.position(d.start)[0] for d in parsed.diagnostics] == [1, 3, 4, 6]
    names = [s.name for s in parsed.module.statements if isinstance(s, tree.ShapeStatement)]
    assert names == ["a", "c", "e", None]


def test_no_more_than_fifty_errors() -> None:
    diagnostics = parse(Source("test", "let = )\n" * 200)).diagnostics
    assert len(diagnostics) == MOST_ERRORS + 1
    assert diagnostics[-1].code == "E124"


def changed_by_one_token(text: str, draw: random.Random) -> list[str]:
    """Each eighth token once left out, once doubled, once another."""
    tokens = scan(Source("test", text)).tokens
    spans = [(tokens.starts[i], tokens.end(i)) for i in range(len(tokens.kinds) - 1)]
    found: list[str] = []
    for a, b in spans[draw.randrange(8) :: 8]:
        c, d = draw.choice(spans)
        found += [text[:a] + text[b:], f"{text[:b]} {text[a:b]}{text[b:]}", f"{text[:a]} {text[c:d]} {text[b:]}"]
    return found


def test_one_wrong_token_is_one_error() -> None:
    draw = random.Random(1)
    counts = [
        len(parse(Source("test", changed)).diagnostics)
        for text in PROGRAMS.values()
        for changed in changed_by_one_token(text, draw)
    ]
    wrong = [c for c in counts if c > 0]
    assert len(wrong) > 500
    assert sum(c == 1 for c in wrong) >= 0.95 * len(wrong)


def test_mutated_programs_are_refused_with_diagnostics_alone() -> None:
    failed, _ = fuzz(parse_and_print, 300, seed=11)
    assert failed == []


def test_the_mutations_are_of_every_kind() -> None:
    draw, pool = random.Random(3), words()
    broken = [bool(parse(Source("test", mutate(draw, PROGRAMS["01_chair"], pool))).diagnostics) for _ in range(100)]
    assert 10 < sum(broken) < 100


def test_recovered_tokens_always_parse() -> None:
    draw, pool = random.Random(5), words()
    mended = 0
    for _ in range(300):
        text = mutate(draw, draw.choice(list(PROGRAMS.values())), pool)
        tokens = lay_out(scan(Source("test", text)).tokens)
        if isinstance(tokens, TooDeep) or not isinstance(run(tokens), Stuck):
            continue
        recovered = recover(scan(Source("test", text)).tokens)
        assert recovered.faults
        assert recovered.tokens is not None
        again = lay_out(recovered.tokens)
        assert not isinstance(again, TooDeep)
        assert not isinstance(run(again), Stuck)
        mended += 1
    assert mended > 100


if __name__ == "__main__":
    MESSAGES.write_text(
        ("=" * 40 + "\n").join(program + "-" * 40 + "\n" + told(program) + "\n" for program, _ in cases()), "utf-8"
    )
