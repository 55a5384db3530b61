"""How choices are drawn: at a temperature, and with some of them fixed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, final

from shapelang.chance.distributions import Distribution, log_prob
from shapelang.chance.draw import Seed
from shapelang.chance.families import Beta, LogNormal, Normal, Uniform
from shapelang.chance.tempering import COLDEST, HOTTEST, tempered_log_prob
from shapelang.diagnostics import UsageError
from shapelang.execution.choosers import Drawing, Given, Impossible, Tempered
from shapelang.execution.trace import Choice, Support
from shapelang.numbers import FLOAT, Numbers

if TYPE_CHECKING:
    from shapelang.execution.run import Chooser

_INDEX: Final = re.compile(r"\[[0-9]+\]")
_ANY: Final = "[*]"


@final
@dataclass(frozen=True, slots=True)
class Style:
    """`temperature`: each draw is from p**(1/T) (`chance.tempering`). `fixed`: values by address, in which `[*]` stands
    for every index: where such a choice is met it has that value, and else nothing hangs on it.

    A trace keeps the program's own distributions: its log-probability is that under the program, fixed choices counted.
    Raises UsageError for a temperature out of range.
    """

    temperature: float = 1.0
    fixed: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def __post_init__(self) -> None:
        if not COLDEST <= self.temperature <= HOTTEST:
            raise UsageError(f"a temperature is from {COLDEST} to {HOTTEST:g}, not {self.temperature:g}")

    @property
    def plain(self) -> bool:
        """Whether this is the program itself."""
        return self.temperature == 1.0 and not self.fixed

    def chooser(self, seed: Seed) -> Chooser:
        """Draws by a seed, or by lanes of seeds."""
        drawing = Drawing(seed) if self.temperature == 1.0 else Tempered(seed, self.temperature)
        return Fixing(self, drawing) if self.fixed else drawing

    def value(self, address: str) -> Any:
        """The fixed value of an address; None where it is drawn."""
        found = self.fixed.get(address)
        return self.fixed.get(_INDEX.sub(_ANY, address)) if found is None else found

    def met(self, addresses: Iterable[str]) -> set[str]:
        """Which of the fixed ones some addresses meet."""
        found: set[str] = set()
        for address in addresses:
            found |= {address, _INDEX.sub(_ANY, address)} & self.fixed.keys()
        return found

    def log_prob(self, choice: Choice, n: Numbers = FLOAT) -> Any:
        """log p(value) of a choice as it is drawn here, that is, at the temperature."""
        if self.temperature == 1.0:
            return choice.log_prob(n)
        labels = getattr(choice.distribution, "labels", None)
        value = choice.value if labels is None else labels.index(choice.value)
        return tempered_log_prob(n, choice.distribution, value, choice.support, self.temperature)


PLAIN: Final = Style()


@final
class Fixing:
    """Takes the fixed choices from a style, and draws the others."""

    __slots__ = ("drawing", "style")

    def __init__(self, style: Style, drawing: Drawing | Tempered) -> None:
        self.style, self.drawing = style, drawing

    @property
    def redraws(self) -> bool:
        """What is not fixed may be other in another try."""
        return True

    def choose(self, n: Numbers, address: str, distribution: Distribution, support: Support, salt: int) -> Any:
        """The fixed value, or a draw. Raises Impossible for a value that the program never gives there."""
        value = self.style.value(address)
        if value is None:
            return self.drawing.choose(n, address, distribution, support, salt)
        taken = Given({address: value}, None).choose(n, address, distribution, support, salt)
        if not n.all(log_prob(n, distribution, taken, support) > float("-inf")):
            raise Impossible(address, value, _possible(support))
        return float(taken) if isinstance(distribution, Normal | LogNormal | Uniform | Beta) else taken


def _possible(support: Support) -> str:
    match support:
        case (float() | int() as low, float() | int() as high):
            return f"from {low:g} to {high:g}"
        case _:
            return "of a probability above 0 only"
