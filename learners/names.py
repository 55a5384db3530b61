"""How systems and sizes are called where people write them. Loads no torch."""

from __future__ import annotations

from enum import Enum, unique
from typing import final


@unique
@final
class Named(Enum):
    """Systems, as one calls them on the command line."""

    CNN_AE = "cnn-ae"
    IM_AE = "im-ae"
    IM_AE_ORIGINAL = "im-ae-original"


@unique
@final
class Size(Enum):
    """How wide the nets are."""

    FULL = "full"
    """As published: for a GPU."""
    SMALL = "small"
    """A quarter as wide, with half as many numbers of a code: for a CPU."""
