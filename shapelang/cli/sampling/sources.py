"""What a run samples, as plain data that can be sent to a process."""

from __future__ import annotations

from typing import TypeAlias, assert_never

from shapelang.cli.sampling.drawing import Maker
from shapelang.cli.sampling.of_model import ModelMaker, ModelSource
from shapelang.cli.sampling.of_program import ProgramMaker, ProgramSource

Source: TypeAlias = ProgramSource | ModelSource


def opened(source: Source) -> Maker:
    """What makes its items. Raises what reading it raises."""
    match source:
        case ProgramSource():
            return ProgramMaker(source.program(), source)
        case ModelSource():
            return ModelMaker(source.stored(), source)
        case _:
            assert_never(source)


def carried(source: Source) -> Source:
    """The source with all that a machine without its file needs."""
    match source:
        case ProgramSource():
            return source
        case ModelSource():
            return source.carried()
        case _:
            assert_never(source)
