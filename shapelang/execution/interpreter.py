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
from shapelang.execution.errors import fail
from shapelang.execution.redraws import Account
from shapelang.execution.retry import attempt
from shapelang.execution.run import Chooser, Frame, Run
from shapelang.memory import collector_paused
from shapelang.numbers import Numbers, is_finite
from shapelang.semantics.program import Program
from shapelang.semantics.types import Type
from shapelang.stack import deep_stack
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
    redraws: Account | None = None,
    code: ProgramCode | None = None,
) -> tuple[Run, Assembly]:
    """Runs a program once; Rejected, Diverged and ProgramError pass through.

    `fixed` gives params and chooses from outside. With `soft`, failed requires are counted in `run.violations`.
    With `redraws`, a batch notes there which lanes must start again. `code` is run in place of the program's own
    closures.
    """
    run = Run(n, chooser, limits, fixed or {})
    run.soft = soft
    run.redraws = redraws
    values: dict[str, Any] = {}
    frame = Frame(run, values, values, "", 0)
    with deep_stack(), collector_paused():
        code = code or compiled(program)
        attempt(frame, code.body, code.random and not soft, program.source, _whole(program))
        _refuse_unused(run, program)
        root = body_part(frame, program.name, program.name, None, None, (), (0, len(program.source.text)))
    if root.count > limits.instances:
        message = f"the program holds {root.count:,} instances, more than the limit of {limits.instances:,}"
        raise fail("E502", program.source, _whole(program), message, "fewer repetitions, or a higher --max-instances")
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
    """Values from outside, each of the type of its `param`; raises UsageError."""
    types = {p.name: program.param_type(p) for p in program.params}
    return {name: _typed(types[name], name, value) if name in types else value for name, value in given.items()}


def _typed(wanted: Type, name: str, value: Any) -> Any:
    match wanted, value:
        case Type.BOOL, bool():
            return value
        case (Type.REAL, _) if is_finite(value):
            return float(value)
        case (Type.INT, int()) if not isinstance(value, bool):
            return value
        case Type.NAME, str():
            return value
        case (Type.VECTOR, (_, _, _)) if all(map(is_finite, value)):
            return value
        case (Type.COLOUR, (_, _, _)) if all(is_finite(share) and 0 <= share <= 1 for share in value):
            return value
        case _:
            shown = str(value).lower() if isinstance(value, bool) else repr(value)
            article = "an" if wanted is Type.INT else "a"
            raise UsageError(f"'{name}' takes {article} {wanted.value}, not {shown}")
