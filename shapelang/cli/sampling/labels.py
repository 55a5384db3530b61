"""The options of labelled data sets, and the numbers of their labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final, TypeAlias, final

import typer

from shapelang.cli.sampling.drawing import Item, Maker, Recipe, items_of
from shapelang.cli.sampling.viewing import Labelling
from shapelang.diagnostics import UsageError

SIZE: Final = (256, 256)
POINTS: Final = 4096

Views: TypeAlias = Annotated[
    int | None, typer.Option("--views", min=1, max=1000, metavar="K", help="Also K labelled views of each.")
]
ViewSize: TypeAlias = Annotated[
    str | None, typer.Option("--view-size", metavar="WxH", help="Pixels of a view. Default: 256x256.")
]
PointCount: TypeAlias = Annotated[
    int | None, typer.Option("--points", min=1, max=1_000_000, metavar="N", help="Labelled points. Default: 4096.")
]


@final
@dataclass(frozen=True, slots=True)
class Labels:
    """The options of `sample` that say what is labelled."""

    views: Views = None
    view_size: ViewSize = None
    points: PointCount = None

    def labelling(self, maker: Maker, recipe: Recipe) -> Labelling | None:
        """What is written of each item; None without `--views`. Raises UsageError."""
        from shapelang.cli.render import size_of

        if self.views is None:
            for option, value in (("--view-size", self.view_size), ("--points", self.points)):
                if value is not None:
                    raise UsageError(f"{option} is for labelled items: give --views K as well")
            return None
        size = SIZE if self.view_size is None else size_of(self.view_size, "--view-size")
        return Labelling(self.views, size, self.points or POINTS, categories(maker, recipe))


def categories(maker: Maker, recipe: Recipe) -> dict[str, int]:
    """The labels of the first items of a run, numbered from 1 in the order of the alphabet: alike for all shards."""
    from shapelang.representations.labels import label_of

    found: set[str] = set()
    for drawn in items_of(maker, recipe, range(maker.pace.probed)):
        if isinstance(drawn, Item):
            found |= {label_of(leaf.path) for leaf in drawn.sample.assembly.leaves()}
    return {label: number for number, label in enumerate(sorted(found), 1)}
