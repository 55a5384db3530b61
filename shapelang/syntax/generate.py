"""Writes `tables.py` from `shape.lark`: `python -m shapelang.syntax.generate`.

lark makes the LALR(1) tables; here they are renumbered (so that the text does not hang on hash seeds) and written as
Python literals, which load from bytecode in a few milliseconds. At run time neither lark nor a pickle is needed.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from pathlib import Path
from pprint import pformat
from typing import Any, TypeAlias, final

import lark
from lark.grammar import Rule
from lark.lexer import PatternStr

GRAMMAR = Path(__file__).with_name("shape.lark")
TABLES = Path(__file__).with_name("tables.py")

_LISTS_OF_LINES = ("lines", "alternative_lines", "slice_lines", "group_lines")

Row: TypeAlias = dict[str, int]

_HEADER = '''"""LALR(1) tables of `shape.lark`: written by `python -m shapelang.syntax.generate`, not by hand."""

'''


@final
@dataclass(frozen=True, slots=True)
class Tables:
    """Everything that `tables.py` holds."""

    patterns: dict[str, str]
    """Terminal → regular expression, for those that are not fixed texts."""
    symbols: dict[str, str]
    """Fixed text → terminal: keywords and punctuation."""
    rules: list[tuple[str, int, str]]
    """(left side, length, builder): no builder where the one symbol is passed on."""
    actions: list[Row]
    """State → terminal → a state to shift to (≥ 0), or ~rule to reduce by (< 0)."""
    gotos: list[Row]
    """State → left side → state."""
    accept: int
    """The state that ends a parse; it starts in state 0."""
    line_states: tuple[int, ...]
    """The states in which a statement, an alternative or a slice may begin."""


def build_tables(grammar: str) -> Tables:
    """The tables of a grammar text."""
    parser = lark.Lark(grammar, parser="lalr", lexer="basic", start="module")
    table = parser.parser.parser.parser.parse_table
    order = _breadth_first(table.states, table.start_states["module"])
    number = {state: i for i, state in enumerate(order)}
    rules = {rule: i for i, rule in enumerate(parser.rules)}
    actions: list[Row] = []
    gotos: list[Row] = []
    for state in order:
        row, goto = _rows(table.states[state], number, rules)
        actions.append(row)
        gotos.append(goto)
    return Tables(
        patterns={t.name: t.pattern.to_regexp() for t in parser.terminals if not isinstance(t.pattern, PatternStr)},
        symbols={t.pattern.value: t.name for t in parser.terminals if isinstance(t.pattern, PatternStr)},
        rules=[(str(r.origin.name), len(r.expansion), _builder(r)) for r in parser.rules],
        actions=actions,
        gotos=gotos,
        accept=number[table.end_states["module"]],
        line_states=tuple(sorted({row[name] for row in gotos for name in _LISTS_OF_LINES if name in row})),
    )


def _breadth_first(states: dict[int, dict[str, tuple[object, int]]], start: int) -> list[int]:
    order, queue, seen = [], deque([start]), {start}
    while queue:
        state = queue.popleft()
        order.append(state)
        for _, (action, target) in sorted(states[state].items()):
            if str(action) == "Shift" and target not in seen:
                seen.add(target)
                queue.append(target)
    return order


def _rows(row: dict[str, tuple[Any, Any]], number: dict[int, int], rules: dict[Rule, int]) -> tuple[Row, Row]:
    """The actions and gotos of one state; where a NAME may stand and an axis may not, an axis is a name."""
    actions: Row = {}
    gotos: Row = {}
    for symbol, (action, target) in sorted(row.items()):
        if str(action) == "Reduce":
            actions[symbol] = ~rules[target]
        elif symbol.isupper():
            actions[symbol] = number[target]
        else:
            gotos[symbol] = number[target]
    if "NAME" in actions:
        actions.setdefault("AXIS", actions["NAME"])
    return actions, gotos


def _builder(rule: Rule) -> str:
    if rule.alias is not None:
        return str(rule.alias)
    if len(rule.expansion) != 1:
        raise ValueError(f"rule without an alias: {rule}")
    return ""


def render_tables(tables: Tables) -> str:
    """The text of `tables.py`."""
    parts = [
        ("PATTERNS", "dict[str, str]", tables.patterns),
        ("SYMBOLS", "dict[str, str]", tables.symbols),
        ("RULES", "tuple[tuple[str, int, str], ...]", tuple(tables.rules)),
        ("ACTIONS", "tuple[tuple[tuple[str, ...], tuple[int, ...]], ...]", _pack(tables.actions)),
        ("GOTOS", "tuple[tuple[tuple[str, ...], tuple[int, ...]], ...]", _pack(tables.gotos)),
        ("ACCEPT", "int", tables.accept),
        ("LINE_STATES", "tuple[int, ...]", tables.line_states),
    ]
    return _HEADER + "".join(
        f"{name}: {kind} = {pformat(value, width=300, compact=True, sort_dicts=False)}\n" for name, kind, value in parts
    )


def _pack(rows: list[Row]) -> tuple[tuple[tuple[str, ...], tuple[int, ...]], ...]:
    """Rows as constants: tuples load from bytecode without a step of work, dicts do not."""
    return tuple((tuple(row), tuple(row.values())) for row in rows)


def main() -> None:
    """Write `tables.py` beside this file."""
    TABLES.write_text(render_tables(build_tables(GRAMMAR.read_text("utf-8"))), "utf-8")


if __name__ == "__main__":
    main()
