"""Why an exact probability cannot be had."""

from __future__ import annotations

from typing import final

from shapelang.diagnostics import ShapelangError


class ChartError(ShapelangError):
    """An assembly or a grammar that a chart refuses."""


@final
class NotExact(ChartError):
    """What was drawn and is not to be seen by itself may be in too many ways, or without bounds, what is seen."""


@final
class TooManySiblings(ChartError):
    """A part with more children, or more ways to lay a rule's items on them, than can be gone through."""


@final
class EndlessGrammar(ChartError):
    """A recursion that does not end with probability 1."""


@final
class Unreadable(ChartError):
    """A program whose rules a chart cannot read: too many ways through a body, or what may not hang on a drawn real.

    These are counts without bounds, discrete draws, and arguments of distributions that are not affine.
    """
