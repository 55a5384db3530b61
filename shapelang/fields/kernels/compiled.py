"""How the kernels of fields are compiled by numba. Import inside functions only: numba is slow to load."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from types import CellType, FunctionType
from typing import Any, Final, TypeAlias

from numba import njit

_PACKAGE: Final = "shapelang.fields."
_ROOT: Final = Path(__file__).parents[3]

_RELAXED: Final = frozenset({"contract", "reassoc", "nsz", "arcp", "nnan"})
"""What vector code needs: sums in another order, fused products, no NaN. Infinities stay what they are."""

_Function: TypeAlias = Callable[..., Any]


def compiled(function: _Function) -> _Function:
    """A kernel that Python calls: compiled on first use, and kept beside its file or in the user's cache.

    It lets go of the interpreter, so that threads share the work. Where no folder can be written it is compiled in each
    process.
    """
    return _kept(function, set())


def relaxed(function: _Function) -> _Function:
    """The same with arithmetic that may be taken in another order, for kernels whose loops become vector code."""
    return _kept(function, set(_RELAXED))


def called(function: _Function) -> _Function:
    """A function that only relaxed kernels call; it is kept with them."""
    return njit(nogil=True, error_model="numpy", fastmath=set(_RELAXED))(function)


def inlined(function: _Function) -> _Function:
    """The same for arithmetic inside a loop: a call that stays a call would keep the loop from becoming vector code."""
    return njit(forceinline=True, error_model="numpy", fastmath=set(_RELAXED))(function)


def _kept(function: _Function, fastmath: set[str]) -> _Function:
    try:
        return njit(cache=True, nogil=True, error_model="numpy", fastmath=fastmath)(_stamped(function))
    except RuntimeError:
        return njit(nogil=True, error_model="numpy", fastmath=fastmath)(function)


def _stamped(function: _Function) -> _Function:
    """The function with the digest of all that its file is made of, as a closure that it does not read.

    numba keeps a function's machine code by its own file, its bytecode and its closure: without this, a change of a
    function that it calls in another file would go unseen.
    """
    code = function.__code__.replace(co_freevars=("sources",))
    digest = _digest(Path(code.co_filename))
    cell = CellType(digest)
    made = FunctionType(code, function.__globals__, function.__name__, None, (cell,))
    # In the name of what is kept too: numba reads an old index before it looks whether it is stale, and an index that
    # speaks of a class that is gone ends in an AttributeError.
    made.__qualname__ = f"{function.__qualname__}_{digest[:12]}"
    made.__module__, made.__doc__ = function.__module__, function.__doc__
    return made


@lru_cache(maxsize=64)
def _digest(path: Path) -> str:
    """Of a file's text and that of the files of its own room and of this one that it imports, and that they import."""
    texts: dict[Path, bytes] = {}
    waiting = [path]
    while waiting:
        here = waiting.pop()
        if here not in texts:
            texts[here] = here.read_bytes()
            waiting += _imported(here, texts[here])
    return hashlib.sha256(b"\0".join(texts[p] for p in sorted(texts))).hexdigest()


def _imported(path: Path, text: bytes) -> list[Path]:
    """The files of its own room and of `shapelang.fields` that a file imports from."""
    rooms = (".".join([*path.relative_to(_ROOT).parts[:2], ""]), _PACKAGE)
    found: list[Path] = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and node.module is not None:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
            inside = [name for name in names if name.startswith(rooms)]
            found += [_ROOT.joinpath(*name.split(".")).with_suffix(".py") for name in inside]
    return [path for path in found if path.is_file()]
