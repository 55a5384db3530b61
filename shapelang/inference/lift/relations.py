"""What may hold between the numbers of a program: contacts, alignments, symmetric places, equal sizes, equal steps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from typing import Final, final

import numpy as np

from shapelang.inference.lift.forms import ZERO, Form
from shapelang.inference.lift.pieces import Piece, Read

_HALF: Final = Fraction(1, 2)

_CROWD: Final = 12
"""Neighbours in order of value that one value is compared with: all that lie within the tolerance, as a rule."""


@final
@dataclass(frozen=True, slots=True)
class Plane:
    """A face or a middle of a piece across an axis of a frame, and the slots' form of where it is."""

    frame: int
    axis: int
    form: Form


def candidates(read: Read, tolerance: float) -> list[Form]:
    """Forms that are 0 within the tolerance, metres for each slot: the surest kinds first, of a kind the nearest first.

    Kinds: faces that meet or lie in one plane, with their images in mirrors; equal extents; equal middles; equal steps.
    """
    planes = [p for piece in read.pieces for p in faces(piece)]
    middles = [p for piece in read.pieces for p in _middles(piece)]
    steps = read.steps
    values = read.values
    kinds = (_meeting(planes, values, tolerance), _alike(read.pieces, values, tolerance),
             _meeting(middles, values, tolerance), _equal(steps, values, tolerance))  # fmt: skip
    found: list[Form] = []
    for kind in kinds:
        found += sorted(kind, key=lambda form: abs(form.at(values)))
    return found


def _alike(pieces: Sequence[Piece], values: Sequence[float], tolerance: float) -> Iterator[Form]:
    """Equal sizes: of one piece, of several along one axis, and the least sizes of several, which are thicknesses.

    A height is no width: where they are equal that is chance.
    """
    for piece in pieces:
        yield from _equal(piece.sizes, values, tolerance)
    for axis in range(3):
        yield from _equal((e for piece in pieces if (e := piece.extents[axis]) is not None), values, tolerance)
    known = [[e for e in piece.extents if e is not None] for piece in pieces]
    yield from _equal((min(extents, key=lambda e: e.at(values)) for extents in known if extents), values, tolerance)


def faces(piece: Piece) -> Iterator[Plane]:
    """Both faces across each axis, of the first and the last image, and mirrored ones."""
    for axis in range(3):
        extent = piece.extents[axis]
        if extent is None:
            continue
        for side in (-_HALF, _HALF):
            yield from _images(piece, axis, piece.centre[axis] + extent * side)


def _middles(piece: Piece) -> Iterator[Plane]:
    for axis in range(3):
        yield from _images(piece, axis, piece.centre[axis])


def _images(piece: Piece, axis: int, form: Form) -> Iterator[Plane]:
    ends = [form]
    for last in piece.frame.last:
        if last[axis].terms:
            ends.append(form + last[axis])
    for end in ends:
        yield Plane(piece.frame.number, axis, end)
        for across, place in piece.frame.mirrored:
            if across == axis:
                yield Plane(piece.frame.number, axis, place * 2 - end)


def _meeting(planes: Sequence[Plane], values: Sequence[float], tolerance: float) -> Iterator[Form]:
    """Differences of planes of one frame and axis that lie together, the origin among them."""
    for _, group in groupby(sorted(planes, key=_where), key=_where):
        yield from _equal([ZERO, *(p.form for p in group)], values, tolerance)


def _where(plane: Plane) -> tuple[int, int]:
    return plane.frame, plane.axis


def _equal(forms: Iterable[Form], values: Sequence[float], tolerance: float) -> Iterator[Form]:
    """Differences of forms that have one value, neighbours in order of value."""
    ordered = sorted(((form.at(values), k, form) for k, form in enumerate(forms)), key=lambda e: e[:2])
    places = np.array([value for value, _, _ in ordered])
    for k, (value, _, form) in enumerate(ordered):
        for other in range(k + 1, min(k + 1 + _CROWD, len(ordered))):
            if places[other] - value > 4.0 * tolerance:
                break
            difference = ordered[other][2] - form
            if difference.terms and places[other] - value <= tolerance * min(difference.weight, 4.0):
                yield difference


@final
class Fitted:
    """The slots' values under the relations taken in so far: least squares, and exact.

    A relation is taken in only while no slot has to move by more than the tolerance.
    """

    def __init__(self, values: Sequence[float], tolerance: float) -> None:
        self._given = np.array(values)
        self._values = self._given.copy()
        self._tolerance = tolerance
        self._basis = np.zeros((0, len(values)))

    @property
    def values(self) -> list[float]:
        """The slots under all relations."""
        return [float(v) for v in self._values]

    def take(self, relation: Form) -> bool:
        """Whether a relation holds beside the others; it is kept then. One that follows from them is not."""
        row = np.zeros(len(self._given))
        for slot, coefficient in relation.terms.items():
            row[slot] = float(coefficient)
        size = float(np.sqrt((row * row).sum()))
        for _ in range(2):
            row = row - self._basis.T @ (self._basis @ row)
        rest = float(np.sqrt((row * row).sum()))
        if rest < 1e-9 * size:
            return False
        row /= rest
        values = self._values - row * float(row @ self._values)
        if np.abs(values - self._given).max(initial=0.0) > self._tolerance:
            return False
        self._basis = np.concatenate([self._basis, row[None]])
        self._values = values
        return True
