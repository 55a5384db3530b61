"""What a sequential model consists of."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias, final

from learners.bounds import Cells, Patch, Times, Views, Width
from learners.systems.context import ClassContext, NoContext
from learners.systems.system import Adam


@final
@dataclass(frozen=True, slots=True)
class ViewContext:
    """So many fixed cameras' pictures of depth are known (1 to 3); code: numbers that they are encoded in."""

    views: Views
    code: Width
    width: Width


@final
@dataclass(frozen=True, slots=True)
class SilhouetteContext:
    """Where a camera that looks along x sees something is known, and not how far it is. code, width: as of views."""

    code: Width
    width: Width


Context: TypeAlias = NoContext | ClassContext | ViewContext | SilhouetteContext


@final
@dataclass(frozen=True, slots=True)
class WholeRead:
    """Each step reads volume and canvas whole, by convolutions. width: channels of the first."""

    code: Width
    width: Width


@final
@dataclass(frozen=True, slots=True)
class PatchRead:
    """The volume is read whole once; each step reads a patch of volume and canvas by a volumetric spatial transformer.

    patch: its cells along each axis.
    """

    code: Width
    width: Width
    patch: Patch


Read: TypeAlias = WholeRead | PatchRead


class Place(Enum):
    """What may be done to a patch where it is read or written: any affine map, or scales and shifts along axes."""

    AFFINE = "affine"
    AXIAL = "axial"


@final
@dataclass(frozen=True, slots=True)
class Writer:
    """What turns latents into a canvas, step after step, with the same weights in each.

    steps: T. latents: standard normal numbers a step. hidden: of the LSTM. patch: cells along each axis of what a step
    writes. features: channels of the canvas.
    """

    resolution: Cells
    steps: Times
    latents: Width = 10
    hidden: Width = 300
    patch: Patch = 10
    features: Width = 1
    place: Place = Place.AFFINE


@final
@dataclass(frozen=True, slots=True)
class Sequential:
    """The sequential model of binary volumes: the canvas holds their log-odds."""

    writer: Writer
    read: Read
    context: Context
    adam: Adam
