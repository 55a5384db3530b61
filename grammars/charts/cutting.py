"""Which pieces of a file may be read by themselves: what nothing else in the program asks about, by name or by box."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import assert_never, final

from shapelang.semantics.naming import draws
from shapelang.semantics.program import Program
from shapelang.syntax import tree


@lru_cache(maxsize=256)
def cuts(program: Program) -> frozenset[int]:
    """The ids of shapes (calls of parts and choices), shape statements and loops that draw, alone.

    Nothing outside mentions a name that they give, and no block around them is attached, aligned or scaled; nor is a
    shape itself, while a statement, or a turn of a loop, is read with the modifiers in it.
    """
    found: set[int] = set()
    parts = tuple(program.parts.values())
    _Finder(program, program.module.statements, _words(program.module), found)
    for part in parts:
        _Finder(program, part.body.statements, _words(part), found)
    return frozenset(found)


@lru_cache(maxsize=256)
def mentioned_in_parts(program: Program) -> frozenset[str]:
    """Every word of a file's parts that may stand for a value of the file."""
    return frozenset(_words(tuple(program.parts.values())))


def _words(node: object) -> Counter[str]:
    """The words that may stand for a value or a shape, as often as they are said."""
    found: Counter[str] = Counter()
    for each in tree.nodes_in(node):
        match each:
            case tree.Name(name=name) | tree.Member(name=name):
                found[name] += 1
            case _:
                pass
    return found


@final
class _Finder:
    """Finds the cuts of one body, whose words are counted."""

    def __init__(
        self, program: Program, statements: Sequence[tree.Statement], words: Counter[str], found: set[int]
    ) -> None:
        self.program, self.words, self.found = program, words, found
        self._body(statements, free=True)

    def _body(self, statements: Sequence[tree.Statement], *, free: bool) -> None:
        """The pieces of a block; `free` where nobody asks about the block as a whole."""
        for statement in statements:
            if isinstance(statement, tree.ShapeStatement):
                if free and draws(self.program, statement.shape) and self._unasked(statement):
                    self.found.add(id(statement))
                self._shape(statement.shape, statement.name, free=free)

    def _unasked(self, node: object) -> bool:
        """Whether nothing outside says a name that a piece of syntax gives."""
        inside = _words(node)
        return all(self.words[name] == inside[name] for name in _names(node))

    def _shape(self, shape: tree.Shape, name: str | None, *, free: bool) -> None:
        boxed = any(isinstance(m, tree.Attach | tree.Align | tree.Between | tree.Scale) for m in shape.modifiers)
        # Who asks about a block asks about what is in it.
        here = free and not boxed and (name is None or self.words[name] == 0)
        core = shape.core
        match core:
            case tree.Instance():
                self._core(shape, free=here)
            case tree.Choose(alternatives=alternatives):
                self._core(shape, free=here)
                for alternative in alternatives:
                    self._shape(alternative.shape, alternative.name or name, free=here)
            case tree.SolidBlock(body=body):
                self._body(body.statements, free=False)
            case tree.Block(statements=statements):
                self._body(statements, free=here)
            case tree.For(body=body):
                random = draws(self.program, tree.Shape(body, ()))
                if here and random and self._unasked(core) and not _looks_back(body):
                    self.found.add(id(core))
                self._body(body.statements, free=here)
            case tree.Mirror(body=body) | tree.Array(body=body) | tree.Ring(body=body):
                self._body(body.statements, free=here)
            case tree.If():
                self._if(core, free=here)
            case tree.Split(slices=slices):
                for each in slices:
                    for piece in each.slices if isinstance(each, tree.RepeatGroup) else (each,):
                        self._shape(piece.shape, piece.name, free=here)
            case _:
                assert_never(core)

    def _core(self, shape: tree.Shape, *, free: bool) -> None:
        if free and draws(self.program, shape) and self._unasked(shape.core):
            self.found.add(id(shape))

    def _if(self, core: tree.If, *, free: bool) -> None:
        self._body(core.then.statements, free=free)
        if isinstance(core.otherwise, tree.If):
            self._if(core.otherwise, free=free)
        elif core.otherwise is not None:
            self._body(core.otherwise.statements, free=free)


def _looks_back(body: tree.Block) -> bool:
    """Whether a turn of a loop may ask what another has made."""
    given = set(_names(body))
    return any(
        inner.name in given
        for node in tree.nodes_in(body)
        if isinstance(node, tree.Index)
        for inner in tree.nodes_in(node.value)
        if isinstance(inner, tree.Name)
    )


def _names(node: object) -> Iterator[str]:
    """The names that a piece of syntax gives shapes, and those of callees; values are known in their block alone."""
    for each in tree.nodes_in(node):
        match each:
            case tree.ShapeStatement(name=name) | tree.Alternative(name=name) | tree.Slice(name=name):
                if name is not None:
                    yield name
            case tree.Instance(callee=callee):
                yield callee[-1]
            case tree.SolidBlock(operator=operator):
                yield operator
            case _:
                pass
