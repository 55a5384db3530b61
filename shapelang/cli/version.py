"""The version of this installation."""

from __future__ import annotations


def version() -> str:
    """Such as `0.1.0`."""
    # Loading the reader of metadata takes 20 ms, which only those who ask should pay.
    from importlib import metadata

    return metadata.version("shapelang")
