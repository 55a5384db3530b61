"""Which files of a folder are meshes, in which order, and what their programs are called."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from shapelang.inference.corpus.items import file_hash, find_items


def made(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"x")


def programs(folder: Path, out: Path | None = None) -> dict[str, str]:
    items = find_items(folder, out or folder.parent / "out")
    assert [item.name for item in items] == sorted(item.name for item in items)
    assert all(item.path == str(folder.resolve() / item.name) for item in items)
    return {item.name: item.program for item in items}


def test_meshes_by_name_at_any_depth(tmp_path: Path) -> None:
    made(tmp_path, "b.OBJ", "a/b/c.glb", "a/c.stl", "a/c.mtl", "notes.txt", ".hidden.obj", ".git/x.obj", "a.shape")
    assert programs(tmp_path) == {"a/b/c.glb": "a/b/c.shape", "a/c.stl": "a/c.shape", "b.OBJ": "b.shape"}


def test_no_two_programs_are_called_the_same(tmp_path: Path) -> None:
    made(tmp_path, "a.obj", "A.stl", "b.obj", "b.obj.stl", "d/a.obj", "c.obj")
    found = programs(tmp_path)
    assert found == {
        "a.obj": "a.obj.shape",
        "A.stl": "A.stl.shape",
        "b.obj": "b.shape",
        "b.obj.stl": "b.obj.stl.shape",
        "c.obj": "c.shape",
        "d/a.obj": "d/a.shape",
    }


def test_what_the_programs_folder_holds_is_not_read(tmp_path: Path) -> None:
    made(tmp_path, "a.obj", "out/b.obj")
    assert programs(tmp_path, tmp_path / "out") == {"a.obj": "a.shape"}
    assert programs(tmp_path, tmp_path) == {"a.obj": "a.shape", "out/b.obj": "out/b.shape"}


def test_pipes_are_left_alone_and_links_to_nothing_are_told_of(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.obj")
    (tmp_path / "gone.obj").symlink_to("nowhere.obj")
    (tmp_path / "folder.obj").mkdir()
    (tmp_path / "again").symlink_to(tmp_path)
    assert programs(tmp_path) == {"gone.obj": "gone.shape"}


def test_hashes(tmp_path: Path) -> None:
    made(tmp_path, "a.obj")
    assert file_hash(str(tmp_path / "a.obj")) == hashlib.sha256(b"x").hexdigest()
    assert file_hash(str(tmp_path / "b.obj")) is None
    assert file_hash(str(tmp_path)) is None
