"""`make bench-fields`: fields on grids and at points, ratios within one run; least times, since machines are shared.

A group of rows is a function that returns them; `GROUPS` lists all, and arguments choose among them by name.
"""

from __future__ import annotations

import argparse
import importlib.util
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any, Final

import numpy as np

from benchmarks.__main__ import Row, table
from benchmarks.timing import Timing, commit, machine, shown, warm
from shapelang.assembly.assembly import Leaf
from shapelang.assembly.material import DEFAULT
from shapelang.assembly.part import Part
from shapelang.fields.at import field_at, value_and_gradient_at
from shapelang.fields.grid import field_on_grid
from shapelang.fields.interval import interval
from shapelang.fields.packed import Packed, pack
from shapelang.geometry.box import centred
from shapelang.geometry.pose import Mat3, Pose
from shapelang.primitives.cuboid import Cuboid
from shapelang.primitives.superquadric import Superquadric
from shapelang.representations.field import nearest
from shapelang.representations.levelset import Lattice

PARTS: Final = 64
SIDE: Final = 256
Peer = tuple[str, Callable[[], object] | None, float]
"""Who, the call (None: not installed), and by what its time is multiplied to that of the whole work."""


def turn(w: float, x: float, y: float, z: float) -> Mat3:
    """The rotation of a quaternion of any length."""
    s = 2.0 / (w * w + x * x + y * y + z * z)
    return (
        1 - s * (y * y + z * z), s * (x * y - w * z), s * (x * z + w * y),
        s * (x * y + w * z), 1 - s * (x * x + z * z), s * (y * z - w * x),
        s * (x * z - w * y), s * (y * z + w * x), 1 - s * (x * x + y * y),
    )  # fmt: skip


def crowd(kind: str) -> list[Leaf]:
    """Sixty-four turned parts of 0.1 to 0.35 m in a cube of 1 m: `boxes` or `superquadrics` of exponents 0.2 to 1.8."""
    random, part = np.random.default_rng(0), Part("part", "part", centred((1.0, 1.0, 1.0)))
    found: list[Leaf] = []
    for _ in range(PARTS):
        size = random.uniform(0.1, 0.35, 3).tolist()
        solid = Cuboid(*size) if kind == "boxes" else Superquadric(*size, *random.uniform(0.2, 1.8, 2).tolist())
        x, y, z = random.uniform(-0.45, 0.45, 3).tolist()
        pose = Pose(turn(*random.normal(size=4).tolist()), 1.0, (x, y, z))
        found.append(Leaf(("part",), part, solid, pose, DEFAULT))
    return found


def lattice(side: int) -> Lattice:
    """The cube of 1 m."""
    return Lattice((-0.5, -0.5, -0.5), 1.0 / (side - 1), (side, side, side))


def plain(leaves: Sequence[Leaf], side: int, xp: ModuleType) -> Callable[[], object]:
    """Every part at every node in 32 bits, slab by slab, by NumPy or eager torch: what one would write first."""
    line = np.linspace(-0.5, 0.5, side, dtype=np.float32)
    frames = [(leaf.pose.inverse(), leaf.geometry) for leaf in leaves]
    axes = [xp.asarray(line[: max(1, side // 8)]) if k == 0 else xp.asarray(line) for k in range(3)]
    slab = [array.reshape(-1) for array in xp.meshgrid(*axes, indexing="ij")]

    def call() -> object:
        found: Any = None
        for k in range(8):
            x = slab[0] + float(line[k * (side // 8)] - line[0])
            lowest: Any = None
            for inverse, solid in frames:
                value = _plain_part(solid, *inverse.apply((x, slab[1], slab[2])), xp)
                lowest = value if lowest is None else xp.minimum(lowest, value)
            found = lowest
        return found

    return call


def _plain_part(solid: Any, u: Any, v: Any, w: Any, xp: ModuleType) -> Any:
    a, b, c = solid.width / 2, solid.height / 2, solid.depth / 2
    if isinstance(solid, Cuboid):
        p, q, r = abs(u) - a, abs(v) - b, abs(w) - c
        out = xp.sqrt(p.clip(min=0.0) ** 2 + q.clip(min=0.0) ** 2 + r.clip(min=0.0) ** 2)
        return out + xp.maximum(p, xp.maximum(q, r)).clip(max=0.0)
    e, f = solid.e1, solid.e2
    across = (abs(u / a) ** (2 / f) + abs(w / c) ** (2 / f)) ** (f / e)
    return ((across + abs(v / b) ** (2 / e)) ** (e / 2) - 1.0) * min(a, b, c)


def compared(work: str, own: Timing, peers: Sequence[Peer], goal: str) -> list[Row]:
    """Our row and the peers', each by its least time."""
    rows = [Row(work, "**shapelang**", shown(own.least), "1", goal)]
    for name, call, factor in peers:
        if call is None:
            rows.append(Row(work, name, "not here", "–", ""))
            continue
        least = warm(call, runs=3, at_least=0.0).least * factor
        note = "" if factor == 1.0 else f" (×{factor:g} of a part)"
        rows.append(Row(work, name, shown(least) + note, f"{least / own.least:.2g}×", ""))
    return rows


def grids() -> list[Row]:
    """The union of 64 parts on 256³."""
    rows: list[Row] = []
    for kind, goal in (("superquadrics", "≤ 0.2 s, moonshot 0.1 s"), ("boxes", "≤ 0.08 s")):
        leaves = crowd(kind)
        packed = pack(leaves)
        own = warm(lambda found=packed: field_on_grid(found, lattice(SIDE)), runs=15)
        peers: list[Peer] = [
            ("NumPy, every part at every node", plain(leaves, 64, np), 64.0),
            ("torch eager, the same, one thread", _torch(leaves), 64.0),
            ("fill floor: first touch of the grid", lambda: np.full((SIDE, SIDE, SIDE), 1.0, np.float32), 1.0),
            ("GPU (CUDA)", None, 1.0),
        ]
        rows += compared(f"field of 64 {kind} on 256³", own, peers, goal)
    return rows


def _torch(leaves: Sequence[Leaf]) -> Callable[[], object] | None:
    if importlib.util.find_spec("torch") is None:
        return None
    import torch

    run = plain(leaves, 64, torch)

    def call() -> object:
        # With more, the threads wait for one another by spinning: on a busy machine that takes ten times as long.
        before = torch.get_num_threads()
        torch.set_num_threads(1)
        try:
            return run()
        finally:
            torch.set_num_threads(before)

    return call


def points() -> list[Row]:
    """A million scattered points, sorted by cells of 2 cm as those of a surface are, and boxes of 2 cm about them."""
    leaves = crowd("superquadrics")
    packed, random = pack(leaves), np.random.default_rng(1).uniform(-0.5, 0.5, (1_000_000, 3))
    places = random[np.lexsort((random // 0.02).astype(np.int64).T)]
    few: Peer = ("NumPy reference, every part at every point", lambda: nearest(leaves, places[:10_000]), 100.0)
    calls: tuple[tuple[str, Callable[[Packed], object]], ...] = (
        ("value and label", lambda found: field_at(found, places)),
        ("value and gradient, 64 bits", lambda found: value_and_gradient_at(found, places)),
        ("interval of boxes", lambda found: interval(found, places - 0.01, places + 0.01)),
    )
    rows: list[Row] = []
    for name, call in calls:
        own = warm(lambda run=call: run(packed), runs=5)
        rows += compared(f"64 superquadrics, 1,000,000 points: {name}", own, [few], "")
    return rows


def meshing() -> list[Row]:
    """The surface of a field: `benchmarks.fields_meshing`."""
    from benchmarks import fields_meshing

    return fields_meshing.rows()


def batched() -> list[Row]:
    """Many assemblies at once, with gradients: `benchmarks.fields_batched`."""
    from benchmarks import fields_batched

    return fields_batched.rows()


def occupancy() -> list[Row]:
    """The inside of foreign meshes: `benchmarks.fields_occupancy`."""
    from benchmarks import fields_occupancy

    return fields_occupancy.rows()


def fit() -> list[Row]:
    """A program fitted to its own mesh: `benchmarks.fields_fit`."""
    from benchmarks import fields_fit

    return fields_fit.rows()


GROUPS: Final[tuple[Callable[[], list[Row]], ...]] = (grids, points, meshing, occupancy, batched, fit)


def main(arguments: Sequence[str] | None = None) -> None:
    """Prints the table of the groups that are named, or of all."""
    names = [group.__name__ for group in GROUPS]
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fields", description=__doc__)
    parser.add_argument("groups", nargs="*", metavar="group", help=f"all by default: {', '.join(names)}")
    wanted: list[str] = parser.parse_args(arguments).groups
    if unknown := sorted(set(wanted) - set(names)):
        parser.error(f"no group is called {', '.join(unknown)}; known are {', '.join(names)}")
    chosen = [group for group in GROUPS if not wanted or group.__name__ in wanted]
    rows = [row for group in chosen for row in group()]
    print(f"{table(rows)}\n\n`make bench-fields`, least of several runs; {machine()}; commit {commit()}.")


if __name__ == "__main__":
    main()
