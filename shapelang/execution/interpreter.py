"""The one evaluator: runs a checked program on any `Numbers`, with any chooser."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from shapelang.assembly.assembly import Assembly
from shapelang.diagnostics import UsageError, closest
from shapelang.execution.budget import Limits
from shapelang.execution.codes import ProgramCode
from shapelang.execution.compiler import Compiler
from shapelang.execution.cores import body_part
from shapelang.execution.retry import attempt
from shapelang.execution.run import Chooser, Frame, Run
from shapelang.numbers import Numbers
from shapelang.semantics.program import Program
from shapelang.stack import deep_stack
from shapelang.syntax import tree
from shapelang.syntax.source import Span

DEFAULT_LIMITS = Limits()


@lru_cache(maxsize=256)
def compiled(program: Program) -> ProgramCode:
    """The closures of a program; compiled once."""
    return Compiler().program(program)


def execute(
    program: Program,
    n: Numbers,
    chooser: Chooser,
    seed: int,
    fixed: Mapping[str, Any] | None = None,
    limits: Limits = DEFAULT_LIMITS,
    soft: bool = False,
) -> tuple[Run, Assembly]:
    """Runs a program once; Rejected, Diverged and ProgramError pass through.

    `fixed` gives params and chooses from outside. With `soft`, failed requires are counted in `run.violations`.
    """
    run = Run(n, chooser, limits, fixed or {})
    run.soft = soft
    values: dict[str, Any] = {}
    frame = Frame(run, values, values, "", 0)
    with deep_stack():
        code = compiled(program)
        attempt(frame, code.body, code.random and not soft, program.source, _whole(program))
    _refuse_unused(run, program)
    root = body_part(frame, program.name, program.name, None, None, (), (0, len(program.source.text)))
    parameters = {p.name: values[p.name] for p in program.params}
    return run, Assembly(root, program.name, seed, parameters)


def _whole(program: Program) -> Span:
    first = program.module.statements[0].span if program.module.statements else Span(0, 0)
    return Span(first.start, first.start)


def _refuse_unused(run: Run, program: Program) -> None:
    """A value that nothing took is a slip of the pen, never silently dropped."""
    if not run.unused:
        return
    name = min(run.unused)
    known = [*(p.name for p in program.params), *run.choices]
    hint = closest(name, known)
    listed = ", ".join(p.name for p in program.params)
    raise UsageError(
        f"'{name}' is no parameter or choice of {program.name}"
        + (f"; {hint}" if hint else f"; it has {listed}" if listed else "; it has none")
    )


def checked_values(program: Program, given: Mapping[str, Any]) -> dict[str, Any]:
    """Values from outside, each of the type that its `param` declares; raises UsageError."""
    params = {p.name: p for p in program.params}
    return {name: _typed(params.get(name), name, value) for name, value in given.items()}


def _typed(param: tree.Param | None, name: str, value: Any) -> Any:
    if param is None or param.type is None:
        if isinstance(value, int) and not isinstance(value, bool) and param is not None and not param.drawn:
            return float(value)
        return value
    kinds: dict[str, tuple[type, ...]] = {
        "int": (int,), "real": (int, float), "bool": (bool,), "name": (str,), "vector": (tuple,), "colour": (tuple,),
    }  # fmt: skip
    wanted = kinds[param.type]
    if not isinstance(value, wanted) or (isinstance(value, bool) and bool not in wanted):
        raise UsageError(f"{name} is a {param.type}, and {value!r} is none")
    return value
