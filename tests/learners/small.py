"""Small systems that train in milliseconds."""

from __future__ import annotations

from pathlib import Path

from learners.critics.convolutional import ConvolutionalCritic, Norm
from learners.data.sets import Data, LetterA
from learners.decoders.batch_normed import BatchNormedDecoder
from learners.decoders.cloud import CloudDecoder
from learners.decoders.convolutional import ConvolutionalDecoder
from learners.decoders.decoder import Decoder
from learners.decoders.implicit import ImprovedImplicitDecoder, OriginalImplicitDecoder
from learners.encoders.convolutional import ConvolutionalEncoder
from learners.encoders.points import PointEncoder
from learners.generation.model import Model, model_of
from learners.systems.adversarial import Adversarial
from learners.systems.autoencoder import Autoencoder
from learners.systems.context import NoContext
from learners.systems.latent import LatentGan
from learners.systems.point_autoencoder import PointAutoencoder
from learners.systems.system import Adam
from learners.systems.systems import Config, built
from learners.systems.variational import VariationalAutoencoder
from learners.systems.wasserstein import WassersteinGan
from learners.training.run import Run
from learners.training.trained import TrainedSystem
from learners.training.upon import upon

CODE = 8
DECODERS: tuple[Decoder, ...] = (
    OriginalImplicitDecoder(2, CODE, 64),
    ImprovedImplicitDecoder(2, CODE, 64),
    ConvolutionalDecoder(2, 64, CODE, 2),
)


def run(decoder: Decoder = DECODERS[0], seed: int = 0) -> Run:
    """An autoencoder of the wandering letter, a few hundred weights wide."""
    encoder = ConvolutionalEncoder(2, 64, CODE, 2)
    return Run(Autoencoder(encoder, decoder, 256, Adam(1e-2, 0.5)), LetterA(), 4, seed)


def systems() -> dict[str, Config]:
    """One of each kind that stands on nothing else, some hundred weights wide, on pictures of 64 x 64."""
    encoder, adam = ConvolutionalEncoder(2, 64, 2 * CODE, 2), Adam(1e-3, 0.5)
    plain, normed = (ConvolutionalCritic(2, 64, 2, norm) for norm in (Norm.NONE, Norm.BATCH))
    implicit, convolutional = OriginalImplicitDecoder(2, CODE, 64), ConvolutionalDecoder(2, 64, CODE, 2)
    return {
        "point-ae": PointAutoencoder(PointEncoder(2, 64, CODE, 20, 8, 2, 2), CloudDecoder(2, 64, CODE, 24, 8), adam),
        "cnn-vae": VariationalAutoencoder(encoder, convolutional, 64 * 64, adam),
        "im-vae": VariationalAutoencoder(encoder, implicit, 256, adam),
        "cnn-wgan": WassersteinGan(convolutional, plain, adam, 2),
        "im-wgan": WassersteinGan(implicit, plain, adam, 2, cells=100),
        "dcgan": Adversarial(BatchNormedDecoder(2, 64, CODE, 2), normed, adam, adam, 0.8, 0.3),
    }


def untrained(run: Run) -> TrainedSystem:
    """A system that has learned nothing."""
    system = built(run.system)
    system.net.eval()
    return TrainedSystem(run, system, 0)


def fresh(config: Config, data: Data) -> Model:
    """What it can do."""
    return model_of(untrained(Run(config, data, 1)))


def latent(folder: Path) -> LatentGan:
    """A latent GAN on the autoencoder of a folder."""
    below = upon(folder)
    return LatentGan(below.autoencoder, str(folder), below.sha256, 4, 16, Adam(1e-3, 0.5), NoContext(), 2)
