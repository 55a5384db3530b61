"""What draws and choices are called, in the text and in addresses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

from grammars.learning.shapes.describing import Spread
from grammars.learning.shapes.model import EXTENTS, Content, LearnedChoice, LearnedPart
from shapelang.primitives.table import PRIMITIVE_BY_KIND

WHOLE: Final = "whole"
"""The choice between families of shapes."""


@final
@dataclass(frozen=True, slots=True)
class NumberNames:
    """Of the numbers of a part."""

    extents: tuple[str, ...]
    turns: tuple[str, ...]
    place: tuple[str, ...]
    count: str
    span: tuple[str, ...]


def argument_labels(content: Content) -> tuple[str, ...]:
    """The real arguments of a content's own, as they are called where it calls; extents are the part's."""
    if content.inner is not None:
        return ()
    labels = tuple(s.name for s in PRIMITIVE_BY_KIND[content.kind].slots if s.type not in ("points", "int"))
    return labels[3:] if content.boxed else labels


def number_names(part: LearnedPart) -> NumberNames:
    """Names of a part's draws: its own and what each is."""
    name = part.name
    return NumberNames(
        tuple(f"{name}_{label}" for label in EXTENTS),
        tuple(f"{name}_turn_{axis}" for axis in "xyz"),
        tuple(f"{name}_{axis}" for axis in "xyz"),
        f"{name}_count",
        tuple(f"{name}_span_{axis}" for axis in "xyz"),
    )


def choice_names(choice: LearnedChoice) -> tuple[str, tuple[str, ...], str]:
    """Of a choice, of its alternatives, and of none of them."""
    names = tuple(f"with_{alternative.name}" for alternative in choice.alternatives)
    style = f"{choice.name}_style" if len(names) > 1 else f"{choice.name}_or_not"
    return style, names, f"without_{choice.name}"


def loose_name(name: str, spread: Spread) -> str:
    """Whether a number is off what it mostly is, by the name of its draw."""
    return spread.tie or f"{name}_is_off"
