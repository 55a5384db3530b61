"""`sample --ray`: what a cluster makes is what one process makes. A local Ray is started where it is installed."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from shapelang.cli.sampling import on_ray
from shapelang.cli.sampling.on_ray import made_elsewhere

with_ray = pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason="ray is not installed")
without_ray = pytest.mark.skipif(importlib.util.find_spec("ray") is not None, reason="ray is installed")
SAMPLE = ("sample", "chair.shape", "-n", "12", "--views", "1", "--view-size", "32", "--points", "20")


def content(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@with_ray
def test_a_cluster_makes_the_same_files(run, here: Path) -> None:
    assert run(*SAMPLE, "-o", "made", "--ray", "local", "-j", "2").code == 0
    assert run(*SAMPLE, "-o", "whole").code == 0
    assert content(here / "made") == content(here / "whole")
    (here / "bad.shape").write_text("let x ~ uniform(0, 1)\ncuboid(1, 1, 1)\nrequire x > 2\n")
    result = run("sample", "bad.shape", "-n", "3", "-o", "bad", "--tries", "3", "--ray", "local")
    assert result.code == 1
    assert "bad.shape:3:9: error[E406]" in result.err


@without_ray
def test_a_cluster_needs_ray(run, here: Path) -> None:
    result = run("sample", "chair.shape", "-n", "3", "-o", "made", "--ray", "local")
    assert (result.code, result.err) == (
        2,
        "error: --ray needs the package ray\n  help: pip install 'shapelang[ray]'\n",
    )


def test_what_is_made_elsewhere_is_what_is_made_here(run, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(*SAMPLE, "-o", "whole").code == 0

    class Ray:
        """Does at once what it is asked for."""

        exceptions = type("exceptions", (), {"RayTaskError": KeyError, "RayError": KeyError})
        shut = 0

        def remote(self, num_cpus: int):
            assert num_cpus == 1
            return lambda function: type("Task", (), {"remote": staticmethod(function)})

        def put(self, value):
            return value

        def get(self, value):
            return value

        def cluster_resources(self):
            return {"CPU": 3.0}

        def shutdown(self) -> None:
            self.shut += 1

    ray = Ray()
    monkeypatch.setattr(on_ray, "joined", lambda address: ray)
    assert run(*SAMPLE, "-o", "made", "--ray", "anywhere").code == 0
    assert ray.shut == 1
    assert content(here / "made") == content(here / "whole")
    assert made_elsewhere.__module__ == on_ray.__name__
