"""The one uniform number of a choice: a hash of (seed, address, salt).

Counter-based: any draw of any seed is had without the others. The mixer is Stafford's variant 13 of the MurmurHash3
finaliser, as in SplitMix64 (G. Steele, D. Lea, C. Flood, "Fast splittable pseudorandom number generators", OOPSLA
2014), applied three times: to the seed, then with the address's key, then with the salt. With any two of them fixed it
is a bijection of the third on 64 bits.

A seed is a 64-bit integer: a Python int (taken modulo 2**64), or for lanes an array of uint64, one seed a variant. Both
give the same bits.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from shapelang.geometry.pose import Real
from shapelang.numbers import Numbers

Seed: TypeAlias = "int | NDArray[np.uint64]"

_MASK = (1 << 64) - 1
_GOLDEN = 0x9E3779B97F4A7C15  # 2**64 / golden ratio, odd: the increment of SplitMix64
_M1 = 0xBF58476D1CE4E5B9
_M2 = 0x94D049BB133111EB
_STEP = 2.0**-53


def uniform(n: Numbers, seed: Seed, address_key: int, salt: int = 0) -> Real:
    """One uniform number, strictly between 0 and 1.

    (2k + 1) · 2**−53 with k the upper 52 bits of the hash, that is (k + ½) · 2**−52: 53 bits, of which the last is 1,
    so that neither 0 nor 1 occurs, u and 1 − u are both exact, and both have the same distribution.
    """
    return (2.0 * n.real(hash64(seed, address_key, salt) >> 12) + 1.0) * _STEP


def hash64(seed: Seed, address_key: int, salt: int = 0) -> Seed:
    """64 bits of (seed, address, salt)."""
    if isinstance(seed, int):
        return _mixed(_mixed(_mixed(seed & _MASK) ^ (address_key & _MASK)) ^ (salt & _MASK))
    place, attempt = np.uint64(address_key & _MASK), np.uint64(salt & _MASK)
    return _mixed_lanes(_mixed_lanes(_mixed_lanes(seed.astype(np.uint64, copy=False)) ^ place) ^ attempt)


def retry_salt(salt: int, address_key: int, attempt: int) -> int:
    """The salt of the run at an address in its given attempt; attempt 0 leaves the salt as it is.

    Nested: the salt of an inner run comes from that of the outer one, so redrawing the outer redraws the inner.
    """
    if attempt == 0:
        return salt
    return _mixed(_mixed((salt ^ address_key) & _MASK) ^ attempt)


def _mixed(x: int) -> int:
    x = (x + _GOLDEN) & _MASK
    x = ((x ^ (x >> 30)) * _M1) & _MASK
    x = ((x ^ (x >> 27)) * _M2) & _MASK
    return x ^ (x >> 31)


def _mixed_lanes(x: NDArray[np.uint64]) -> NDArray[np.uint64]:
    x = x + np.uint64(_GOLDEN)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(_M1)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(_M2)
    return x ^ (x >> np.uint64(31))
