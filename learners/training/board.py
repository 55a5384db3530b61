"""The log of a run as TensorBoard reads it, beside the JSON lines: numbers, and pictures of shapes."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from time import time
from typing import Any, Final, final

from learners.training.trainer import Trainer
from shapelang.diagnostics import UsageError

EVENTS: Final = "events"
"""The folder within a run's that `tensorboard --logdir` shows."""


def refuse_without_writer() -> None:
    """Raises UsageError where the extra that writes events is not installed."""
    if find_spec("tensorboardX") is None:
        raise UsageError("tensorboardX is not installed; pip install 'shapelang[board]', or leave out --tensorboard")


@final
class Board:
    """Writes the events of a call; those of steps after the one that a run goes on from are declared void first.

    tensorboardX writes them: TensorBoard itself, which shows them, would bring six more packages along.
    """

    def __init__(self, folder: Path, step: int) -> None:
        # Not its SummaryWriter, whose thread may be killed with what it has not written yet.
        from tensorboardX.event_file_writer import EventsWriter
        from tensorboardX.proto import event_pb2, summary_pb2

        # Their classes are made when they are loaded, by protobuf.
        self._events: Any = event_pb2
        self._messages: Any = summary_pb2
        (folder / EVENTS).mkdir(parents=True, exist_ok=True)
        # Files are called by the second: two calls within one would write into one file but for the step.
        self._writer = EventsWriter(str(folder / EVENTS / "events"), f".{step}")
        start = self._events.SessionLog(status=self._events.SessionLog.START)
        self._write(step + 1, session_log=start)

    def began(self, trainer: Trainer) -> None:
        """What is void is declared so already."""
        del trainer

    def told(self, row: Mapping[str, float | int]) -> None:
        """The numbers of a line of the log."""
        value = self._messages.Summary.Value
        values = [value(tag=name, simple_value=one) for name, one in row.items() if name != "step"]
        self._write(int(row["step"]), summary=self._messages.Summary(value=values))

    def after(self, trainer: Trainer) -> None:
        """Nothing is held back."""
        del trainer

    def ended(self, trainer: Trainer) -> None:
        """The same."""
        del trainer

    def picture(self, name: str, png: bytes, size: tuple[int, int], step: int) -> None:
        """A picture as a file of PNG. size: width and height."""
        width, height = size
        image = self._messages.Summary.Image(encoded_image_string=png, width=width, height=height, colorspace=3)
        value = self._messages.Summary.Value(tag=name, image=image)
        self._write(step, summary=self._messages.Summary(value=[value]))

    def _write(self, step: int, **what: Any) -> None:
        """One event, on its way to the disk."""
        self._writer.write_event(self._events.Event(step=step, wall_time=time(), **what))
        self._writer.flush()
