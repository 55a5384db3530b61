"""What the files of a run can be: models in any format, or programs to edit."""

from __future__ import annotations

from enum import Enum, unique
from typing import final

from shapelang.cli.models import Format


@unique
@final
class Form(Enum):
    """The value is the file's suffix."""

    GLB = "glb"
    OBJ = "obj"
    PLY = "ply"
    STL = "stl"
    OFF = "off"
    NPZ = "npz"
    JSON = "json"
    SHAPE = "shape"
    """A program that makes the item and nothing else."""


def model_form(form: Form) -> Format | None:
    """The format of a model; None for a program."""
    return None if form is Form.SHAPE else Format(form.value)
