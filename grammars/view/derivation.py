"""Derivations: which rule was applied where, and what was drawn in it. The same as a trace, told as a tree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import assert_never, final

from grammars.view.rules import Attribute, Grammar, GrammarError, Nonterminal, Rule, Several, Symbol, Terminal
from shapelang.chance.address import Segment, join, parse
from shapelang.execution.trace import Choice, total_log_prob


@final
@dataclass(frozen=True, slots=True)
class Drawn:
    """An attribute and its value; `label` is that of the attribute, with loop indices."""

    label: str
    choice: Choice


@final
@dataclass(frozen=True, slots=True)
class Derivation:
    """One rule applied at one place.

    `label` is the last step of its address; empty at the root, and where it is what an alternative of its parent is.
    `choice` is the draw that took the rule, None where there is no other. `parts` are what was drawn in it and the
    derivations below, in the order of the program; of these only such in which something is drawn: what a rule
    without draws makes follows from the grammar. Log-probabilities are natural logarithms.
    """

    rule: Rule
    label: str
    choice: Choice | None
    parts: tuple[Drawn | Derivation, ...]

    @property
    def log_prob(self) -> float:
        """Σ log p of the choices of this derivation and of all below it, in the order of the program."""
        return total_log_prob(choices_of(self))

    def rules(self) -> Iterator[Rule]:
        """Every rule that was applied, parents first."""
        yield self.rule
        for part in self.parts:
            if isinstance(part, Derivation):
                yield from part.rules()


def choices_of(derivation: Derivation) -> dict[str, Choice]:
    """The choices of a derivation by address, in the order of the program: those of a trace."""
    return dict(_choices(derivation, ""))


def _choices(here: Derivation, around: str) -> Iterator[tuple[str, Choice]]:
    path = join(around, here.label)
    if here.choice is not None:
        yield path, here.choice
    for part in here.parts:
        match part:
            case Drawn(label, choice):
                yield join(path, label), choice
            case Derivation():
                yield from _choices(part, path)
            case _:
                assert_never(part)


def derivation_of(grammar: Grammar, choices: Mapping[str, Choice]) -> Derivation:
    """The derivation that a trace's choices tell. Raises GrammarError where they are not of this grammar."""
    root = _Trie()
    for address, choice in choices.items():
        root.put(parse(address), choice)
    return _derived(grammar, grammar.start, "", root)


@final
class _Trie:
    """Choices by the steps of their addresses, in the order in which they were drawn."""

    def __init__(self) -> None:
        self.choice: Choice | None = None
        self.below: dict[str, tuple[str, _Trie]] = {}
        """By step with its indices: the name alone, and what is below."""

    def put(self, steps: Iterable[Segment], choice: Choice) -> None:
        here = self
        for step in steps:
            here = here.below.setdefault(str(step), (step.name, _Trie()))[1]
        here.choice = choice


def _derived(grammar: Grammar, target: str, label: str, here: _Trie) -> Derivation:
    """The derivation of a nonterminal from what was drawn below a place."""
    rules = grammar.rules[target]
    if rules[0].weight is None:
        rule, choice = rules[0], None
    elif here.choice is None:
        raise GrammarError(f"nothing was chosen for '{target}' at '{label}'")
    else:
        rule, choice = grammar.rule(target, str(here.choice.value)), here.choice
    symbols = _by_label(rule.right)
    inline = next((s for s in symbols.values() if isinstance(s, Nonterminal) and s.inline), None)
    if inline is not None:
        return Derivation(rule, label, choice, (_derived(grammar, inline.target, "", here),))
    parts: list[Drawn | Derivation] = []
    for text, (name, below) in here.below.items():
        match symbols.get(name):
            case Attribute():
                if below.choice is None or below.below:
                    raise GrammarError(f"'{text}' of '{target}' is a number that was drawn, and nothing stands in it")
                parts.append(Drawn(text, below.choice))
            case Nonterminal(target=inner):
                parts.append(_derived(grammar, inner, text, below))
            case _:
                raise GrammarError(f"the rule '{rule.name}' of '{target}' draws nothing called '{name}'")
    return Derivation(rule, label, choice, tuple(parts))


def _by_label(symbols: Iterable[Symbol]) -> dict[str, Attribute | Nonterminal]:
    """What can draw, by label."""
    found: dict[str, Attribute | Nonterminal] = {}
    for symbol in symbols:
        match symbol:
            case Attribute(label=label) | Nonterminal(label=label):
                found[label] = symbol
            case Several(symbols=inner):
                found |= _by_label(inner)
            case Terminal():
                pass
            case _:
                assert_never(symbol)
    return found
