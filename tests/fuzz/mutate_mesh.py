"""Mutated files of meshes, points and voxels: reading gives valid data or a MeshError, within five seconds.

    python -m tests.fuzz.mutate_mesh --count 20000

Case n of a seed is always the same file: `--only N` runs one of them and shows what happens.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import re
import resource
import signal
import struct
import time
import warnings
import zipfile
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import assert_never

import numpy as np

from shapelang.diagnostics import MeshError
from shapelang.io.glb import glb_bytes
from shapelang.io.obj import obj_bytes
from shapelang.io.off import off_bytes
from shapelang.io.ply import ply_bytes
from shapelang.io.read import MeshData, PointData, ShapeData, VoxelData, read_shape
from shapelang.io.stl import stl_bytes
from tests.io.mesh_files import FILES, glb, mesh_xml, model, threemf
from tests.io.sampled_files import SAMPLED, npz
from tests.io.shapes import table

LIMIT_SECONDS = 5
MEMORY = 4 * 2**30

NUMBERS = (
    "nan", "-inf", "1e308", "-1e308", "1e-320", "4294967295", "4294967296", "-1", "0", "2147483648",
    "1e999", "9223372036854775808", "-9223372036854775809", "1" * 400, "0x10", "1_0", "١", "", "--1", "3.0", "5126",
    "5121", "64",
)  # fmt: skip
NUMBER = re.compile(rb"-?\d+(?:\.\d+)?(?:e-?\d+)?")


def seeds() -> dict[str, bytes]:
    """Valid files to begin with; the name's extension is the format."""
    made = FILES | SAMPLED
    assembly = table()
    writers = {"obj": obj_bytes, "ply": ply_bytes, "stl": stl_bytes, "off": off_bytes, "glb": glb_bytes}
    made |= {f"table.{kind}": write(assembly) for kind, write in writers.items()}
    use = '<component objectid="1" transform="1 0 0 0 1 0 0 0 1 2 0 0"/>'
    pair = f'<object id="2"><components>{use}{use}</components></object>'
    made["components.3mf"] = threemf(model(mesh_xml() + pair, '<item objectid="2"/><item objectid="1"/>'))
    return made


def flip_bit(data: bytearray, dice: random.Random) -> None:
    at = dice.randrange(len(data))
    data[at] ^= 1 << dice.randrange(8)


def delete(data: bytearray, dice: random.Random) -> None:
    at = dice.randrange(len(data))
    del data[at : at + dice.choice((1, 1, 2, 4, 16, 100))]


def insert(data: bytearray, dice: random.Random) -> None:
    at = dice.randrange(len(data) + 1)
    data[at:at] = dice.randbytes(dice.choice((1, 2, 4, 16)))


def fill(data: bytearray, dice: random.Random) -> None:
    at, size = dice.randrange(len(data)), dice.choice((1, 2, 4, 8, 64))
    data[at : at + size] = bytes([dice.choice((0xFF, 0x00, 0x7F, 0x80))]) * size


def repeat(data: bytearray, dice: random.Random) -> None:
    at, size = dice.randrange(len(data)), dice.choice((1, 4, 16, 64))
    data[at:at] = data[at : at + size] * dice.choice((1, 2, 50))


def cut(data: bytearray, dice: random.Random) -> None:
    del data[dice.randrange(len(data)) :]


def swap_number(data: bytearray, dice: random.Random) -> None:
    """A number in a text becomes another one."""
    found = list(NUMBER.finditer(bytes(data[:20000])))
    if found:
        one = dice.choice(found)
        data[one.start() : one.end()] = dice.choice(NUMBERS).encode()


def swap_value(data: bytearray, dice: random.Random) -> None:
    """A 32-bit number in the bytes becomes another one."""
    at = dice.randrange(max(1, len(data) - 4)) & ~1
    value = dice.choice((0x7FC00000, 0x7F800000, 0xFFFFFFFF, 0x80000000, 0x7FFFFFFF, 0x00010000, 0x7F7FFFFF, 1))
    data[at : at + 4] = struct.pack(dice.choice(("<I", ">I")), value)


MUTATIONS: tuple[Callable[[bytearray, random.Random], None], ...] = (
    flip_bit, flip_bit, delete, insert, fill, repeat, swap_number, swap_number, swap_number, swap_number, swap_value,
    swap_value, swap_value, cut,
)  # fmt: skip


def mutated(data: bytes, dice: random.Random) -> bytes:
    """One to eight mutations, one most often: what is damaged twice is refused for the first."""
    made = bytearray(data)
    for _ in range(dice.choice((1, 1, 1, 1, 2, 3, 8))):
        if made:
            dice.choice(MUTATIONS)(made, dice)
    return bytes(made)


def mutated_inside(data: bytes, dice: random.Random) -> bytes:
    """Mutations behind the outermost checks: of the JSON or the buffer of a GLB, of the entries of an archive."""
    if data.startswith(b"glTF"):
        (length,) = struct.unpack_from("<I", data, 12)
        text, blob = data[20 : 20 + length], data[28 + length :]
        if dice.random() < 0.3:
            return glb(text, mutated(blob, dice))
        if dice.random() < 0.5:
            return glb(json.dumps(odd_json(json.loads(text), dice)).encode(), blob)
        return glb(mutated(text, dice), blob)
    if data.startswith(b"{") and dice.random() < 0.7:
        return json.dumps(odd_json(json.loads(data), dice)).encode()
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = {name: archive.read(name) for name in archive.namelist()}
        if "3D/3dmodel.model" in entries:
            return threemf(mutated(entries["3D/3dmodel.model"], dice))
        changed = dice.choice(sorted(entries))
        return npz(entries | {changed: mutated(entries[changed], dice)})
    return mutated(data, dice)


def odd_json(document: object, dice: random.Random) -> object:
    """The document with one value somewhere replaced, removed or doubled."""
    places: list[tuple[object, object]] = []
    stack = [document]
    while stack:
        here = stack.pop()
        items = here.items() if isinstance(here, dict) else enumerate(here) if isinstance(here, list) else ()
        for key, value in items:
            places.append((here, key))
            stack.append(value)
    for _ in range(dice.randint(1, 3)):
        parent, key = dice.choice(places)
        odd = dice.choice((None, True, -1, 0, 1, 3, 7, 2**31, 2**53, 1.5, 1e300, "x", [], {}, [0], [[]], 5125, "VEC3"))
        if isinstance(parent, dict):
            parent[key] = odd
        elif isinstance(parent, list) and isinstance(key, int) and key < len(parent):
            parent[key] = odd
    return document


def case(number: int, seed: int, files: dict[str, bytes]) -> tuple[str, bytes]:
    """Name and bytes of one case."""
    dice = random.Random(f"{seed} {number}")
    name = sorted(files)[number % len(files)]
    return name, (mutated_inside if dice.random() < 0.5 else mutated)(files[name], dice)


class Overtime(BaseException):
    """Not an Exception, so that no reader can take it for one of its own."""


@contextmanager
def deadline(seconds: int) -> Generator[None]:
    """Raises Overtime inside when it lasts longer."""

    def late(number: int, frame: FrameType | None) -> None:
        raise Overtime

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@dataclass(frozen=True, slots=True)
class Outcome:
    """`kind`: "read", a code of MeshError, or the name of a fault; `fault` says more about a fault."""

    kind: str
    fault: str | None = None


def outcome(name: str, data: bytes) -> Outcome:
    """What reading does."""
    try:
        with deadline(LIMIT_SECONDS), warnings.catch_warnings():
            # A warning would stand on the user's screen beside the error.
            warnings.simplefilter("error")
            found = read_shape(data, name)
    except MeshError as error:
        return Outcome(error.code) if str(error) else Outcome("no message", "an error without a message")
    except Overtime:
        return Outcome("overtime", f"more than {LIMIT_SECONDS} s")
    except Exception as error:  # any other exception is what the fuzzer looks for
        return Outcome("exception", f"{type(error).__name__}: {error}")
    faults = faults_of(found)
    return Outcome("invalid", "; ".join(faults)) if faults else Outcome("read")


def faults_of(found: ShapeData) -> list[str]:
    """What a valid result may not be."""
    match found:
        case MeshData():
            return faults_of_mesh(found)
        case PointData():
            return faults_of_points(found)
        case VoxelData():
            return faults_of_voxels(found)
        case _:
            assert_never(found)


def faults_of_points(cloud: PointData) -> list[str]:
    faults: list[str] = []
    if len(cloud.points) == 0 or not (np.abs(cloud.points) <= 1e12).all():
        faults.append("no points, or points not finite or too large")
    normals = cloud.normals
    if normals is not None and (
        normals.shape != cloud.points.shape or np.abs((normals * normals).sum(axis=1) - 1.0).max() > 1e-9
    ):
        faults.append("normals not of length 1")
    return faults


def faults_of_voxels(grid: VoxelData) -> list[str]:
    faults: list[str] = []
    if grid.occupied.ndim != 3 or not grid.occupied.any():
        faults.append("no full cell")
    if not np.isfinite([*grid.origin, *grid.pitch]).all() or min(grid.pitch) <= 0.0:
        faults.append("a frame that is none")
    labels = grid.labels
    if labels is not None and (labels.min() < 0 or labels.max() > len(grid.label_names)):
        faults.append("labels without names")
    return faults


def faults_of_mesh(mesh: MeshData) -> list[str]:
    faults: list[str] = []
    if not mesh.groups:
        faults.append("no groups")
    for group in mesh.groups:
        if len(group.faces) == 0 or group.faces.min() < 0 or group.faces.max() >= len(group.positions):
            faults.append("faces empty or out of range")
            continue
        if len(np.unique(group.faces)) != len(group.positions):
            faults.append("unused vertices")
        if not np.isfinite(group.positions).all() or np.abs(group.positions).max() > 1e12:
            faults.append("positions not finite, or too large")
        corners = group.positions[group.faces]
        if (corners == np.roll(corners, 1, axis=1)).all(axis=2).any():
            faults.append("degenerate faces")
        if (group.positions.dtype, group.faces.dtype) != (np.float64, np.int32):
            faults.append("wrong types")
    return faults


def run(count: int, seed: int, first: int = 0) -> tuple[Counter[tuple[str, str]], list[str], float]:
    """(format, kind) → how often; the faults; the longest time of one case in seconds."""
    files, found = seeds(), Counter[tuple[str, str]]()
    faults: list[str] = []
    longest = 0.0
    for number in range(first, first + count):
        name, data = case(number, seed, files)
        start = time.perf_counter()
        result = outcome(name, data)
        longest = max(longest, time.perf_counter() - start)
        found[name.rpartition(".")[2], result.kind] += 1
        if result.fault is not None:
            faults.append(f"case {number} ({name}): {result.kind}: {result.fault}")
    return found, faults, longest


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", type=int, metavar="N")
    arguments = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    if arguments.only is not None:
        name, data = case(arguments.only, arguments.seed, seeds())
        print(f"{name}: {len(data)} bytes: {data[:2000]!r}")
        print(read_shape(data, name))
        return 0
    start = time.perf_counter()
    found, faults, longest = run(arguments.count, arguments.seed)
    kinds = sorted({kind for _, kind in found})
    print("format  " + "".join(f"{kind:>10}" for kind in kinds))
    for name in sorted({name for name, _ in found}):
        print(f"{name:8}" + "".join(f"{found[name, kind]:10,}" for kind in kinds))
    print(f"{arguments.count:,} cases in {time.perf_counter() - start:.0f} s, the longest took {longest * 1e3:.0f} ms")
    print("\n".join(faults) or "no crash, no other exception, nothing overtime, no invalid mesh")
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
