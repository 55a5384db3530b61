"""Addresses: read, written, refused, and their keys."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shapelang.chance.address import Segment, indexed, join, key, parse, valid
from shapelang.chance.errors import AddressError
from shapelang.diagnostics import ShapelangError

NAMES = st.from_regex(r"[a-z_][a-z0-9_]{0,6}", fullmatch=True)
SEGMENTS = st.builds(Segment, NAMES, st.lists(st.integers(0, 10**12), max_size=3).map(tuple))


@given(st.lists(SEGMENTS, min_size=1, max_size=6))
def test_what_is_joined_is_parsed_back(segments: list[Segment]) -> None:
    assert parse(join(*map(str, segments))) == tuple(segments)


def test_examples() -> None:
    assert parse("trunk/child[1]/child[0]/spread") == (
        Segment("trunk"), Segment("child", (1,)), Segment("child", (0,)), Segment("spread"),
    )  # fmt: skip
    assert indexed("slat", 3, 0) == "slat[3][0]"
    assert join("", "prop[3]", "u") == "prop[3]/u"
    assert join("", "back") == "back"


@pytest.mark.parametrize(
    "text", ["", "/", "a/", "/a", "a//b", "a[", "a[]", "a[01]", "a[-1]", "[0]", "3a", "a b", "a[0]b", "a\n"]
)
def test_what_is_no_address_is_refused(text: str) -> None:
    assert not valid(text)
    with pytest.raises(AddressError, match="no address"):
        parse(text)


def test_errors_are_of_the_family() -> None:
    assert issubclass(AddressError, ShapelangError)


def test_keys_are_blake2b() -> None:
    assert key("back") == 0xA268154DB481E555
    for address in ("back", "prop[3]/u", "lehne/höhe"):
        assert key(address) == int.from_bytes(hashlib.blake2b(address.encode(), digest_size=8).digest(), "little")
