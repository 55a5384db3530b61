"""Which systems there are."""

from __future__ import annotations

from typing import TypeAlias, assert_never

from learners.systems.adversarial import Adversarial, AdversarialSystem
from learners.systems.autoencoder import Autoencoder, AutoencoderSystem
from learners.systems.classifier import Classifier, ClassifierSystem
from learners.systems.latent import LatentGan, LatentSystem
from learners.systems.multiview import Multiview, MultiviewSystem
from learners.systems.sequential.config import Sequential
from learners.systems.sequential.system import SequentialSystem
from learners.systems.system import System
from learners.systems.variational import VariationalAutoencoder, VariationalSystem
from learners.systems.views_net import ViewsNet, ViewsNetSystem
from learners.systems.volume_vae import VolumeVae, VolumeVaeSystem
from learners.systems.wasserstein import WassersteinGan, WassersteinSystem

Config: TypeAlias = (
    Autoencoder
    | VariationalAutoencoder
    | WassersteinGan
    | Adversarial
    | LatentGan
    | Classifier
    | Sequential
    | VolumeVae
    | ViewsNet
    | Multiview
)


def built(config: Config) -> System:
    """A system with fresh weights, drawn from torch's generator of this thread."""
    match config:
        case Autoencoder():
            return AutoencoderSystem(config)
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
        case _:
            assert_never(config)
