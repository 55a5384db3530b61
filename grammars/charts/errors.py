"""Why an exact probability cannot be had."""

from __future__ import annotations

from typing import final

from shapelang.diagnostics import ShapelangError


class ChartError(ShapelangError):
    """An assembly or a grammar that a chart refuses."""


@final
class NotExact(ChartError):
    """What was drawn cannot be told from what is to be seen by solving one number after the other."""


@final
class TooManySiblings(ChartError):
    """A part with more children than the sets of them can be gone through."""


@final
class EndlessGrammar(ChartError):
    """A recursion that does not end with probability 1."""


@final
class Unreadable(ChartError):
    """A program whose rules a chart cannot read: something in it is not affine in what is drawn."""
