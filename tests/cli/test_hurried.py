"""The first Ctrl-C puts the clock forward, the second is heard as it was before."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from time import monotonic

import pytest

from shapelang.cli.hurried import hurried
from shapelang.deadline import Deadline, within
from shapelang.inference.infer import infer
from shapelang.outcome import Outcome
from tests.inference.shapes import data, piece


@pytest.fixture
def listening() -> Iterator[None]:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("listening")
def test_the_first_ends_the_search_and_the_second_the_command() -> None:
    with hurried() as hurry:
        began = hurry.clock()
        assert not hurry.heard and began - monotonic() == pytest.approx(0.0, abs=1.0)
        hurry.searching(within(420.0, hurry.clock))
        signal.raise_signal(signal.SIGINT)
        assert hurry.heard
        assert hurry.clock() - began == pytest.approx(420.0, abs=5.0)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


@pytest.mark.usefixtures("listening")
def test_after_the_work_everything_is_as_it_was() -> None:
    with hurried() as hurry:
        pass
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)
    assert not hurry.heard


@pytest.mark.usefixtures("listening")
def test_where_nobody_listens_nothing_is_heard() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with hurried() as hurry:
        signal.raise_signal(signal.SIGINT)
        assert not hurry.heard


@pytest.mark.usefixtures("listening")
@pytest.mark.parametrize("early", [True, False])
def test_the_clock_stands_where_the_search_of_a_mesh_ends(early: bool) -> None:
    told: list[Deadline] = []

    def interrupt(what: str, _done: float) -> None:
        if what == "finding parts" and not early:
            signal.raise_signal(signal.SIGINT)

    with hurried() as hurry:

        def searching(until: Deadline) -> None:
            told.append(until)
            hurry.searching(until)

        if early:
            signal.raise_signal(signal.SIGINT)
            assert hurry.ahead == 0.0
        box = data(piece("cuboid", 1, 2, 3))
        found = infer(box, name="box", time_limit=1000.0, progress=interrupt, clock=hurry.clock, searching=searching)
        (until,) = told
        assert hurry.heard and until.late()
        assert 0.0 <= hurry.clock() - until.ends < 50.0
        assert (found.evidence.samples, found.evidence.primitives) == (100_000, 1)
        told_of = found.interrupted(hurry.ahead)
        assert told_of.outcome is Outcome.INTERRUPTED and 0.0 < told_of.evidence.seconds < 300.0
        assert told_of.notes.count(Outcome.INTERRUPTED.value) == 1
        assert Outcome.TIME_LIMIT.value not in told_of.notes
