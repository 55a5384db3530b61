"""Mutates programs and feeds them to a function, which may refuse them with diagnostics and in no other way.

`python -m tests.fuzz.mutate_program --count 100000 [--seed 0] [--check tests.fuzz.mutate_program:parse_and_print]`
"""

from __future__ import annotations

import argparse
import importlib
import random
import signal
import sys
import time
from collections.abc import Callable
from types import FrameType
from typing import NoReturn, TypeAlias

from shapelang.diagnostics import ShapelangError
from shapelang.syntax.lexical import scan
from shapelang.syntax.parser import parse
from shapelang.syntax.printer import print_module
from shapelang.syntax.source import Source
from tests.syntax.programs import PROGRAMS

Check: TypeAlias = Callable[[str], None]

HANGS_AFTER = 20  # seconds


class Hang(Exception):
    """A text took longer than any should."""


def parse_and_print(text: str) -> None:
    """Parse; what parses without an error must print, read back the same, and print the same again."""
    parsed = parse(Source("fuzz", text))
    for diagnostic in parsed.diagnostics:
        diagnostic.render()
    if parsed.diagnostics:
        return
    once = print_module(parsed.module, text)
    again = parse(Source("fuzz", once))
    assert not again.diagnostics, once
    assert again.module == parsed.module, once
    assert [c.text for c in again.module.comments] == [c.text for c in parsed.module.comments], once
    assert print_module(again.module, once) == once, once


def mutate(draw: random.Random, text: str, pool: list[str]) -> str:
    """One to four changes: to tokens, to characters, or a cut."""
    for _ in range(draw.choice((1, 1, 1, 2, 3, 4))):
        text = _mutate_once(draw, text, pool)
    return text


def _mutate_once(draw: random.Random, text: str, pool: list[str]) -> str:
    kind = draw.choice(("delete", "double", "swap", "replace", "insert", "comment", "bytes", "cut"))
    if kind == "cut":
        start = draw.randrange(len(text) + 1)
        return text[start:] if draw.random() < 0.3 else text[:start]
    if kind == "bytes":
        start = draw.randrange(len(text) + 1)
        noise = "".join(
            draw.choice("\0\x01 \t\r\n\\\"'#/*{}()[];:,.~%_=<>!&|^@é\u2028😀09aexyz") for _ in range(draw.randint(1, 6))
        )
        return text[:start] + noise + text[start + draw.randint(0, 3) :]
    tokens = scan(Source("fuzz", text)).tokens
    count = len(tokens.kinds) - 1
    if count < 2:
        return text + draw.choice(pool)
    first, second = sorted(draw.sample(range(count), 2))
    a, b = tokens.starts[first], tokens.end(first)
    c, d = tokens.starts[second], tokens.end(second)
    match kind:
        case "delete":
            return text[:a] + text[b:]
        case "double":
            return f"{text[:b]} {text[a:b]}{text[b:]}"
        case "swap":
            return text[:a] + text[c:d] + text[b:c] + text[a:b] + text[d:]
        case "replace":
            return f"{text[:a]} {draw.choice(pool)} {text[b:]}"
        case "insert":
            return f"{text[:a]} {draw.choice(pool)} {text[a:]}"
        case _:
            return text[:a] + draw.choice(("", "\n")) + "// note\n" + text[a:]


def words() -> list[str]:
    """Every token of the ten programs."""
    return [t for text in PROGRAMS.values() for t in scan(Source("fuzz", text)).tokens.texts if t]


def fuzz(check: Check, count: int, seed: int) -> tuple[list[str], float]:
    """Run a check on mutated programs: the texts it fails on (with the cause), and the longest time of one."""
    draw, pool, texts = random.Random(seed), words(), list(PROGRAMS.values())
    failed: list[str] = []
    longest = 0.0
    for _ in range(count):
        text = mutate(draw, draw.choice(texts), pool)
        began = time.process_time()
        try:
            check(text)
        except ShapelangError:
            pass
        except Exception as error:
            failed.append(f"{type(error).__name__}: {error}\n--- of\n{text}")
        longest = max(longest, time.process_time() - began)
    return failed, longest


def main() -> None:
    """Fuzz from the command line; the exit code is 1 when a check failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--check", default="tests.fuzz.mutate_program:parse_and_print")
    options = parser.parse_args()
    module, name = options.check.split(":")

    def hang(_signal: int, _frame: FrameType | None) -> NoReturn:
        raise Hang

    signal.signal(signal.SIGALRM, hang)
    check: Check = getattr(importlib.import_module(module), name)

    def guarded(text: str) -> None:
        signal.alarm(HANGS_AFTER)
        check(text)
        signal.alarm(0)

    failed, longest = fuzz(guarded, options.count, options.seed)
    for report in failed[:5]:
        print(report, end="\n\n")
    print(f"{options.count} programs, {len(failed)} failed, the slowest took {longest:.3f} s")
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
