"""Where a body of an assembly touches the others: what holds a solid there is not to be left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, final

import numpy as np

from shapelang.inference.bodies.copies import Copy
from shapelang.inference.parting.explained import Explained
from shapelang.metrics.chamfer import distances_to
from shapelang.metrics.sampling import surface_points
from shapelang.metrics.triangles import Triangles

_NEAR: Final = 0.005
"""Of the model's diagonal: surfaces nearer than this touch."""

_SAMPLES: Final = 2000
"""Points on each surface of which those are kept that are near the other."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Contacts:
    """points: for each body that is touched, (n, 3) points of the contact, in the frame of the body that is told ·
    near: metres that a solid may be away from a point that it holds.
    """

    points: tuple[np.ndarray, ...]
    near: float

    def held(self, solids: Sequence[Explained]) -> list[np.ndarray]:
        """For each contact, (n,) which of its points solids come near."""
        steps = self.near * np.concatenate([np.zeros((1, 3)), np.eye(3), -np.eye(3)])
        return [self._near(solids, some[:, None] + steps) for some in self.points]

    def kept(self, solids: Sequence[Explained], before: Sequence[np.ndarray]) -> bool:
        """Whether solids hold most points of each contact, or all that were held `before`.

        Both bodies look at the same points: where each holds most of them, there are some that both hold.
        """
        return all(
            2 * int(now.sum()) > len(now) or bool((now >= then).all())
            for now, then in zip(self.held(solids), before, strict=True)
        )

    def _near(self, solids: Sequence[Explained], around: np.ndarray) -> np.ndarray:
        flat = around.reshape(-1, 3)
        inside = np.any([one.fit.inside(flat) for one in solids], axis=0)
        return inside.reshape(around.shape[:2]).any(axis=1)


def contacts_of(family: Sequence[Copy], shells: Sequence[Triangles], diagonal: float) -> Contacts:
    """The contacts of a body and of its copies with the other bodies of a model, in the frame of the first of them."""
    near = _NEAR * diagonal
    found: list[np.ndarray] = []
    for copy in family:
        for other in shells:
            if other is not copy.body.shell and _boxes_meet(copy.body.shell, other, near):
                points = _contact(copy.body.shell, other, near)
                if len(points):
                    found.append((points - copy.offset) @ copy.matrix)
    return Contacts(tuple(found), 0.5 * near)


def _boxes_meet(one: Triangles, other: Triangles, near: float) -> bool:
    (low, high), (least, most) = one.bounds, other.bounds
    return bool((low <= most + near).all() and (least <= high + near).all())


def _contact(one: Triangles, other: Triangles, near: float) -> np.ndarray:
    """(n, 3) points of each of two surfaces that are near the other."""
    return np.concatenate([_beside(one, other, near), _beside(other, one, near)])


def _beside(one: Triangles, other: Triangles, near: float) -> np.ndarray:
    points = surface_points(one, _SAMPLES)
    low, high = other.bounds
    points = points[((points >= low - near) & (points <= high + near)).all(axis=1)]
    return points[distances_to(other, points) <= near] if len(points) else points
