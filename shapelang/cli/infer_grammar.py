"""`shapelang infer --grammar`: a program of chance as the prior of an inference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from shapelang.cli.programs import folder_of, load_program

if TYPE_CHECKING:
    from shapelang.cli.hurried import Hurry
    from shapelang.deadline import Progress
    from shapelang.inference.infer import Inferred
    from shapelang.io.read import MeshData
    from shapelang.io.read.sampled_data import ShapeData

GrammarFile: TypeAlias = Annotated[
    str | None,
    typer.Option("--grammar", metavar="SHAPE", help="Explain the mesh by the choices of this program of chance."),
]

AnySize: TypeAlias = Annotated[
    bool, typer.Option("--any-size", help="With --grammar: what it makes may be scaled to the mesh.")
]


def infer_by_grammar(
    grammar: str,
    any_size: bool,
    shape: ShapeData,
    time_limit: float,
    alternatives: int,
    seed: int,
    tell: Progress,
    hurry: Hurry,
) -> tuple[Inferred, MeshData]:
    """The most probable derivations of a grammar's file, and the mesh that they were measured on.

    Raises UsageError without torch, and where the grammar makes nothing comparable.
    """
    program = load_program(grammar)
    from shapelang.cli.devices import available

    available("cpu")
    from grammars.explaining.prior import Grammar
    from shapelang.inference.by_prior import infer_by
    from shapelang.inference.input.shape import mesh_of
    from shapelang.semantics.loader import FileLoader

    mesh = mesh_of(shape)
    prior = Grammar(program, FileLoader(folder_of(grammar)), any_size)
    found = infer_by(
        prior,
        mesh,
        time_limit=time_limit,
        alternatives=alternatives,
        seed=seed,
        tell=tell,
        clock=hurry.clock,
        searching=hurry.searching,
    )
    return found, mesh
