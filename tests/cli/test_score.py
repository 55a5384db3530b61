from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

# ln p is a sum of literals: a uniform of density 1 / 4, and an alternative of weight 3 of 4.
DRAWN = "let x ~ uniform(0, 4)\nchoose {\n  3: a = cuboid(1, 1, 1)\n  1: b = cuboid(2, 1, 1)\n}\ncuboid(1 + x, 1, 1)\n"
LOG_P = math.log(1 / 4) + math.log(3 / 4)


@pytest.fixture
def drawn(here: Path) -> Path:
    (here / "drawn.shape").write_text(DRAWN)
    return here


def test_a_trace_from_a_file(run, drawn: Path) -> None:
    (drawn / "trace.json").write_text('{"choices": {"x": 1.5, "choose": "a"}}')
    result = run("score", "drawn.shape", "trace.json")
    assert (result.code, result.err) == (0, "")
    # Two logarithms and a sum, each of one rounding or two.
    assert float(result.text) == pytest.approx(LOG_P, abs=1e-14)


def test_terms_by_address(run, drawn: Path) -> None:
    result = run("score", "drawn.shape", "-", "--json", stdin=b'{"x": 1.5, "choose": "b"}')
    scored = json.loads(result.text)
    assert (result.code, scored["conditioned"]) == (0, False)
    assert scored["terms"] == {"x": pytest.approx(math.log(1 / 4)), "choose": pytest.approx(math.log(1 / 4))}
    assert scored["log_prob"] == scored["terms"]["x"] + scored["terms"]["choose"]


def test_a_seed(run, drawn: Path) -> None:
    seeded = run("score", "drawn.shape", "--seed", "4")
    sampled = json.loads(run("sample", "drawn.shape", "-n", "1", "--seed", "4", "--json").text)
    assert (seeded.code, float(seeded.text)) == (0, sampled["log_prob"])


def test_what_cannot_be_has_no_probability(run, drawn: Path) -> None:
    result = run("score", "drawn.shape", "-", stdin=b'{"x": 4.5, "choose": "a"}')
    assert (result.code, result.text) == (0, "-inf\n")


def test_a_require_is_told_of(run, drawn: Path) -> None:
    (drawn / "drawn.shape").write_text(f"{DRAWN}require x < 2\n")
    result = run("score", "drawn.shape", "-", stdin=b'{"x": 1.5, "choose": "a"}')
    assert result.code == 0
    assert result.err == (
        "warning: a `require` takes part: this is log p of the unconditioned program, its normaliser is unknown\n"
    )


@pytest.mark.parametrize(
    ("stdin", "message"),
    [
        (b"", "error: standard input: holds no trace\n"),
        (b"{", "error: standard input:1:2: not JSON: Expecting property name enclosed in double quotes\n"),
        (b"[1]", 'error: standard input: a trace is an object such as {"choices": {"height": 0.45}}\n'),
        (b'{"choices": 1}', "error: standard input: 'choices' and 'given' are objects of values by name\n"),
        (b'{"x": null}', "error: standard input: 'x' has no value that a choice can have\n"),
        (b'{"x": 1.5}', "error: the trace is not one of drawn: the choice 'choose' is not given\n"),
        (b'{"x": 1.5, "choose": "a", "xx": 2}', "error: the run makes no choice 'xx'; did you mean 'x'?\n"),
        (b"\xff", "error: standard input: not UTF-8 text (byte 0)\n"),
    ],
)
def test_what_is_no_trace(run, drawn: Path, stdin: bytes, message: str) -> None:
    result = run("score", "drawn.shape", "-", stdin=stdin)
    assert (result.code, result.text, result.err) == (2, "", message)


@pytest.mark.parametrize("arguments", [[], ["-", "--seed", "1"]])
def test_a_trace_or_a_seed(run, drawn: Path, arguments: list[str]) -> None:
    result = run("score", "drawn.shape", *arguments)
    assert (result.code, result.err) == (2, "error: give either a trace (a file or '-') or --seed\n")
