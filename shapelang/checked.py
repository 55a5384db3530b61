"""Whether annotations are checked at run time."""

from __future__ import annotations

import sys
from typing import Final

CHECKED: Final = "jaxtyping" in sys.modules
"""True in the test run alone, which puts jaxtyping's import hook in place before it loads any room.

There the names of arrays carry their shapes and frozen data refuses assignments. Everybody else is spared the time
that both take.
"""
