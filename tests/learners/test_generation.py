"""Shapes of trained nets: refined against dense, meshes read and put back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from learners.chance import generator
from learners.data.points import cell_centres
from learners.data.sampled import Sampled
from learners.data.sets import LetterA
from learners.data.solid_grids import solid_grid
from learners.decoders.convolutional import ConvolutionalDecoder
from learners.decoders.decoder import Decoder
from learners.decoders.grids import read_between
from learners.decoders.implicit import OriginalImplicitDecoder
from learners.encoders.convolutional import ConvolutionalEncoder
from learners.generation import model as modelling
from learners.generation import refined as refining
from learners.generation.model import Field, Model, trained_model
from learners.generation.reading import read_solid
from learners.generation.refined import MOST, dense, halvable, refined
from learners.generation.shapes import (
    LEVEL,
    codes_between,
    occupied,
    own_cells,
    own_occupied,
    placed,
    surface,
    surface_cloud,
)
from learners.systems.autoencoder import Autoencoder
from learners.systems.system import Adam
from learners.training.checkpoint import newest_checkpoint
from learners.training.run import Run
from learners.training.train import Pace, train
from shapelang.diagnostics import UsageError
from shapelang.execution.simulate import simulate
from shapelang.fields.dual import SurfaceError
from shapelang.metrics.inside import is_closed
from shapelang.metrics.triangles import triangles
from shapelang.representations.surface import flattened
from shapelang.semantics.check import check_text
from tests.learners import small

DECODERS: tuple[Decoder, ...] = (OriginalImplicitDecoder(3, 8, 64), ConvolutionalDecoder(3, 16, 8, 2))


def _random(decoder: Decoder, seed: int) -> Field:
    """A net nobody trained, its values spread so that a surface winds through the cube."""
    with torch.random.fork_rng(devices=[]):
        torch.random.manual_seed(seed)
        config = Autoencoder(ConvolutionalEncoder(3, 16, 8, 2), decoder, 16, Adam(1e-3))
        model = small.fresh(config, Sampled("", 1, 16))
    for weight in model.decoder.parameters():
        weight.data.mul_(3.0)
    raw = model.field(torch.randn(1, 8, generator=generator(seed)))
    middle = raw(cell_centres((16, 16, 16))).median()
    return lambda points: (raw(points) - middle) * 4.0 + 0.5


@pytest.fixture(autouse=True)
def _coarse(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refining, "COARSE", 8)


@pytest.mark.parametrize("decoder", DECODERS)
@pytest.mark.parametrize("seed", range(3))
def test_refined_has_the_signs_of_dense(decoder: Decoder, seed: int) -> None:
    field = _random(decoder, seed)
    one, other = refined(field, 32), dense(field, 32)
    assert (one < 0.0).mean() > 0.05, "there is a surface"
    assert ((one < 0.0) != (other < 0.0)).mean() <= 1e-5
    crossed = _mixed(other)
    assert np.abs(one - other)[crossed].max() < 1e-5, "and its values at the corners of cells that are crossed"


def _mixed(values: np.ndarray) -> np.ndarray:
    """Nodes of cells whose corners differ in sign."""
    inside, nodes = values < 0.0, np.zeros(values.shape, np.bool_)
    corners = [tuple(slice(c >> k & 1, len(values) - 1 + (c >> k & 1)) for k in range(3)) for c in range(8)]
    count = sum(inside[corner].astype(int) for corner in corners)
    for corner in corners:
        nodes[corner] |= (count > 0) & (count < 8)
    return nodes


def _counted(field: Field) -> tuple[Field, list[int]]:
    seen: list[int] = []

    def asked(points: torch.Tensor) -> torch.Tensor:
        seen.append(len(points))
        return field(points)

    return asked, seen


def _sphere(points: torch.Tensor) -> torch.Tensor:
    return torch.sigmoid((0.5 - points.norm(dim=1)) * 40.0)


def test_a_shape_is_the_same_however_many_points_are_decoded_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    field = _random(DECODERS[0], 0)
    points = torch.rand(100, 3, generator=generator(1)) * 2.0 - 1.0
    whole = field(points)
    monkeypatch.setattr(modelling, "IN_CACHE", 7)
    # 100 is no multiple of 7; sums of 32 bits may be taken in another order.
    assert torch.allclose(_random(DECODERS[0], 0)(points), whole, rtol=0.0, atol=1e-5)


def test_few_nodes_are_decoded() -> None:
    field, seen = _counted(_sphere)
    refined(field, 64)
    assert sum(seen) < 65**3 / 5


@given(st.integers(8, MOST))
def test_cells_that_do_not_halve_are_a_few_more(cells: int) -> None:
    """COARSE is 8 here."""
    fine = halvable(cells)
    halves = next(k for k in range(10) if fine >> k < 16)
    assert cells <= fine <= cells * 9 / 8 + 1 and fine % (1 << halves) == 0


def test_an_odd_number_of_cells_takes_no_longer() -> None:
    field, seen = _counted(_sphere)
    surface(field, 63)
    assert sum(seen) < 65**3 / 5


def test_a_thin_rod_is_followed_from_where_it_is_met() -> None:
    """A ball on nodes of the coarse grid, and on it a rod that passes between all of them."""

    def field(points: torch.Tensor) -> torch.Tensor:
        ball = 0.3 - points.norm(dim=1)
        rod = torch.minimum(0.04 - (points[:, :2] - 0.06).abs().amax(dim=1), 0.9 - points[:, 2].abs())
        return torch.where(torch.maximum(ball, rod) > 0.0, 1.0, 0.0)

    assert np.array_equal(refined(field, 64) < 0.0, dense(field, 64) < 0.0)


def test_a_rod_that_only_middles_meet_is_found() -> None:
    """One cell thick, as the legs of chairs are, between the corners of the coarse cells, and free of anything else."""

    def field(points: torch.Tensor) -> torch.Tensor:
        x, y, z = ((points + 1.0) * 4.0).T
        return (((x - 2.5).abs() < 0.5) & ((z - 5.5).abs() < 0.5) & (y > 1.0) & (y < 7.0)).float()

    asked, seen = _counted(field)
    values = refined(asked, 16)
    assert np.array_equal(values < 0.0, dense(field, 16) < 0.0) and (values < 0.0).any()
    assert sum(seen) < 17**3 / 2, "corners and middles are a quarter of the nodes"


def test_a_surface_is_that_of_the_sphere_and_closed_at_the_border() -> None:
    mesh = surface(_sphere, 32)
    assert np.abs(np.linalg.norm(mesh.positions, axis=1) - 0.5).max() < 0.01
    full = surface(lambda points: torch.ones(len(points)), 16)
    for made in (mesh, full):
        assert is_closed(triangles(made.positions, made.faces))
    assert np.abs(full.positions).max() == 1.0
    with pytest.raises(SurfaceError):
        surface(lambda points: torch.zeros(len(points)), 16)
    with pytest.raises(UsageError, match="2 to 512 cells"):
        surface(_sphere, 1024)


def test_voxels_points_and_placing_agree() -> None:
    cells = occupied(_sphere, 3, 16)
    assert abs(cells.mean() * 8.0 - 4 / 3 * np.pi * 0.125) < 0.05
    moved = placed(surface(_sphere, 16), 2.0, (1.0, 2.0, 3.0))
    cloud = surface_cloud(moved, 200, 1)
    assert np.abs(np.linalg.norm(cloud - np.array((1.0, 2.0, 3.0)), axis=1) - 1.0).max() < 0.05


def test_a_mesh_is_read_as_its_assembly_is() -> None:
    """And its cube stands where the mesh does."""
    program = check_text("cuboid(2, 1, 0.5) at (3, 0.5, 0)\nsphere(0.6) at (3, 1.3, 0)\n", "x.shape")
    assembly = simulate(program).assembly
    flat = flattened(assembly, 64)
    mesh = triangles(flat.positions, flat.faces)
    found, wanted = read_solid(mesh, 16), solid_grid(assembly, 16)
    assert wanted is not None and (found.grid[0].numpy() != wanted).mean() < 0.002
    inside = torch.nonzero(found.grid[0]).double() + 0.5
    world = (inside / 8.0 - 1.0) * found.half + torch.tensor(found.middle, dtype=torch.float64)
    low, high = mesh.bounds
    assert bool((world.numpy() >= low).all() and (world.numpy() <= high).all())
    assert np.allclose(world.numpy().mean(axis=0)[[0, 2]], (3.0, 0.0), atol=0.1)


def test_a_flat_mesh_is_refused() -> None:
    flat = triangles([(0, 0, 0), (1, 0, 0), (0, 1, 0)], [(0, 1, 2)])
    with pytest.raises(UsageError, match="thinner than a cell"):
        read_solid(flat, 16)


@pytest.mark.parametrize("name", [name for name in small.systems() if not name.endswith("-ae")])
def test_every_system_that_draws_is_a_model(name: str) -> None:
    model = small.fresh(small.systems()[name], LetterA())
    assert (model.axes, model.resolution) == (2, 64)
    assert torch.equal(model.drawn(3), model.drawn(3)) and not torch.equal(model.drawn(3), model.drawn(4))
    assert occupied(model.field(model.drawn(3)), 2, 64).shape == (64, 64)
    assert (model.encode is None) is ("vae" not in name)


@pytest.mark.parametrize("name", small.systems())
def test_many_codes_at_once_have_the_cells_of_each(name: str) -> None:
    """But for the rounding of sums in another order: cells that are as good as undecided may fall either way."""
    model = small.fresh(small.systems()[name], LetterA())
    codes = torch.cat([model.drawn(seed) for seed in range(3)] if model.draw else [torch.randn(3, small.CODE)])
    cells = own_occupied(model, codes)
    assert cells.shape == (3, 64, 64)
    for code, grid in zip(codes, cells, strict=True):
        values = model.field(code[None])(cell_centres((64, 64))).reshape(64, 64)
        sure = (values - LEVEL).abs() > 1e-5
        assert bool(((values > LEVEL) == grid)[sure].all())


def test_a_run_is_read_with_the_average_of_its_weights(tmp_path: Path) -> None:
    train(Run(small.systems()["dcgan"], LetterA(), 2), tmp_path, Pace(2))
    model, kept = trained_model(tmp_path), newest_checkpoint(tmp_path)[0]
    assert kept is not None and model.step == kept.step == 2
    assert all(torch.equal(kept.average[name], weight) for name, weight in model.net.state_dict().items())


def test_an_autoencoder_draws_nothing_and_a_gan_reads_nothing(tmp_path: Path) -> None:
    train(small.run(), tmp_path / "ae", Pace(1))
    train(Run(small.latent(tmp_path / "ae"), LetterA(), 2), tmp_path / "gan", Pace(1))
    with pytest.raises(UsageError, match="train latent-gan on its run"):
        trained_model(tmp_path / "ae").drawn(1)
    model: Model = trained_model(tmp_path / "gan")
    assert model.encoded(torch.zeros(1, 64, 64, dtype=torch.bool)).shape == model.drawn(1).shape == (1, small.CODE)
    plain = small.fresh(small.systems()["dcgan"], LetterA())
    with pytest.raises(UsageError, match="no encoder"):
        plain.encoded(torch.zeros(1, 64, 64, dtype=torch.bool))


def test_codes_between_begin_and_end_where_they_should() -> None:
    first, last = torch.tensor([[0.0, 2.0]]), torch.tensor([[1.0, 0.0]])
    assert codes_between(first, last, 3).tolist() == [[0.0, 2.0], [0.5, 1.0], [1.0, 0.0]]


def test_what_is_one_cell_thick_has_a_surface_on_twice_as_many_cells() -> None:
    grid = torch.zeros(1, 8, 8, 8)
    grid[0, 2:6, 4, 2:6] = 1.0
    made = surface(lambda points: read_between(grid, points[None])[0], own_cells(8))
    low, high = made.positions.min(axis=0), made.positions.max(axis=0)
    assert np.allclose((low[0], high[0]), (-0.5, 0.5), atol=0.1) and -0.03 < low[1] < 0.1 < high[1] < 0.28
    assert own_cells(512) == 512
