"""Coloured meshes from pictures: the set against the solids of volumes, and the system through the loop."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from learners.chance import generator
from learners.configs import from_json, to_json
from learners.data.examples import batch_of
from learners.data.pictured import PIXELS, PrimitivePictures, picture_examples, reach
from learners.data.primitives import Kind, inside
from learners.data.sets import LetterA, Split, examples
from learners.evaluation.redrawn import redrawn
from learners.generation.coloured import coloured_glb, drawn_mesh, mesh_sheet, seen_mesh
from learners.names import Known, Named, Size
from learners.projections.faceted import VERTICES, turns
from learners.recipes import recipe
from learners.systems.mesh import MeshFromPictures, MeshSystem
from learners.systems.system import Adam
from learners.training.checkpoint import newest_checkpoint
from learners.training.run import Run
from learners.training.train import Pace, train
from learners.training.trained import trained_system
from shapelang.cli.main import main
from shapelang.diagnostics import UsageError
from shapelang.io.glb_check import faults_of_glb
from shapelang.rendering.stars import sphere

DATA = PrimitivePictures(12, 0)
SMALL = MeshFromPictures(PIXELS, Known.NOTHING, 3, 8, 2, 12, 3, 0.1, 0.1, 0.01, 1.0, Adam(1e-2))
TOLD = replace(SMALL, known=Known.ONE_VIEW)


@pytest.mark.parametrize("kind", Kind)
def test_solids_reach_as_far_as_those_of_volumes(kind: Kind) -> None:
    directions, half = sphere(3).directions, (0.5, 0.6, 0.7)
    far = reach(kind, half, directions)
    # Beside the surface by a thousandth: cells just within are inside, those just beyond are not.
    for scale, held in ((0.999, True), (1.001, False)):
        u, v, w = torch.from_numpy(directions * (scale * far)[:, None]).unbind(1)
        assert bool((inside(kind, half, (u, v, w)) == held).all())


def test_pictures_hang_on_their_index_alone_and_each_solid_has_two() -> None:
    few, many = picture_examples(PrimitivePictures(3, 7), False), picture_examples(PrimitivePictures(6, 7), False)
    indices = torch.tensor([2, 0])
    batch = batch_of(many, indices)
    assert batch.colours is not None and batch.colours.shape == (2, 2, 3, PIXELS, PIXELS)
    assert torch.equal(few.colours(indices), batch.colours)
    assert torch.equal(batch.grids, batch.colours[:, 0].amax(dim=1) > 0.0) and batch.labels.tolist() == [2, 0]
    assert not torch.equal(batch.colours[:, 0], batch.colours[:, 1]), "from another side"
    other = picture_examples(PrimitivePictures(1, 8), False)
    assert not torch.equal(other.colours(indices[1:]), few.colours(indices[1:]))


@pytest.mark.parametrize("config", [SMALL, TOLD])
def test_a_resumed_run_has_the_bits_of_one_in_a_piece(config: MeshFromPictures, tmp_path: Path) -> None:
    run = Run(config, DATA, 4)
    assert from_json(Run, to_json(run)) == run
    train(run, tmp_path / "whole", Pace(4))
    train(run, tmp_path / "pieces", Pace(2))
    train(run, tmp_path / "pieces", Pace(4))
    one, two = newest_checkpoint(tmp_path / "whole")[0], newest_checkpoint(tmp_path / "pieces")[0]
    assert one is not None and two is not None
    for kept, other in ((one.net, two.net), (one.average, two.average), (one.optimizers, two.optimizers)):
        assert kept.keys() == other.keys() and all(torch.equal(kept[name], other[name]) for name in kept)


@pytest.mark.parametrize("config", [SMALL, TOLD])
def test_every_weight_has_a_slope(config: MeshFromPictures) -> None:
    system = MeshSystem(config)
    total = system.phases[0].loss(batch_of(picture_examples(DATA, False), torch.arange(6)), generator(0)).total
    assert total is not None
    total.backward()
    assert all(weight.grad is not None and bool(weight.grad.any()) for weight in system.net.parameters())


def test_the_known_picture_matters_where_one_is_known() -> None:
    colours = picture_examples(DATA, False).colours(torch.arange(4))
    one, other = colours.unbind(1)
    for config, told in ((SMALL, False), (TOLD, True)):
        net = MeshSystem(config).net
        moved = not torch.equal(net.mesh(one, other), net.mesh(one, one))
        assert moved is told
        assert torch.equal(net.mesh(one, other)[:, VERTICES:], net.mesh(one, one)[:, VERTICES:]), "the camera is seen"


def test_cameras_are_learned_from_dreams() -> None:
    """Of balls, of which nothing but the turn is to be told."""
    with torch.random.fork_rng(devices=[]):
        torch.random.manual_seed(0)
        system = MeshSystem(replace(SMALL, code=32, width=8, hidden=64, dreams=1000.0, samples=2, adam=Adam(3e-3)))
    optimizer = torch.optim.Adam(system.net.parameters(), 3e-3)
    batch = batch_of(picture_examples(PrimitivePictures(24, 0), False), torch.arange(24))
    rows: list[float] = []
    for step in range(80):
        loss = system.phases[0].loss(batch, generator(0, step))
        assert loss.total is not None
        optimizer.zero_grad()
        loss.total.backward()
        optimizer.step()
        rows.append(float(loss.shown["dreams"].detach()))
    # Two unit vectors that are right by chance alone are off by 2 in the square each; the mean of 240 is within 0.1.
    assert np.mean(rows[-10:]) < 3.4


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(UsageError, match="pictures in colour, and this set has none"):
        Run(replace(SMALL, resolution=64), LetterA(), 4)
    with pytest.raises(UsageError, match="not with class"):
        replace(SMALL, known=Known.CLASS)
    with pytest.raises(UsageError, match="at least 2"):
        replace(SMALL, samples=1)
    with pytest.raises(UsageError, match="primitive-pictures"):
        recipe(Named.MESH, Size.SMALL, 3, 32)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One that is told nothing and one that is told a view, of two steps."""
    folder = tmp_path_factory.mktemp("runs")
    for name, config in (("plain", SMALL), ("told", TOLD)):
        train(Run(config, DATA, 4), folder / name, Pace(2))
    return folder


def test_held_out_pictures_are_drawn_again(runs: Path) -> None:
    found = redrawn(runs / "plain")
    assert found.step == 2 and len(found.net) == 300
    away = picture_examples(DATA, True).colours(torch.arange(300))[:, 1]
    training = picture_examples(DATA, False).colours(torch.arange(12))[:, 1].mean(dim=0)
    assert np.allclose(found.mean, (away - training).square().flatten(1).mean(dim=1).numpy(), atol=1e-6)
    system = trained_system(runs / "plain", torch.device("cpu")).system
    assert isinstance(system, MeshSystem)
    mesh, picture = seen_mesh(system, examples(DATA, Split.HELD_OUT), 17)
    assert np.array_equal(picture, away[17].permute(1, 2, 0).numpy())
    off = system.renderer.rendered(mesh)[0] - away[17]
    assert found.net[17] == pytest.approx(float(off.square().mean()), rel=1e-4)


def test_drawn_meshes_are_sound_files_that_hang_on_their_seed(runs: Path) -> None:
    trained = trained_system(runs / "plain", torch.device("cpu"))
    assert isinstance(trained.system, MeshSystem)
    one, other = drawn_mesh(trained.system, 3), drawn_mesh(trained.system, 4)
    assert torch.equal(one, drawn_mesh(trained.system, 3)) and not torch.equal(one, other)
    assert torch.equal(turns(one[:, VERTICES:]), torch.eye(3)[None]), "it stands as its colours say"
    content = coloured_glb(one, "shape")
    # Each of the six sides is open where the next one begins; of everything else the file is sound.
    assert not [fault for fault in faults_of_glb(content) if "open" not in fault]
    assert mesh_sheet(trained.system, DATA, 32).rgb.shape[1] > 8 * 32


def test_a_person_draws_and_sees_meshes(runs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made, sheet = tmp_path / "made", tmp_path / "all.png"
    assert main(["generate", str(runs / "plain"), "-n", "2", "-o", str(made), "--sheet", str(sheet)]) == 0
    assert sorted(file.name for file in made.iterdir()) == ["shape_0.glb", "shape_1.glb"]
    assert sheet.stat().st_size > 0
    assert main(["reconstruct", str(runs / "told"), "held-out:3", "-o", str(tmp_path / "seen.glb")]) == 0
    assert "squared error of the picture 0.0" in capsys.readouterr().err
    assert main(["eval", str(runs / "told")]) == 0
    assert "seen in the other picture" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["generate", "told", "-n", "1", "-o", "x"], "told a picture"),
        (["generate", "plain", "-n", "1", "-o", "x", "--format", "obj"], "written as glb"),
        (["generate", "plain", "-n", "1", "-o", "x", "--resolution", "32"], "have none"),
        (["reconstruct", "plain", "box.obj", "-o", "x.glb"], "held-out:0 is the first"),
        (["reconstruct", "plain", "held-out:300", "-o", "x.glb"], "from 0 to 299"),
        (["reconstruct", "plain", "held-out:1", "-o", "x.obj"], "written as .glb"),
    ],
)
def test_what_meshes_are_not_is_told(
    words: list[str], told: str, runs: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(runs)
    assert main(words) == 2
    assert told in capsys.readouterr().err
