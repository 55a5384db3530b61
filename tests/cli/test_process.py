"""What only a process shows: what it imports, its signals, its terminal, its locale, its closed streams."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.conftest import COMMAND, plain_environment

SLOW = "let n ~ uniform(0, 1)\nfor i in 0..400 { cuboid(1, 1, 1) at (2 * i, n, 0) }\n"
HANGS = 300
"""Seconds after which a process is taken to hang; nothing here takes as many, however busy the machine."""

# A shell starts what it puts into the background with SIGINT ignored, and that is inherited, also by what it executes.
INTERRUPTIBLE = (
    sys.executable,
    "-c",
    "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL); os.execv(sys.argv[1], sys.argv[1:])",
    *COMMAND,
)
HEAVY = ("torch", "trimesh", "manifold3d", "numba", "networkx", "pyrender", "scipy", "igl", "rich.console", "PIL")


def imported(*arguments: str) -> set[str]:
    """The modules that one command line loads."""
    code = (
        "import sys; from shapelang.cli.main import main; code = main(sys.argv[1:]);"
        " print(*sys.modules, file=sys.stderr); sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True, env=plain_environment()
    )
    return set(done.stderr.split())


def test_help_loads_no_library() -> None:
    loaded = imported("--help")
    assert "typer" in loaded
    assert sorted(loaded & {"numpy", "lark", "jaxtyping", "rich", "asyncio", "shapelang.semantics", *HEAVY}) == []


def test_help_of_a_command_loads_no_library() -> None:
    for command in ("build", "infer", "sample", "verify"):
        assert sorted(imported(command, "--help") & {"numpy", "lark", "jaxtyping", "rich", *HEAVY}) == []


def test_check_loads_no_geometry(here: Path) -> None:
    loaded = imported("check", "chair.shape")
    assert "shapelang.semantics.check" in loaded
    assert (
        sorted(loaded & {*HEAVY, "lark", "jaxtyping", "rich", "shapelang.execution", "shapelang.representations"}) == []
    )


def test_the_reader_may_leave(here: Path) -> None:
    with subprocess.Popen(
        [*COMMAND, "sample", "chair.shape", "-n", "200000", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=plain_environment(),
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().startswith(b'{"choices":')
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(HANGS) == 141


@pytest.mark.parametrize(
    ("jobs", "number", "expected"), [("1", signal.SIGINT, 130), ("2", signal.SIGINT, 130), ("1", signal.SIGTERM, 143)]
)
def test_an_interruption_is_quiet_and_leaves_whole_files(
    here: Path, jobs: str, number: signal.Signals, expected: int
) -> None:
    (here / "slow.shape").write_text(SLOW)
    with subprocess.Popen(
        [*INTERRUPTIBLE, "sample", "slow.shape", "-n", "100000", "--out-dir", "made", "--jobs", jobs],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=plain_environment(),
        start_new_session=True,
    ) as process:
        # A process that ended without a file would never leave one.
        while not list((here / "made").rglob("*.glb")):
            assert process.poll() is None
            time.sleep(0.02)
        # Ctrl-C reaches the whole group of the terminal.
        os.killpg(process.pid, number)
        try:
            out, err = process.communicate(timeout=HANGS)
        finally:
            process.kill()
        told = b"interrupted after" if number == signal.SIGINT else b""
        assert (process.returncode, out, err[: len(told) or None]) == (expected, b"", told)
    files = [path for path in (here / "made").rglob("*.*") if path.suffix not in (".jsonl", ".json")]
    assert not (here / "made" / "manifest.json").exists()
    assert [path.name for path in files if path.suffix != ".glb"] == []
    assert {int.from_bytes(f.read_bytes()[8:12], "little") == f.stat().st_size for f in files} == {True}


def in_terminal(*arguments: str, environment: dict[str, str] | None = None) -> tuple[int, bytes]:
    """The exit code of a command whose three streams are a terminal, and what that showed."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, *arguments],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=plain_environment() | {"TERM": "xterm", "COLUMNS": "100"} | (environment or {}),
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            piece = os.read(ours, 65536)
        except OSError:  # Linux reports the end of a terminal as an error.
            break
        if not piece:
            break
        shown += piece
    os.close(ours)
    return process.wait(HANGS), shown.replace(b"\r\n", b"\n")


def test_no_binary_to_a_terminal(here: Path) -> None:
    code, shown = in_terminal("build", "chair.shape", "-o", "-", "--format", "glb", environment={"NO_COLOR": "1"})
    assert (code, shown) == (
        2,
        b"error: standard output is a terminal, and this is a binary file: give a file name, or a pipe\n",
    )


def test_colours_are_for_terminals(here: Path) -> None:
    (here / "wrong.shape").write_text("cuboid(1, 1)\n")
    _, coloured = in_terminal("check", "wrong.shape")
    assert b"\x1b[1;31merror[" in coloured
    _, plain = in_terminal("check", "wrong.shape", environment={"NO_COLOR": "1"})
    _, dumb = in_terminal("check", "wrong.shape", environment={"TERM": "dumb"})
    assert plain == dumb
    assert b"\x1b" not in plain


def test_colours_may_be_forced(spawn, here: Path) -> None:
    (here / "wrong.shape").write_text("cuboid(1, 1)\n")
    assert b"\x1b" not in spawn("check", "wrong.shape").out
    assert b"\x1b[1;31merror[" in spawn("check", "wrong.shape", environment={"FORCE_COLOR": "1"}).out


def test_a_bar_is_for_terminals(here: Path) -> None:
    code, shown = in_terminal("sample", "chair.shape", "-n", "3", "--out-dir", "made")
    assert code == 0
    assert b"variants" in shown
    assert b"\x1b[" in shown


@pytest.mark.parametrize(
    "environment",
    [
        {"LC_ALL": "tr_TR.UTF-8", "PYTHONIOENCODING": "iso8859-9"},
        {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"HOME": "/nonexistent", "TZ": "Asia/Kathmandu", "PYTHONHASHSEED": "7"},
    ],
    ids=["turkish", "posix", "homeless"],
)
def test_the_place_where_it_runs_changes_nothing(run, spawn, here: Path, environment: dict[str, str]) -> None:
    arguments = ("info", "chair.shape", "--json", "--tree")
    moved = spawn(*arguments, environment=environment)
    assert (moved.code, moved.err, moved.out) == (0, "", run(*arguments).out)


def test_what_an_encoding_lacks_is_a_question_mark(run, spawn, here: Path) -> None:
    narrow = spawn("info", "chair.shape", "--tree", environment={"PYTHONIOENCODING": "ascii"})
    wide = run("info", "chair.shape", "--tree").text
    assert (narrow.code, narrow.err) == (0, "")
    assert narrow.out == wide.encode("ascii", errors="replace")


def test_file_names_that_are_no_text(here: Path) -> None:
    name = os.fsencode(here) + b"/ch\xffir\x1b[31m.shape"
    (here / "chair.shape").rename(os.fsdecode(name))
    done = subprocess.run(
        [*COMMAND, "build", name, "-o", name + b".glb"], capture_output=True, check=False, env=plain_environment()
    )
    assert (done.returncode, done.stdout) == (0, b"")
    assert b"/ch?ir?[31m.shape.glb: 4 shapes, " in done.stderr
    assert b"\x1b" not in done.stderr
    assert os.path.exists(name + b".glb")
    checked = subprocess.run(
        [*COMMAND, "check", "--json", name], capture_output=True, check=False, env=plain_environment()
    )
    assert json.loads(checked.stdout)["errors"] == 0


@pytest.mark.parametrize(
    ("closed", "arguments", "message"),
    [
        (0, ["check", "-"], b"error: standard input is closed\n"),
        (1, ["check", "--json", "chair.shape"], b"error: standard output is closed\n"),
        (1, ["build", "chair.shape", "-o", "-", "--format", "glb"], b"error: standard output is closed\n"),
    ],
)
def test_closed_streams(here: Path, closed: int, arguments: list[str], message: bytes) -> None:
    # The descriptor is closed in the child before Python starts there.
    code = f"import os, sys; os.close({closed}); os.execv(sys.argv[1], sys.argv[1:])"
    done = subprocess.run(
        [sys.executable, "-c", code, *COMMAND, *arguments], capture_output=True, check=False, env=plain_environment()
    )
    assert (done.returncode, done.stderr) == (2, message)


def test_a_closed_error_stream_spoils_no_result(here: Path) -> None:
    code = "import os, sys; os.close(2); os.execv(sys.argv[1], sys.argv[1:])"
    done = subprocess.run(
        [sys.executable, "-c", code, *COMMAND, "build", "chair.shape", "-o", "-", "--format", "off"],
        capture_output=True,
        check=False,
        env=plain_environment(),
    )
    assert done.returncode == 0
    assert done.stdout.startswith(b"OFF\n")
    assert b"shapes" not in done.stdout


def test_the_installed_command_is_this_one() -> None:
    script = Path(sys.executable).with_name("shapelang")
    done = subprocess.run([script, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("shapelang ")


def test_the_package_is_the_command() -> None:
    done = [
        subprocess.run([sys.executable, *words, "--version"], capture_output=True, check=True, env=plain_environment())
        for words in (("-m", "shapelang"), COMMAND[1:])
    ]
    assert done[0].stdout == done[1].stdout != b""
