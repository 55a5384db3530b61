"""A model of programs as a file: an .npz of its arrays, and of JSON that says what it was learned from.

The same model gives the same bytes. What decisions are told by (contexts, descriptors, candidates, outcomes, faults) is
code and stands in no file, so a file is of one version of it: read by another, its weights would mean nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, final

import numpy as np

from grammars.programs.candidates import FEATURES
from grammars.programs.events import KEYS, Descriptors, label
from grammars.programs.faults import FAULTS
from grammars.programs.gates import WEIGHTS, Fit, Gate
from grammars.programs.model import ProgramModel
from grammars.programs.program import Assembly
from grammars.programs.rows import MOST_NUMBERS, Examples, grade_descriptors, kernel_descriptors
from grammars.programs.text import written
from grammars.programs.walk import Slot
from shapelang.arrays import AnyArray
from shapelang.diagnostics import MeshError, UsageError
from shapelang.io.atomic import write_atomic
from shapelang.io.json_text import indented
from shapelang.io.limits import Limits
from shapelang.io.read.archive import Archive
from shapelang.io.read.npy import stored_array
from shapelang.io.read.source import MeshSource
from shapelang.io.voxels import deterministic_npz

SUFFIX: Final = ".programs"

VERSION: Final = 1
"""Of the file, and of all that a decision is told by: a test fails where that changes and this does not."""

_FORMAT: Final = "shapelang programs"

_ABOUT: Final = "about"

_LONGEST: Final = 1 << 16
"""Bytes of what is said of a model."""

_LIMITS: Final = Limits(file_bytes=1 << 30, unzipped_bytes=1 << 31, zip_entries=32)

_GATES: Final = ("choices", "numbers", "outcomes")

_LARGEST: Final = 1e6
"""Of a weight, a feature or a deviation: what is learned stays far below."""

_AGAIN: Final = f"learn the model again: shapelang learn CORPUS -o NAME{SUFFIX}"


class ModelFileError(UsageError):
    """A file that is no model of programs that can be read here: which, why, and what to do."""

    def __init__(self, name: str, cause: str, suggestion: str) -> None:
        super().__init__(f"{name}: {cause}\n  help: {suggestion}")


@final
@dataclass(frozen=True, slots=True)
class Origin:
    """What a model was learned from: how many programs, how many more were held out, SHA-256 of those learned from,
    the seed, how gates were fitted, and the version of shapelang.
    """

    programs: int
    held_out: int
    corpus: str
    seed: int
    fit: Fit
    shapelang: str


@final
@dataclass(frozen=True, slots=True, eq=False)
class Stored:
    """A model as it stands in a file of so many `size` bytes."""

    model: ProgramModel
    origin: Origin
    size: int
    sha256: str


def corpus_hash(programs: Sequence[Assembly]) -> str:
    """SHA-256 of the texts of programs, in their order."""
    digest = sha256()
    for program in programs:
        data = written(program).encode()
        digest.update(len(data).to_bytes(8, "little") + data)
    return digest.hexdigest()


def write_model(path: str | Path, model: ProgramModel, origin: Origin) -> int:
    """Write a model whole or not at all; its bytes. Raises UsageError."""
    content = model_bytes(model, origin)
    write_atomic(path, content)
    return len(content)


def model_bytes(model: ProgramModel, origin: Origin) -> bytes:
    """The file of a model."""
    examples, gates = model.examples, (model.choices, model.numbers, model.outcomes)
    about = {
        "format": _FORMAT,
        "version": VERSION,
        "labels": _labels(),
        "numbers": len(examples.values),
        "limits": [gate.limit for gate in gates],
        "origin": asdict(origin),
    }
    arrays = {name: gate.weights.astype("<f4") for name, gate in zip(_GATES, gates, strict=True)} | {
        "values": examples.values.astype("<f8"),
        "bases": examples.bases.astype("<f8"),
        "features": examples.features.astype("<f8"),
        "folds": examples.folds.astype("<i8"),
        "keys": np.stack(examples.keys).astype("<u8"),
        "entries": examples.entries.astype("<i8"),
        "deviations": examples.deviations.astype("<f8"),
        _ABOUT: np.frombuffer(indented(about), dtype=np.uint8),
    }
    return deterministic_npz(arrays)


def read_model(path: str | Path) -> Stored:
    """The model of a file. Raises ModelFileError where it cannot be opened, or holds none that fits together."""
    name = str(path)
    try:
        if Path(path).stat().st_size > _LIMITS.file_bytes:
            raise ModelFileError(name, f"the file has more than {_LIMITS.file_bytes:,} bytes", _AGAIN)
        data = Path(path).read_bytes()
    except OSError as error:
        raise ModelFileError(name, error.strerror or str(error), "give the name of a file that can be read") from None
    return model_of(data, name)


def model_of(data: bytes, name: str) -> Stored:
    """The model of a file's bytes; `name` is what errors call it. Raises ModelFileError."""
    try:
        return _read(MeshSource(name, data, _LIMITS), data, name)
    except MeshError as error:
        raise _damaged(name, error.message) from None


def _read(source: MeshSource, data: bytes, name: str) -> Stored:
    if not data.startswith(b"PK"):
        raise _foreign(name)
    archive = Archive(source, _LIMITS.array_ratio)
    about = archive.read(f"{_ABOUT}.npy")
    if about is None:
        raise _foreign(name)
    told = _about(name, stored_array(source, about, _ABOUT).tobytes())
    count, limits, origin = told.get("numbers"), _limits(told), _origin(told)
    if not isinstance(count, int) or not 0 <= count <= MOST_NUMBERS or limits is None or origin is None:
        raise _damaged(name, "what is said of the model has no sense")
    expected = _expected(count)
    if set(archive.names()) != {f"{each}.npy" for each in (_ABOUT, *expected)}:
        raise _damaged(name, "arrays are missing, or there are others")
    arrays = {each: _array(source, archive, each, *wanted) for each, wanted in expected.items()}
    _check(name, arrays, count)
    names = Descriptors()
    choices, numbers, outcomes = (Gate(arrays[each], limit) for each, limit in zip(_GATES, limits, strict=True))
    keys = arrays["keys"]
    examples = Examples(
        arrays["values"], arrays["bases"], arrays["features"], arrays["folds"], tuple(keys), arrays["entries"],
        arrays["deviations"],
    )  # fmt: skip
    kernel_sets, grades = kernel_descriptors(names), grade_descriptors(names)
    model = ProgramModel(names, choices, numbers, outcomes, examples, kernel_sets, grades)
    return Stored(model, origin, len(data), sha256(data).hexdigest())


def _foreign(name: str) -> ModelFileError:
    return ModelFileError(name, "that is no model of programs", f"`shapelang learn CORPUS -o NAME{SUFFIX}` writes one")


def _damaged(name: str, cause: str) -> ModelFileError:
    return ModelFileError(name, f"the file is damaged: {cause}", _AGAIN)


def _about(name: str, text: bytes) -> Mapping[str, Any]:
    """What is said of a model, of a version that can be read."""
    try:
        found = json.loads(text, parse_constant=_finite) if len(text) <= _LONGEST else None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or found.get("format") != _FORMAT:
        raise _foreign(name)
    version = found.get("version")
    if version != VERSION:
        newer = isinstance(version, int) and version > VERSION
        raise ModelFileError(
            name,
            f"the file is of version {str(version)[:20]}, and this shapelang reads version {VERSION}",
            f"install a newer shapelang, or {_AGAIN}" if newer else _AGAIN,
        )
    if found.get("labels") != _labels():
        raise ModelFileError(name, "it was learned under a Python that numbers contexts otherwise", _AGAIN)
    return found


def _finite(word: str) -> float:
    raise ValueError(word)


def _labels() -> str:
    """Tells whether contexts have the same numbers here: they come from Python's hash of tuples of whole numbers."""
    return f"{label(1, -1, 1 << 40, 7) ^ label(-2, hash((3, 1, 2))):016x}"


def _expected(numbers: int) -> dict[str, tuple[str, tuple[int, ...]]]:
    """The type and the shape of each array."""
    return {name: ("<f4", (WEIGHTS,)) for name in _GATES} | {
        "values": ("<f8", (numbers,)),
        "bases": ("<f8", (numbers,)),
        "features": ("<f8", (numbers, FEATURES)),
        "folds": ("<i8", (numbers,)),
        "keys": ("<u8", (KEYS, numbers)),
        "entries": ("<i8", (KEYS * numbers,)),
        "deviations": ("<f8", (len(Slot), FEATURES)),
    }


def _array(source: MeshSource, archive: Archive, name: str, kind: str, shape: tuple[int, ...]) -> AnyArray:
    """One array, to be written to as those of a model that was learned are."""
    found = stored_array(source, archive.read(f"{name}.npy") or b"", name)
    if found.dtype != np.dtype(kind) or found.shape != shape:
        raise source.broken(f"'{name}' is {found.dtype} of {found.shape}, not {np.dtype(kind)} of {shape}")
    return np.array(found, dtype=np.dtype(kind).newbyteorder("="), order="C")


def _check(name: str, arrays: Mapping[str, AnyArray], numbers: int) -> None:
    """Numbers that no loop can go astray with."""
    lows = {"values": 0.0, "bases": 1.0, "folds": 0.0, "entries": 0.0, "deviations": 1e-9}
    highs = {"entries": float(numbers - 1)}
    for each, array in arrays.items():
        low, high = lows.get(each, -_LARGEST), highs.get(each, _LARGEST)
        if each != "keys" and array.size and not (array.min() >= low and array.max() <= high):
            raise _damaged(name, f"'{each}' holds what is beyond {low:g} to {high:g}")
    if bool((arrays["keys"][:, 1:] < arrays["keys"][:, :-1]).any()):
        raise _damaged(name, "'keys' are in no order")


def _limits(told: Mapping[str, Any]) -> list[int] | None:
    """The limit of each gate, None where they are none."""
    match told.get("limits"):
        case [int(a), int(b), int(c)] if all(0 <= limit < FAULTS for limit in (a, b, c)):
            return [a, b, c]
        case _:
            return None


def _origin(told: Mapping[str, Any]) -> Origin | None:
    match told.get("origin"):
        case {
            "programs": int(programs),
            "held_out": int(held_out),
            "corpus": str(corpus),
            "seed": int(seed),
            "fit": {"passes": int(passes), "rate": float(rate), "decay": float(decay)},
            "shapelang": str(shapelang),
        }:
            return Origin(programs, held_out, corpus, seed, Fit(passes, rate, decay), shapelang)
        case _:
            return None
