"""Generators of random numbers that are known by where they are used, so that nothing of them has to be kept."""

from __future__ import annotations

from hashlib import blake2b

import torch


def generator(seed: int, *path: str | int, device: torch.device | str = "cpu") -> torch.Generator:
    """The generator of a place in a run, such as ("step", 17): the same for the same seed and path.

    A run that is resumed at step 17 draws there what it would have drawn, since no draw hangs on those before. torch's
    generator for CPUs takes 32 bits of its number: among 77,000 places two have the same draws at even odds.
    """
    key = "/".join([str(seed), *map(str, path)]).encode()
    number = int.from_bytes(blake2b(key, digest_size=8).digest(), "little") >> 1
    return torch.Generator(device=device).manual_seed(number)
