"""What a body says of itself by its faces and sections, with no sample taken: outlines extruded, stacked and turned."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from shapelang.inference.bodies.bodies import Body
from shapelang.inference.parting.explained import Explained
from shapelang.inference.sampling.rims import signed_volume
from shapelang.inference.solids.extruded import extruded_fit
from shapelang.inference.solids.kinds import Cuboid, Fit, Prism
from shapelang.inference.solids.revolved import revolved_fit
from shapelang.inference.solids.stacked_prisms import stacked_prisms
from shapelang.inference.solids.stacks import stacked
from shapelang.inference.solids.turned_sheets import sheet_turned
from shapelang.metrics.triangles import Triangles, cross_products, face_areas

_OPEN: Final = 0.15
"""Of an open surface's area: what closes it, for it to be no solid. Less is the top of a post or a rim."""

_DOWN: Final = 0.9
"""Cosine to the way down from which on a cap is an underside that nobody sees, and that modellers leave out."""

_WALL: Final = 0.04
"""Of a body's diagonal: average thickness below which what is turned is told by its sections alone."""


def extruded(body: Body) -> list[Explained]:
    """The body as an outline extruded, if its faces say so."""
    if not body.closed or (body.groups != body.groups[0]).any():
        return []
    fit = extruded_fit(body.shell)
    return [] if fit is None else [Explained(fit, body.group)]


def prisms_stacked(body: Body, late: Callable[[], bool]) -> list[Explained]:
    """The body as prisms on one another, if its faces say so before it is `late`."""
    if not body.closed or (body.groups != body.groups[0]).any():
        return []
    return [Explained(fit, body.group) for fit in stacked_prisms(body.shell, late)]


def revolved(body: Body) -> list[Explained]:
    """The body as a profile turned, with thin walls too, if its sections say so, cut where a person would."""
    if not body.closed or (body.groups != body.groups[0]).any():
        return []
    fit = revolved_fit(body.shell)
    return [] if fit is None else lathe_split(Explained(fit, body.group))


def thin_walled(body: Body) -> bool:
    """Whether a body's walls are thinner than what a picture of its profile shows."""
    area = float(face_areas(body.shell).sum())
    return 2.0 * abs(signed_volume(body.shell)) < _WALL * body.shell.diagonal * area


def turned_sheet(body: Body, thickness: float) -> list[Explained]:
    """An open surface that is turned, as thin as sheets are, if most of what would close it is no underside."""
    opened = body.opened if body.closed else body.shell
    if opened is None or (body.groups != body.groups[0]).any() or _lids(body, opened) < _OPEN:
        return []
    fit = sheet_turned(opened, thickness)
    return [] if fit is None else [Explained(fit, body.group)]


def _lids(body: Body, opened: Triangles) -> float:
    """The area of what closes a body, but for what looks down, as a share of what there was; 1 of what stays open."""
    if not body.closed:
        return 1.0
    # Of all its faces: the shell may have been thinned since the caps were put on.
    up = cross_products(body.exact)[len(opened.faces) :]
    area = 0.5 * np.sqrt((up**2).sum(axis=1))
    return float(area[up[:, 1] > -_DOWN * 2.0 * area].sum()) / max(float(face_areas(opened).sum()), 1e-300)


def is_simple(fit: Fit) -> bool:
    """Whether nobody would write a body otherwise that is exactly this: a box, or a prism of three or four corners."""
    return isinstance(fit.kind, Cuboid) or (isinstance(fit.kind, Prism) and len(fit.kind.points) <= 4)


def lathe_split(solid: Explained) -> list[Explained]:
    """A solid, or if it is a lathe its pieces."""
    return [Explained(fit, solid.group) for fit in stacked(solid.fit)] or [solid]
