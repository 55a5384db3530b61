"""Whether two grammars have the same rules, up to how nonterminals are called and how numbers are distributed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping

from grammars.charts.amounts import affine
from grammars.charts.forms import Form, nearest
from grammars.charts.model import Call, Item, Place, Terminal, TreeGrammar, TreeRule

Colours = Mapping[tuple[int, str], Hashable]


def same_rules(a: TreeGrammar, b: TreeGrammar) -> bool:
    """Whether a renaming of nonterminals makes one the other.

    Kinds, places and numbers must be equal on the grid; what is drawn need only be drawn in both.
    """
    colours = _colours(a, b)
    return Counter(v for (k, _), v in colours.items() if k == 0) == Counter(
        v for (k, _), v in colours.items() if k == 1
    )


def matched_rules(a: TreeGrammar, b: TreeGrammar) -> list[tuple[str, TreeRule, TreeRule]]:
    """Rules of one grammar with those of another that are the same, and the nonterminal of the first; unique ones."""
    colours = _colours(a, b)
    found: list[tuple[str, TreeRule, TreeRule]] = []
    for name, rules in a.rules.items():
        others = [n for n in b.rules if colours[1, n] == colours[0, name]]
        if len(others) != 1:
            continue
        told = [(_rule(1, rule, b.grid, colours), rule) for rule in b.rules[others[0]]]
        for rule in rules:
            alike = [other for shape, other in told if shape == _rule(0, rule, a.grid, colours)]
            if len(alike) == 1:
                found.append((name, rule, alike[0]))
    return found


def item_shape(item: Item, grid: float) -> Hashable:
    """Of a terminal what it has besides what is drawn; equal in rules that are the same."""
    return _item(0, item, grid, defaultdict(int)) if isinstance(item, Terminal) else None


def _colours(a: TreeGrammar, b: TreeGrammar) -> Colours:
    """Colours of the nonterminals of both, refined together until they stay: equal for what may be renamed."""
    both = (a, b)
    colours: dict[tuple[int, str], Hashable] = {(k, n): n == g.start for k, g in enumerate(both) for n in g.rules}
    for _ in range(sum(len(g.rules) for g in both)):
        told = {(k, n): _told(k, g.rules[n], g.grid, colours) for k, g in enumerate(both) for n in g.rules}
        number = {told_once: i for i, told_once in enumerate(dict.fromkeys(told.values()))}
        colours = {key: number[value] for key, value in told.items()}
    return colours


def _told(k: int, rules: tuple[TreeRule, ...], grid: float, colours: Colours) -> Hashable:
    return frozenset(Counter(_rule(k, rule, grid, colours) for rule in rules).items())


def _rule(k: int, rule: TreeRule, grid: float, colours: Colours) -> Hashable:
    return frozenset(Counter(_item(k, item, grid, colours) for item in rule.items).items())


def _item(k: int, item: Item, grid: float, colours: Colours) -> Hashable:
    places = tuple(_place(place, grid) for place in item.places)
    match item:
        case Terminal(kind, numbers, _):
            return kind, tuple(_number(affine(each), grid) for each in numbers), places
        case Call(target, _, _):
            return colours[k, target], places


def _place(place: Place, grid: float) -> Hashable:
    return tuple(round(x, 6) + 0.0 for x in place.linear), tuple(_number(affine(each), grid) for each in place.offset)


def _number(form: Form, grid: float) -> Hashable:
    return "drawn" if form.terms else nearest(form.constant / grid)
