"""A bar on standard error while something long goes on; only for a person who looks at a terminal."""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from typing import TextIO, TypeVar

from shapelang.deadline import Progress, silent

T = TypeVar("T")


def shows_progress(quiet: bool = False) -> bool:
    """Whether somebody would see a bar."""
    stream: TextIO | None = sys.stderr
    return not quiet and stream is not None and stream.isatty()


def tracked(items: Iterable[T], total: int, what: str, quiet: bool = False) -> Iterator[T]:
    """The items as they are, with a bar that counts them."""
    if not shows_progress(quiet):
        yield from items
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(items, description=what, total=total, console=Console(stderr=True), transient=True)


@contextmanager
def progress_told(first: str, quiet: bool = False) -> Generator[Progress]:
    """A function that is told what is being done and the share of the work that is behind, in [0, 1]."""
    if not shows_progress(quiet):
        yield silent
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(first, total=1.0)
        yield lambda what, share: bar.update(task, description=what, completed=share)
