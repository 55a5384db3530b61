"""`shapelang score`: the log-probability of choices."""

from __future__ import annotations

import json as jsonlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from shapelang.cli.console import emit, emit_json, say_warning
from shapelang.cli.failures import OK
from shapelang.cli.options import JsonFlag, Running, checked_seed
from shapelang.cli.programs import STDIN, existing, is_model, load_program, read_stdin, refuse_model, run_program
from shapelang.cli.score_programs import refuse_for_models, score_programs
from shapelang.diagnostics import UsageError

if TYPE_CHECKING:
    from shapelang.execution.budget import Limits
    from shapelang.execution.trace import Trace
    from shapelang.semantics.program import Program

EXAMPLES: Final = """\b
Examples:
  shapelang sample chair.shape -n 1 --json > trace.json
  shapelang score chair.shape trace.json
  shapelang sample chair.shape -n 100 --json | shapelang score chair.shape -
  shapelang score chair.shape --seed 7 --json         a term for each address
  shapelang score chairs.programs chair.txt           bits of a program

A trace is a line of `sample --json`, or {address: value} alone. Without
'require' the sum is log p; with it, log p of the unconditioned program.
"""
MAX_TRACES: Final = 1 << 28
"""Bytes of traces that are read, at most."""


def run(
    file: Annotated[str, typer.Argument(help="The program ('-' is standard input), or a model of programs.")],
    traces: Annotated[
        str | None, typer.Argument(metavar="[TRACE.json]", help="Choices as JSON, of a model a program; '-' is stdin.")
    ] = None,
    *,
    seed: Annotated[
        int | None,
        typer.Option("--seed", callback=checked_seed, metavar="N", help="Score what this seed draws instead."),
    ] = None,
    running: Running,
    json: JsonFlag = False,
) -> int:
    """Give the log-probability of choices of a program.

    One number for each trace: the sum of ln p over its choices; -inf when they are impossible. Of a model of programs:
    the bits of a program of ShapeAssembly.
    """
    if (traces is None) == (seed is None):
        raise UsageError("give either a trace (a file or '-') or --seed")
    if traces == STDIN and file == STDIN:
        raise UsageError("the program and the trace cannot both come from standard input")
    if is_model(file):
        refuse_for_models(seed, running.settings)
        return score_programs(file, traces or STDIN, json)
    given, limits = running.given(), running.limits()
    program = load_program(file, running.stdin_filename)
    if seed is not None:
        scores = [_terms(run_program(program, seed, given, limits))]
    else:
        found = read_traces(traces or STDIN)
        scores = [_scored(program, choices, fixed | given, limits) for choices, fixed in found]
    _report(scores, json)
    return OK


def _scored(program: Program, choices: dict[str, Any], given: dict[str, Any], limits: Limits) -> dict[str, Any]:
    from shapelang.diagnostics import ProgramError
    from shapelang.execution.replay import ReplayError, replay
    from shapelang.execution.score import score

    try:
        total = score(program, choices, given, limits)
        return _terms(replay(program, choices, given, limits)) if total > float("-inf") else _impossible()
    except ReplayError as error:
        raise UsageError(f"the trace is not one of {program.name}: {error}") from None
    except ProgramError as error:
        # What scores and yet cannot be replayed has a choice outside its support.
        if error.diagnostics and error.diagnostics[0].code.startswith("E4"):
            return _impossible()
        raise


def _impossible() -> dict[str, Any]:
    return {"log_prob": float("-inf"), "conditioned": False, "terms": {}}


def _terms(trace: Trace) -> dict[str, Any]:
    terms = {address: choice.log_prob() for address, choice in trace.choices.items()}
    return {"log_prob": trace.log_prob, "conditioned": trace.conditioned, "terms": terms}


def _report(scores: Sequence[Mapping[str, Any]], json: bool) -> None:
    from shapelang.io.json_text import plain

    for scored in scores:
        if json:
            emit_json(plain(scored))
        else:
            emit(repr(scored["log_prob"]))
    if not json and any(scored["conditioned"] for scored in scores):
        say_warning("a `require` takes part: this is log p of the unconditioned program, its normaliser is unknown")


def read_traces(file: str) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """(choices, given values) of each JSON document of a file or of `-`; raises UsageError."""
    refuse_model(file, "trace")
    name = "standard input" if file == STDIN else file
    try:
        data = read_stdin(MAX_TRACES) if file == STDIN else existing(file).read_bytes()
        documents = _documents(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise UsageError(f"{name}: not UTF-8 text (byte {error.start})") from None
    except jsonlib.JSONDecodeError as error:
        raise UsageError(f"{name}:{error.lineno}:{error.colno}: not JSON: {error.msg}") from None
    except RecursionError:
        raise UsageError(f"{name}: not a trace: nested too deep") from None
    except OSError as error:
        raise UsageError(f"{name}: {error.strerror or error}") from None
    if not documents:
        raise UsageError(f"{name}: holds no trace")
    return [_trace(name, document) for document in documents]


def _documents(text: str) -> list[Any]:
    """One JSON value, or one on each line."""
    try:
        return [jsonlib.loads(text)] if text.strip() else []
    except jsonlib.JSONDecodeError as whole:
        rows = [row for row in text.splitlines() if row.strip()]
        try:
            return [jsonlib.loads(row) for row in rows]
        except jsonlib.JSONDecodeError:
            raise whole from None


def _trace(name: str, document: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    if not isinstance(document, dict):
        raise UsageError(f'{name}: a trace is an object such as {{"choices": {{"height": 0.45}}}}')
    found: dict[str, Any] = document
    choices, given = (found["choices"], found.get("given") or {}) if "choices" in found else (found, {})
    if not isinstance(choices, dict) or not isinstance(given, dict):
        raise UsageError(f"{name}: 'choices' and 'given' are objects of values by name")
    return _values(name, choices), _values(name, given)


def _values(name: str, values: dict[str, Any]) -> dict[str, Any]:
    return {address: _value(name, address, value) for address, value in values.items()}


def _value(name: str, address: str, value: Any) -> Any:
    if isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, list):
        return tuple(_value(name, address, item) for item in value)
    raise UsageError(f"{name}: '{address}' has no value that a choice can have")
