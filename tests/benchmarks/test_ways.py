"""Ways side by side: every mesh by every way, and the means of the figures."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.infer.ways import compared
from shapelang.inference.description.description import Description
from shapelang.inference.measuring.evidence import Evidence

BITS = Description(1.0, 2.0, 3.0, 4.0)


def test_each_mesh_by_each_way_and_means(capsys: pytest.CaptureFixture[str]) -> None:
    read: list[str] = []

    def way(mesh: Path) -> Evidence:
        read.append(mesh.name)
        iou = 0.5 if mesh.stem == "a" else 1.0
        return Evidence(iou, 0.25, 1.0, 3, 40, 100, 2.0, 0.0, 0.0, BITS)

    table = compared([Path("a.obj"), Path("b.obj")], {"one": way, "two": way}, "way").splitlines()
    # Each way reads the first mesh once before anything counts.
    assert read == ["a.obj", "a.obj", "a.obj", "a.obj", "b.obj", "b.obj"]
    assert [line.split(" | ")[:4] for line in table[2:]] == [
        ["| a", "one", "0.500", "0.25"],
        ["| a", "two", "0.500", "0.25"],
        ["| b", "one", "1.000", "0.25"],
        ["| b", "two", "1.000", "0.25"],
        ["| mean", "one", "0.750", "0.25"],
        ["| mean", "two", "0.750", "0.25"],
    ]
    assert table[0].startswith("| mesh | way | IoU 64³ |")
    assert len(capsys.readouterr().err.splitlines()) == 4
