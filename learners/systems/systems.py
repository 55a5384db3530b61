"""Which systems there are."""

from __future__ import annotations

from typing import TypeAlias

from learners.systems.autoencoder import Autoencoder, AutoencoderSystem
from learners.systems.system import System

Config: TypeAlias = Autoencoder


def built(config: Config) -> System:
    """A system with fresh weights, drawn from torch's generator of this thread."""
    return AutoencoderSystem(config)
