"""Which axis of a file points up; apart, since the command line lists them before it loads anything."""

from __future__ import annotations

from enum import StrEnum
from typing import final


@final
class Up(StrEnum):
    """The axis of a file that points up."""

    X = "x"
    Y = "y"
    Z = "z"
    DOWN_X = "-x"
    DOWN_Y = "-y"
    DOWN_Z = "-z"
