"""How probable an example is under a learned grammar, choice by choice: bits, and the choices by address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf, log2
from typing import Any, final

import numpy as np

from grammars.learning.shapes.bodies import Body, Item, Ring, Row
from grammars.learning.shapes.describing import Counted, Described, Spread, bits_of
from grammars.learning.shapes.fitting import anchored
from grammars.learning.shapes.model import EXTENTS, Family, LearnedAlternative, LearnedBody, LearnedPart, values_of
from grammars.learning.shapes.named import WHOLE, argument_labels, choice_names, loose_name, number_names
from grammars.learning.shapes.used import used_by, used_extents


@final
@dataclass(slots=True, eq=False)
class Explained:
    """Bits of the structure and of the numbers of an example, its choices by address, and what is not explained."""

    structure: float = 0.0
    numbers: float = 0.0
    choices: dict[str, Any] = field(default_factory=dict[str, Any])
    missing: list[str] = field(default_factory=list[str])

    @property
    def bits(self) -> float:
        """All bits; ∞ where something is not explained."""
        return inf if self.missing else self.structure + self.numbers


def explained(family: Family, body: Body, families: int = 1) -> Explained:
    """The derivation of a body in a family, one of several."""
    found = Explained()
    path = ""
    if families > 1:
        found.structure -= log2(family.weight)
        found.choices[WHOLE] = family.name
        path = f"{WHOLE}/"
    used = used_extents(family.body, family.extents)
    for k, number in enumerate(family.extents):
        if k in used:
            _tell(found, path + EXTENTS[k], number, float(body.size[k]), body.size[:k])
    _body(found, path, family.body, body)
    return found


def _tell(found: Explained, address: str, number: Described, value: float, features: np.ndarray) -> None:
    bits = bits_of(number, value, features)
    if bits == inf:
        found.missing.append(f"{address} is {value:.4g}")
    else:
        found.numbers += bits
    match number.spread:
        case None:
            pass
        case Spread("loose", _, low, high, _):
            off = value - float(number.mean.at(features))
            held = abs(off) <= number.tolerance
            found.choices[loose_name(address)] = not held
            if not held:
                found.choices[address] = min(max(off, low), high)
        case Spread(_, _, low, high, _):
            found.choices[address] = min(max(value, low), high)


def _body(found: Explained, path: str, grammar: LearnedBody, body: Body) -> None:
    items, left = grammar.items(body)
    done: set[int] = set()
    _alternative(found, path, grammar.root, body, items, done)
    found.missing += [f"{path}{_called(item)} is no part" for item in left]
    found.missing += [f"{path}{_called(items[k])} may not stand there" for k in items if k not in done]


def _called(item: Item) -> str:
    return f"{item.name or item.kind}{' ' + item.mirrored if item.mirrored else ''}"


def _alternative(
    found: Explained,
    path: str,
    alternative: LearnedAlternative,
    body: Body,
    items: Mapping[int, Item],
    done: set[int],
) -> None:
    for part in alternative.parts:
        if part.number in items:
            done.add(part.number)
            _part(found, path, part, body, items)
        else:
            found.missing.append(f"there is no {path}{part.name}")
    for choice in alternative.choices:
        name, names, none = choice_names(choice)
        held = [sum(k in items for k in _numbers(a)) for a in choice.alternatives]
        best = max(range(len(held)), key=lambda k: held[k])
        if held[best]:
            found.structure -= log2(choice.alternatives[best].weight)
            found.choices[path + name] = names[best]
            _alternative(found, f"{path}{name}/", choice.alternatives[best], body, items, done)
        elif choice.none > 0.0:
            found.structure -= log2(choice.none)
            found.choices[path + name] = none
        else:
            found.missing.append(f"there is nothing of {path}{name}")


def _numbers(alternative: LearnedAlternative) -> list[int]:
    inner = [n for choice in alternative.choices for a in choice.alternatives for n in _numbers(a)]
    return [*(part.number for part in alternative.parts), *inner]


def _part(found: Explained, path: str, part: LearnedPart, body: Body, items: Mapping[int, Item]) -> None:
    item = items[part.number]
    try:
        features = values_of(part.sources, body, items)
    except KeyError:
        found.missing.append(f"{path}{part.name} hangs on what is not there")
        return
    names = number_names(part)
    content = next((c for c in part.contents if (c.kind, c.fixed) == item.content), None)
    if content is None:
        found.missing.append(f"{path}{part.name} is a {item.kind}")
        return
    if len(part.contents) > 1:
        found.structure -= log2(content.weight)
        found.choices[path + part.name] = content.name
    for k in used_by(part):
        extent = float(item.arguments[k] if content.boxed else item.size[k])
        _tell(found, path + names.extents[k], part.extents[k], extent, features)
    skipped = 3 if content.boxed else 0
    inside = f"{path}{part.name}/" if len(part.contents) > 1 else f"{path}{part.name}_"
    for k, (name, number) in enumerate(zip(argument_labels(content), content.arguments, strict=True)):
        _tell(found, inside + name, number, item.arguments[skipped + k], features)
    for name, number, value in zip(names.turns, part.turns, item.turns.tolist(), strict=True):
        _tell(found, path + name, number, value, features)
    point = anchored(item, part.anchor)
    for name, number, value in zip(names.place, part.place, point.tolist(), strict=True):
        _tell(found, path + name, number, value, features)
    if part.count is not None and isinstance(item.repeats, Row | Ring):
        _count(found, path + names.count, part.count, item.repeats.count)
    if part.span is not None and isinstance(item.repeats, Row):
        for name, number, value in zip(names.span, part.span, item.repeats.span.tolist(), strict=True):
            _tell(found, path + name, number, value, features)
    if content.inner is not None and item.body is not None:
        _body(found, f"{path}{part.name}/", content.inner, item.body)


def _count(found: Explained, address: str, number: Counted, value: int) -> None:
    whole = sum(count for _, count in number.counts)
    times = dict(number.counts).get(value, 0.0)
    if not times:
        found.missing.append(f"{address} is {value}")
        return
    found.numbers -= log2(times / whole)
    if len(number.counts) > 1:
        found.choices[address] = value
