"""Mutated programs through the whole pipeline.

A failing text is kept as a file in a folder, named by the hash of the text; a mended one goes to `tests/corpus/`.
"""

from __future__ import annotations

import random
import re
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from types import FrameType
from typing import NoReturn, final

from shapelang.syntax.lexical import scan
from shapelang.syntax.source import Source
from tests.docs.blocks import blocks
from tests.fuzz.mutate_program import mutate
from tests.fuzz.pipeline import through

ROOT = Path(__file__).parents[2]
HANG = 5
"""Seconds of this process's own time after which a text counts as hanging: a busy machine hangs nobody."""

NUMBERS = ("0", "-1", "1e308", "1e-300", "0.5", "3", "64", "1000000", "9007199254740992", "1e300*1e300", "-0.0", "7")


@final
@dataclass(frozen=True, slots=True)
class Failure:
    """A text and what it raised."""

    text: str
    cause: str


@final
@dataclass(frozen=True, slots=True)
class Summary:
    """What a run of the fuzzer saw."""

    refused: int
    made: int
    failures: tuple[Failure, ...]
    slowest: float


class Hang(BaseException):
    """A text took longer than any should. Not an Exception, so that nobody on the way catches it."""


def seeds() -> list[str]:
    """Every program there is: the examples, the library, the corpus, and the blocks of the documentation."""
    folders = ("examples", "shapelang/stdlib", "tests/syntax/programs", "tests/corpus")
    found = [p.read_text("utf-8") for folder in folders for p in sorted((ROOT / folder).rglob("*.shape"))]
    for page in sorted((ROOT / "docs").glob("*.md")):
        found += [block.text for block in blocks(page) if block.language == "shape"]
    return found


def mutants(count: int, seed: int) -> Iterator[str]:
    """Texts near to programs: changed in tokens and characters, in numbers, lines and names."""
    draw, texts = random.Random(seed), seeds()
    pool = [t for text in texts for t in scan(Source("fuzz", text)).tokens.texts if t]
    for _ in range(count):
        text = draw.choice(texts)
        for _ in range(draw.choice((0, 1, 1, 2))):
            text = _meaning(draw, text, texts)
        yield text if draw.random() < 0.5 else mutate(draw, text, pool)


def _meaning(draw: random.Random, text: str, texts: list[str]) -> str:
    """A change that most often still parses."""
    match draw.choice(("number", "number", "line", "swap", "name", "name", "graft")):
        case "number":
            return _replaced(draw, text, r"(?<![\w.])\d+(\.\d+)?(?![\w.])", lambda: draw.choice(NUMBERS))
        case "name":
            names = sorted(set(re.findall(r"\b[a-z_]\w*\b", text)))
            return _replaced(draw, text, r"\b[a-z_]\w*\b", lambda: draw.choice(names))
        case "graft":
            return text + "\n" + draw.choice(texts)
        case kind:
            lines = text.split("\n")
            a, b = draw.randrange(len(lines)), draw.randrange(len(lines))
            if kind == "line":
                lines.insert(b, lines[a])
            else:
                lines[a], lines[b] = lines[b], lines[a]
            return "\n".join(lines)


def _replaced(draw: random.Random, text: str, pattern: str, fresh: object) -> str:
    found = list(re.finditer(pattern, text))
    if not found:
        return text
    place = draw.choice(found)
    return text[: place.start()] + fresh() + text[place.end() :]  # type: ignore[operator]


def fuzz(count: int, seed: int, keep: Path | None = None) -> Summary:
    """Run mutants through the pipeline, each for at most `HANG` seconds."""

    def hang(_signal: int, _frame: FrameType | None) -> NoReturn:
        raise Hang(f"longer than {HANG} s")

    ended = {"refused": 0, "made": 0}
    failures: list[Failure] = []
    slowest = 0.0
    before = signal.signal(signal.SIGPROF, hang)
    try:
        for text in mutants(count, seed):
            began = time.process_time()
            signal.setitimer(signal.ITIMER_PROF, HANG)
            try:
                ended[through(text)] += 1
            # Whatever is no typed error is the finding that this looks for.
            except (Exception, Hang) as error:
                failures.append(Failure(text, _cause(error)))
                _keep(keep, failures[-1])
            finally:
                signal.setitimer(signal.ITIMER_PROF, 0)
            slowest = max(slowest, time.process_time() - began)
    finally:
        signal.signal(signal.SIGPROF, before)
    return Summary(ended["refused"], ended["made"], tuple(failures), slowest)


def _cause(error: BaseException) -> str:
    frame = error.__traceback__
    place = ""
    while frame is not None:
        place = f"{Path(frame.tb_frame.f_code.co_filename).name}:{frame.tb_lineno}"
        frame = frame.tb_next
    return f"{type(error).__name__} at {place}: {str(error)[:200]}"


def _keep(folder: Path | None, failure: Failure) -> None:
    if folder is None:
        return
    folder.mkdir(parents=True, exist_ok=True)
    name = sha256(failure.text.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    (folder / f"{name}.shape").write_text(failure.text, "utf-8", "surrogatepass")
    (folder / f"{name}.txt").write_text(failure.cause + "\n", "utf-8", "surrogatepass")
