"""Who looks on while a system learns: sheets of shapes, and TensorBoard's events."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from learners.data.primitives import Primitives
from learners.data.sets import LetterA, Split, examples
from learners.generation.sheets import COLUMNS, FOLDER, TILE, Sheets, has_sheets, sheet_of
from learners.names import Known, Size
from learners.systems.sequential.recipe import sequential, views_net
from learners.training.board import EVENTS, Board
from learners.training.checkpoint import newest_checkpoint
from learners.training.run import Run
from learners.training.train import Pace, train
from shapelang.rendering.sheet import GAP
from tests.learners import small

RUN = Run(small.systems()["cnn-vae"], LetterA(), 2)


def _held_out() -> Any:
    return examples(LetterA(), Split.HELD_OUT)


def _rows(name: str) -> int:
    """Rows of tiles on the sheet of a system that nobody trained."""
    trained = (
        small.untrained(Run(small.systems()[name], LetterA(), 2)) if name != "ae" else small.untrained(small.run())
    )
    height, width, _ = sheet_of(trained, _held_out()).rgb.shape
    assert width == COLUMNS * (TILE + GAP) + GAP
    return height // (TILE + GAP)


def test_a_sheet_has_what_the_system_can_make() -> None:
    assert (_rows("ae"), _rows("cnn-vae"), _rows("dcgan")) == (2, 3, 2)


def test_the_first_row_is_what_was_held_out() -> None:
    sheet = sheet_of(small.untrained(RUN), _held_out()).rgb
    grid = _held_out().grids(torch.tensor([0]))[0]
    tile = sheet[GAP : GAP + TILE, GAP : GAP + TILE, 0]
    assert (tile[::2, ::2] == torch.where(grid, 0, 255).numpy()).all()


def test_few_held_out_shapes_stand_above_what_becomes_of_them() -> None:
    class Three:
        def __len__(self) -> int:
            return 3

        def grids(self, indices: torch.Tensor) -> torch.Tensor:
            return _held_out().grids(indices)

    shapes: Any = Three()
    sheet = sheet_of(small.untrained(RUN), shapes).rgb
    assert sheet.shape[1] == 3 * (TILE + GAP) + GAP and sheet.shape[0] // (TILE + GAP) == 3


def test_volumes_have_sheets_unless_something_is_told_beforehand() -> None:
    config = sequential(Size.SMALL, 1, Known.NOTHING, 1)
    assert has_sheets(config)
    assert has_sheets(sequential(Size.SMALL, 1, Known.CLASS, 6))
    assert not has_sheets(sequential(Size.SMALL, 1, Known.ONE_VIEW, 1)) and has_sheets(views_net(Size.SMALL))
    trained = small.untrained(Run(config, Primitives(0), 1))
    assert sheet_of(trained, examples(Primitives(0), Split.HELD_OUT)).rgb.shape[0] > 3 * TILE


def test_kinds_that_take_turns_are_all_on_a_sheet() -> None:
    """Every 250th of six would be of three."""
    asked: list[int] = []

    class Noted:
        def __len__(self) -> int:
            return 2000

        def grids(self, indices: torch.Tensor) -> torch.Tensor:
            asked.extend((indices % 6).tolist())
            return _held_out().grids(indices % 8)

    shapes: Any = Noted()
    sheet_of(small.untrained(RUN), shapes)
    assert len(asked) == COLUMNS and len(set(asked)) >= 5


def test_looking_on_changes_no_bit(tmp_path: Path) -> None:
    pytest.importorskip("tensorboardX", reason="tensorboardX, which writes events, is not installed")
    train(RUN, tmp_path / "alone", Pace(3))

    def watched(step: int) -> list[Sheets | Board]:
        board = Board(tmp_path / "seen", step)
        return [board, Sheets(tmp_path / "seen", _held_out(), 2, board)]

    before = torch.random.get_rng_state()
    train(RUN, tmp_path / "seen", Pace(3, logged=1), watched=watched)
    assert torch.equal(torch.random.get_rng_state(), before)
    one, other = newest_checkpoint(tmp_path / "alone")[0], newest_checkpoint(tmp_path / "seen")[0]
    assert one is not None and other is not None
    assert all(torch.equal(one.net[name], other.net[name]) for name in one.net)
    found = sorted(path.name for path in (tmp_path / "seen" / FOLDER).iterdir())
    assert found == ["000000002.png", "000000003.png"], "after every second step, and at the end"


def test_a_sheet_that_a_kill_left_half_written_is_taken_away(tmp_path: Path) -> None:
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / ".000000001.png.tmp-7").write_bytes(b"half")
    train(RUN, tmp_path, Pace(1), watched=lambda step: [Sheets(tmp_path, _held_out(), 1)])
    assert [path.name for path in (tmp_path / FOLDER).iterdir()] == ["000000001.png"]


def _records(file: Path) -> Iterator[bytes]:
    """The records of an event file, after TFRecord's layout: length, its checksum, the record, its checksum."""
    content = file.read_bytes()
    while content:
        (length,) = struct.unpack("<Q", content[:8])
        yield content[12 : 12 + length]
        content = content[16 + length :]


def _events(folder: Path) -> list[Any]:
    from tensorboardX.proto import event_pb2

    files = sorted((folder / EVENTS).iterdir())
    return [event_pb2.Event.FromString(record) for file in files for record in _records(file)]  # pyright: ignore


def test_events_have_the_numbers_of_the_log_and_the_pictures(tmp_path: Path) -> None:
    pytest.importorskip("tensorboardX", reason="tensorboardX, which writes events, is not installed")

    def watched(step: int) -> list[Sheets | Board]:
        board = Board(tmp_path, step)
        return [board, Sheets(tmp_path, _held_out(), 2, board)]

    shown = train(RUN, tmp_path, Pace(2, logged=1), watched=watched).shown
    train(RUN, tmp_path, Pace(3, logged=1), watched=watched)
    events = _events(tmp_path)
    values = [(event.step, value) for event in events for value in event.summary.value]
    losses = [(step, value.simple_value) for step, value in values if value.tag == "bound/nats"]
    assert [step for step, _ in losses] == [1, 2, 3]
    assert losses[1][1] == pytest.approx(shown["bound/nats"], rel=1e-6), "32 bits"
    pictures = [(step, value.image) for step, value in values if value.tag == "shapes"]
    assert [step for step, _ in pictures] == [2, 3]
    png = (tmp_path / FOLDER / "000000002.png").read_bytes()
    assert pictures[0][1].encoded_image_string == png
    width, height = struct.unpack(">II", png[16:24])
    assert (pictures[0][1].width, pictures[0][1].height) == (width, height)
    assert zlib.crc32(png[12:29]) == struct.unpack(">I", png[29:33])[0]
    starts = [event.step for event in events if event.session_log.status == 1]
    assert starts == [1, 3], "what came after the step that a call goes on from is void"
