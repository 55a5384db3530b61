"""How probable an example is under a learned grammar, choice by choice: bits, and the choices by address.

What the grammar does not explain is told by an escape, at a price that the training examples set, so that all that may
be told has probability 1 in all: a number that its description excludes, a part that is missing, is something else or
is none of the grammar's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import log2
from typing import Any, final

import numpy as np

from grammars.learning.shapes.bodies import Body, Item, Ring, Row, signs
from grammars.learning.shapes.describing import ANYWHERE, Affine, Counted, Described, Spread
from grammars.learning.shapes.ends import Ends, ends_of_place, ends_of_span
from grammars.learning.shapes.escape import SIDES, Escape, Slot, sorts_of
from grammars.learning.shapes.frames import anchored, extent_of, height_to_ground, of_support, share_of
from grammars.learning.shapes.masses import holds, is_sharp, mass_of, mass_of_count, masses_of_loose
from grammars.learning.shapes.model import (
    EXTENTS,
    Content,
    Family,
    LearnedAlternative,
    LearnedBody,
    LearnedChoice,
    LearnedPart,
    ShareOf,
    Source,
    read_source,
)
from grammars.learning.shapes.named import argument_labels, choice_names, loose_name, number_names
from grammars.learning.shapes.rates import Rates, Site
from grammars.learning.shapes.taking import taken
from grammars.learning.shapes.together import Together, Told
from grammars.learning.shapes.used import features_of, used_by, used_extents


@final
@dataclass(slots=True, eq=False)
class Explained:
    """Bits of the structure and of the numbers of an example, its choices by address, and what is not explained.

    `escaped`: the bits of what is not explained.
    """

    structure: float = 0.0
    numbers: float = 0.0
    escaped: float = 0.0
    choices: dict[str, Any] = field(default_factory=dict[str, Any])
    missing: list[str] = field(default_factory=list[str])

    @property
    def bits(self) -> float:
        """All bits."""
        return self.structure + self.numbers + self.escaped


def explained(family: Family, body: Body, escape: Escape, rates: Rates, path: str = "") -> Explained:
    """The derivation of a body in a family, its choices by address from a path on; rates are those of the family."""
    derivation = _Derivation(escape, rates, None)
    derivation.whole(family, body, path)
    return derivation.found


def observe(family: Family, body: Body, escape: Escape, rates: Rates) -> None:
    """Count what a body says of a family's rates."""
    _Derivation(escape, Rates(), rates).whole(family, body, "")


@final
class _Derivation:
    """What is told of one body. Rates are those to tell by; what is seen is counted, where it is to be."""

    def __init__(self, escape: Escape, rates: Rates, seen: Rates | None) -> None:
        self.escape, self.rates, self.seen = escape, rates, seen
        self._tied: dict[str, Together] = {}
        self.found = Explained()

    def whole(self, family: Family, body: Body, path: str) -> None:
        used = used_extents(family.body, family.extents)
        for k, number in enumerate(family.extents):
            if k in used:
                self._number(path + EXTENTS[k], number, Slot("whole", k), float(body.size[k]), body.size[:k])
        self._body(path, family.body, body)

    def _held(self, site: Site, held: bool) -> None:
        """Tell whether what the grammar says is so."""
        if self.seen is not None:
            self.seen.count(site, held)
        rate = self.rates.escape(site)
        if held:
            self.found.structure -= log2(1.0 - rate)
        else:
            self.found.escaped -= log2(rate)

    def _body(self, path: str, grammar: LearnedBody, body: Body) -> None:
        items, strangers = grammar.items(body)
        if self.seen is not None:
            self.seen.parts[grammar].update(list(items))
        done: set[int] = set()
        self._alternative(path, grammar.root, body, items, done)
        for item in strangers:
            self.found.missing.append(f"{path}{_called(item)} is no part")
        for k in items:
            if k not in done:
                self.found.missing.append(f"{path}{_called(items[k])} may not stand there")
                strangers.append(items[k])
        if self.seen is not None:
            self.seen.bodies[grammar] += 1
            self.seen.strangers[grammar] += len(strangers)
        further = self.rates.further(grammar)
        self.found.structure -= log2(1.0 - further)
        self.found.escaped += self.escape.of_items(strangers) - len(strangers) * log2(further)

    def _alternative(
        self, path: str, alternative: LearnedAlternative, body: Body, items: Mapping[int, Item], done: set[int]
    ) -> None:
        for part in alternative.parts:
            self._held((part, "stands"), part.number in items)
            if part.number in items:
                done.add(part.number)
                self._part(path, part, body, items)
            else:
                self.found.missing.append(f"there is no {path}{part.name}")
        for choice in alternative.choices:
            self._choice(path, choice, body, items, done)

    def _choice(self, path: str, choice: LearnedChoice, body: Body, items: Mapping[int, Item], done: set[int]) -> None:
        name, names, none = choice_names(choice)
        best = taken(choice, items)
        if choice.none == 0.0:
            self._held(choice, best is not None)
        if best is not None:
            self.found.structure -= log2(choice.alternatives[best].weight)
            self.found.choices[path + name] = names[best]
            self._alternative(f"{path}{name}/", choice.alternatives[best], body, items, done)
        elif choice.none > 0.0:
            self.found.structure -= log2(choice.none)
            self.found.choices[path + name] = none
        else:
            self.found.missing.append(f"there is nothing of {path}{name}")

    def _part(self, path: str, part: LearnedPart, body: Body, items: Mapping[int, Item]) -> None:
        item = items[part.number]
        features = np.full(len(part.sources), np.nan)
        for k in features_of(part):
            features[k] = _known(part.sources[k], body, items)
        names = number_names(part)
        content = next((c for c in part.contents if (c.kind, c.fixed) == item.content), None)
        self._held((part, "content"), content is not None)
        if content is None:
            self.found.missing.append(f"{path}{part.name} is a {item.kind}")
            self.found.escaped += self.escape.of_content(item)
        elif len(part.contents) > 1:
            self.found.structure -= log2(content.weight)
            self.found.choices[path + part.name] = content.name
        boxed = item.body is not None if content is None else content.boxed
        for k in used_by(part):
            extent = float(item.arguments[k] if boxed else item.size[k])
            address, number, slot = path + names.extents[k], part.extents[k], Slot("extent", k)
            if k == 1 and part.grounded:
                # Its mean is another in each example, what is counted is the part's own.
                there = replace(number, mean=Affine(height_to_ground(item, part.anchor)))
                self._told(address, number, there, slot, extent, features)
            else:
                self._number(address, number, slot, extent, features)
        if content is not None:
            self._arguments(path, part, content, item, features)
        for k, value in enumerate(item.turns.tolist()):
            self._number(path + names.turns[k], part.turns[k], Slot("turn", k), value, features)
        self._place(path, part, items, features)
        self._together(path)
        if part.count is not None and isinstance(item.repeats, Row | Ring):
            self._count(path + names.count, part, part.count, item.repeats.count)
        if part.span is not None and isinstance(item.repeats, Row):
            for k, value in enumerate(item.repeats.span.tolist()):
                ends = ends_of_span(part, k, item, None if part.support is None else items.get(part.support))
                self._number(path + names.span[k], part.span[k], Slot("span", k), value, features, ends)
        if content is not None and content.inner is not None and item.body is not None:
            self._body(f"{path}{part.name}/", content.inner, item.body)

    def _place(self, path: str, part: LearnedPart, items: Mapping[int, Item], features: np.ndarray) -> None:
        point = anchored(items[part.number], part.anchor)
        support = None if part.support is None else items.get(part.support)
        shares = None if support is None else share_of(support, point * signs(part.image))
        for k, (name, number, hold) in enumerate(zip(number_names(part).place, part.place, part.holds, strict=True)):
            slot = Slot(SIDES[round(part.anchor[k]) + 1], k)
            if isinstance(hold, ShareOf) and support is not None and shares is not None:
                middle, half = extent_of(support, k, hold.both)
                share = float(point[k]) / half if hold.both else float(shares[k])
                self._share(path + name, number, slot, share, middle, half)
            elif isinstance(hold, ShareOf):
                self._astray(path + name, slot, float(point[k]))
            else:
                ends = ends_of_place(part, k, items[part.number], support)
                self._number(path + name, number, slot, float(point[k]), features, ends)

    def _share(self, address: str, number: Described, slot: Slot, share: float, middle: float, half: float) -> None:
        """Told as the length that it is, along the axis of the support."""
        length = of_support(number, middle, half, self.escape.step)
        own = min(max(share, -1.0), 1.0)
        if number.spread is not None and number.spread.tie:
            self._told_together(address, number, length, slot, middle + share * half, np.zeros(0), own)
            return
        self._told(address, number, length, slot, middle + share * half, np.zeros(0))
        self._chosen(address, number, own, np.zeros(0))

    def _arguments(self, path: str, part: LearnedPart, content: Content, item: Item, features: np.ndarray) -> None:
        if content.inner is not None:
            return
        skipped = 3 if content.boxed else 0
        inside = f"{path}{part.name}/" if len(part.contents) > 1 else f"{path}{part.name}_"
        sorts = sorts_of(content.kind)[skipped:]
        for k, (name, number) in enumerate(zip(argument_labels(content), content.arguments, strict=True)):
            self._number(inside + name, number, Slot(sorts[k]), item.arguments[skipped + k], features)

    def _number(
        self, address: str, number: Described, slot: Slot, value: float, features: np.ndarray, ends: Ends = ANYWHERE
    ) -> None:
        """What the text clamps to these ends."""
        on = number.mean.feature
        if on is not None and np.isnan(features[on]):
            self._astray(address, slot, value)
            return
        held = number if ends == ANYWHERE else replace(number, ends=ends)
        if number.spread is not None and number.spread.tie:
            self._told_together(address, number, held, slot, value, features, value)
            return
        self._told(address, number, held, slot, value, features)
        self._chosen(address, held, value, features)

    def _astray(self, address: str, slot: Slot, value: float) -> None:
        """What it hangs on is known not to be there: there is nothing to be told that it is an exception."""
        self.found.missing.append(f"{address} hangs on what is not there")
        self.found.escaped -= log2(self.escape.mass(slot, value))

    def _told(
        self, address: str, site: Described, number: Described, slot: Slot, value: float, features: np.ndarray
    ) -> None:
        mass, rate = mass_of(number, value, features, self.rates.sharpness(slot)), self.rates.escape(site)
        self._seen(site, slot, mass > 0.0, is_sharp(number, value, features))
        bits = -log2((1.0 - rate) * mass + rate * self.escape.mass(slot, value))
        if mass > 0.0:
            self.found.numbers += bits
        else:
            self.found.escaped += bits
            self.found.missing.append(f"{address} is {value:.4g}")

    def _seen(self, site: Described, slot: Slot, explained: bool, sharp: bool | None) -> None:
        if self.seen is not None:
            self.seen.count(site, explained)
            if sharp is not None:
                self.seen.sharp[slot, sharp] += 1

    def _told_together(
        self,
        address: str,
        site: Described,
        number: Described,
        slot: Slot,
        value: float,
        features: np.ndarray,
        own: float,
    ) -> None:
        """A tied number, kept until all that are off with it are told; `own`: its value as the site has it."""
        spread, rate = site.spread, self.rates.escape(site)
        assert spread is not None
        masses = masses_of_loose(number, value, features, self.rates.sharpness(slot))
        escape = self.escape.mass(slot, value)
        exact, drawn = (-log2((1.0 - rate) * mass + rate * escape) for mass in masses)
        explained = masses[0] > 0.0, masses[1] > 0.0
        sharp = is_sharp(number, value, features)
        draw = min(max(own - float(site.mean.at(features)), spread.low), spread.high)
        told = Told(address, value, site, slot, exact, drawn, explained, sharp, draw)
        self._tied.setdefault(spread.tie, Together(spread.share)).told.append(told)

    def _together(self, path: str) -> None:
        """Tell what is tied: all of it is off, or none."""
        for tie, together in self._tied.items():
            bits, off = together.bits()
            held = True
            for told in together.told:
                explained = told.explained[off]
                self._seen(told.site, told.slot, explained, None if off else told.sharp)
                if not explained:
                    held = False
                    self.found.missing.append(f"{told.address} is {told.value:.4g}")
                if off:
                    self.found.choices[told.address] = told.draw
            self.found.choices[path + tie] = off
            if held:
                self.found.numbers += bits
            else:
                self.found.escaped += bits
        self._tied.clear()

    def _chosen(self, address: str, number: Described, value: float, features: np.ndarray) -> None:
        match number.spread:
            case None:
                pass
            case Spread("loose", _, low, high) as spread:
                mean = float(number.mean.at(features))
                held = holds(number, value, mean)
                self.found.choices[loose_name(address, spread)] = not held
                if not held:
                    self.found.choices[address] = min(max(value - mean, low), high)
            case Spread(_, _, low, high, _):
                self.found.choices[address] = min(max(value, low), high)

    def _count(self, address: str, part: LearnedPart, number: Counted, value: int) -> None:
        mass, rate = mass_of_count(number, value), self.rates.escape((part, "count"))
        if self.seen is not None:
            self.seen.count((part, "count"), mass > 0.0)
        bits = -log2((1.0 - rate) * mass + rate * self.escape.mass(Slot("count"), float(value)))
        if mass > 0.0:
            self.found.numbers += bits
        else:
            self.found.escaped += bits
            self.found.missing.append(f"{address} is {value}")
        if len(number.counts) > 1:
            self.found.choices[address] = value


def _called(item: Item) -> str:
    return f"{item.name or item.kind}{' ' + item.mirrored if item.mirrored else ''}"


def _known(source: Source, body: Body, items: Mapping[int, Item]) -> float:
    """The value of a source; none where a part that it is of is not there."""
    try:
        return float(read_source(source, body.size, items))
    except KeyError:
        return float("nan")
