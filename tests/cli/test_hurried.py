"""The first Ctrl-C puts the clock forward, the second is heard as it was before."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from time import monotonic

import pytest

from shapelang.cli.hurried import SEARCH, hurried


@pytest.fixture
def listening() -> Iterator[None]:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("listening")
def test_the_first_ends_the_search_and_the_second_the_command() -> None:
    with hurried(1000.0) as hurry:
        began = hurry.clock()
        assert not hurry.heard and began - monotonic() == pytest.approx(0.0, abs=1.0)
        signal.raise_signal(signal.SIGINT)
        assert hurry.heard
        assert hurry.clock() - began == pytest.approx(SEARCH * 1000.0, abs=5.0)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


@pytest.mark.usefixtures("listening")
def test_after_the_work_everything_is_as_it_was() -> None:
    with hurried(1.0) as hurry:
        pass
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)
    assert not hurry.heard


@pytest.mark.usefixtures("listening")
def test_where_nobody_listens_nothing_is_heard() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with hurried(1000.0) as hurry:
        signal.raise_signal(signal.SIGINT)
        assert not hurry.heard
