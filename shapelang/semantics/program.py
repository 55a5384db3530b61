"""A checked program: the tree, what its names mean, and the types of its expressions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import final

from shapelang.diagnostics import Diagnostic
from shapelang.semantics.types import Type
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
    warnings: tuple[Diagnostic, ...] = ()

    @property
    def name(self) -> str:
        """The file's stem: the name of the root part, and of the program when used."""
        stem = self.source.name.replace("\\", "/").rsplit("/", 1)[-1]
        return stem.removesuffix(".shape") or "program"

    @property
    def params(self) -> tuple[tree.Param, ...]:
        """The parameters, in the order of the text."""
        return tuple(s for s in self.module.statements if isinstance(s, tree.Param))
