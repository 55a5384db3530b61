"""Addresses of choices: the path of names, with loop indices, to the name a choice is bound to.

`back`, `prop[3]/u`, `trunk/child[1]/child[0]/spread`. A draw depends on the seed and on this text alone, so a program
may grow elsewhere without any other choice changing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import final

from shapelang.chance.errors import AddressError

_SEGMENT = re.compile(r"([^\W\d]\w*)((?:\[(?:0|[1-9][0-9]{0,17})\])*)")
_INDEX = re.compile(r"\d+")


@final
@dataclass(frozen=True, slots=True)
class Segment:
    """One step of a path: a name and its loop indices, outermost first."""

    name: str
    indices: tuple[int, ...] = ()

    def __str__(self) -> str:
        return indexed(self.name, *self.indices)


def indexed(name: str, *indices: int) -> str:
    """`prop[3]` of a name and its loop indices."""
    return name + "".join(f"[{index}]" for index in indices)


def join(*parts: str) -> str:
    """One path of several; empty parts (the program itself) are left out."""
    return "/".join(part for part in parts if part)


def parse(address: str) -> tuple[Segment, ...]:
    """The steps of an address.

    Raises:
        AddressError: the text is not one.
    """
    return tuple(_segment(address, text) for text in address.split("/"))


def _segment(address: str, text: str) -> Segment:
    found = _SEGMENT.fullmatch(text)
    if found is None:
        raise AddressError(f"'{address}' is no address: '{text}' is not a name with indices, as in prop[3]/u")
    return Segment(found[1], tuple(int(digits) for digits in _INDEX.findall(found[2])))


def valid(address: str) -> bool:
    """Whether a text is an address."""
    return all(_SEGMENT.fullmatch(text) is not None for text in address.split("/"))


@lru_cache(maxsize=65536)
def key(address: str) -> int:
    """The 64-bit key of an address: BLAKE2b (RFC 7693) with a digest of 8 bytes over its UTF-8, little-endian."""
    return int.from_bytes(blake2b(address.encode("utf-8"), digest_size=8).digest(), "little")
