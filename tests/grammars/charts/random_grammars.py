"""Random grammars with few derivations: layered, so that none recurs; draws over two or three steps of a grid."""

from __future__ import annotations

import random
from dataclasses import replace

from grammars.charts.amounts import Amount, node, variables
from grammars.charts.forms import Form
from grammars.charts.model import Call, Draw, Item, Place, Terminal, TreeGrammar, TreeRule

GRID = 0.1

_KINDS = ("cuboid", "cone", "wedge")

_TURNS = (
    (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0),
    (-1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0),
    (0.0, 0.0, 1.0, 0.0, 1.0, 0.0, -1.0, 0.0, 0.0),
)


def random_grammar(seed: int) -> TreeGrammar:
    """One of them."""
    rng = random.Random(seed)
    names = [f"n{k}" for k in range(rng.randint(2, 4))]
    parameters = {name: 0 if k == 0 else rng.randint(0, 1) for k, name in enumerate(names)}
    rules: dict[str, tuple[TreeRule, ...]] = {}
    for k, name in enumerate(names):
        later = names[k + 1 :]
        shares = [rng.randint(1, 4) for _ in range(rng.randint(1, 3))]
        rules[name] = tuple(
            rule
            for share in shares
            for rule in _parted(rng, _rule(rng, share / sum(shares), parameters, name, later, may_be_nothing=k > 0))
        )
    return TreeGrammar(names[0], rules, parameters, GRID)


def _rule(
    rng: random.Random, weight: float, parameters: dict[str, int], name: str, later: list[str], *, may_be_nothing: bool
) -> TreeRule:
    known = parameters[name]
    draws: list[Draw] = []
    for _ in range(rng.randint(0, 2)):
        draws.append(_draw(rng, known + len(draws)))
    slots = known + len(draws)
    count = rng.randint(0 if may_be_nothing else 1, 3)
    items = tuple(_item(rng, parameters, later, slots) for _ in range(count))
    # Each draw shows by itself somewhere, so that it can be told.
    shown = tuple(Terminal("cuboid", (_plain(known + k), Form(0.2), Form(0.3))) for k in range(len(draws)))
    return TreeRule(weight, tuple(draws), (*items, *shown))


def _parted(rng: random.Random, rule: TreeRule) -> tuple[TreeRule, ...]:
    """Sometimes as two rules, of which one holds where what is drawn is small and leaves out its first item."""
    if not rule.draws or len(rule.items) < 2 or rng.random() < 0.7:
        return (rule,)
    last = _plain(max(v for item in rule.items[-1:] if isinstance(item, Terminal) for v in variables(item.numbers[0])))
    small = node("<", last, Form(0.35))
    return replace(rule, items=rule.items[1:], conditions=(small,)), replace(rule, conditions=(node("not", small),))


def _draw(rng: random.Random, earlier: int) -> Draw:
    low = rng.choice((0.2, 0.4))
    if rng.random() < 0.3:
        return Draw("whole", (Form(1.0), Form(2.0)))
    if rng.random() < 0.5:
        return Draw("uniform", (Form(low), Form(low + 0.15)))
    mean = Form(0.3, ((rng.randrange(earlier), 0.05),)) if earlier else Form(0.3)
    return Draw("normal", (mean, Form(0.1)), (0.2, 0.4))


def _item(rng: random.Random, parameters: dict[str, int], later: list[str], slots: int) -> Item:
    places = tuple(_place(rng, slots) for _ in range(rng.choice((1, 1, 1, 2))))
    if later and rng.random() < 0.6:
        target = rng.choice(later)
        return Call(target, tuple(_form(rng, slots) for _ in range(parameters[target])), places)
    return Terminal(rng.choice(_KINDS), (_form(rng, slots), Form(0.2), Form(0.3)), places)


def _place(rng: random.Random, slots: int) -> Place:
    x = _form(rng, slots) if rng.random() < 0.4 else Form(rng.choice((0.0, 0.5, -0.5)))
    return Place(rng.choice(_TURNS), (x, Form(0.1 * rng.randint(0, 2)), Form(0.0)))


def _form(rng: random.Random, slots: int) -> Amount:
    if slots > 1 and rng.random() < 0.2:
        return node(rng.choice(("*", "max")), _plain(slots - 1), _plain(slots - 2))
    if not slots or rng.random() < 0.3:
        return Form(rng.choice((0.1, 0.2, 0.3)))
    return Form(rng.choice((0.0, 0.1)), ((rng.randrange(slots), rng.choice((1.0, 0.5, -1.0, 2.0))),))


def _plain(slot: int) -> Form:
    return Form(0.0, ((slot, 1.0),))
