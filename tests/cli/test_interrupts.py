"""Ctrl-C and `kill` arrive, also where a library or Python itself drops what they raise."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from shapelang.cli.interrupts import Interrupts, deaf_children
from tests.cli.conftest import plain_environment

# A command that drops the first interruption, goes on, and would end as if nobody had asked.
DROPPING = """
import signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)
from shapelang.cli import app, main

def wait():
    print("ready", flush=True)
    time.sleep(300)

class Part:
    def __del__(self):
        wait()

def invoked(arguments, interrupts):
    with interrupts:
        {body}
        print("went on", flush=True)
        time.sleep(300)
        return 0

app._invoked = invoked
sys.exit(main.main())
"""
CATCHES_ALL = """
        try:
            wait()
        except BaseException:
            pass
"""
PASSES_THROUGH_EXEC = """
        exec("wait()")
"""
DROPPED_BY_PYTHON = """
        part = Part()
        del part
"""


@pytest.mark.parametrize("body", [CATCHES_ALL, DROPPED_BY_PYTHON], ids=["caught", "unraisable"])
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_what_is_dropped_comes_again(body: str, number: signal.Signals, code: int) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", DROPPING.format(body=body)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=plain_environment(),
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        process.send_signal(number)
        out, err = process.communicate(timeout=120)
    assert (process.returncode, out, err) == (code, b"went on\n", b"")


def test_the_exit_code_is_ours_where_an_interruption_passes_through_exec() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", DROPPING.format(body=PASSES_THROUGH_EXEC)],
        stdout=subprocess.PIPE,
        env=plain_environment(),
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        process.send_signal(signal.SIGINT)
        assert process.wait(120) == 130


def test_an_interruption_is_not_repeated_while_files_are_put_away() -> None:
    interrupts = Interrupts()
    interrupts.ask_again(signal.SIGINT, None)
    interrupts.asked = 130
    with pytest.raises(KeyboardInterrupt):
        interrupts.ask_again(signal.SIGINT, None)
    try:
        raise KeyboardInterrupt
    except KeyboardInterrupt:
        interrupts.ask_again(signal.SIGINT, None)


def test_whatever_a_library_makes_of_it_is_an_interruption() -> None:
    def ended(error: Exception | None) -> None:
        interrupts = Interrupts()
        with interrupts:
            interrupts.asked = 130
            if error is not None:
                raise error

    for error in (None, ImportError("KeyboardInterrupt")):
        with pytest.raises(KeyboardInterrupt):
            ended(error)


def test_a_signal_that_the_caller_ignores_stays_ignored() -> None:
    code = (
        "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
        "from shapelang.cli.interrupts import Interrupts\n"
        "Interrupts().listen()\n"
        "print(signal.getsignal(signal.SIGINT) is signal.SIG_IGN)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, env=plain_environment())
    assert done.stdout == b"True\n"


def test_children_never_hear_it() -> None:
    asks = "import signal; print(signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, ()))"
    with deaf_children():
        deaf = subprocess.run([sys.executable, "-c", asks], capture_output=True, check=True).stdout
    assert deaf == b"True\n"
    assert subprocess.run([sys.executable, "-c", asks], capture_output=True, check=True).stdout == b"False\n"


def test_what_comes_while_children_are_started_is_heard_afterwards() -> None:
    reached = False
    # Tests may run where Ctrl-C is ignored: behind an '&', say.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt), deaf_children():
            signal.raise_signal(signal.SIGINT)
            reached = True
    finally:
        signal.signal(signal.SIGINT, before)
    assert reached


# The signal comes where a module begins to be loaded. Of `_signal`, since `signal` is one of those.
INTERRUPTED_LOADING = """
import _signal, os, sys
_signal.signal(_signal.SIGINT, _signal.default_int_handler)
sys.addaudithook(lambda event, of: event == "import" and of[0] == {name!r} and os.kill(os.getpid(), _signal.SIGINT))
from shapelang.cli.main import main
sys.exit(main())
"""
LOADED = "import sys; before = {*sys.modules}; import shapelang.cli.main; print(*sorted({*sys.modules} - before))"


@pytest.mark.parametrize("name", ["shapelang.cli.interrupts", "signal", "typing", "shapelang.cli.app", "typer"])
def test_an_interruption_while_the_command_is_loaded_is_quiet(name: str) -> None:
    code = INTERRUPTED_LOADING.format(name=name)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, env=plain_environment())
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")


def test_nothing_is_loaded_before_an_interruption_is_heard() -> None:
    done = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, check=True, env=plain_environment())
    assert done.stdout.split() == [b"__future__", b"shapelang", b"shapelang.cli", b"shapelang.cli.main"]
