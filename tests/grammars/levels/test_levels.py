"""Whole levels, judged from their bytes by a checker that shares nothing with what makes them."""

from __future__ import annotations

import struct
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.grammars.level_checks import verdict
from benchmarks.grammars.level_scene import Scene
from grammars.arrangement.space import Prop, Sizes, Space
from grammars.levels.arranged import PURPOSES
from grammars.levels.export import level_glb
from grammars.levels.kit import Kit, KitError, load_kit
from grammars.levels.level import Level, level_of
from grammars.levels.plan import LevelSpec
from grammars.levels.stock import coarser, triangles
from shapelang.diagnostics import ShapelangError
from tests.io.khronos import assert_valid

ROOT = Path(__file__).parents[3]
BUILDING = ("wall", "post", "floor", "door", "leaf", "stairs", "key", "pedestal")


def test_a_level_can_be_played(level: Level, glb: bytes) -> None:
    found = verdict(glb)
    assert found.good, found
    assert (found.rooms, found.props) == (10, 180)
    assert len(level.plan.keys) > 0 and len(level.plan.stairs) > 0, "the seed should show keys and stairs"


def test_chunks_can_be_played(kit: Kit) -> None:
    found = verdict(level_glb(level_of(LevelSpec(seed=4, rooms=9, props=120, chunk=(-2, 1)), kit)))
    assert found.good, found


def test_the_checker_sees_things_that_overlap(level: Level) -> None:
    first, *others = level.props
    chest = next(s for s in first if level.stock.made(s.model).maker.place == "corner")
    twice = replace(level, props=((*first, replace(chest, x=chest.x + 0.1)), *others))
    assert verdict(level_glb(twice)).overlap > 0.1


def test_the_checker_sees_things_in_walls(level: Level) -> None:
    first, *others = level.props
    room = level.plan.rooms[0]
    chest = next(s for s in first if level.stock.made(s.model).maker.place == "corner")
    inside = replace(level, props=((*first, replace(chest, x=float(room.rect[0]), z=room.rect[1] + 3.0)), *others))
    assert verdict(level_glb(inside)).in_walls > 0.05


def test_the_checker_sees_what_cannot_be_reached(level: Level) -> None:
    """A key that is moved behind its own lock shuts off what needs it; a lock that is taken away opens it."""
    doors = level.plan.doors
    locked = next(door for door in doors if door.lock is not None)
    assert locked.lock is not None and locked.second is not None
    behind = next(r for r in level.plan.rooms if locked.lock in level.plan.needs[r.area])
    x0, z0, x1, z1 = behind.rect
    moved = tuple(
        replace(s, room=behind.number, x=(x0 + x1) / 2, z=(z0 + z1) / 2) if ("key", locked.lock) in s.means else s
        for s in level.spawns
    )
    bare = tuple(() if k == behind.number else props for k, props in enumerate(level.props))
    assert verdict(level_glb(replace(level, spawns=moved, props=bare))).lost_rooms > 0
    unlocked = replace(level.plan, doors=tuple(replace(d, lock=None) if d is locked else d for d in doors))
    assert verdict(level_glb(replace(level, plan=unlocked))).open_locks > 0


def test_equal_seeds_give_equal_bytes(kit: Kit) -> None:
    spec = LevelSpec(seed=11, rooms=3, props=40)
    here = level_glb(level_of(spec, kit))
    code = (
        "import sys; from grammars.levels.kit import load_kit; from grammars.levels.level import level_of\n"
        "from grammars.levels.plan import LevelSpec; from grammars.levels.export import level_glb\n"
        "kit = load_kit('examples/dungeon'); level_of(LevelSpec(seed=3, rooms=2, props=9), kit)\n"
        "sys.stdout.buffer.write(level_glb(level_of(LevelSpec(seed=11, rooms=3, props=40), kit)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout == here
    assert level_glb(level_of(replace(spec, seed=12), kit)) != here


def test_one_mesh_stands_at_many_nodes(glb: bytes) -> None:
    scene = Scene(glb)
    props = scene.props()
    meshes = {node.mesh for node in props if node.mesh is not None}
    assert len(meshes) < len(props)
    # What stands in for a prop at a distance is shown by no node.
    told = [scene.document["meshes"][mesh].get("extras", {}) for mesh in meshes]
    coarse = {lod for extras in told for lod in extras.get("lods", [])}
    assert len(coarse) > len(meshes) / 2
    assert not coarse & {node.mesh for node in scene.nodes}
    assert all(len(extras["coverage"]) == len(extras["lods"]) + 1 for extras in told if extras)


def test_coarser_meshes_by_the_extension(level: Level, tmp_path: Path) -> None:
    data = level_glb(level, "msft")
    document = Scene(data).document
    below = {number for node in document["nodes"] for number in node.get("children", [])} | {0}
    pairs = [(n, k) for n in document["nodes"] for k in n.get("extensions", {}).get("MSFT_lod", {}).get("ids", [])]
    assert len(pairs) > 90
    for node, number in pairs:
        assert number not in below
        assert document["nodes"][number].get("translation") == node.get("translation")
    assert_valid(tmp_path, {"level": data})


def test_coarser_meshes_have_fewer_triangles(level: Level) -> None:
    models = {standing.model for room in level.props for standing in room}
    for model in models:
        made = level.stock.made(model)
        counts = [triangles(made.look), *map(triangles, coarser(made))]
        assert counts == sorted(counts, reverse=True) and len(set(counts)) == len(counts)


def test_collision_shapes_have_meshes_of_their_own(glb: bytes) -> None:
    nodes = Scene(glb).nodes
    shapes = {node.mesh for node in nodes if node.path[-1].endswith(("colonly", "navmesh"))}
    assert shapes and not shapes & {node.mesh for node in nodes if not node.path[-1].endswith(("colonly", "navmesh"))}


def test_what_another_furnisher_leaves_out_is_placed_by_rules(kit: Kit) -> None:
    asked: list[Space] = []

    class Empty:
        def furnish(
            self, space: Space, seed: int, standing: Sequence[Prop] = (), sizes: Sizes | None = None
        ) -> tuple[Prop, ...]:
            del seed, standing, sizes
            asked.append(space)
            return ()

    level = level_of(LevelSpec(seed=6, rooms=10, props=100), kit, Empty())
    assert {space.purpose for space in asked} <= set(PURPOSES.values()) and asked
    assert sum(map(len, level.props)) >= 100
    assert verdict(level_glb(level)).good


def test_khronos_finds_no_fault(glb: bytes, tmp_path: Path) -> None:
    assert_valid(tmp_path, {"level": glb})


def test_the_container_says_its_length(glb: bytes) -> None:
    assert struct.unpack_from("<4sII", glb) == (b"glTF", 2, len(glb))


def written(folder: Path, **more: str) -> Path:
    for piece in BUILDING:
        (folder / f"{piece}.shape").write_text(f'meta piece = "{piece}"\ncuboid(1, 1, 1)\n')
    for name, text in more.items():
        (folder / f"{name}.shape").write_text(text)
    return folder


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("cuboid(1, 1, 1)", "needs either"),
        ('meta place = "wal"\ncuboid(1, 1, 1)', "did you mean 'wall'"),
        ('meta plaice = "wall"\ncuboid(1, 1, 1)', "did you mean 'place'"),
        ('meta place = "centre"\nmeta around = "odds"\ncuboid(1, 1, 1)', "did you mean 'odd'"),
        ('meta place = "wall"\ncuboid(1 / 0, 1, 1)', "odd.shape"),
    ],
)
def test_kits_that_are_none_are_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ShapelangError, match=said):
        load_kit(written(tmp_path, odd=text))


def test_a_kit_without_walls_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KitError, match="is no folder"):
        load_kit(tmp_path / "none")
    (tmp_path / "odd.shape").write_text('meta place = "wall"\ncuboid(1, 1, 1)\n')
    with pytest.raises(KitError, match="wall, post, floor"):
        load_kit(tmp_path)
