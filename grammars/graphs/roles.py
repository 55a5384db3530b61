"""What the parts of a chair are, told from their role, place and size alone: no set of programs has labels.

The seat is the flat part that carries most, at the height where one sits. What stands on the ground below it is a leg,
or a base where it is one column; what is below and does not reach the ground is a stretcher. Above it, at the end
where most is, stands the back; what is above it at the sides and before the back is an arm.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from grammars.graphs.pieces import Piece, around
from shapelang.geometry.box import Box

ROLES: Final = ("seat", "back", "leg", "base", "stretcher", "arm")
_GROUND: Final = 0.04
"""Of the height: what ends below that stands on the ground."""


def with_roles(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """The pieces of a chair, +Y up, called by their roles; which way it faces does not matter."""
    if not pieces:
        return ()
    whole = around(pieces)
    boxes = [piece.bounds for piece in pieces]
    seat = _seat(boxes, whole)
    backward = _backward(boxes, boxes[seat], whole)
    slab = _slab(boxes, seat, whole)
    return tuple(
        replace(piece, label="seat" if k in slab else _role(box, boxes, slab, whole, backward))
        for k, (piece, box) in enumerate(zip(pieces, boxes, strict=True))
    )


def _seat(boxes: Sequence[Box], whole: Box) -> int:
    """The part most like a seat: wide and deep, flat, between a fifth and seven tenths of the height."""

    def worth(box: Box) -> float:
        (w, h, d), (W, H, D) = box.size, whole.size
        middle = (box.centre[1] - whole.low[1]) / max(H, 1e-9)
        spread = w * d / max(W * D, 1e-9)
        flat = max(0.0, 1.0 - h / max(0.5 * (w + d), 1e-9))
        return spread * (0.3 + flat) * (1.0 if 0.2 <= middle <= 0.7 else 0.15)

    return max(range(len(boxes)), key=lambda k: worth(boxes[k]))


def _slab(boxes: Sequence[Box], seat: int, whole: Box) -> frozenset[int]:
    """The seat, and what lies in or on it: cushions, frames."""
    main = boxes[seat]
    low, high = main.low[1] - 0.02 * whole.size[1], main.high[1] + 0.08 * whole.size[1]
    found = {seat}
    for k, box in enumerate(boxes):
        spread = box.size[0] * box.size[2] / max(main.size[0] * main.size[2], 1e-9)
        if (
            low <= box.centre[1] <= high
            and box.size[1] <= 0.2 * whole.size[1]
            and (spread > 0.08 or box.high[1] <= high)
        ):
            found.add(k)
    return frozenset(found)


def _backward(boxes: Sequence[Box], seat: Box, whole: Box) -> float:
    """+1 or −1: the end of z at which most stands high above the seat."""
    middle, level = whole.centre[2], seat.high[1] + 0.35 * (whole.high[1] - seat.high[1])
    pull = sum((box.centre[2] - middle) * box.size[0] * max(box.high[1] - max(level, box.low[1]), 0.0) for box in boxes)
    return 1.0 if pull > 0 else -1.0


def _role(box: Box, boxes: Sequence[Box], slab: frozenset[int], whole: Box, backward: float) -> str:
    low = min(boxes[k].low[1] for k in slab)
    top = max(boxes[k].high[1] for k in slab)
    height, depth = whole.size[1], whole.size[2]
    above = box.high[1] - top
    below = low - box.low[1]
    # What goes past the seat on both sides is where most of it is: back posts that are hind legs are legs.
    if above > max(below, 0.0) or (above > 0.04 * height and below < 0.02 * height):
        behind = backward * (box.centre[2] - whole.centre[2]) > 0.22 * depth
        if behind or (box.size[0] > 0.5 * whole.size[0] and box.size[2] < 0.5 * depth):
            return "back"
        aside = abs(box.centre[0] - whole.centre[0]) > 0.22 * whole.size[0]
        return "arm" if aside else "back"
    if box.low[1] <= whole.low[1] + _GROUND * height:
        central = abs(box.centre[0] - whole.centre[0]) < 0.12 * whole.size[0]
        return "base" if central and abs(box.centre[2] - whole.centre[2]) < 0.2 * depth else "leg"
    central = abs(box.centre[0] - whole.centre[0]) < 0.06 * whole.size[0]
    upright = box.size[1] > 1.5 * max(box.size[0], box.size[2])
    return "base" if central and upright else "stretcher"
