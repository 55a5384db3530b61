"""What is known about shapes before a mesh is seen, as a program of chance tells it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, final

from shapelang.assembly.assembly import Assembly
from shapelang.deadline import Deadline
from shapelang.metrics.triangles import Triangles


@final
@dataclass(frozen=True, slots=True, eq=False)
class Derived:
    """One way in which a prior makes a shape.

    text: the program with what was chosen fixed · choices: every choice by its address · parameters: those without a
    distribution · left: addresses of choices that no place in the text stands for · place: how what
    the prior makes is put where the mesh is, `at`, `rotate_y` in degrees and `scale` · log_prob: ln p of the choices ·
    log_likelihood: ln p of the mesh, given them, up to a constant · assembly: what is made.
    """

    text: str
    choices: Mapping[str, Any]
    parameters: Mapping[str, Any]
    left: tuple[str, ...]
    place: Mapping[str, Any]
    log_prob: float
    log_likelihood: float
    assembly: Assembly

    def row(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "log_prob": self.log_prob,
            "log_likelihood": self.log_likelihood,
            "choices": dict(self.choices),
            "parameters": dict(self.parameters),
            "not_in_text": list(self.left),
            "place": dict(self.place),
        }


class Prior(Protocol):
    """Makes shapes by chance, and says how it would have made a given one."""

    @property
    def scaled(self) -> bool:
        """Whether sizes are free."""
        ...

    def derivations(self, mesh: Triangles, most: int, seed: int, deadline: Deadline) -> Sequence[Derived]:
        """At most `most` derivations that explain a mesh, the most probable first; at least one.

        Raises ShapelangError where the prior makes nothing that could be compared with the mesh.
        """
        ...
