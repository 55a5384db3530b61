"""`choose`: one of several alternatives, drawn by their weights or given by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, final

from shapelang.assembly.material import Material
from shapelang.assembly.part import Placed
from shapelang.chance.distributions import Categorical
from shapelang.chance.families import LARGEST
from shapelang.execution.budget import DRAW
from shapelang.execution.cores import Core
from shapelang.execution.errors import fail
from shapelang.execution.expressions import Evaluate, Expressions
from shapelang.execution.run import Frame, Layer
from shapelang.execution.shapes import ShapeCode
from shapelang.semantics.naming import alternative_name
from shapelang.syntax import tree

if TYPE_CHECKING:
    from shapelang.execution.compiler import Body

SMALLEST_WEIGHT: Final = 1e-300
"""A sum of weights that is not above this is 0: below, shares of it would lose their digits."""


def compile_choose(body: Body, core: tree.Choose, name: str | None, label: str) -> Core:
    """The closure that takes one alternative; what is taken has the name of the choice, or else its own."""
    labels = tuple(alternative_name(a) for a in core.alternatives)
    weights = [body.of.compile(a.weight) for a in core.alternatives]
    shapes = [_alternative(body, a, name) for a in core.alternatives]
    return Alternatives(body.of, core, label, labels, weights, shapes)


def _alternative(body: Body, alternative: tree.Alternative, name: str | None) -> ShapeCode | None:
    core = alternative.shape.core
    if isinstance(core, tree.Block) and not core.statements and not alternative.shape.modifiers:
        return None
    return body.shape(alternative.shape, name or alternative.name, sliced=True)


@final
class Alternatives:
    """`choose { … }`: takes one alternative by its name."""

    def __init__(
        self, of: Expressions, node: tree.Choose, label: str, labels: tuple[str, ...],
        weights: list[Evaluate], shapes: list[ShapeCode | None],
    ) -> None:  # fmt: skip
        self.of, self.node, self.label = of, node, label
        self.labels, self.weights, self.shapes = labels, weights, shapes

    def __call__(
        self, f: Frame, name: str, fill: Any, material: Material | None, tags: tuple[str, ...]
    ) -> Placed | Layer | None:
        """Makes the alternative taken; the modifiers of the choose dress and move it afterwards."""
        del material, tags, name
        run = f.run
        run.spend(DRAW, self.of.program.source, self.node.span)
        address = f"{f.prefix}{self.label}{f.suffix}"
        index = self._taken(f, address)
        shape = self.shapes[index]
        if shape is None:
            return None
        outer, f.extent = f.extent, fill if fill is not None else f.extent
        made = shape.make(f)
        f.extent = outer
        return made

    def _taken(self, f: Frame, address: str) -> int:
        run = f.run
        fixed = run.fixed.get(address)
        if fixed is not None:
            run.unused.discard(address)
            if fixed not in self.labels:
                known = ", ".join(self.labels)
                raise fail(
                    "E408",
                    self.of.program.source,
                    self.node.span,
                    f"'{address}' has no alternative '{fixed}'",
                    f"it has {known}",
                )
            return self.labels.index(fixed)
        weights = tuple(w(f) for w in self.weights)
        for weight, alternative in zip(weights, self.node.alternatives, strict=True):
            good = (weight >= 0) & (weight <= LARGEST)
            if good is not True and not run.truth(good):
                raise self.of.reject(alternative.weight, "a weight is a finite number from 0 on", "E407")
        total = sum(weights)
        if not run.truth(total > SMALLEST_WEIGHT):
            raise self.of.reject(self.node.alternatives[0].weight, "every weight is 0: nothing can be chosen", "E407")
        return run.draw(
            address, Categorical(self.labels, weights), None, f.salt, self.of.program.source, self.node.span
        )
