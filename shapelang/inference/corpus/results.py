"""How the work on one mesh can end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, TypeAlias, final

from shapelang.inference.corpus.items import Item
from shapelang.inference.measuring.evidence import Evidence
from shapelang.outcome import Outcome


@final
@dataclass(frozen=True, slots=True)
class Other:
    """Another program of the same mesh, with its structure in words."""

    text: str
    structure: str
    evidence: Evidence


@final
@dataclass(frozen=True, slots=True)
class Made:
    """A program was made; why the search for it ended, and what there is to know. `others` were asked for; `log_prob`
    of the choices of a grammar.
    """

    text: str
    evidence: Evidence
    search: Outcome
    notes: tuple[str, ...]
    others: tuple[Other, ...] = ()
    log_prob: float | None = None


@final
@dataclass(frozen=True, slots=True)
class Refused:
    """The file is at fault: no mesh, or none that a program can be made of. `code`: of the reader's error."""

    message: str
    code: str | None = None


@final
@dataclass(frozen=True, slots=True)
class TimedOut:
    """It had to be ended after so many seconds."""

    seconds: float


@final
@dataclass(frozen=True, slots=True)
class OutOfMemory:
    """It wanted more memory than it was given."""


@final
@dataclass(frozen=True, slots=True)
class Crashed:
    """The process ended on its own, or was ended from outside."""

    message: str


@final
@dataclass(frozen=True, slots=True)
class Failed:
    """A fault of ours: an error that nobody foresaw."""

    message: str


Result: TypeAlias = Made | Refused | TimedOut | OutOfMemory | Crashed | Failed


@final
@dataclass(frozen=True, slots=True)
class Done:
    """The end of the work on an item, and the seconds of wall clock that it took."""

    item: Item
    result: Result
    seconds: float


class Work(Protocol):
    """What is done with each item, in another process: an implementation is plain data that can be sent there."""

    def prepare(self) -> None:
        """Load what is needed, before any limit holds."""
        ...

    def do(self, item: Item) -> Result:
        """The result of one item; whatever it raises becomes a result as well."""
        ...
