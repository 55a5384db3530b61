"""Whether two grammars have the same rules, up to how nonterminals are called and how numbers are distributed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping

from grammars.charts.forms import Form, nearest
from grammars.charts.model import Call, Item, Place, Terminal, TreeGrammar, TreeRule

Colours = Mapping[tuple[int, str], Hashable]


def same_rules(a: TreeGrammar, b: TreeGrammar) -> bool:
    """Whether a renaming of nonterminals makes one the other: colours of both are refined together until they stay.

    Kinds, places and numbers must be equal on the grid; what is drawn need only be drawn in both.
    """
    both = (a, b)
    colours: dict[tuple[int, str], Hashable] = {(k, n): n == g.start for k, g in enumerate(both) for n in g.rules}
    for _ in range(sum(len(g.rules) for g in both)):
        told = {(k, n): _told(k, g.rules[n], g.grid, colours) for k, g in enumerate(both) for n in g.rules}
        number = {told_once: i for i, told_once in enumerate(dict.fromkeys(told.values()))}
        colours = {key: number[value] for key, value in told.items()}
    return Counter(v for (k, _), v in colours.items() if k == 0) == Counter(
        v for (k, _), v in colours.items() if k == 1
    )


def _told(k: int, rules: tuple[TreeRule, ...], grid: float, colours: Colours) -> Hashable:
    return frozenset(Counter(_rule(k, rule, grid, colours) for rule in rules).items())


def _rule(k: int, rule: TreeRule, grid: float, colours: Colours) -> Hashable:
    return frozenset(Counter(_item(k, item, grid, colours) for item in rule.items).items())


def _item(k: int, item: Item, grid: float, colours: Colours) -> Hashable:
    places = tuple(_place(place, grid) for place in item.places)
    match item:
        case Terminal(kind, numbers, _):
            return kind, tuple(_number(form, grid) for form in numbers), places
        case Call(target, _, _):
            return colours[k, target], places


def _place(place: Place, grid: float) -> Hashable:
    return tuple(round(x, 6) + 0.0 for x in place.linear), tuple(_number(form, grid) for form in place.offset)


def _number(form: Form, grid: float) -> Hashable:
    return "drawn" if form.terms else nearest(form.constant / grid)
