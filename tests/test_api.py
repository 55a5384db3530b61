"""The public names of the package."""

from __future__ import annotations

import subprocess
import sys

import pytest

import shapelang


def test_every_public_name_is_there() -> None:
    """Each name of `__all__` comes from its home."""
    for name in shapelang.__all__:
        assert getattr(shapelang, name).__name__ == name


def test_public_names_are_listed() -> None:
    """For completion, before any is loaded; and once each."""
    listed = dir(shapelang)
    assert {*shapelang.__all__, "__doc__"} <= {*listed}
    assert len(listed) == len({*listed})


def test_unknown_names_are_refused() -> None:
    """As a module does."""
    with pytest.raises(AttributeError, match="no attribute 'simulat'"):
        _ = shapelang.simulat  # pyright: ignore[reportAttributeAccessIssue]


def test_the_tour_of_the_readme_in_python() -> None:
    """Text to trace to GLB."""
    program = shapelang.check_text("param w ~ normal(1, 0.1) in [0.5, 2]\nbox = cuboid(w, 1, 1)\n")
    trace = shapelang.simulate(program, seed=7)
    assert shapelang.score(program, {a: c.value for a, c in trace.choices.items()}) == trace.log_prob
    assert shapelang.glb_bytes(trace.assembly)[:4] == b"glTF"


def test_importing_loads_nothing_heavy() -> None:
    """`import shapelang` loads neither numpy nor lark, torch, trimesh or a renderer."""
    heavy = "{'numpy', 'lark', 'torch', 'trimesh', 'pyrender', 'numba'}"
    code = f"import sys, shapelang; print(sorted({heavy} & set(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
