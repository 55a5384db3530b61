"""Stitch (Bowers et al., "Top-Down Synthesis for Library Learning", 2023) as it comes, with uniform weights.

A program is an expression; Stitch finds abstractions that make the examples shorter, and rewrites the held-out programs
with them. Bits are those of a grammar in which each nonterminal (parts, statements, a number of some range) takes
all its primitives and abstractions with equal probability.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log2
from time import process_time
from typing import Any, Final, final

import numpy as np

from grammars.programs.program import (
    BOX,
    LONGEST,
    MOST_COPIES,
    SHARE,
    Assembly,
    Attach,
    Part,
    Reflect,
    Squeeze,
    Statement,
    Translate,
)

_MOST: Final = 400
"""Examples that abstractions are sought in: its time grows faster than their number."""

_ROUNDS: Final = 10

_ARITY: Final = 3

_SIGNATURES: Final = {
    "program": ("program", ("size", "size", "size", "parts")),
    "cuboid": ("parts", ("size", "size", "size", "aligned", "parts")),
    "inner": ("parts", ("size", "size", "size", "aligned", "parts", "parts")),
    "placed": ("parts", ("statements",)),
    "attach": ("statements", ("part", "target", *("share",) * 6, "statements")),
    "squeeze": ("statements", ("part", "target", "target", "face", "share", "share", "statements")),
    "reflect": ("statements", ("part", "axis", "statements")),
    "translate": ("statements", ("part", "axis", "count", "share", "statements")),
    "done": ("statements", ()),
}

_ATOMS: Final = {
    "size": LONGEST, "share": SHARE + 1, "count": MOST_COPIES, "aligned": 2, "axis": 3, "face": 6,
}  # fmt: skip


def expression(program: Assembly) -> str:
    """The program for Stitch: parts, then statements, each holding what follows it."""
    return f"(program {_words('s', program.size)} {_parts(program, 0)})"


def _parts(assembly: Assembly, k: int) -> str:
    if k == len(assembly.parts):
        return f"(placed {_statements(assembly.statements, 0)})"
    part: Part = assembly.parts[k]
    own = f"{_words('s', part.size)} a{int(part.aligned)}"
    if part.inner is None:
        return f"(cuboid {own} {_parts(assembly, k + 1)})"
    return f"(inner {own} {_parts(part.inner, 0)} {_parts(assembly, k + 1)})"


def _statements(statements: Sequence[Statement], k: int) -> str:
    if k == len(statements):
        return "done"
    rest = _statements(statements, k + 1)
    match statements[k]:
        case Attach(moved, target, point, place):
            return f"(attach p{moved} p{target - BOX}t {_words('n', (*point, *place))} {rest})"
        case Squeeze(moved, first, second, face, u, v):
            return f"(squeeze p{moved} p{first - BOX}t p{second - BOX}t f{face} {_words('n', (u, v))} {rest})"
        case Reflect(moved, axis):
            return f"(reflect p{moved} x{axis} {rest})"
        case Translate(moved, axis, count, share):
            return f"(translate p{moved} x{axis} c{count} n{share} {rest})"


def _words(letter: str, numbers: Sequence[int]) -> str:
    return " ".join(f"{letter}{n}" for n in numbers)


@final
@dataclass(frozen=True, slots=True)
class _Abstraction:
    """What it makes, and of what: the kinds of its holes in order, then those of what its body leaves open."""

    kind: str
    arguments: tuple[str, ...]


@final
class _Library:
    """Kinds of all heads, and how many there are of each."""

    def __init__(self) -> None:
        self.heads = {name: _Abstraction(kind, arguments) for name, (kind, arguments) in _SIGNATURES.items()}

    def add(self, name: str, body: str, arity: int) -> bool:
        """Adds an abstraction, unless a hole of it stands for a function or it builds on one that was not added."""
        holes: dict[int, str] = {}
        tree = _parsed(body)
        if not isinstance(tree, list):
            return False
        head = self.heads.get(str(tree[0]))
        if head is None:
            return False
        if not self._fill(tree, holes) or len(holes) != arity:
            return False
        rest = head.arguments[len(tree) - 1 :]
        self.heads[name] = _Abstraction(head.kind, (*(holes[k] for k in range(arity)), *rest))
        return True

    def _fill(self, tree: list[object], holes: dict[int, str]) -> bool:
        """Notes the kinds of holes; whether every head is known, and none a hole itself."""
        head = self.heads.get(str(tree[0]))
        if head is None:
            return False
        for kind, argument in zip(head.arguments, tree[1:], strict=False):
            if isinstance(argument, list):
                if not self._fill(argument, holes):
                    return False
            elif isinstance(argument, str) and argument.startswith("#"):
                holes[int(argument[1:])] = kind
        return True

    def bits(self, tree: object, kind: str, parts: int) -> tuple[float, float]:
        """Of structure and of numbers; `parts`: how many a statement may name, the program's most."""
        head, rest = (str(tree[0]), tree[1:]) if isinstance(tree, list) else (str(tree), [])
        if head not in self.heads:
            span = parts if kind == "part" else parts + 1 if kind == "target" else _ATOMS[kind]
            return (0.0, log2(span)) if kind in ("size", "share", "count") else (log2(max(span, 1)), 0.0)
        same = sum(1 for made in self.heads.values() if made.kind == kind)
        found = [log2(max(same, 1)), 0.0]
        for argument, inner in zip(rest, self.heads[head].arguments, strict=True):
            own = self.bits(argument, inner, parts)
            found[0] += own[0]
            found[1] += own[1]
        return found[0], found[1]


def _parsed(text: str) -> object:
    stack: list[list[object]] = [[]]
    for word in text.replace("(", " ( ").replace(")", " ) ").split():
        if word == "(":
            stack.append([])
        elif word == ")":
            done = stack.pop()
            stack[-1].append(done)
        else:
            stack[-1].append(word)
    return stack[0][0]


def stitched(examples: Sequence[Assembly], held_out: Sequence[Assembly]) -> tuple[np.ndarray, float, str]:
    """(n, 2) bits of held-out programs, seconds of the processor, and what was found."""
    import stitch_core  # pyright: ignore[reportMissingImports]

    started = process_time()
    found = stitch_core.compress(
        [expression(p) for p in examples[:_MOST]], iterations=_ROUNDS, max_arity=_ARITY, no_curried_bodies=True
    )
    library = _Library()
    kept: list[Any] = []  # of what stitch-core has no types for
    for abstraction in found.abstractions:
        if library.add(abstraction.name, abstraction.body, abstraction.arity):
            kept.append(abstraction)
    seconds = process_time() - started
    rewritten = [expression(p) for p in held_out]
    if kept:
        rewritten = stitch_core.rewrite(rewritten, kept, silent=True).rewritten
    most = [max(len(a.parts) for a in p.walk()) for p in held_out]
    bits = np.array([library.bits(_parsed(t), "program", n) for t, n in zip(rewritten, most, strict=True)])
    return bits, seconds, f"{len(kept)} abstractions of {min(len(examples), _MOST)} examples"
