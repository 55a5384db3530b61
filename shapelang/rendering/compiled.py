"""Functions compiled by numba. Import inside functions only: numba is slow to load."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numba import njit


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function compiled on first use, and kept beside its file or in the user's cache where that can be written.

    It lets go of the interpreter, so that threads may share a picture. numba compiles it anew when its own file has
    changed, but not when another file has: what one compiled function calls stands in the same file.
    """
    try:
        return njit(cache=True, nogil=True, error_model="numpy")(function)
    except RuntimeError:
        # No folder for the cache: compile in each process.
        return njit(nogil=True, error_model="numpy")(function)
