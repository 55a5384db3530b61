"""The options that say how choices are drawn, and what of an item is refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeAlias, final

import typer

from shapelang.cli.options import Running, parse_value
from shapelang.cli.where import Where
from shapelang.diagnostics import UsageError, closest

if TYPE_CHECKING:
    from shapelang.cli.sampling.drawing import Recipe
    from shapelang.semantics.program import Program

PROBED: Final = 64
"""Items of which one must meet a fixed choice."""
TRIED: Final = 8
"""Items of which one must keep the budgets."""

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


def recipe_of(running: Running, styling: Styling, seed: int, segments: int) -> Recipe:
    """How the items of a run are drawn."""
    from shapelang.cli.sampling.drawing import Budgets, Recipe
    from shapelang.execution.style import Style

    style = Style(styling.temperature, styling.fixed())
    where = tuple(styling.where or ())
    if where and (style.fixed or style.temperature != 1.0):
        raise UsageError(
            "--where keeps the program's own chances: it goes with neither --fix nor --temperature\n"
            "  help: a choice is fixed by a test as well: --where 'back == \"ladder\"'"
        )
    budgets = Budgets(styling.max_triangles, styling.max_parts, segments)
    return Recipe(seed, running.given(), running.limits(), style, budgets, where)


def refuse_hopeless(program: Program, recipe: Recipe) -> None:
    """Raises UsageError where none of the first items keeps the budgets."""
    from shapelang.cli.sampling.drawing import Missed, items_of

    if not recipe.budgets.limited:
        return
    first = list(items_of(program, recipe, range(TRIED)))
    if all(isinstance(drawn, Missed) for drawn in first):
        draws = sum(drawn.draws for drawn in first)
        raise UsageError(
            f"none of {draws:,} draws keeps --max-triangles and --max-parts\n  help: `info` tells how many there "
            "are; fewer --segments make fewer triangles"
        )


def refuse_unmet(program: Program, recipe: Recipe) -> None:
    """Raises UsageError for a fixed choice that none of the first items meets: most likely a slip of the pen."""
    from shapelang.cli.sampling.drawing import Item, items_of

    if not recipe.style.fixed:
        return
    addresses: set[str] = set()
    for item in items_of(program, recipe, range(PROBED)):
        addresses |= set(item.trace.choices) if isinstance(item, Item) else set()
    unmet = sorted(recipe.style.fixed.keys() - recipe.style.met(addresses))
    if unmet:
        hint = closest(unmet[0], sorted(addresses)) or "fix the choices that lead to it as well"
        raise UsageError(f"--fix: none of the first {PROBED} items makes a choice '{unmet[0]}'\n  help: {hint}")
