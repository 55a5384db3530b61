"""The header of a PLY: which elements with which properties follow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, final

from shapelang.io.read.source import MeshSource, shown

Encoding: TypeAlias = Literal["ascii", "binary_little_endian", "binary_big_endian"]

TYPES: Final = {
    "char": "i1", "uchar": "u1", "short": "i2", "ushort": "u2", "int": "i4", "uint": "u4", "float": "f4",
    "double": "f8", "int8": "i1", "uint8": "u1", "int16": "i2", "uint16": "u2", "int32": "i4", "uint32": "u4",
    "float32": "f4", "float64": "f8",
}  # fmt: skip
"""Names of types, and NumPy's codes without byte order."""

LONGEST: Final = 2**20
"""Bytes of a header; comments included, nobody needs more."""


@final
@dataclass(frozen=True, slots=True)
class Property:
    """One number of an element (`length` None), or a list of them preceded by its length."""

    name: str
    type: str
    length: str | None


@final
@dataclass(frozen=True, slots=True)
class Element:
    """`count` records with these properties, in order."""

    name: str
    count: int
    properties: tuple[Property, ...]


@final
@dataclass(frozen=True, slots=True)
class Header:
    """`size`: bytes up to the body; `lines`: lines up to the body."""

    encoding: Encoding
    elements: tuple[Element, ...]
    size: int
    lines: int


def read_header(source: MeshSource) -> Header:
    """Raises MeshError M103 with the line."""
    lines, size = _header_lines(source)
    encoding: Encoding | None = None
    elements: list[tuple[str, int, list[Property]]] = []
    for number, line in enumerate(lines[1:], 2):
        match line.split():
            case ["format", "ascii" | "binary_little_endian" | "binary_big_endian" as named, _]:
                encoding = named
            case ["element", name, count] if count.isascii() and count.isdigit() and len(count) < 19:
                elements.append((name, int(count), []))
            case ["property", "list", length, kind, name] if (
                elements and TYPES.get(length, "f")[0] != "f" and kind in TYPES
            ):
                elements[-1][2].append(Property(name, TYPES[kind], TYPES[length]))
            case ["property", kind, name] if elements and kind in TYPES:
                elements[-1][2].append(Property(name, TYPES[kind], None))
            case [] | ["comment" | "obj_info", *_] | ["end_header"]:
                pass
            case _:
                raise source.broken(f"a header cannot have {shown(line)}", f"line {number}")
    if encoding is None:
        raise source.broken("the header has no format", "line 2")
    made = tuple(Element(name, count, tuple(properties)) for name, count, properties in elements)
    for element in made:
        if len({p.name for p in element.properties}) < len(element.properties):
            raise source.broken(f"element {shown(element.name)} has two properties of one name", "header")
    return Header(encoding, made, size, len(lines))


def _header_lines(source: MeshSource) -> tuple[list[str], int]:
    """Lines up to and with `end_header`, and where the body begins."""
    at, lines = 0, list[str]()
    while at < min(len(source.data), LONGEST):
        end = source.data.find(b"\n", at, LONGEST)
        alone = source.data.find(b"\r", at, LONGEST if end < 0 else end)
        # A lone carriage return ends a line too (old Macs); in `\r\n` it belongs to the newline.
        if 0 <= alone and alone + 1 != end:
            end = alone
        if end < 0:
            break
        lines.append(source.data[at:end].decode("latin-1").strip())
        at = end + 1
        if lines[-1] == "end_header":
            return lines, at
    raise source.broken("the header has no end", f"line {len(lines) + 1}", "the file was cut off, or is no PLY")
