"""The description of a program and of one of its runs, as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final, final

from shapelang.assembly.part import Part
from shapelang.chance.distributions import Distribution
from shapelang.chance.families import Categorical, UniformInt
from shapelang.cli.console import clean, size_shown, table
from shapelang.cli.facts import Facts, facts_of
from shapelang.cli.programs import program_hash
from shapelang.diagnostics import EmptyError, counted
from shapelang.execution.trace import Trace
from shapelang.io.json_text import plain
from shapelang.semantics.program import Program
from shapelang.syntax import tree
from shapelang.syntax.source import Span

MOST_CHOICES: Final = 40
"""Choices that are shown as text."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class ProgramInfo:
    """A run of a program with the counts of its surface; `facts` is None when it makes nothing."""

    trace: Trace
    facts: Facts | None

    def row(self, with_tree: bool) -> dict[str, Any]:
        """As JSON."""
        program: Program = self.trace.program
        row: dict[str, Any] = {
            "program": program.name,
            "sha256": program_hash(program),
            "seed": self.trace.seed,
            "parameters": [_parameter_row(program, p, self.trace) for p in program.params],
            "choices": [_choice_row(a, c.distribution, c.support, c.value) for a, c in self.trace.choices.items()],
            "parts": [_signature(program, node) for node in program.parts.values()],
            "uses": {alias: used.source.name for alias, used in program.uses.items()},
            "log_prob": plain(self.trace.log_prob),
            "conditioned": self.trace.conditioned,
            "shape": None if self.facts is None else self.facts.row(),
        }
        return row | {"tree": _tree_row(self.trace.assembly.root, program.name)} if with_tree else row

    def lines(self, with_tree: bool) -> Iterator[str]:
        """As text."""
        program: Program = self.trace.program
        text_lines = len(program.source.text.splitlines())
        yield f"{clean(program.source.name)}: a program of {counted(text_lines, 'line')}"
        yield from _section("Parameters", _parameter_table(program, self.trace))
        yield from _section(f"Choices (seed {self.trace.seed})", _choice_table(self.trace))
        yield from _section("Parts", [f"  {_signature(program, node)}" for node in program.parts.values()])
        yield from _section("Uses", table([(u.source.name, f"as {a}") for a, u in program.uses.items()]))
        yield from _section(f"Shape (seed {self.trace.seed})", self._shape())
        if with_tree:
            yield from _section("Tree", _tree_lines(self.trace.assembly.root, program.name))

    def _shape(self) -> list[str]:
        if self.facts is None:
            return ["  nothing: this run makes no shape"]
        low, high = self.facts.low, self.facts.high
        return table(
            [
                ("shapes", f"{self.facts.shapes:,}"),
                ("triangles", f"{self.facts.triangles:,}"),
                ("size", size_shown(self.facts.size)),
                ("from", _point(low)),
                ("to", _point(high)),
            ]
        )


def describe_program(trace: Trace, segments: int) -> ProgramInfo:
    """The description of a run; raises SolidError."""
    try:
        return ProgramInfo(trace, facts_of(trace.assembly, segments))
    except EmptyError:
        return ProgramInfo(trace, None)


def _section(title: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield ""
        yield title
        yield from lines


def _point(point: Sequence[float]) -> str:
    return "(" + ", ".join(f"{x:.4g}" for x in point) + ")"


# --- parameters ----------------------------------------------------------------------------------


def _parameter_table(program: Program, trace: Trace) -> list[str]:
    rows = [_parameter_row(program, p, trace) for p in program.params]
    if not rows:
        return []
    header = ("name", "type", "default", "range", "value")
    return table(
        [header, *((r["name"], r["type"], r["default"], r["range"] or "", value_shown(r["value"])) for r in rows)]
    )


def _parameter_row(program: Program, node: tree.Param, trace: Trace) -> dict[str, Any]:
    text = _text(program, node.value.span)
    return {
        "name": node.name,
        "type": program.param_type(node).value,
        "default": f"~ {text}" if node.drawn else text,
        "drawn": node.drawn,
        "range": None if node.range is None else _text(program, node.range.span),
        "value": plain(trace.assembly.parameters[node.name]),
    }


def _signature(program: Program, node: tree.PartDefinition) -> str:
    items = [_text(program, parameter.span) for parameter in node.parameters]
    return f"{node.name}({', '.join(items)})"


def _text(program: Program, span: Span) -> str:
    return " ".join(program.source.text[span.start : span.end].split())


# --- choices -------------------------------------------------------------------------------------


def _choice_table(trace: Trace) -> list[str]:
    shown = list(trace.choices.items())[:MOST_CHOICES]
    if not shown:
        return []
    rows = [_choice_row(address, c.distribution, c.support, c.value) for address, c in shown]
    header = ("address", "drawn from", "range", "value")
    cells = ((r["address"], r["distribution"], _range_shown(r["support"]), value_shown(r["value"])) for r in rows)
    more = len(trace.choices) - len(shown)
    return [*table([header, *cells]), *([f"  … and {more:,} more; --json has all"] if more else [])]


def _choice_row(address: str, distribution: Distribution, support: Any, value: Any) -> dict[str, Any]:
    shown = distribution_shown(distribution)
    return {"address": address, "distribution": shown, "support": plain(support), "value": plain(value)}


def distribution_shown(distribution: Distribution) -> str:
    """As a program would write it: `normal(0.45, 0.03)`."""
    if isinstance(distribution, Categorical):
        pairs = zip(distribution.labels, distribution.weights, strict=True)
        return "categorical(" + ", ".join(f"{label}: {value_shown(weight)}" for label, weight in pairs) + ")"
    name = "uniform" if isinstance(distribution, UniformInt) else type(distribution).__name__.lower()
    values = (getattr(distribution, field.name) for field in fields(distribution))
    return f"{name}({', '.join(value_shown(value) for value in values)})"


def _range_shown(support: Any) -> str:
    return "" if support is None else f"[{value_shown(support[0])}, {value_shown(support[1])}]"


def value_shown(value: Any) -> str:
    """A value for a person: reals with six digits."""
    match value:
        case bool():
            return "true" if value else "false"
        case float():
            return f"{value:.6g}"
        case list() | tuple():
            return "(" + ", ".join(value_shown(item) for item in value) + ")"
        case _:
            return str(value)


# --- the tree ------------------------------------------------------------------------------------


def _tree_lines(root: Part, name: str) -> list[str]:
    lines = [f"  {clean(name)}"]
    stack = [(child, "  ", k == len(root.children) - 1) for k, child in reversed(list(enumerate(root.children)))]
    while stack:
        placed, indent, last = stack.pop()
        part = placed.part
        below = "" if not part.children else f", {counted(part.count, 'shape')}"
        kind = "" if part.kind == placed.label else f"  {part.kind}"
        lines.append(clean(f"{indent}{'└─ ' if last else '├─ '}{placed.label}{kind}{below}"))
        deeper = indent + ("   " if last else "│  ")
        numbered = reversed(list(enumerate(part.children)))
        stack.extend((child, deeper, k == len(part.children) - 1) for k, child in numbered)
    return lines


def _tree_row(part: Part, label: str) -> dict[str, Any]:
    # Parts stand at most 200 deep in parts, so this recursion ends in time.
    return {
        "label": label,
        "kind": part.kind,
        "tags": list(part.tags),
        "children": [_tree_row(child.part, child.label) for child in part.children],
    }
