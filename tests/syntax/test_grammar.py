"""The grammar has no conflict, its tables are current, and its terminals are linear."""

from __future__ import annotations

import logging
import re
import time

import lark
import pytest
from lark import logger

from shapelang.syntax import tables
from shapelang.syntax.builders import BUILDERS
from shapelang.syntax.generate import GRAMMAR, TABLES, build_tables, render_tables
from shapelang.syntax.lexical import scan
from shapelang.syntax.source import Source
from shapelang.syntax.words import KEYWORDS


def conflicts(grammar: str) -> list[str]:
    """What lark says of a grammar while it resolves shift/reduce conflicts in silence."""
    said: list[str] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said.append(record.getMessage())

    listener, level = Listener(), logger.level
    logger.addHandler(listener)
    logger.setLevel(logging.DEBUG)
    try:
        lark.Lark(grammar, parser="lalr", lexer="basic", start="module")
    finally:
        logger.removeHandler(listener)
        logger.setLevel(level)
    return [line for line in said if "onflict" in line]


def test_the_grammar_has_no_conflict() -> None:
    assert conflicts(GRAMMAR.read_text("utf-8")) == []


def test_a_conflict_would_be_seen() -> None:
    assert conflicts('module: "a" module | module "b" module | "c"\n') != []


def test_the_tables_are_those_of_the_grammar() -> None:
    assert TABLES.read_text("utf-8") == render_tables(build_tables(GRAMMAR.read_text("utf-8")))


def test_every_builder_is_used_and_every_rule_has_one() -> None:
    assert {name for _, _, name in tables.RULES if name} == set(BUILDERS)


def test_keywords_are_what_the_language_reserves() -> None:
    assert {"param", "let", "choose", "tag", "_", "then", "about"} <= KEYWORDS
    assert not {"x", "y", "z", "top", "size", "index", "scope", "sin", "cuboid", "face"} & KEYWORDS


HOSTILE = [
    *("a" * 100_000 + "!", "1" * 100_000 + "!", '"' + "a" * 100_000 + "!", '"' + "\\" * 99_999, "#" + "a" * 100_000),
    *("/*" * 50_000, "/*" + "*" * 100_000, " " * 100_000 + "!", "\n" * 100_000 + "!", "1." * 50_000, "1e" * 50_000),
    *("'" + "a" * 100_000, "&" * 20_000, "//" + "a" * 100_000, "\n \n" * 30_000, ". " * 50_000),
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda t: t[:6])
def test_no_terminal_backtracks_without_end(text: str) -> None:
    # A quadratic pattern takes minutes on these, a linear one milliseconds: ten seconds part the two on any machine.
    began = time.process_time()
    scan(Source("hostile", text))
    for pattern in tables.PATTERNS.values():
        re.compile(pattern).match(text)
    assert time.process_time() - began < 10
