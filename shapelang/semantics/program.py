"""A checked program: the tree, what its names mean, and the types of its expressions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import final

from shapelang.semantics.builtins import DISTRIBUTIONS
from shapelang.semantics.types import DECLARABLE, Type
from shapelang.syntax import tree
from shapelang.syntax.source import Source


@final
@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """A module that passed the checker; only such a program may be run.

    `types` and `labels` are keyed by the identity of tree nodes: the type of every expression, and the label of every
    shape that the text left unnamed (`cuboid`, `cuboid_2`, …, unique in its body).
    `histories` holds the index expressions that reach an earlier turn of their own loop.
    """

    source: Source
    module: tree.Module
    parts: Mapping[str, tree.PartDefinition]
    uses: Mapping[str, Program]
    types: Mapping[int, Type]
    labels: Mapping[int, str]
    histories: frozenset[int] | set[int]

    @property
    def name(self) -> str:
        """The file's stem: the name of the root part, and of the program when used."""
        stem = self.source.name.replace("\\", "/").rsplit("/", 1)[-1]
        return stem.removesuffix(".shape") or "program"

    def files(self) -> Iterator[Program]:
        """This program and those of the files that it uses, and these use: each once, users before what they use."""
        done = set[int]()
        waiting: list[Program] = [self]
        while waiting:
            program = waiting.pop()
            if id(program) not in done:
                done.add(id(program))
                yield program
                waiting.extend(reversed(tuple(program.uses.values())))

    @property
    def params(self) -> tuple[tree.Param, ...]:
        """The parameters, in the order of the text."""
        return tuple(s for s in self.module.statements if isinstance(s, tree.Param))

    def param_type(self, param: tree.Param) -> Type:
        """The type of a parameter: as declared, else of what it is drawn from or of its default, ints being reals.

        UNKNOWN where the file has an error that was told there.
        """
        if param.type is not None:
            return DECLARABLE.get(param.type, Type.UNKNOWN)
        if param.drawn:
            return _drawn_type(param.value)
        found = self.types.get(id(param.value), Type.REAL)
        return Type.REAL if found is Type.INT else found


def _drawn_type(value: tree.Expr) -> Type:
    match value:
        case tree.Call(callee=tree.Name(name="categorical"), arguments=arguments):
            return Type.INT if all(isinstance(a.label, int) for a in arguments) else Type.NAME
        case tree.Call(callee=tree.Name(name=name)):
            signature = DISTRIBUTIONS.get(name)
            return Type.UNKNOWN if signature is None else signature.result
        case _:
            return Type.UNKNOWN
