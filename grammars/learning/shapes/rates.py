"""How often what a learned grammar says was not so in the examples: by it, how probable the unexplained is.

Of what held in all of n examples the next is an exception with probability ½ / (n + 1) (Krichevsky and Trofimov 1981).
Parts of a body that are none of the grammar are as many, on average, as parts stood in one example alone (Good 1953).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, final

from grammars.learning.shapes.describing import Described
from grammars.learning.shapes.escape import Slot
from grammars.learning.shapes.laws import share
from grammars.learning.shapes.model import LearnedBody, LearnedChoice, LearnedPart

Site: TypeAlias = Described | LearnedChoice | tuple[LearnedPart, Literal["stands", "content", "count"]]
"""What may be otherwise than the grammar says."""


@final
@dataclass(slots=True)
class Rates:
    """Counts at the sites of a grammar, and of each body how many there were, with which parts, and with what more.

    `sharp`: of numbers that are as the grammar says to within a tolerance, how often they were in the very cell.
    """

    times: Counter[Site] = field(default_factory=Counter[Site])
    missed: Counter[Site] = field(default_factory=Counter[Site])
    bodies: Counter[LearnedBody] = field(default_factory=Counter[LearnedBody])
    strangers: Counter[LearnedBody] = field(default_factory=Counter[LearnedBody])
    parts: dict[LearnedBody, Counter[int]] = field(default_factory=lambda: defaultdict(Counter[int]))

    sharp: Counter[tuple[Slot, bool]] = field(default_factory=Counter[tuple[Slot, bool]])

    def count(self, site: Site, held: bool) -> None:
        """What was seen once more at a site."""
        self.times[site] += 1
        self.missed[site] += not held

    def escape(self, site: Site) -> float:
        """How probable it is that the next is an exception."""
        return share(self.missed[site], self.times[site])

    def sharpness(self, slot: Slot) -> float:
        """How probable it is that a number that is as the grammar says is so to the very cell."""
        hit = self.sharp[slot, True]
        return share(hit, hit + self.sharp[slot, False])

    def further(self, body: LearnedBody) -> float:
        """How probable one more part is that is none of the grammar: of any number of them the law is geometric."""
        once = sum(n == 1 for n in self.parts[body].values()) if body in self.parts else 0
        mean = (self.strangers[body] + once + 0.5) / (self.bodies[body] + 1.0)
        return mean / (1.0 + mean)
