"""The state of one run: frames, layers, fuel, choices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol, assert_never, final

from shapelang.assembly.part import Placed, Reference
from shapelang.assembly.relation import Relation
from shapelang.chance.distributions import (
    Bernoulli,
    Beta,
    Categorical,
    Distribution,
    LogNormal,
    Normal,
    Poisson,
    Uniform,
    UniformInt,
)
from shapelang.diagnostics import counted
from shapelang.execution.budget import Limits
from shapelang.execution.errors import Diverged, Rejected, fail
from shapelang.execution.memo import Memo
from shapelang.execution.redraws import Account
from shapelang.execution.trace import Choice, Support
from shapelang.geometry.pose import Vec3
from shapelang.numbers import Numbers
from shapelang.syntax.source import Source, Span


class Chooser(Protocol):
    """Decides choices: draws them, or takes them from somewhere. One per verb."""

    @property
    def redraws(self) -> bool:
        """Whether another try would give other values."""
        ...

    def choose(self, n: Numbers, address: str, distribution: Distribution, support: Support, salt: int) -> Any:
        """The value of a choice (of a categorical: the index of its label); lanes in a batch."""
        ...


@final
class Run:
    """One run of a program over one `Numbers` and one `Chooser`."""

    __slots__ = (
        "choices",
        "chooser",
        "conditioned",
        "deepest",
        "depth",
        "draws",
        "fixed",
        "fuel",
        "last_rejection",
        "leaves",
        "limits",
        "memo",
        "modules",
        "n",
        "redraws",
        "rejections",
        "soft",
        "unused",
        "violations",
    )  # fmt: skip

    def __init__(self, n: Numbers, chooser: Chooser, limits: Limits, fixed: Mapping[str, Any]) -> None:
        self.n = n
        self.chooser = chooser
        self.limits = limits
        self.fixed = fixed
        """Values of `param` and `choose` given from outside, by address; they are not part of the trace."""
        self.unused = set(fixed)
        self.choices: dict[str, Choice] = {}
        self.fuel = limits.fuel
        self.depth = 0
        self.deepest = 0
        """The deepest call since somebody set it back: what a call needs below itself."""
        self.draws = 0
        self.rejections = 0
        self.last_rejection: Rejected | None = None
        self.conditioned = False
        self.soft = False
        """Count failed requires instead of rejecting: the Markov chain walks through them."""
        self.violations: list[Rejected] = []
        self.modules: dict[int, dict[str, Any]] = {}
        self.memo = Memo()
        self.redraws: Account | None = None
        """Of a batch; a run of floats draws again in place."""

    def spend(self, units: int, source: Source, span: Span) -> None:
        """Uses fuel; raises at the place where it runs out, which is the same on every machine."""
        self.fuel -= units
        if self.fuel < 0:
            message = f"the program used up its budget of {counted(self.limits.fuel, 'unit')}"
            raise fail("E501", source, span, message, self._exhausted())

    def _exhausted(self) -> str:
        last = self.last_rejection
        if last is None:
            return "fewer repetitions, or a higher --fuel"
        line, _ = last.source.position(last.span.start)
        tries = counted(self.rejections, "try was rejected", "tries were rejected")
        return f"{tries}, the last in line {line} of {last.source.name}: {last.message}"

    def truth(self, test: Any) -> bool:
        """A test as one bool; lanes that disagree part the batch."""
        if test is True or test is False:
            return test
        counted = test if self.redraws is None else self.redraws.deciding(test)
        if counted.all():
            return True
        if not counted.any():
            return False
        raise Diverged((test, ~test))

    def same(self, value: Any) -> Any:
        """The one value of an int, bool or index that decides structure; lanes that disagree part the batch."""
        if type(value) in (int, bool, float, str):
            return value
        counted = value if self.redraws is None else self.redraws.deciding(value)
        first = counted.reshape(-1)[0]
        if (counted == first).all():
            return first.item()
        raise Diverged(tuple(value == v for v in sorted(set(counted.tolist()))))

    def holds(self, test: Any) -> bool:
        """Whether a `require` holds, or what a geometry needs.

        Lanes in which it fails are set aside, and the others go on.
        """
        redraws = self.redraws
        if test is True or test is False or redraws is None:
            return self.truth(test)
        if redraws.among_alive(test).any():
            failed = ~test & redraws.alive
            if failed.any():
                redraws.reject(failed, self.draws)
            return True
        return False

    def draw(
        self, address: str, distribution: Distribution, support: Support, salt: int, source: Source, span: Span
    ) -> Any:
        """Takes a choice and notes it in the trace; refuses, at the place of the draw, an address drawn twice."""
        if address in self.choices:
            message = f"'{address}' is drawn a second time in this run"
            raise fail("E413", source, span, message, "give one of the two, or the block around it, a name of its own")
        value = self.chooser.choose(self.n, address, distribution, support, salt)
        # Counted when it has succeeded: a distribution that is impossible by itself is mended by no other draw.
        self.draws += 1
        match distribution:
            case Categorical(labels=labels):
                value = int(self.same(value))
                self.choices[address] = Choice(labels[value], distribution, support)
                return value
            case Poisson() | UniformInt():
                value = self.same(value)
            case Normal() | LogNormal() | Uniform() | Beta() | Bernoulli():
                # Lanes of bools stay together until a statement asks for one: many only choose between two numbers.
                pass
            case _:
                assert_never(distribution)
        self.choices[address] = Choice(value, distribution, support)
        return value

    def reaches(self, prefix: str) -> bool:
        """Whether a value given from outside may be meant for something below a call."""
        return any(address.startswith(prefix) for address in self.fixed)

    def forget(self, keep: int) -> None:
        """Takes back all choices but the first `keep`."""
        while len(self.choices) > keep:
            self.choices.popitem()


@final
class History:
    """What each name meant in the earlier turns of a loop."""

    __slots__ = ("entries", "index", "outer")

    def __init__(self, outer: History | None) -> None:
        self.outer = outer
        self.index = 0
        self.entries: dict[str, dict[int, Reference]] = {}

    def present(self) -> dict[str, Reference]:
        """What the names mean in the turn that is running."""
        return {name: turns[self.index] for name, turns in self.entries.items() if self.index in turns}

    def put_back(self, present: Mapping[str, Reference]) -> None:
        """Gives the names of the turn that is running back the meaning they had."""
        for name, turns in self.entries.items():
            if name in present:
                turns[self.index] = present[name]
            else:
                turns.pop(self.index, None)

    def find(self, name: str, index: int) -> Reference | None:
        """The instance of a turn, in the nearest loop that knows the name."""
        here: History | None = self
        while here is not None:
            if name in here.entries:
                return here.entries[name].get(index)
            here = here.outer
        return None


@final
class Layer:
    """What a body or block has made so far."""

    __slots__ = ("anchors", "children", "meta", "names", "relations", "tags")

    def __init__(self) -> None:
        self.children: list[Placed] = []
        self.names: dict[str, Reference] = {}
        self.relations: list[Relation] = []
        self.anchors: dict[str, Vec3] = {}
        self.tags: list[str] = []
        self.meta: dict[str, Any] = {}


@final
class Frame:
    """Where a body stands while it runs.

    `prefix` and `suffix` make addresses (`prefix + name + suffix`), `tail` makes labels (it has the indices of images
    too, which addresses lack). `origin` is the place of the slice being filled, `extent` its size.
    """

    __slots__ = (
        "extent", "given", "history", "layer", "module", "origin", "prefix", "run", "salt", "suffix", "tail", "values",
    )  # fmt: skip

    def __init__(self, run: Run, values: dict[str, Any], module: dict[str, Any], prefix: str, salt: int) -> None:
        self.run = run
        self.values = values
        self.module = module
        self.prefix = prefix
        self.salt = salt
        self.suffix = ""
        self.tail = ""
        self.layer = Layer()
        self.history: History | None = None
        self.origin: Vec3 | None = None
        self.extent: Vec3 | None = None
        self.given: dict[str, Any] = {}
        """Values of the file's params given by the call that runs it."""

    def bind(self, name: str, reference: Reference) -> None:
        """Gives a name its meaning from here on."""
        self.values[name] = reference
        self.layer.names[name] = reference
        history = self.history
        if history is not None:
            history.entries.setdefault(name, {})[history.index] = reference

    def named_block(self, name: str) -> Frame:
        """A frame for a block with a name space of its own, in the same place of the same body."""
        values = dict(self.values)
        module = values if self.module is self.values else self.module
        inner = Frame(self.run, values, module, f"{self.prefix}{name}{self.suffix}/", self.salt)
        inner.extent, inner.origin = self.extent, self.origin
        inner.history = History(self.history)
        return inner
