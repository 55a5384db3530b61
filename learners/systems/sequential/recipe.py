"""Settings of the sequential model and of what it is held against."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, assert_never, final

from learners.data.motion import SIDE
from learners.names import Known, Named, Size
from learners.systems.context import ClassContext, NoContext
from learners.systems.multiview import Multiview
from learners.systems.sequential.config import (
    Context,
    PatchRead,
    Place,
    Sequential,
    SilhouetteContext,
    ViewContext,
    WholeRead,
    Writer,
)
from learners.systems.sequential.net import SequentialNet
from learners.systems.system import Adam
from learners.systems.views_net import ViewsNet
from learners.systems.volume_vae import VolumeVae, VolumeVaeNet
from learners.weights import weights_of
from shapelang.diagnostics import UsageError

_CODE: Final = 128


@final
@dataclass(frozen=True, slots=True)
class Volumes:
    """What the systems of volumes are told besides: times of writing, what is known, classes of the set."""

    writes: int = 6
    known: Known = Known.NOTHING
    classes: int = 1


def volumes_recipe(
    name: Named, size: Size, axes: int, resolution: int, volumes: Volumes
) -> Sequential | VolumeVae | ViewsNet | Multiview:
    """The settings of a system of volumes; raises UsageError where the set is none, or lacks what is to be known."""
    if axes != 3:
        raise UsageError(f"{name.value} learns from volumes, and these are pictures")
    if volumes.known is Known.CLASS and volumes.classes == 1:
        raise UsageError("--known class: the shapes of this set have no classes")
    match name:
        case Named.SEQUENTIAL:
            return sequential(size, volumes.writes, volumes.known, volumes.classes, resolution)
        case Named.VOLUME_VAE:
            return one_step(size, volumes.writes, resolution)
        case Named.VIEWS_NET:
            return views_net(size, resolution)
        case Named.MULTIVIEW:
            return multiview(size, volumes.writes, resolution)
        case _:
            raise ValueError(f"{name.value} is no system of volumes")


def sequential(size: Size, steps: int, known: Known, classes: int, resolution: int = SIDE) -> Sequential:
    """The sequential model of so many steps. classes: of the set, where the class is known."""
    match size:
        case Size.FULL:
            read, adam, place = WholeRead(2 * _CODE, 32), Adam(3e-4), Place.AFFINE
        case Size.SMALL:
            read, adam, place = PatchRead(_CODE, 8, 10), Adam(1e-3, beta2=0.99), Place.AXIAL
        case _:
            assert_never(size)
    width = 32 if size is Size.FULL else 8
    return Sequential(Writer(resolution, steps, patch=16, place=place), read, _context(known, classes, width), adam)


def one_step(size: Size, steps: int, resolution: int = SIDE) -> VolumeVae:
    """The one-step VAE with as many latents in all and as many weights as the sequential model of so many steps."""
    wanted = sequential(size, steps, Known.NOTHING, 1, resolution)
    width = 32 if size is Size.FULL else 16
    narrow = VolumeVae(resolution, steps * wanted.writer.latents, 1, width, wanted.adam)
    one, two = (weights_of(lambda hidden=hidden: VolumeVaeNet(replace(narrow, hidden=hidden))) for hidden in (1, 2))
    hidden = 1 + round((weights_of(lambda: SequentialNet(wanted)) - one) / (two - one))
    return replace(narrow, hidden=max(hidden, 1))


def views_net(size: Size, resolution: int = SIDE) -> ViewsNet:
    """The deterministic net."""
    match size:
        case Size.FULL:
            return ViewsNet(resolution, 2 * _CODE, 32, Adam(3e-4))
        case Size.SMALL:
            return ViewsNet(resolution, _CODE, 8, Adam(1e-3))
        case _:
            assert_never(size)


def multiview(size: Size, steps: int, resolution: int = SIDE) -> Multiview:
    """Three known views, ten pictures to draw, of fewer on a CPU."""
    match size:
        case Size.FULL:
            writer = Writer(resolution, steps, patch=16, features=8)
            return Multiview(writer, ViewContext(3, 2 * _CODE, 32), 10, 2 * _CODE, 32, 16, Adam(3e-4))
        case Size.SMALL:
            writer = Writer(resolution, steps, patch=16, features=4, place=Place.AXIAL)
            return Multiview(writer, ViewContext(3, _CODE, 8), 4, _CODE, 8, 4, Adam(1e-3))
        case _:
            assert_never(size)


def _context(known: Known, classes: int, width: int) -> Context:
    match known:
        case Known.NOTHING:
            return NoContext()
        case Known.CLASS:
            return ClassContext(classes)
        case Known.ONE_VIEW | Known.TWO_VIEWS | Known.THREE_VIEWS:
            views = 1 + (Known.ONE_VIEW, Known.TWO_VIEWS, Known.THREE_VIEWS).index(known)
            return ViewContext(views, _CODE, width)
        case Known.SILHOUETTE:
            return SilhouetteContext(_CODE, width)
        case _:
            assert_never(known)
