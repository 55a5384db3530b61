"""The frame that a model was made in, where it has been turned since: found by its faces, written as one `rotate`."""

from __future__ import annotations

from itertools import permutations
from typing import Final

import numpy as np

from shapelang.inference.bodies.own_axis import own_axis
from shapelang.inference.rounding.turns import AXES, Turns, angles_about, matrix_of
from shapelang.inference.sampling.frames import aligned_area, body_frame
from shapelang.metrics.triangles import Triangles, cross_products, face_areas, triangles

_CLOSER: Final = (1.5, 0.3, 0.05, 0.05)
"""Degrees from an axis within which faces tell where it is, one look after the other."""

_TURNED: Final = 0.3
"""Degrees below which a model counts as not turned."""

_MORE: Final = 2.0
"""Times the faces that stand straight in the world must stand straight in a frame, for that to be the model's."""

_STRAIGHT: Final = 0.3
"""Of the surface: so much stands straight at least where a model has a frame."""

_DIGITS: Final = 4
"""Decimals of the angles: the far end of a model is off by a millionth of its size."""


def own_frame(whole: Triangles) -> np.ndarray | None:
    """(3, 3) the axes of the model's frame as columns, or None where those of the world serve as well.

    Most of its faces stand across them; each axis is called by that of the world which it is nearest to.
    """
    frame = body_frame(whole)
    cross = cross_products(whole)
    straight = aligned_area(cross, frame)
    turned = np.abs(frame - np.eye(3)).max() >= np.radians(_TURNED)
    enough = straight >= max(_MORE * aligned_area(cross, np.eye(3)), _STRAIGHT * 2.0 * float(face_areas(whole).sum()))
    if not (turned and enough):
        about = None if straight > _STRAIGHT * np.sqrt((cross**2).sum(axis=1)).sum() else own_axis(cross)
        return None if about is None else matrix_of(turns_exactly(about))
    area = np.sqrt((cross**2).sum(axis=1))
    for degrees in _CLOSER:
        frame = _closer(cross, area, frame, np.cos(np.radians(degrees)))
    return matrix_of(turns_exactly(frame))


def _closer(cross: np.ndarray, area: np.ndarray, frame: np.ndarray, cosine: float) -> np.ndarray:
    """The rotation nearest to the mean normals of the faces that are near each axis."""
    along = cross @ frame
    near = np.abs(along) > cosine * area[:, None]
    means = [(cross[near[:, k]] * np.sign(along[near[:, k], k])[:, None]).sum(axis=0) for k in range(3)]
    lengths = [float(np.sqrt((mean**2).sum())) for mean in means]
    if min(lengths) <= 0.0:
        return frame
    # The axes with the most area across them count the most.
    u, _, v = np.linalg.svd(np.stack(means, axis=1))
    found = u @ v
    return found if np.linalg.det(found) > 0.0 else frame


def in_frame(mesh: Triangles, frame: np.ndarray) -> Triangles:
    """A mesh as seen in a frame of the same origin."""
    return triangles(mesh.positions @ frame, mesh.faces)


def turns_exactly(frame: np.ndarray) -> Turns:
    """The fewest turns that give a rotation, degrees to four decimals and no plainer."""
    options: list[Turns] = []
    for order in permutations(range(3)):
        angles = (round(angle, _DIGITS) + 0.0 for angle in angles_about(frame, order))
        options.append(tuple((AXES[k], angle) for k, angle in zip(order, angles, strict=True) if angle))
    return min(options, key=lambda turns: (len(turns), sum(abs(angle) for _, angle in turns)))
