"""What is measured: a system takes a mesh and gives pieces, each run being a whole command of its own."""

from __future__ import annotations

import importlib.util
import shlex
import shutil
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Protocol, final

from benchmarks.infer.files import pieces_in
from benchmarks.infer.instances import instances, leaves_of
from benchmarks.infer.process import Ended, Limits, run_limited
from benchmarks.infer.rows import State
from shapelang.inference.description.program import program_bits
from shapelang.inference.description.tokens import token_count
from shapelang.inference.symmetry.operands import primitive_count
from shapelang.metrics.triangles import Triangles


@final
@dataclass(frozen=True, slots=True)
class Input:
    """A mesh as its file has it, and as `plain`: welded triangles and nothing else, what every command can read."""

    original: Path
    plain: Path


@final
@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """The answer of a system: closed pieces with outward faces, and figures by name besides those of the fit."""

    pieces: list[Triangles]
    figures: dict[str, float] = field(default_factory=dict[str, float])


class System(Protocol):
    """A way to explain a mesh by pieces."""

    @property
    def name(self) -> str:
        """What `--systems` and the rows call it."""
        ...

    def missing(self) -> str:
        """What is not installed, or nothing."""
        ...

    def run(self, given: Input, folder: Path, limits: Limits) -> Ended:
        """Run the whole command; what it gives is left in `folder`."""
        ...

    def made(self, folder: Path) -> Made:
        """What it has left there. Raises ShapelangError or OSError where that is no answer."""
        ...


@final
@dataclass(frozen=True, slots=True)
class Ours:
    """`shapelang infer` on the file as it is; all its figures come from the text of the program, run again."""

    name: str = "shapelang"

    def missing(self) -> str:
        return ""

    def run(self, given: Input, folder: Path, limits: Limits) -> Ended:
        program = str(folder / "program.shape")
        told = ["--time-limit", f"{limits.asked:g}"]
        command = [sys.executable, "-m", "shapelang.cli.main", "infer", str(given.original), "-o", program, *told]
        return run_limited(command, limits.held_to(), refusal=1)

    def made(self, folder: Path) -> Made:
        text = (folder / "program.shape").read_text(encoding="utf-8")
        leaves = leaves_of(text)
        figures = {
            "primitives": primitive_count(leaves),
            "tokens": token_count(text),
            "program_bits": sum(program_bits(text)),
        }
        return Made(instances(leaves), figures)


@final
@dataclass(frozen=True, slots=True)
class Command:
    """A command with `{mesh}` and `{out}` in it, which writes one mesh for each part into the folder `{out}`."""

    name: str
    words: tuple[str, ...]
    needs: str = ""
    """A module of Python that it cannot do without."""

    def missing(self) -> str:
        if self.needs:
            return "" if importlib.util.find_spec(self.needs) else f"{self.needs} is not installed"
        return "" if shutil.which(self.words[0]) else f"{self.words[0]} is not there"

    def run(self, given: Input, folder: Path, limits: Limits) -> Ended:
        places = {"{mesh}": str(given.plain), "{out}": str(folder)}
        ended = run_limited([_filled(word, places) for word in self.words], limits)
        if ended.state is State.OK and not any(folder.iterdir()):
            return replace(ended, state=State.FAILED, said="no parts were written")
        return ended

    def made(self, folder: Path) -> Made:
        pieces = pieces_in(folder)
        return Made(pieces, {"primitives": len(pieces)})


def _filled(word: str, places: dict[str, str]) -> str:
    for name, value in places.items():
        word = word.replace(name, value)
    return word


def command(text: str) -> Command:
    """`NAME=CMD {mesh} {out}`; without a name that of the program. Raises ValueError."""
    words = shlex.split(text)
    if not words or not all(any(place in word for word in words) for place in ("{mesh}", "{out}")):
        raise ValueError("a command has {mesh} and {out} in it")
    name, equals, first = words[0].partition("=")
    return Command(name, (first, *words[1:])) if equals else Command(Path(words[0]).stem, tuple(words))


def _hulls(name: str, module: str, *options: str) -> Command:
    words = (sys.executable, "-m", "benchmarks.infer.hulls", module, "{mesh}", "{out}", *options)
    return Command(name, words, module)


COACD: Final = tuple(f"coacd_{threshold}" for threshold in ("0.02", "0.05", "0.1"))
"""Its thresholds in order; 0.05 is its default."""

SYSTEMS: Final[tuple[System, ...]] = (
    Ours(),
    *(_hulls(name, "coacd", "--threshold", name.removeprefix("coacd_")) for name in COACD),
    _hulls("vhacd", "vhacdx"),
    _hulls("vhacd_16", "vhacdx", "--hulls", "16"),
)
"""Those of which this repository knows how to call them."""
