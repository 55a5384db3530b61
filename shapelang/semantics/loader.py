"""Where `use` finds programs: beside the file that names them, never outside the root folder; `std/` is the library."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from importlib import resources
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import Final, Protocol, final

from shapelang.diagnostics import UsageError
from shapelang.syntax.source import Source

MAX_FILES = 256
MAX_DEPTH = 64
MAX_BYTES = 4 * 1024 * 1024
STANDARD: Final = "std/"
"""What the paths of the library begin with."""


class LoadError(Exception):
    """A used file cannot be had; the message says why."""


class Loader(Protocol):
    """Finds the source that `use "path"` names, seen from another source."""

    def load(self, path: str, beside: str) -> Source:
        """The source; raises LoadError with the cause."""
        ...


def read_source(path: Path, name: str | None = None) -> Source:
    """Reads a program file; raises UsageError that says what is wrong with it."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise UsageError(f"{path}: larger than {MAX_BYTES // 1024 // 1024} MiB, the limit for a program")
        return Source(name or str(path), path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: not UTF-8 text (byte {error.start})") from None
    except IsADirectoryError:
        raise UsageError(f"{path}: is a folder, not a program") from None
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or error}") from None


@final
@dataclass(frozen=True, slots=True)
class FileLoader:
    """Reads files under one root folder. Symbolic links that lead outside are refused."""

    root: Path
    _cache: dict[str, Source] = field(default_factory=dict[str, Source], repr=False)

    def load(self, path: str, beside: str) -> Source:
        """See `Loader`."""
        if path.startswith(STANDARD):
            return _standard(path, self._cache)
        if "\0" in path or "\\" in path or os.path.isabs(path):
            raise LoadError("a used path is relative, with '/' between folders")
        wanted = (Path(beside).parent / path).resolve()
        root = self.root.resolve()
        if not wanted.is_relative_to(root):
            raise LoadError(f"'{path}' lies outside the program's folder")
        key = str(wanted)
        if key not in self._cache:
            try:
                self._cache[key] = read_source(wanted, os.path.relpath(wanted))
            except UsageError as error:
                raise LoadError(_cause(error, wanted)) from None
        return self._cache[key]


@final
@dataclass(frozen=True, slots=True)
class TextLoader:
    """Has the texts of files, by their paths from the program's folder, and reads no file but the library's."""

    texts: Mapping[str, str]
    _cache: dict[str, Source] = field(default_factory=dict[str, Source], repr=False)

    def load(self, path: str, beside: str) -> Source:
        """See `Loader`."""
        if path.startswith(STANDARD):
            return _standard(path, self._cache)
        key = normpath(join(dirname(beside), path))
        if key not in self.texts:
            raise LoadError(f"no file '{key}' is kept with the program")
        return self._cache.setdefault(key, Source(key, self.texts[key]))


def standard_digest() -> str:
    """SHA-256 of the library's files, as it is installed."""
    digest = sha256()
    for file in sorted((resources.files("shapelang") / "stdlib").iterdir(), key=lambda file: file.name):
        if file.name.endswith(".shape"):
            digest.update(f"{file.name}\0".encode() + file.read_bytes() + b"\0")
    return digest.hexdigest()


def _standard(path: str, cache: dict[str, Source]) -> Source:
    name = path.removeprefix(STANDARD)
    folder = resources.files("shapelang") / "stdlib"
    known = sorted(f.name for f in folder.iterdir() if f.name.endswith(".shape"))
    if name not in known:
        raise LoadError(f"the library has no '{name}'; it has {', '.join(known)}")
    if path not in cache:
        cache[path] = Source(path, (folder / name).read_text(encoding="utf-8"))
    return cache[path]


def _cause(error: UsageError, wanted: Path) -> str:
    text = str(error)
    if "No such file" not in text:
        return text
    found = sorted(f.name for f in wanted.parent.glob("*.shape")) if wanted.parent.is_dir() else []
    near = f"; the folder has {', '.join(found[:8])}" if found else ""
    return f"no file '{wanted.name}'{near}"
