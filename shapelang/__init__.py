"""Programs that are shapes, and grammars of shapes. Public names are loaded when they are first asked for."""

from __future__ import annotations

# By hand, as type checkers know it: whoever presses Ctrl-C while `typing` is loaded from here would see a traceback.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from typing import Any

    from shapelang.assembly.assembly import Assembly as Assembly
    from shapelang.diagnostics import Diagnostic as Diagnostic
    from shapelang.diagnostics import MeshError as MeshError
    from shapelang.diagnostics import ProgramError as ProgramError
    from shapelang.diagnostics import ShapelangError as ShapelangError
    from shapelang.diagnostics import UsageError as UsageError
    from shapelang.execution.batch import simulate_batch as simulate_batch
    from shapelang.execution.constrain import constrain as constrain
    from shapelang.execution.replay import replay as replay
    from shapelang.execution.score import score as score
    from shapelang.execution.simulate import simulate as simulate
    from shapelang.execution.trace import Trace as Trace
    from shapelang.execution.update import update as update
    from shapelang.io.glb import glb_bytes as glb_bytes
    from shapelang.semantics.check import check_text as check_text
    from shapelang.semantics.check import load as load
    from shapelang.semantics.program import Program as Program

_HOMES = {
    "Assembly": "assembly.assembly",
    "Diagnostic": "diagnostics",
    "MeshError": "diagnostics",
    "Program": "semantics.program",
    "ProgramError": "diagnostics",
    "ShapelangError": "diagnostics",
    "Trace": "execution.trace",
    "UsageError": "diagnostics",
    "check_text": "semantics.check",
    "constrain": "execution.constrain",
    "glb_bytes": "io.glb",
    "load": "semantics.check",
    "replay": "execution.replay",
    "score": "execution.score",
    "simulate": "execution.simulate",
    "simulate_batch": "execution.batch",
    "update": "execution.update",
}

__all__ = [*_HOMES]  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> Any:
    """A public name from its home: the command line's `--help` must load neither numpy nor lark (PEP 562)."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'shapelang' has no attribute '{name}'")
    from importlib import import_module

    return getattr(import_module(f"shapelang.{home}"), name)


def __dir__() -> list[str]:
    """The public names too, though none is loaded yet."""
    return sorted({*globals(), *_HOMES})
