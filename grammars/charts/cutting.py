"""Which shapes of a file may be read by themselves: what nothing else in the program asks about, by name or by box."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import assert_never, final

from shapelang.semantics.naming import draws
from shapelang.semantics.program import Program
from shapelang.syntax import tree


@lru_cache(maxsize=256)
def cuts(program: Program) -> frozenset[int]:
    """The ids of shapes that draw, calls of parts and choices, on which nothing else in the file hangs.

    Nothing mentions their names, and neither they nor a block around them are attached, aligned or scaled.
    """
    finder = _Finder(program)
    finder.body(program.module.statements, free=True)
    for part in program.parts.values():
        finder.body(part.body.statements, free=True)
    return frozenset(finder.found)


@lru_cache(maxsize=256)
def mentioned(program: Program) -> frozenset[str]:
    """Every word of a file that may stand for a value or a shape."""
    return frozenset(_words(program.module))


@lru_cache(maxsize=256)
def mentioned_in_parts(program: Program) -> frozenset[str]:
    """Those that its parts say, in which values of the file are seen."""
    return frozenset(_words(tuple(program.parts.values())))


def _words(node: object) -> Iterator[str]:
    for each in tree.nodes_in(node):
        match each:
            case tree.Name(name=name) | tree.Member(name=name):
                yield name
            case _:
                pass


@final
class _Finder:
    def __init__(self, program: Program) -> None:
        self.program = program
        self.words = mentioned(program)
        self.found: set[int] = set()

    def body(self, statements: Sequence[tree.Statement], *, free: bool) -> None:
        """The shapes of a body; `free` where nobody asks about the body as a whole."""
        for statement in statements:
            if isinstance(statement, tree.ShapeStatement):
                self._shape(statement.shape, statement.name, free=free)

    def _shape(self, shape: tree.Shape, name: str | None, *, free: bool) -> None:
        boxed = any(isinstance(m, tree.Attach | tree.Align | tree.Between | tree.Scale) for m in shape.modifiers)
        here = free and not boxed and name not in self.words
        core = shape.core
        match core:
            case tree.Instance(callee=callee):
                if here and callee[-1] not in self.words and draws(self.program, shape):
                    self.found.add(id(shape))
            case tree.Choose(alternatives=alternatives):
                if here and self.words.isdisjoint(_names(core)):
                    self.found.add(id(shape))
                for alternative in alternatives:
                    self._shape(alternative.shape, alternative.name, free=here)
            case tree.SolidBlock(body=body):
                self.body(body.statements, free=False)
            case tree.Block(statements=statements):
                self.body(statements, free=here)
            case tree.Mirror(body=body) | tree.Array(body=body) | tree.Ring(body=body) | tree.For(body=body):
                self.body(body.statements, free=here)
            case tree.If():
                self._if(core, free=here)
            case tree.Split(slices=slices):
                for each in slices:
                    for piece in each.slices if isinstance(each, tree.RepeatGroup) else (each,):
                        self._shape(piece.shape, piece.name, free=here)
            case _:
                assert_never(core)

    def _if(self, core: tree.If, *, free: bool) -> None:
        self.body(core.then.statements, free=free)
        if isinstance(core.otherwise, tree.If):
            self._if(core.otherwise, free=free)
        elif core.otherwise is not None:
            self.body(core.otherwise.statements, free=free)


def _names(node: object) -> Iterator[str]:
    """The names that shapes have in a piece of syntax, their own or their callees'."""
    for each in tree.nodes_in(node):
        match each:
            case tree.ShapeStatement(name=name) | tree.Alternative(name=name) | tree.Slice(name=name):
                if name is not None:
                    yield name
            case tree.Instance(callee=callee):
                yield callee[-1]
            case _:
                pass
