"""A grammar: nonterminals, and the rules that each may be replaced by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias, final

from shapelang.diagnostics import ShapelangError
from shapelang.syntax import tree


class GrammarError(ShapelangError):
    """What is no grammar, or no derivation of it."""


@final
@dataclass(frozen=True, slots=True)
class Terminal:
    """A primitive, or a solid of several: it makes one leaf."""

    label: str
    kind: str


@final
@dataclass(frozen=True, slots=True)
class Attribute:
    """A draw that is no choice between rules: `param label ~ …` or `let label ~ …`."""

    label: str
    distribution: tree.Expr


@final
@dataclass(frozen=True, slots=True)
class Nonterminal:
    """A place where a rule of `target` is applied; its choices stand under `label` in an address.

    `inline` says that they stand where the rule itself stands: what an alternative is goes by the name of its `choose`.
    """

    label: str
    target: str
    inline: bool = False


@final
@dataclass(frozen=True, slots=True)
class Several:
    """What stands in a loop, a symmetry, a branch or a slice: none, one or several of each symbol.

    `how` is the word of the language; of `mirror`, `array` and `ring` the symbols are derived once, and copied.
    """

    how: Literal["mirror", "array", "ring", "for", "if", "split"]
    symbols: tuple[Symbol, ...]


Symbol: TypeAlias = Terminal | Attribute | Nonterminal | Several


@final
@dataclass(frozen=True, slots=True)
class Rule:
    """`left → right`. The weight is an expression of the program; None where the nonterminal has this rule alone."""

    left: str
    name: str
    weight: tree.Expr | None
    right: tuple[Symbol, ...]


@final
@dataclass(frozen=True, slots=True)
class Grammar:
    """All rules by nonterminal, in the order of the text; `start` is the program itself.

    Nonterminals are the program (its name), parts (`leg`, `backs.ladder`), and what is within them: `chair/back`.
    """

    start: str
    rules: Mapping[str, tuple[Rule, ...]]

    def rule(self, left: str, name: str) -> Rule:
        """The rule of a nonterminal that goes by a name. Raises GrammarError."""
        for rule in self.rules.get(left, ()):
            if rule.name == name:
                return rule
        raise GrammarError(f"'{left}' has no rule '{name}'")
