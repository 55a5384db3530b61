"""3MF: objects of meshes and components, as the build places them; numbers stay in the file's unit.

(3MF Core Specification 1.3; `path` of components after the Production Extension 1.1.)
"""

from __future__ import annotations

import posixpath
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, TypeAlias, final

import numpy as np

from shapelang.geometry.pose import Vec3
from shapelang.io.read.affine import IDENTITY, Affine
from shapelang.io.read.archive import Archive
from shapelang.io.read.mesh_data import MeshData, RawGroup, finished
from shapelang.io.read.source import MeshSource, shown
from shapelang.io.read.xml_stream import stream

Address: TypeAlias = tuple[str, str]
"""Entry of the archive, and id in it."""

_LARGEST: Final = 2**31


@final
@dataclass(frozen=True, slots=True, eq=False)
class _Use:
    """An object placed: in another object, or in the build."""

    address: Address
    affine: Affine
    place: str


@final
@dataclass(frozen=True, slots=True, eq=False)
class _Object:
    """A mesh, or components, or neither; filled while it is parsed."""

    name: str
    material: Address | None
    place: str
    uses: list[_Use] = field(default_factory=list[_Use])
    positions: array[float] = field(default_factory=lambda: array("d"))
    faces: array[int] = field(default_factory=lambda: array("q"))


@final
@dataclass(frozen=True, slots=True, eq=False)
class _Model:
    """All that the parsed entries define. `materials` are lists of (name, colour) by the id of their group."""

    objects: dict[Address, _Object] = field(default_factory=dict[Address, _Object])
    build: list[_Use] = field(default_factory=list[_Use])
    materials: dict[Address, list[tuple[str, Vec3 | None]]] = field(
        default_factory=dict[Address, list[tuple[str, "Vec3 | None"]]]
    )


def read_3mf(source: MeshSource) -> MeshData:
    """One group an instance of a mesh. Raises MeshError."""
    archive = Archive(source, source.limits.zip_ratio)
    model = _Model()
    main = _main_entry(source, archive)
    waiting, done = [main], set[str]()
    while waiting:
        entry = waiting.pop()
        if entry in done:
            continue
        done.add(entry)
        data = archive.read(entry)
        if data is None:
            raise source.broken(f"the archive has no entry {shown(entry)}", shown(entry))
        reader = _Reader(source, model, entry, is_main=entry == main)
        stream(source, data, entry, reader)
        waiting.extend(sorted(reader.others))
    _check_size(source, model)
    return finished(source, "3mf", _groups(source, model))


def _main_entry(source: MeshSource, archive: Archive) -> str:
    """The model: where every writer puts it, else the first that could be one."""
    models = [name for name in archive.names() if name.lower().endswith(".model")]
    if not models:
        raise source.broken("the archive has no model: it is no 3MF", "end of file", "unpack it and give one mesh file")
    return next((name for name in models if name.lower() == "3d/3dmodel.model"), models[0])


@final
class _Reader:
    """Takes the elements of one entry. `others` are entries that its components name."""

    __slots__ = ("_entry", "_is_main", "_material_group", "_model", "_object", "_source", "others")

    def __init__(self, source: MeshSource, model: _Model, entry: str, *, is_main: bool) -> None:
        self._source, self._model, self._entry, self._is_main = source, model, entry, is_main
        self._object: _Object | None = None
        self._material_group: list[tuple[str, Vec3 | None]] | None = None
        self.others: set[str] = set()

    def start(self, name: str, attributes: dict[str, str], place: str) -> None:
        """See `xml_stream.Handler`."""
        here = self._object
        match name:
            case "vertex" if here is not None:
                here.positions.extend(self._number(attributes, axis, place) for axis in "xyz")
            case "triangle" if here is not None:
                here.faces.extend(self._integer(attributes, corner, place) for corner in ("v1", "v2", "v3"))
            case "object":
                self._enter(attributes, place)
            case "component" if here is not None:
                here.uses.append(self._use(attributes, place))
            case "item" if self._is_main:
                self._model.build.append(self._use(attributes, place))
            case "basematerials":
                self._material_group = self._model.materials.setdefault((self._entry, attributes.get("id", "")), [])
            case "base" if self._material_group is not None:
                color = _color(attributes.get("displaycolor", ""))
                self._material_group.append((attributes.get("name", ""), color))
            case _:
                pass

    def end(self, name: str) -> None:
        """See `xml_stream.Handler`."""
        if name == "object" and self._object is not None:
            self._check(self._object)
            self._object = None
        elif name == "basematerials":
            self._material_group = None

    def _enter(self, attributes: dict[str, str], place: str) -> None:
        address = (self._entry, self._text(attributes, "id", place))
        if address in self._model.objects:
            raise self._source.broken(f"two objects have the id {shown(address[1])}", place)
        group, index = attributes.get("pid"), attributes.get("pindex", "0")
        material = (group, index) if group is not None else None
        self._object = _Object(attributes.get("name", ""), material, place)
        self._model.objects[address] = self._object

    def _check(self, made: _Object) -> None:
        positions, faces = _arrays(made)
        self._source.check_counts(len(positions), len(faces), made.place)
        self._source.check_points(positions, lambda row: f"{made.place}, vertex {row}")
        if len(faces) and (int(faces.min()) < 0 or int(faces.max()) >= len(positions)):
            worst = int(faces.min()) if int(faces.min()) < 0 else int(faces.max())
            raise self._source.bad_index(worst, len(positions), made.place)

    def _use(self, attributes: dict[str, str], place: str) -> _Use:
        entry = self._entry
        path = next((value for key, value in attributes.items() if key.rpartition(":")[2] == "path"), None)
        if path is not None:
            entry = posixpath.normpath(path).lstrip("/")
            self.others.add(entry)
        return _Use((entry, self._text(attributes, "objectid", place)), self._affine(attributes, place), place)

    def _affine(self, attributes: dict[str, str], place: str) -> Affine:
        text = attributes.get("transform")
        if text is None:
            return IDENTITY
        try:
            numbers = [float(word) for word in text.split()]
        except ValueError:
            numbers = []
        if len(numbers) != 12:
            raise self._source.broken(f"a transform needs 12 numbers, found {shown(text)}", place)
        return Affine.of_rows(numbers)

    def _text(self, attributes: dict[str, str], key: str, place: str) -> str:
        if key not in attributes:
            raise self._source.broken(f"the attribute {key!r} is missing", place)
        return attributes[key]

    def _number(self, attributes: dict[str, str], key: str, place: str) -> float:
        text = self._text(attributes, key, place)
        try:
            return float(text)
        except ValueError:
            raise self._source.broken(f"{key} is no number: {shown(text)}", place) from None

    def _integer(self, attributes: dict[str, str], key: str, place: str) -> int:
        text = self._text(attributes, key, place)
        try:
            value = int(text)
        except ValueError:
            raise self._source.broken(f"{key} is no whole number: {shown(text)}", place) from None
        if abs(value) > _LARGEST:
            raise self._source.broken(f"{key} is too large: {shown(text)}", place)
        return value


def _arrays(made: _Object) -> tuple[np.ndarray, np.ndarray]:
    return (
        np.frombuffer(made.positions, np.float64).reshape(-1, 3),
        np.frombuffer(made.faces, np.int64).reshape(-1, 3),
    )


def _color(text: str) -> Vec3 | None:
    """`#RRGGBB` or `#RRGGBBAA`, sRGB."""
    if len(text) not in (7, 9) or text[0] != "#":
        return None
    try:
        red, green, blue = (int(text[k : k + 2], 16) / 255.0 for k in (1, 3, 5))
    except ValueError:
        return None
    return (red, green, blue)


@final
@dataclass(frozen=True, slots=True)
class _Size:
    """What an object comes to when all its components are carried out; no count is above `_LARGEST`."""

    nodes: int
    vertices: int
    faces: int


def _check_size(source: MeshSource, model: _Model) -> None:
    """Count before carrying out: a chain of objects that each use the one before twice has 2ⁿ instances."""
    sizes: dict[Address, _Size] = {}
    total = [0, 0, 0]
    for use in model.build:
        size = _size(source, model, use, sizes)
        total = [total[0] + size.nodes, total[1] + size.vertices, total[2] + size.faces]
    if total[0] > source.limits.nodes:
        raise source.too_large("instances", total[0], source.limits.nodes)
    source.check_counts(total[1], total[2])


def _size(source: MeshSource, model: _Model, use: _Use, sizes: dict[Address, _Size]) -> _Size:
    """The size of what one use refers to, on a stack of its own; raises MeshError on cycles and unknown ids."""
    open_: set[Address] = set()
    stack = [(use, False)]
    while stack:
        here, is_back = stack.pop()
        if here.address in sizes:
            continue
        found = _object(source, model, here)
        if is_back:
            below = [sizes[inner.address] for inner in found.uses]
            sizes[here.address] = _Size(
                min(_LARGEST, 1 + sum(size.nodes for size in below)),
                min(_LARGEST, len(found.positions) // 3 + sum(size.vertices for size in below)),
                min(_LARGEST, len(found.faces) // 3 + sum(size.faces for size in below)),
            )
            open_.discard(here.address)
            continue
        if here.address in open_:
            raise source.broken(f"object {shown(here.address[1])} is a component of itself", here.place)
        open_.add(here.address)
        stack.append((here, True))
        stack.extend((inner, False) for inner in found.uses)
    return sizes[use.address]


def _object(source: MeshSource, model: _Model, use: _Use) -> _Object:
    found = model.objects.get(use.address)
    if found is None:
        raise source.broken(f"object {shown(use.address[1])} does not exist", use.place)
    return found


def _groups(source: MeshSource, model: _Model) -> Iterator[RawGroup]:
    stack: list[tuple[_Use, Affine, tuple[str, ...]]] = [(use, IDENTITY, ()) for use in reversed(model.build)]
    while stack:
        use, outer, above = stack.pop()
        found, affine = _object(source, model, use), use.affine.then(outer)
        path: tuple[str, ...] = (*above, found.name) if found.name else above
        if len(path) > 4 * source.limits.depth:
            raise source.too_large("levels of components", len(path), 4 * source.limits.depth, use.place)
        positions, faces = _arrays(found)
        if len(faces):
            moved = affine.apply(positions)
            name, color = _material(model, use.address[0], found)
            source.check_points(moved, lambda row: f"vertex {row} of an instance")
            yield RawGroup(path, name, color, moved, faces[:, ::-1] if affine.mirrors() else faces)
        stack.extend((inner, affine, path) for inner in reversed(found.uses))


def _material(model: _Model, entry: str, made: _Object) -> tuple[str | None, Vec3 | None]:
    if made.material is None:
        return None, None
    group = model.materials.get((entry, made.material[0]), [])
    index = made.material[1]
    if not (index.isascii() and index.isdigit() and len(index) < 10 and int(index) < len(group)):
        return None, None
    name, color = group[int(index)]
    return name or None, color
