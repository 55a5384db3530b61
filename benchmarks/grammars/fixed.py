"""Bits under a grammar whose parts stand at fixed places, by a plain recursion: what fresh assemblies cost.

Of such a grammar each child of a body can be one item of a rule only, so that nothing is summed but rules. A chart says
the same (tested), more slowly, and of large assemblies 0: their probability is below any float.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import inf, log2
from typing import Final, TypeAlias, final

from grammars.charts.amounts import affine
from grammars.charts.forms import Form, nearest
from grammars.charts.masses import mass
from grammars.charts.model import Call, Draw, Item, Terminal, TreeGrammar, TreeRule
from grammars.charts.observed import UPRIGHT, Body, Content, Leaf, Standing, leaf_turn
from shapelang.geometry.pose import EYE

_Offset: TypeAlias = tuple[int, int, int]

_ORIGIN: Final[_Offset] = (0, 0, 0)


@final
class Fixed:
    """Bits under one grammar; those of draws that were asked for once are kept."""

    def __init__(self, grammar: TreeGrammar) -> None:
        """Raises ValueError for a grammar of another kind."""
        self._start = grammar.start
        self._rules = {name: [_Rule(rule, grammar.grid) for rule in rules] for name, rules in grammar.rules.items()}

    def bits(self, seen: Standing) -> float:
        """−log2 P(the assembly); infinite where it cannot be."""
        return self._inside(self._start, seen) if seen.offset == _ORIGIN else inf

    def _inside(self, name: str, seen: Standing) -> float:
        if seen.turn != _upright(seen.content):
            return inf
        ways = [found for rule in self._rules[name] if (found := self._through(rule, seen.content)) < inf]
        least = min(ways, default=inf)
        return least - log2(sum(2.0 ** (least - way) for way in ways)) if ways else inf

    def _through(self, rule: _Rule, content: Content) -> float:
        match content:
            case Leaf():
                return rule.bits + rule.terminal(rule.alone, content) if isinstance(rule.alone, Terminal) else inf
            case Body(children):
                if rule.alone is not None or len(children) != len(rule.items):
                    return inf
                found = rule.bits
                for child in children:
                    item = rule.items.get(child.offset)
                    found += inf if item is None else self._item(rule, item, child)
                    if found == inf:
                        break
                return found

    def _item(self, rule: _Rule, item: Item, child: Standing) -> float:
        match item:
            case Call(target):
                return self._inside(target, child)
            case Terminal():
                content = child.content
                upright = child.turn == _upright(content)
                return rule.terminal(item, content) if upright and isinstance(content, Leaf) else inf


@final
class _Rule:
    """A rule: its items by place, or the terminal that is all of it."""

    def __init__(self, rule: TreeRule, grid: float) -> None:
        self.bits, self._grid = _bits(rule.weight), grid
        self.items: Mapping[_Offset, Item] = {_offset(item, grid): item for item in rule.items}
        self.alone = rule.items[0] if len(rule.items) == 1 else None
        if len(self.items) != len(rule.items):
            raise ValueError("two items at one place")
        if self.alone is not None and (isinstance(self.alone, Call) or _ORIGIN not in self.items):
            raise ValueError("a rule that only passes on, or whose only part is moved")
        _refuse_others(rule)
        self._draws = rule.draws
        self._known: dict[tuple[int, int], float] = {}

    def terminal(self, item: Terminal, leaf: Leaf) -> float:
        """Bits of the numbers of a leaf, if it is of the kind."""
        if (leaf.kind, len(leaf.numbers)) != (item.kind, len(item.numbers)):
            return inf
        return sum(
            self._number(form, steps) for form, steps in zip(map(affine, item.numbers), leaf.numbers, strict=True)
        )

    def _number(self, form: Form, steps: int) -> float:
        if not form.terms:
            return 0.0 if nearest(form.constant / self._grid) == steps else inf
        key = form.terms[0][0], steps
        if key not in self._known:
            self._known[key] = _bits(_mass(self._draws[key[0]], steps, self._grid))
        return self._known[key]


def _refuse_others(rule: TreeRule) -> None:
    numbers = [form for item in rule.items if isinstance(item, Terminal) for form in map(affine, item.numbers)]
    drawn = [variable for form in numbers for variable, _ in form.terms]
    if any(draw.parents or draw.whole for draw in rule.draws) or sorted(drawn) != list(range(len(rule.draws))):
        raise ValueError("a draw that hangs on another, or is not one number of one terminal")
    if any(form.terms and (form.constant, form.terms[0][1]) != (0.0, 1.0) for form in numbers):
        raise ValueError("a number that is not what was drawn")


def _mass(draw: Draw, steps: int, grid: float) -> float:
    return mass(draw.distribution([form.constant for form in draw.arguments]), draw.support, steps, grid)


def _bits(p: float) -> float:
    return -log2(p) if p > 0.0 else inf


def _offset(item: Item, grid: float) -> _Offset:
    (place,) = item.places
    if (
        place.linear != EYE
        or any(affine(each).terms for each in place.offset)
        or (isinstance(item, Call) and item.arguments)
    ):
        raise ValueError("an item that is turned, drawn to its place, or has arguments")
    x, y, z = (nearest(affine(each).constant / grid) for each in place.offset)
    return x, y, z


def _upright(content: Content) -> tuple[int, ...]:
    return leaf_turn(content.kind, EYE) if isinstance(content, Leaf) else UPRIGHT
