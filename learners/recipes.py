"""Settings that are known to work, by a system's name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, Literal, TypeAlias, assert_never

from learners.critics.convolutional import ConvolutionalCritic, Norm
from learners.decoders.batch_normed import BatchNormedDecoder
from learners.decoders.cloud import CloudDecoder
from learners.decoders.convolutional import ConvolutionalDecoder
from learners.decoders.decoder import Decoder, Probable
from learners.decoders.implicit import ImprovedImplicitDecoder, OriginalImplicitDecoder
from learners.encoders.convolutional import ConvolutionalEncoder
from learners.encoders.points import PointEncoder
from learners.names import Known, Named, Size
from learners.systems.adversarial import Adversarial
from learners.systems.autoencoder import Autoencoder, Progressive, Stage
from learners.systems.classifier import Classifier
from learners.systems.context import ClassContext, NoContext
from learners.systems.latent import Coder, LatentGan
from learners.systems.mesh import MeshFromPictures
from learners.systems.point_autoencoder import PointAutoencoder
from learners.systems.sequential.recipe import Volumes, volumes_recipe
from learners.systems.system import Adam
from learners.systems.systems import Config
from learners.systems.variational import VariationalAutoencoder
from learners.systems.wasserstein import WassersteinGan
from shapelang.diagnostics import UsageError

Autoencoding: TypeAlias = Literal[Named.CNN_AE, Named.IM_AE, Named.IM_AE_ORIGINAL]

_WIDTH: Final = 32
_CODE: Final = 256
_CODE_ORIGINAL: Final = 128
"""Of the implicit decoder as first published (IM-NET, 2019)."""
_POINTS: Final = {2: 1024, 3: 4096}
_NOISE: Final = 0.6
"""On what a discriminator of binary pictures sees. With 0.3 or none it was right of all after 150 steps and the
generator drew one picture only; so it did where the discriminator rested (docs/learners.md)."""
_FEW: Final = 512
"""Points a shape where a net sees each by itself and is to learn on a CPU: more shapes a second teach more."""
_TINY: Final = 32 * 32
"""Cells of pictures, such as digits, up to which an implicit decoder is narrower on a CPU: twice to eight times the
steps a second, and less left of the error after 15 s (docs/learners.md)."""
_WASSERSTEIN: Final = Adam(1e-4, 0.5, 0.9)


def recipe(name: Named, size: Size, axes: int, resolution: int, volumes: Volumes | None = None) -> Config:
    """The settings of a system for grids of so many axes and cells along each.

    Raises UsageError where the grid cannot be halved to 4 cells, for a system that learns from no such grids, or that
    stands upon another run (`latent_recipe`).
    """
    match name:
        case Named.CNN_AE | Named.IM_AE | Named.IM_AE_ORIGINAL:
            return _autoencoder(name, size, axes, resolution)
        case Named.POINT_AE:
            return _points(size, axes, resolution)
        case Named.CNN_VAE | Named.IM_VAE:
            return _variational(name, size, axes, resolution)
        case Named.CNN_WGAN | Named.IM_WGAN:
            return _wasserstein(name, size, axes, resolution)
        case Named.DCGAN | Named.GAN_3D:
            return _adversarial(name, size, axes, resolution)
        case Named.LATENT_GAN:
            raise UsageError("latent-gan stands upon the run of an autoencoder: name it by --on DIR")
        case Named.CLASSIFIER:
            raise UsageError("a classifier learns from sets with classes, such as digits: see `classifier_recipe`")
        case Named.SEQUENTIAL | Named.VOLUME_VAE | Named.VIEWS_NET | Named.MULTIVIEW:
            return volumes_recipe(name, size, axes, resolution, volumes or Volumes())
        case Named.MESH:
            return _mesh(size, axes, resolution, (volumes or Volumes()).known)
        case _:
            assert_never(name)


def progressive(config: Config, stages: Sequence[tuple[int, int]]) -> Autoencoder:
    """The same autoencoder, taught from coarser grids first. stages: cells along a side, and for how many steps.

    Raises UsageError for other systems, and for grids that are not coarser.
    """
    if not isinstance(config, Autoencoder) or isinstance(config.points, Progressive):
        raise UsageError("--coarse is for im-ae and im-ae-original, which decode any point")
    found, until = list[Stage](), 0
    for cells, steps in stages:
        until += steps
        found.append(Stage(cells, min(config.points, cells**config.encoder.axes), until))
    return replace(config, points=Progressive(tuple(found), config.points))


def latent_recipe(
    size: Size, autoencoder: Coder, folder: str, sha256: str, known: Known = Known.NOTHING, classes: int = 1
) -> LatentGan:
    """A latent GAN on the autoencoder of a run (`upon`); at full width 128-2048-2048-code, as IM-GAN has it.

    classes: of its set, where the class is known. Raises UsageError where there are none, or something else is known.
    """
    if known not in (Known.NOTHING, Known.CLASS):
        raise UsageError(f"latent-gan takes --known class, not {known.value}: it sees codes alone")
    if known is Known.CLASS and classes == 1:
        raise UsageError("--known class: the shapes of this set have no classes")
    width, adam = (2048, _WASSERSTEIN) if size is Size.FULL else (512, Adam(2e-4, 0.5, 0.9))
    prior = ClassContext(classes) if known is Known.CLASS else NoContext()
    return LatentGan(autoencoder, folder, sha256, 128, width, adam, prior)


def classifier_recipe(size: Size, axes: int, resolution: int, classes: int) -> Classifier:
    """A classifier of grids; its features are 64 numbers at either size, so that distances by them are alike."""
    if classes < 2:
        raise UsageError("a classifier learns from sets with classes, such as digits, and all of this set is of one")
    encoder = ConvolutionalEncoder(axes, resolution, 64, 2 * _width(size))
    return Classifier(encoder, classes, Adam(1e-3 if size is Size.SMALL else 3e-4))


def _autoencoder(name: Autoencoding, size: Size, axes: int, resolution: int) -> Autoencoder:
    narrowed = 1 if size is Size.FULL else 4
    code = _CODE_ORIGINAL if name is Named.IM_AE_ORIGINAL or size is Size.SMALL else _CODE
    encoder = ConvolutionalEncoder(axes, resolution, code, _WIDTH // narrowed)
    if size is Size.FULL:
        return Autoencoder(encoder, _decoder(name, 1, encoder), _published(axes, resolution), Adam(5e-5, 0.5))
    cells = resolution**axes
    decoder = _decoder(name, 16 if cells <= _TINY else narrowed, encoder)
    # What is narrower takes larger steps than IM-NET's; a convolutional net decodes all cells for any of them.
    if isinstance(decoder, ConvolutionalDecoder):
        return Autoencoder(encoder, decoder, _POINTS[axes], Adam(2e-3, 0.9))
    return Autoencoder(encoder, decoder, min(_FEW, cells // 8), Adam(2e-3 if cells <= _TINY else 1e-3, 0.9))


def _published(axes: int, resolution: int) -> int:
    """Points of a shape in an update: 16³, 2 · 16³, 32³ and 4 · 32³ of solids of 16³, 32³, 64³ and 128³ cells (IM-NET,
    section 3.1).
    """
    if axes == 2:
        return _POINTS[axes]
    cells = resolution**axes
    return max(min(cells, _POINTS[axes]), cells // (4 if resolution <= 32 else 8 if resolution <= 64 else 16))


def _decoder(name: Autoencoding, narrowed: int, encoder: ConvolutionalEncoder) -> Decoder:
    match name:
        case Named.CNN_AE:
            return ConvolutionalDecoder(encoder.axes, encoder.resolution, encoder.code, encoder.width)
        case Named.IM_AE_ORIGINAL:
            return OriginalImplicitDecoder(encoder.axes, encoder.code, narrowed)
        case Named.IM_AE:
            return ImprovedImplicitDecoder(encoder.axes, encoder.code, narrowed)


def _points(size: Size, axes: int, resolution: int) -> PointAutoencoder:
    full = size is Size.FULL
    code, points, width = (_CODE, 2048, 128) if full else (_CODE // 2, _FEW, 64)
    encoder = PointEncoder(axes, resolution, code, points, width, 4 if full else 2, 4)
    return PointAutoencoder(encoder, CloudDecoder(axes, resolution, code, points, 2 * code), Adam(5e-4))


def _variational(name: Named, size: Size, axes: int, resolution: int) -> VariationalAutoencoder:
    code = 64 if size is Size.FULL else 32
    cells = resolution**axes
    encoder = ConvolutionalEncoder(axes, resolution, 2 * code, _width(size))
    decoder = _probable(name is Named.IM_VAE, size, axes, resolution, code)
    if size is Size.FULL:
        return VariationalAutoencoder(encoder, decoder, _POINTS[axes], Adam(1e-4))
    points = _POINTS[axes] if isinstance(decoder, ConvolutionalDecoder) else min(_POINTS[axes], cells // 4)
    return VariationalAutoencoder(encoder, decoder, points, Adam(1e-3 if cells <= _TINY else 5e-4))


def _wasserstein(name: Named, size: Size, axes: int, resolution: int) -> WassersteinGan:
    generator = _probable(name is Named.IM_WGAN, size, axes, resolution, 128)
    critic = ConvolutionalCritic(axes, resolution, 2 * _width(size), Norm.NONE)
    if size is Size.FULL:
        return WassersteinGan(generator, critic, _WASSERSTEIN)
    implicit, cells = name is Named.IM_WGAN, resolution**axes
    drawn = cells // 8 if implicit else None
    if axes == 3:
        return WassersteinGan(generator, critic, Adam(2e-4, 0.5, 0.9), cells=drawn)
    # Of a few hundred steps generators of pictures make nothing but grey, or a mean of all, with less.
    rate = (4e-3 if implicit else 2e-3) if cells <= _TINY else (2e-3 if implicit else 1e-3)
    # Pictures gain by more steps in the same time (docs/learners.md).
    narrow = ConvolutionalCritic(axes, resolution, _width(size), Norm.NONE)
    if implicit:
        generator = OriginalImplicitDecoder(axes, 128, 16)
    return WassersteinGan(generator, narrow, Adam(rate, 0.5, 0.9), updates=2, cells=drawn)


def _adversarial(name: Named, size: Size, axes: int, resolution: int) -> Adversarial:
    wanted = 2 if name is Named.DCGAN else 3
    if axes != wanted:
        raise UsageError(f"{name.value} learns from grids of {wanted} axes, and these have {axes}; {_other(name)} does")
    width = 2 * _width(size)
    discriminator = ConvolutionalCritic(axes, resolution, width, Norm.BATCH)
    if name is Named.DCGAN:
        adam = Adam(2e-4, 0.5)
        return Adversarial(BatchNormedDecoder(axes, resolution, 100, width), discriminator, adam, adam, noise=_NOISE)
    generator = BatchNormedDecoder(axes, resolution, 200, width)
    if size is Size.FULL:
        return Adversarial(generator, discriminator, Adam(2.5e-3, 0.5), Adam(1e-5, 0.5), 0.8)
    return Adversarial(generator, discriminator, Adam(5e-4, 0.5), Adam(2e-4, 0.5), noise=_NOISE)


def _mesh(size: Size, axes: int, resolution: int, known: Known) -> MeshFromPictures:
    if axes != 2:
        raise UsageError("mesh learns from pictures in colour: --data primitive-pictures")
    full = size is Size.FULL
    code, width, hidden, samples = (256, 32, 512, 64) if full else (128, 16, 256, 32)
    adam = Adam(3e-4 if full else 1e-3)
    return MeshFromPictures(resolution, known, 10, code, width, hidden, samples, 0.1, 0.1, 0.01, 16.0, adam)


def _other(name: Named) -> str:
    return Named.GAN_3D.value if name is Named.DCGAN else Named.DCGAN.value


def _width(size: Size) -> int:
    return _WIDTH if size is Size.FULL else _WIDTH // 4


def _probable(implicit: bool, size: Size, axes: int, resolution: int, code: int) -> Probable:
    """A decoder that a sigmoid ends. Every cell is decoded in every update: the implicit one is narrower on a CPU."""
    if implicit:
        narrowed = 16 if resolution**axes <= _TINY else 8
        return OriginalImplicitDecoder(axes, code, 1 if size is Size.FULL else narrowed)
    return ConvolutionalDecoder(axes, resolution, code, 2 * _width(size))
