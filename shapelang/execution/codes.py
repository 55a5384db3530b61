"""Compiled programs: closures by part, made once and kept with the program."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias, final

from shapelang.execution.run import Frame
from shapelang.semantics.program import Program

Execute: TypeAlias = Callable[[Frame], None]
"""A statement, run for its effect on the frame's layer."""


@final
@dataclass(slots=True, eq=False)
class PartCode:
    """A part ready to run. `body` is filled after it was entered, so that a part may call itself."""

    program: Program
    kind: str
    names: tuple[str, ...]
    kinds: tuple[Any, ...]
    defaults: tuple[Callable[[Frame], Any] | None, ...]
    span: tuple[int, int]
    body: tuple[Execute, ...] = ()
    random: bool = False
    """Whether it may draw, so that a failed `require` in it is worth another try."""


@final
@dataclass(slots=True, eq=False)
class ProgramCode:
    """A whole file ready to run."""

    program: Program
    body: tuple[Execute, ...] = ()
    constants: tuple[Execute, ...] = ()
    """The params, lets and materials that do not draw: what its parts see when they are used from elsewhere."""
    parts: dict[str, PartCode] = field(default_factory=dict[str, PartCode])
    random: bool = False
