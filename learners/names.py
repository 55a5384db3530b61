"""How systems and sizes are called where people write them. Loads no torch."""

from __future__ import annotations

from enum import Enum, unique
from typing import final


@unique
@final
class Named(Enum):
    """Systems, as one calls them on the command line."""

    CNN_AE = "cnn-ae"
    IM_AE = "im-ae"
    IM_AE_ORIGINAL = "im-ae-original"
    POINT_AE = "point-ae"
    """Of points on surfaces; latent-gan on it is a latent point-cloud GAN."""
    CNN_VAE = "cnn-vae"
    IM_VAE = "im-vae"
    CNN_WGAN = "cnn-wgan"
    IM_WGAN = "im-wgan"
    DCGAN = "dcgan"
    GAN_3D = "3d-gan"
    LATENT_GAN = "latent-gan"
    """On a kept autoencoder: CNN-GAN on cnn-ae, IM-GAN on im-ae."""
    CLASSIFIER = "classifier"
    """Of sets with classes; by its features other runs are measured."""
    SEQUENTIAL = "sequential"
    """Volumes written in several steps."""
    VOLUME_VAE = "volume-vae"
    """Volumes in one step, with as many weights."""
    VIEWS_NET = "views-net"
    """Volumes from three views, without chance."""
    MULTIVIEW = "multiview"
    """Volumes from pictures alone, seen through a learned projection."""
    MESH = "mesh"
    """Coloured meshes from pictures alone, through a renderer without gradients."""


@unique
@final
class Size(Enum):
    """How wide the nets are."""

    FULL = "full"
    """As published: for a GPU."""
    SMALL = "small"
    """A quarter as wide, with half as many numbers of a code: for a CPU."""


@unique
@final
class Known(Enum):
    """What the sequential model is told of a volume beforehand; a mesh may be told one view."""

    NOTHING = "nothing"
    CLASS = "class"
    ONE_VIEW = "1-view"
    TWO_VIEWS = "2-views"
    THREE_VIEWS = "3-views"
    SILHOUETTE = "silhouette"
    """What one camera sees, without how far it is."""


@unique
@final
class Side(Enum):
    """A side of a shape's box."""

    X = "+x"
    MINUS_X = "-x"
    Y = "+y"
    MINUS_Y = "-y"
    Z = "+z"
    MINUS_Z = "-z"

    @property
    def axis(self) -> int:
        """0 to 2."""
        return "xyz".index(self.value[1])

    @property
    def upper(self) -> bool:
        """Whether it is the side of the larger coordinates."""
        return self.value[0] == "+"
