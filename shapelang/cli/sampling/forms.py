"""What the files of a run can be: models in any format, or programs to edit."""

from __future__ import annotations

from enum import Enum, unique
from typing import Annotated, Final, TypeAlias, final

import typer

from shapelang.cli.models import Format


@unique
@final
class Editable(Enum):
    """The value is the file's suffix."""

    SHAPE = "shape"
    """A program that makes the item and nothing else."""


Form: TypeAlias = Format | Editable

_FORMS: Final[dict[str, Form]] = {str(form.value): form for forms in (Format, Editable) for form in forms}


def form_of(name: str) -> Form:
    """The form of a name that `checked` let through."""
    return _FORMS[name]


def checked(name: str) -> str:
    """A name as it is given; refuses one that no form has."""
    if name not in _FORMS:
        raise typer.BadParameter(f"'{name}' is not one of {', '.join(map(repr, _FORMS))}")
    return name


def begun(incomplete: str) -> list[str]:
    """The names that begin so, for the shell."""
    return [name for name in _FORMS if name.startswith(incomplete)]


FormName: TypeAlias = Annotated[
    str,
    typer.Option(
        "--format",
        metavar=f"<{'|'.join(_FORMS)}>",
        callback=checked,
        autocompletion=begun,
        help="The format of the models.",
    ),
]
