"""Zip archives that nobody trusts: entries, sizes and ratios bounded before and while they are unpacked."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import Final, final

from shapelang.io.read.source import MeshSource, shown

_DAMAGED: Final = (
    zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, struct.error, NotImplementedError, RuntimeError,
    OverflowError, IndexError,
)  # fmt: skip
"""What Python's zipfile raises on damaged archives (RuntimeError: encrypted)."""
_SMALL: Final = 2**20
"""Entries below this may have any ratio: there is no harm in them."""


@final
class Archive:
    """The entries of a zip file. Every method raises MeshError alone."""

    __slots__ = ("_entries", "_ratio", "_source", "_zip")

    def __init__(self, source: MeshSource, ratio: int) -> None:
        """`ratio`: how many times its packed size an entry may have."""
        self._source, self._ratio = source, ratio
        # The directory at the end may point anywhere: what it can list is bounded by its own size.
        if source.data.count(b"PK\x01\x02") > source.limits.zip_entries:
            raise source.too_large("entries in the archive", "some", source.limits.zip_entries)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(source.data))
            entries = self._zip.infolist()
        except _DAMAGED as error:
            raise source.broken(f"the archive is damaged: {shown(str(error))}", "end of file") from None
        self._check(entries)
        self._entries = {entry.filename.lstrip("/"): entry for entry in entries}

    def _check(self, entries: list[zipfile.ZipInfo]) -> None:
        limits, source = self._source.limits, self._source
        if len(entries) > limits.zip_entries:
            raise source.too_large("entries in the archive", len(entries), limits.zip_entries)
        total = sum(entry.file_size for entry in entries)
        if total > limits.unzipped_bytes:
            raise source.too_large("bytes unpacked", total, limits.unzipped_bytes)
        for entry in entries:
            ratio = entry.file_size // max(1, entry.compress_size)
            if entry.file_size > _SMALL and ratio > self._ratio:
                place = f"byte {entry.header_offset}, {shown(entry.filename)}"
                raise source.too_large("times the packed size", ratio, self._ratio, place)

    def names(self) -> list[str]:
        """Names of all entries."""
        return list(self._entries)

    def read(self, name: str) -> bytes | None:
        """The bytes of an entry; None where there is none."""
        entry = self._entries.get(name.lstrip("/"))
        if entry is None:
            return None
        place = f"byte {entry.header_offset}, {shown(name)}"
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise self._source.unsupported(f"compression {entry.compress_type} of the archive", place)
        try:
            # zipfile stops at the size that the directory states, which was checked.
            return self._zip.read(entry)
        except _DAMAGED as error:
            raise self._source.broken(f"the archive is damaged: {shown(str(error))}", place) from None
