"""Which options of a call somebody wrote, and which have their defaults."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import typer

from shapelang.diagnostics import UsageError

_DEFAULT: Final = "DEFAULT"
"""By name: typer's enumeration of sources is private."""


def is_given(context: typer.Context, name: str) -> bool:
    """Whether an option, by the name of its parameter, was written."""
    source = context.get_parameter_source(name)
    return source is not None and source.name != _DEFAULT


def refuse_unused(context: typer.Context, names: Collection[str], used: Collection[str], why: str) -> None:
    """Raises UsageError for an option of these that was written, and is not used."""
    for option in context.command.params:
        name = option.name or ""
        if name in names and name not in used and is_given(context, name):
            raise UsageError(f"{option.opts[0]}: {why}; leave this out")
