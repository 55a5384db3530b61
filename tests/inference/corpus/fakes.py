"""Work that goes wrong in every way, as the name of the item asks for; found by the processes under this name."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Self, final

import numpy as np

from shapelang.diagnostics import ShapelangError
from shapelang.inference.corpus.items import Item
from shapelang.inference.corpus.results import Done, Made, Other, Refused, Result, Work
from shapelang.inference.description.description import Description
from shapelang.inference.measuring.evidence import Evidence
from shapelang.outcome import Outcome

BITS = Description(80, 40, 500, 20)

LONG = 3600.0
"""Seconds that nobody waits."""


def item(name: str) -> Item:
    return Item(name, f"/nowhere/{name}", f"{name}.shape")


def made(text: str, iou: float = 0.5) -> Made:
    return Made(text, Evidence(iou, 0.25, 0.75, 3, 12, 100, 4.0, 0.0, 0.1, BITS), Outcome.FINISHED, ("a note",))


def with_others(text: str, count: int) -> Made:
    """A program of a grammar, and so many others."""
    one = made(text)
    others = tuple(Other(f"{text} {k}", "part cuboids", one.evidence) for k in range(count))
    return replace(one, others=others, log_prob=-1.5)


@final
@dataclass(frozen=True, slots=True)
class Scripted:
    """Does what the item is called; the text of what it makes is the process's number."""

    folder: str = ""

    def prepare(self) -> None:
        pass

    def do(self, item: Item) -> Result:
        match item.name.partition("-")[0]:
            case "refuses":
                return Refused("no surface", "M106")
            case "sleeps":
                if self.folder:
                    Path(self.folder, "pid").write_text(str(os.getpid()))
                time.sleep(LONG)
            case "allocates":
                np.zeros(1 << 28)  # 2 GiB, of which no page is touched
            case "raises":
                raise ZeroDivisionError("a fault of ours")
            case "interrupts":
                raise ShapelangError(str(signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, ())))
            case "faults":
                os.kill(os.getpid(), signal.SIGSEGV)
            case "killed":
                os.kill(os.getpid(), signal.SIGKILL)
            case "exits":
                os._exit(3)
            case "prints":
                os.write(1, b"noise")
                os.write(2, b"noise")
            case _:
                pass
        return made(str(os.getpid()))


@final
@dataclass(frozen=True, slots=True)
class Unprepared:
    """Ends while it loads, as often as the file has bytes: each try takes one away."""

    counter: str

    def prepare(self) -> None:
        left = Path(self.counter).read_bytes()
        Path(self.counter).write_bytes(left[1:])
        if left:
            os._exit(5)

    def do(self, item: Item) -> Result:
        return made(item.name)


@final
class InOrder:
    """An executor without processes, that tells what it was given."""

    def __init__(self, results: dict[str, Result] | None = None) -> None:
        self.given: list[str] = []
        self._results = results or {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        del kind, error, trace

    def run(self, work: Work, items: Iterable[Item]) -> Iterator[Done]:
        del work
        for each in items:
            self.given.append(each.name)
            yield Done(each, self._results.get(each.name, made(f"# {each.name}\n")), 1.5)
