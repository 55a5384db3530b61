"""The level in other people's programs: Godot 3 and Blender headless, three.js in Chromium.

They take a minute, and most machines have none of them: they run where `SHAPELANG_ENGINES=1`, each skipped by name
where it is not installed (`apt-get install godot3-server blender python3-numpy chromium`, and
`npm install --no-package-lock --prefix tools/gltf three`).
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from benchmarks.grammars.level_scene import Scene

TOOLS = Path(__file__).parents[3] / "tools" / "gltf"
LIMIT = 240.0

pytestmark = pytest.mark.skipif(
    os.environ.get("SHAPELANG_ENGINES") != "1", reason="engines take a minute: asked for by SHAPELANG_ENGINES=1"
)

DUMP = """\
extends SceneTree
func _init():
    var count = {}
    var queue = [load("res://level.glb").instance()]
    while queue:
        var node = queue.pop_back()
        count[node.get_class()] = count.get(node.get_class(), 0) + 1
        for child in node.get_children():
            queue.append(child)
    print("FOUND " + to_json(count))
    quit()
"""

# Debian's importer uses a name that its NumPy has dropped.
IMPORT = """\
import json, sys
import numpy
numpy.bool = bool
import bpy
bpy.ops.wm.read_factory_settings(use_empty=True)
bpy.ops.import_scene.gltf(filepath=sys.argv[-1])
objects = [o for o in bpy.data.objects if o.type == "MESH"]
meshes = {o.data.name for o in objects}
level = bpy.context.scene["level"].to_dict()
print("FOUND " + json.dumps({"objects": len(objects), "meshes": len(meshes), "rooms": level["rooms"]}))
"""


def needed(program: str) -> str:
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"{program} is not installed")
    return found


def told(output: str) -> dict[str, int]:
    line = next(line for line in output.splitlines() if line.startswith("FOUND "))
    return json.loads(line.removeprefix("FOUND "))


def test_godot(glb: bytes, tmp_path: Path) -> None:
    godot = needed("godot3-server")
    (tmp_path / "level.glb").write_bytes(glb)
    (tmp_path / "project.godot").write_text('config_version=4\n[application]\nconfig/name="level"\n')
    (tmp_path / "dump.gd").write_text(DUMP)
    home = {**os.environ, "HOME": str(tmp_path)}
    editor = subprocess.Popen(
        [godot, "--path", str(tmp_path), "--editor", "--quit"],
        env=home,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    # It does not end by itself; the import is done when its note of it is written.
    until = time.monotonic() + LIMIT
    while not list(tmp_path.glob(".import/level.glb-*.md5")) and time.monotonic() < until and editor.poll() is None:
        time.sleep(0.5)
    editor.kill()
    editor.wait()
    command = [godot, "--path", str(tmp_path), "-s", "dump.gd"]
    done = subprocess.run(command, env=home, capture_output=True, text=True, timeout=LIMIT)
    count, nodes = told(done.stdout), Scene(glb).nodes
    shapes = [node for node in nodes if node.path[-1].endswith("colonly")]
    shown = [n for n in nodes if n.mesh is not None and not n.path[-1].endswith(("colonly", "-navmesh"))]
    assert count["StaticBody"] == len(shapes)
    assert count["NavigationMeshInstance"] == 1
    assert count["MeshInstance"] == len(shown), "coarser meshes are not shown"


def test_blender(glb: bytes, tmp_path: Path) -> None:
    blender = needed("blender")
    (tmp_path / "level.glb").write_bytes(glb)
    (tmp_path / "import.py").write_text(IMPORT)
    command = [blender, "--background", "--factory-startup", "-P", str(tmp_path / "import.py")]
    done = subprocess.run([*command, "--", str(tmp_path / "level.glb")], capture_output=True, text=True, timeout=LIMIT)
    nodes = [node for node in Scene(glb).nodes if node.mesh is not None]
    assert told(done.stdout) == {"objects": len(nodes), "meshes": len({node.mesh for node in nodes}), "rooms": 10}


def test_three(glb: bytes, tmp_path: Path) -> None:
    needed("chromium")
    node = needed("node")
    if not (TOOLS / "node_modules" / "three").is_dir():
        pytest.skip("three is not installed (npm install --no-package-lock --prefix tools/gltf three)")
    (tmp_path / "level.glb").write_bytes(glb)
    command = [node, str(TOOLS / "show.mjs"), str(tmp_path / "level.glb"), str(tmp_path / "level.png")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT)
    assert done.returncode == 0, done.stdout + done.stderr
    scene = Scene(glb)
    surfaces = [p for n in scene.nodes if n.mesh is not None for p in scene.document["meshes"][n.mesh]["primitives"]]
    found = json.loads(done.stdout)
    assert found["meshes"] == len(surfaces)
    assert found["extras"] == ["level"]
    assert (tmp_path / "level.png").stat().st_size > 50_000, "something is seen"
