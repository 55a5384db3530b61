"""Shapes of a program without end, and all that is known of one."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from learners.data.examples import ENDLESS
from learners.data.sets import Split, examples
from learners.data.streamed import AWAY, Streamed, StreamedShapes
from learners.training.checkpoint import newest_checkpoint
from shapelang.cli.main import main
from shapelang.diagnostics import UsageError
from shapelang.execution.replay import replay

PROGRAM = "param a ~ uniform(0.3, 1)\nparam b ~ uniform(0.3, 1)\ncuboid(a, b, 1)\n"
SIDE = 16


@pytest.fixture(autouse=True)
def _cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def test_an_index_is_a_shape_whatever_is_asked_besides() -> None:
    shapes = examples(Streamed(PROGRAM, SIDE), Split.TRAINING)
    assert len(shapes) == ENDLESS
    some = shapes.grids(torch.tensor([5, 10**9, 7]))
    assert torch.equal(some[1], examples(Streamed(PROGRAM, SIDE), Split.TRAINING).grids(torch.tensor([10**9]))[0])
    assert len({grid.numpy().tobytes() for grid in shapes.grids(torch.arange(40))}) > 20


def test_other_shapes_are_held_out() -> None:
    away = examples(Streamed(PROGRAM, SIDE), Split.HELD_OUT)
    assert len(away) == AWAY
    seen = {grid.numpy().tobytes() for grid in StreamedShapes(Streamed(PROGRAM, SIDE)).grids(torch.arange(20))}
    assert any(grid.numpy().tobytes() not in seen for grid in away.grids(torch.arange(AWAY)))


def test_all_that_is_known_of_a_draw_is_of_the_same_shape() -> None:
    """Its choices make its assembly; points lie on it, samples and pictures are those of its cells."""
    drawn = StreamedShapes(Streamed(PROGRAM, SIDE)).drawn(3)
    again = replay(drawn.trace.program, {name: choice.value for name, choice in drawn.trace.choices.items()})
    one, other = (trace.assembly.root.children[0].part.geometry for trace in (again, drawn.trace))
    assert one == other
    a, b = (drawn.trace.choices[name].value for name in sorted(drawn.trace.choices))
    longest = 1.0 - 2.0 / SIDE
    size = drawn.grid[0].nonzero().amax(dim=0) - drawn.grid[0].nonzero().amin(dim=0) + 1
    for cells, wanted in zip(size.tolist(), (float(a), float(b), 1.0), strict=True):
        assert cells == pytest.approx(wanted * longest * SIDE, abs=1.0)
    half = size / SIDE
    points = drawn.points(200)[0]
    on = (points.abs() - half).abs().amin(dim=1)
    assert bool((points.abs() <= half + 2.0 / SIDE).all()) and float(on.max()) <= 2.0 / SIDE
    places, inside = drawn.occupancy(300, 0)
    index = ((places[0] + 1.0) * SIDE / 2 - 0.5).round().long()
    assert torch.equal(drawn.grid[0][tuple(index.T)].float(), inside[0].float())
    assert torch.equal(drawn.renders(3)[0, 1] < 1.0, drawn.grid[0].any(dim=1))


def test_what_is_too_thin_is_drawn_anew_and_given_up_in_the_end() -> None:
    often = "param a ~ uniform(0.001, 0.4)\nsphere(a) at (0.5, 0.5, 0)\nsphere(a) at (-0.5, -0.5, 0)\n"
    shapes = StreamedShapes(Streamed(often, 8))
    assert bool(shapes.grids(torch.arange(60)).flatten(1).any(dim=1).all())
    assert any(shapes.drawn(k).trace.seed != k for k in range(60)), "some of them were too thin"
    with pytest.raises(UsageError, match="thinner than a cell: of 16 seeds"):
        StreamedShapes(Streamed("sphere(0.001) at (1, 1, 1)\nsphere(0.001)\n", 8)).drawn(0)


def test_a_resumed_run_has_the_bits_of_one_in_a_piece(tmp_path: Path) -> None:
    (tmp_path / "box.shape").write_text(PROGRAM)
    call = ["train", "cnn-ae", "--data", str(tmp_path / "box.shape"), "--endless", "--resolution", "8", "--batch", "2"]
    for name, steps in (("whole", "3"), ("pieces", "1"), ("pieces", "3")):
        assert main([*call, "--out", str(tmp_path / name), "--steps", steps]) == 0
    one, other = (newest_checkpoint(tmp_path / name)[0] for name in ("whole", "pieces"))
    assert one is not None and other is not None
    assert all(torch.equal(weight, other.net[name]) for name, weight in one.net.items())


def test_only_programs_are_without_end(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    call = ["train", "im-ae", "--data", "letter-a", "--endless", "--steps", "1", "--out", str(tmp_path / "run")]
    assert main(call) == 2
    assert "--endless is for a program" in capsys.readouterr().err
