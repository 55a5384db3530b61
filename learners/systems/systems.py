"""Which systems there are."""

from __future__ import annotations

from typing import Final, TypeAlias, assert_never

from learners.systems.adversarial import Adversarial, AdversarialSystem
from learners.systems.autoencoder import Autoencoder, AutoencoderSystem
from learners.systems.classifier import Classifier, ClassifierSystem
from learners.systems.context import ClassContext
from learners.systems.latent import LatentGan, LatentSystem
from learners.systems.mesh import MeshFromPictures, MeshSystem
from learners.systems.multiview import Multiview, MultiviewSystem
from learners.systems.point_autoencoder import PointAutoencoder, PointAutoencoderSystem
from learners.systems.sequential.config import Sequential
from learners.systems.sequential.system import SequentialSystem
from learners.systems.system import System
from learners.systems.variational import VariationalAutoencoder, VariationalSystem
from learners.systems.views_net import ViewsNet, ViewsNetSystem
from learners.systems.volume_vae import VolumeVae, VolumeVaeSystem
from learners.systems.wasserstein import WassersteinGan, WassersteinSystem
from learners.weights import weights_of
from shapelang.diagnostics import UsageError

Config: TypeAlias = (
    Autoencoder
    | PointAutoencoder
    | VariationalAutoencoder
    | WassersteinGan
    | Adversarial
    | LatentGan
    | Classifier
    | Sequential
    | VolumeVae
    | ViewsNet
    | Multiview
    | MeshFromPictures
)


MOST_WEIGHTS: Final = 1 << 30
"""Of a system, 4 GiB; training holds them five times: their average, slopes and two moments."""


def built(config: Config) -> System:
    """A system with fresh weights, drawn from torch's generator of this thread.

    Raises UsageError for one of more than `MOST_WEIGHTS`, before memory is taken.
    """
    if (count := weights_of(lambda: _made(config).net)) > MOST_WEIGHTS:
        raise UsageError(
            f"this {type(config).__name__} would have {count:,} weights, and at most {MOST_WEIGHTS:,} are made"
        )
    return _made(config)


def cells_of(config: Config) -> tuple[int, int]:
    """Axes of the grids that a system learns from, and cells along each."""
    match config:
        case Autoencoder(encoder=grids) | VariationalAutoencoder(encoder=grids) | Classifier(encoder=grids):
            return grids.axes, grids.resolution
        case PointAutoencoder(encoder=grids):
            return grids.axes, grids.resolution
        case WassersteinGan(critic=grids) | Adversarial(discriminator=grids):
            return grids.axes, grids.resolution
        case LatentGan(autoencoder=below):
            return cells_of(below)
        case Sequential(writer=writer) | Multiview(writer=writer):
            return 3, writer.resolution
        case VolumeVae() | ViewsNet():
            return 3, config.resolution
        case MeshFromPictures():
            return 2, config.resolution
        case _:
            assert_never(config)


def classes_of(config: Config) -> int:
    """How many classes of shapes a system tells apart, or is told; 1 where it knows none."""
    match config:
        case Classifier(classes=classes) | Sequential(context=ClassContext(classes=classes)):
            return classes
        case LatentGan(prior=ClassContext(classes=classes)):
            return classes
        case Sequential() | Autoencoder() | VariationalAutoencoder() | WassersteinGan() | Adversarial() | LatentGan():
            return 1
        case PointAutoencoder() | VolumeVae() | ViewsNet() | Multiview() | MeshFromPictures():
            return 1
        case _:
            assert_never(config)


def only_in_training(config: Config) -> str | None:
    """How the names of the weights begin that nothing but training asks: those of what says how real a shape seems."""
    match config:
        case WassersteinGan() | LatentGan():
            return "critic."
        case Adversarial():
            return "discriminator."
        case Autoencoder() | VariationalAutoencoder() | Classifier() | Sequential() | VolumeVae() | ViewsNet():
            return None
        case PointAutoencoder() | Multiview() | MeshFromPictures():
            return None
        case _:
            assert_never(config)


def _made(config: Config) -> System:
    match config:
        case Autoencoder():
            return AutoencoderSystem(config)
        case PointAutoencoder():
            return PointAutoencoderSystem(config)
        case VariationalAutoencoder():
            return VariationalSystem(config)
        case WassersteinGan():
            return WassersteinSystem(config)
        case Adversarial():
            return AdversarialSystem(config)
        case LatentGan():
            return LatentSystem(config)
        case Classifier():
            return ClassifierSystem(config)
        case Sequential():
            return SequentialSystem(config)
        case VolumeVae():
            return VolumeVaeSystem(config)
        case ViewsNet():
            return ViewsNetSystem(config)
        case Multiview():
            return MultiviewSystem(config)
        case MeshFromPictures():
            return MeshSystem(config)
        case _:
            assert_never(config)
