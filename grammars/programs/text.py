"""Canonical programs from ShapeAssembly text, and back: written out and read again, a program is itself."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from grammars.programs.program import (
    AXES,
    BOX,
    DEEPEST,
    FACES,
    GRID,
    LONGEST,
    MOST_COPIES,
    MOST_PARTS,
    MOST_STATEMENTS,
    SHARE,
    Assembly,
    Attach,
    Part,
    Reflect,
    Squeeze,
    Statement,
    Translate,
    Triple,
)
from shapelang.diagnostics import ShapelangError


class ProgramError(ShapelangError):
    """A text that is no canonical program: what, and in which line."""


_HEAD: Final = re.compile(r"Assembly\s+(\w+)\s*\{")

_LINE: Final = re.compile(r"(?:(\w+)\s*=\s*)?(\w+)\(([^()]*)\)")


def read(text: str) -> Assembly:
    """The program of a ShapeAssembly text. Raises ProgramError, also for numbers off the grid or beyond its limits."""
    found: dict[str, list[tuple[int, str, str, list[str]]]] = {}
    lines: list[tuple[int, str, str, list[str]]] | None = None
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        head, call = _HEAD.fullmatch(line), _LINE.fullmatch(line)
        if head is not None:
            lines = found.setdefault(head[1], [])
        elif call is not None and lines is not None:
            lines.append((number, call[1] or "", call[2], [w.strip() for w in call[3].split(",")]))
        elif line not in ("", "}"):
            raise ProgramError(f"line {number} is no statement of ShapeAssembly: {line[:60]}")
    if not found:
        raise ProgramError("no `Assembly` was found")
    return _assembly(next(iter(found)), found, 0)


def _assembly(
    name: str, texts: Mapping[str, Sequence[tuple[int, str, str, list[str]]]], depth: int, size: Triple | None = None
) -> Assembly:
    numbers: dict[str, int] = {}
    parts: list[Part] = []
    statements: list[Statement] = []
    if depth > DEEPEST:
        raise ProgramError(f"{name}: more than {DEEPEST} assemblies within one another")
    for line, made, verb, words in texts[name]:
        try:
            if verb != "Cuboid":
                statements.append(_statement(verb, words, numbers))
            elif not numbers:
                box = _size(words)
                if made != "bbox" or (size is not None and box != size):
                    raise ValueError
                size, numbers["bbox"] = box, BOX
            else:
                inner = _assembly(made, texts, depth + 1, _size(words)) if made in texts else None
                numbers[made] = len(parts)
                parts.append(Part(_size(words), words[3] == "True", inner))
        except (ValueError, KeyError, IndexError) as error:
            raise ProgramError(
                f"line {line} is no statement of a canonical program: {verb}({', '.join(words)})"
            ) from error
    if size is None or not 1 <= len(parts) <= MOST_PARTS or len(statements) > MOST_STATEMENTS:
        raise ProgramError(f"{name} has no box, or more parts or statements than {MOST_PARTS} and {MOST_STATEMENTS}")
    return Assembly(size, tuple(parts), tuple(statements))


def _size(words: Sequence[str]) -> Triple:
    return _whole(words[0], 1, LONGEST), _whole(words[1], 1, LONGEST), _whole(words[2], 1, LONGEST)


def _whole(word: str, low: int = 0, high: int = SHARE) -> int:
    """Steps of the grid. Raises ValueError for what lies beside or beyond it."""
    steps = float(word) / GRID
    if abs(steps - round(steps)) > 1e-3 or not low <= round(steps) <= high:
        raise ValueError(word)
    return round(steps)


def _statement(verb: str, words: Sequence[str], numbers: Mapping[str, int]) -> Statement:
    """Raises ValueError or KeyError."""
    moved = numbers[words[0]]
    if moved == BOX:
        raise ValueError(words[0])
    match verb, words[1:]:
        case "attach", [target, *shares] if len(shares) == 6 and target != words[0]:
            a, b, c, u, v, w = map(_whole, shares)
            return Attach(moved, numbers[target], (a, b, c), (u, v, w))
        case "squeeze", [first, second, face, u, v] if words[0] not in (first, second):
            if first == second != "bbox":
                raise ValueError(second)
            return Squeeze(moved, numbers[first], numbers[second], FACES.index(face), _whole(u), _whole(v))
        case "reflect", [axis]:
            return Reflect(moved, AXES.index(axis))
        case "translate", [axis, count, share] if 1 <= int(count) <= MOST_COPIES:
            return Translate(moved, AXES.index(axis), int(count), _whole(share))
        case _:
            raise ValueError(verb)


def written(program: Assembly) -> str:
    """The text, assemblies level by level as the data has them."""
    assemblies = list(program.walk())
    order = {id(assembly): k for k, assembly in enumerate(assemblies)}
    lines: list[str] = []
    for k, assembly in enumerate(assemblies):
        names = {BOX: "bbox"}
        lines += [f"Assembly Program_{k} {{", f"\tbbox = Cuboid({_numbers(assembly.size)}, True)"]
        for i, part in enumerate(assembly.parts):
            names[i] = f"cube{i}" if part.inner is None else f"Program_{order[id(part.inner)]}"
            lines.append(f"\t{names[i]} = Cuboid({_numbers(part.size)}, {part.aligned})")
        lines += [f"\t{_line(statement, names)}" for statement in assembly.statements]
        lines.append("}")
    return "\n".join(lines) + "\n"


def _line(statement: Statement, names: Mapping[int, str]) -> str:
    moved = names[statement.moved]
    match statement:
        case Attach(_, target, point, place):
            return f"attach({moved}, {names[target]}, {_numbers((*point, *place))})"
        case Squeeze(_, first, second, face, u, v):
            return f"squeeze({moved}, {names[first]}, {names[second]}, {FACES[face]}, {_numbers((u, v))})"
        case Reflect(_, axis):
            return f"reflect({moved}, {AXES[axis]})"
        case Translate(_, axis, count, share):
            return f"translate({moved}, {AXES[axis]}, {count}, {_numbers((share,))})"


def _numbers(steps: Sequence[int]) -> str:
    return ", ".join(str(n / SHARE) for n in steps)
