"""The options that say how choices are drawn, and what of an item is refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, TypeAlias, final

import typer

from shapelang.cli.options import parse_value
from shapelang.cli.sampling.drawing import Budgets, Maker, Missed, Recipe, items_of
from shapelang.cli.where import Where
from shapelang.diagnostics import UsageError

Temperature: TypeAlias = Annotated[
    float, typer.Option("--temperature", metavar="T", help="Draw from p^(1/T): below 1 the usual, above 1 the rare.")
]
Fix: TypeAlias = Annotated[
    list[str] | None,
    typer.Option("--fix", metavar="ADDRESS=VALUE", help="Fix a choice where it is met; [*] is any index. Repeatable."),
]
MaxTriangles: TypeAlias = Annotated[
    int | None, typer.Option("--max-triangles", min=1, metavar="N", help="Draw an item again that has more.")
]
MaxParts: TypeAlias = Annotated[
    int | None, typer.Option("--max-parts", min=1, metavar="N", help="Draw an item again that has more instances.")
]
Distinct: TypeAlias = Annotated[
    float | None, typer.Option("--distinct", metavar="METRES", help="Refuse items as near as that to earlier ones.")
]


@final
@dataclass(frozen=True, slots=True)
class Styling:
    """The options of `sample` that say which variants are wanted."""

    temperature: Temperature = 1.0
    fix: Fix = None
    max_triangles: MaxTriangles = None
    max_parts: MaxParts = None
    distinct: Distinct = None
    where: Where = None

    def fixed(self) -> dict[str, Any]:
        """The values of `--fix` by address; raises UsageError."""
        found: dict[str, Any] = {}
        for text in self.fix or ():
            address, equals, value = text.partition("=")
            address = address.strip()
            if not equals or not address:
                raise UsageError(f"--fix takes ADDRESS=VALUE, not '{text}'")
            if address in found:
                raise UsageError(f"--fix gives '{address}' twice")
            found[address] = parse_value(address, value, "--fix")
        return found

    def tolerance(self) -> float | None:
        """The metres of `--distinct`; raises UsageError."""
        if self.distinct is not None and not 1e-9 <= self.distinct <= 1e6:
            raise UsageError(f"--distinct takes metres above 0, such as 0.01, not {self.distinct:g}")
        return self.distinct

    def budgets(self, segments: int) -> Budgets:
        """What is refused."""
        return Budgets(self.max_triangles, self.max_parts, segments)


def refuse_hopeless(maker: Maker, recipe: Recipe) -> None:
    """Raises UsageError where none of the first items keeps the budgets."""
    if not recipe.budgets.limited:
        return
    first = list(items_of(maker, recipe, range(maker.pace.tried)))
    if all(isinstance(drawn, Missed) for drawn in first):
        draws = sum(drawn.draws for drawn in first)
        raise UsageError(
            f"none of {draws:,} draws keeps --max-triangles and --max-parts\n  help: `info` tells how many there "
            "are; fewer --segments make fewer triangles"
        )
