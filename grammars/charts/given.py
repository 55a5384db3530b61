"""With what a body is called: values that are known are part of which body it is, what was drawn is handed to it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from math import inf
from typing import Any, final

from grammars.charts.amounts import Amount
from grammars.charts.bounds import Range
from grammars.charts.cutting import mentioned_in_parts
from grammars.charts.forms import Form
from grammars.charts.symbols import Symbol, amount_of, symbol
from grammars.charts.ways import Wayfinder
from shapelang.assembly.part import Group, Placed
from shapelang.execution.codes import PartCode, ProgramCode
from shapelang.execution.run import Frame


@final
@dataclass(frozen=True, slots=True)
class Given:
    """The values of a body's parameters and what it sees of its file; `inputs` are the variables in them."""

    values: Mapping[str, Any]
    module: dict[str, Any]
    inputs: tuple[int, ...] = ()


def given_to(
    ways: Wayfinder, code: PartCode | ProgramCode, inner: Frame, *, deep: bool
) -> tuple[Given, Hashable, tuple[Amount, ...]] | None:
    """What a call gives, a key by which equal calls are known, and the amounts that are handed over.

    `deep` within calls of itself, where every real is handed over, so that the bodies end. None where a shape is given.
    """
    given = inner.given if isinstance(code, ProgramCode) else inner.values
    seen = () if isinstance(code, ProgramCode) else mentioned_in_parts(code.program)
    handing = _Handing(ways, deep)
    try:
        values = {name: handing.value(value) for name, value in given.items()}
        module = {n: handing.value(v, known=True) if n in seen else v for n, v in inner.module.items()}
    except _Shape:
        return None
    return Given(values, module, tuple(handing.inputs)), tuple(handing.key), tuple(handing.arguments)


class _Shape(Exception):
    """A shape is given: what may be asked about it is not known."""


@final
class _Handing:
    def __init__(self, ways: Wayfinder, deep: bool) -> None:
        self.ways, self.deep = ways, deep
        self.inputs: list[int] = []
        self.arguments: list[Amount] = []
        self.key: list[Hashable] = []

    def value(self, value: Any, *, known: bool = False) -> Any:
        """A value as the body gets it; `known` where it is the same in every call."""
        match value:
            case Symbol():
                return self._handed(value.amount, _coarse if self.deep else _as_it_is)
            case float() if self.deep and not known:
                return self._handed(amount_of(value), _coarse)
            case bool() | int() | float() | str() | None:
                self.key.append((type(value).__name__, repr(value)))
                return value
            case tuple():
                self.key.append(len(value))  # pyright: ignore[reportUnknownArgumentType]
                return tuple(self.value(each, known=known) for each in value)  # pyright: ignore[reportUnknownVariableType]
            case Placed() | Group():
                raise _Shape
            case _:
                return value

    def _handed(self, amount: Amount, widened: Callable[[Range], Range]) -> Any:
        found = widened(self.ways.bounds(amount))
        variable = self.ways.variable(found)
        self.inputs.append(variable)
        self.arguments.append(amount)
        self.key.append(("drawn", *found))
        return symbol(self.ways, Form(0.0, ((variable, 1.0),)))


def _as_it_is(found: Range) -> Range:
    return found


def _coarse(found: Range) -> Range:
    """Its sign alone."""
    return (0.0 if found[0] >= 0.0 else -inf), (0.0 if found[1] <= 0.0 else inf)
