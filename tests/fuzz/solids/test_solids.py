"""Random programs of solids end in a sound mesh or a typed error; every text that once did not is run again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from shapelang.assembly.part import Operand, Solid
from shapelang.geometry.mesh import Mesh
from shapelang.geometry.pose import IDENTITY, Pose
from shapelang.primitives.cuboid import Cuboid
from tests.fuzz.solids import checks
from tests.fuzz.solids.checks import Broken, Checker
from tests.fuzz.solids.one import ending
from tests.fuzz.solids.run import look

CORPUS = sorted((Path(__file__).parent / "corpus").glob("*.shape"))

TYPED = {"made", "empty", "too-large", "too-thin", "no-size", "not-finite", "blend", "unbounded"}


@pytest.mark.parametrize("path", CORPUS, ids=[p.stem for p in CORPUS])
def test_corpus(path: Path) -> None:
    """A program whose solid once was not what it says."""
    assert set(ending(path.read_text(encoding="utf-8")).split()) <= TYPED


@pytest.mark.parametrize("seed", [901, 902, 903])
def test_random_solids(seed: int) -> None:
    """Some of what `python -m tests.fuzz.solids` runs in the hundred thousands."""
    found = look(seed, 0, 250)
    assert [failure.cause for failure in found.failures] == []
    assert found.ended["made"] > 50  # or the programs only make noise


@pytest.mark.parametrize("operator", ["union", "difference", "intersection", "hull"])
@pytest.mark.parametrize("fault", ["moved", "inside out", "open", "lacking"])
def test_the_checks_see_what_is_wrong(operator: str, fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each check fails on a mesh that was damaged on purpose."""
    cube, at = Cuboid(1.0, 1.0, 1.0), Pose(None, 1.0, (0.4, 0.3, 0.2))
    solid = Solid(operator, 0.0, (Operand(cube, IDENTITY), Operand(cube, at)))  # type: ignore[arg-type]
    assert Checker(8, np.random.default_rng(0)).solid(solid) == "made"
    mesh_of = checks.solid_mesh

    def damaged(solid: Solid, segments: int) -> Mesh:
        mesh = mesh_of(solid, segments)
        match fault:
            case "moved":
                points, faces = mesh.positions * (1.0, 1.001, 1.0), mesh.faces
            case "inside out":
                points, faces = mesh.positions, mesh.faces[:, ::-1]
            case "open":
                points, faces = mesh.positions, mesh.faces[1:]
            case _:
                return cube.mesh(segments)
        return Mesh(points, faces, mesh.normals, mesh.uvs, mesh.weld)

    monkeypatch.setattr(checks, "solid_mesh", damaged)
    with pytest.raises(Broken):
        Checker(8, np.random.default_rng(0)).solid(solid)
