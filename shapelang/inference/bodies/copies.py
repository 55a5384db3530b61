"""Bodies that are copies of one another: explained once, placed often."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, final

import numpy as np

from shapelang.inference.bodies.bodies import Body
from shapelang.inference.solids.kinds import Fit
from shapelang.inference.solids.mirrored import mirrored

_NEAR: Final = 2e-4
"""Corners of copies lie nearer than this part of the diagonal."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Copy:
    """A body is `body` under x ↦ matrix · x + offset; a mirror is allowed."""

    body: Body
    matrix: np.ndarray
    offset: np.ndarray

    def place(self, fit: Fit) -> Fit:
        """A fit of the original, moved to the copy."""
        frame = self.matrix @ fit.frame
        centre = self.matrix @ fit.centre + self.offset
        if np.linalg.det(frame) > 0.0:
            return replace(fit, frame=frame, centre=centre)
        return replace(fit, kind=mirrored(fit.kind), frame=frame * np.array([-1.0, 1.0, 1.0]), centre=centre)


def families(bodies: Sequence[Body], diagonal: float, late: Callable[[], bool]) -> list[list[Copy]]:
    """Bodies grouped by equality; the first of each group is the original, under the identity.

    From when it is `late`, every body is alone.
    """
    groups: list[list[Copy]] = []
    by_key: dict[tuple[int, ...], list[int]] = {}
    for body in bodies:
        low, high = body.shell.bounds
        extents = np.sort(high - low)[[0, 2]] if len(body.shell.faces) else np.zeros(2)
        key = (
            len(body.shell.positions),
            len(body.shell.faces),
            body.group,
            *np.round(extents / (20 * _NEAR * diagonal)).astype(int).tolist(),
        )
        for number in [] if late() else by_key.get(key, []):
            copy = _as_copy(groups[number][0].body, body, _NEAR * diagonal)
            if copy is not None:
                groups[number].append(copy)
                break
        else:
            by_key.setdefault(key, []).append(len(groups))
            groups.append([Copy(body, np.eye(3), np.zeros(3))])
    return groups


def _as_copy(original: Body, body: Body, near: float) -> Copy | None:
    """The quarter turn about y, mirrored or not, and the shift that make one body of the other."""
    from scipy.spatial import KDTree

    tree = KDTree(body.shell.positions)
    middle = body.shell.positions.mean(axis=0)
    apart = original.shell.positions - original.shell.positions.mean(axis=0)
    for matrix in _turns():
        moved = apart @ matrix.T + middle
        if (np.abs(moved.min(axis=0) - tree.mins) > near).any():
            continue
        if float(tree.query(moved)[0].max()) < near:
            return Copy(body, matrix, middle - matrix @ original.shell.positions.mean(axis=0))
    return None


def _turns() -> list[np.ndarray]:
    quarter = np.array([[0.0, 0.0, 1.0], [0.0, 1.0, 0.0], [-1.0, 0.0, 0.0]])
    mirror = np.diag([-1.0, 1.0, 1.0])
    turns = [np.linalg.matrix_power(quarter, k) for k in range(4)]
    return turns + [mirror @ t for t in turns]
