"""The command line run in this process, with its two streams apart."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import final

import pytest

from shapelang.cli.main import main

CHAIR = """\
param width = 0.5 in [0.4, 0.6]
param height ~ uniform(0.4, 0.8)
part leg(h) { cuboid(0.05, h, 0.05) }
seat = cuboid(width, 0.05, 0.5) at (0, height, 0)
back = choose {
  3: slab = cuboid(width, 0.5, 0.05)
  1: post = cuboid(0.1, 0.5, 0.05)
} attach bottom to seat.top
mirror x { leg(height) at (0.2, 0.2, 0) }
"""


COMMAND = (sys.executable, "-m", "shapelang.cli.main")


def plain_environment() -> dict[str, str]:
    """Of this process, without what colours or debugs."""
    hidden = {"NO_COLOR", "FORCE_COLOR", "SHAPELANG_DEBUG", "PYTHONIOENCODING", "LC_ALL", "LANG"}
    return {name: value for name, value in os.environ.items() if name not in hidden} | {"PYTHONPATH": str(ROOT)}


ROOT = Path(__file__).parents[2]


@final
@dataclass(frozen=True, slots=True)
class Result:
    """The exit code and what stood on the two streams."""

    code: int
    out: bytes
    err: str

    @property
    def text(self) -> str:
        return self.out.decode("utf-8")


Run = Callable[..., Result]


@pytest.fixture
def run(capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Run:
    """`run("check", "a.shape", stdin=b"…")`."""
    for name in ("NO_COLOR", "FORCE_COLOR", "SHAPELANG_DEBUG"):
        monkeypatch.delenv(name, raising=False)

    def call(*arguments: str, stdin: bytes = b"") -> Result:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        capsysbinary.readouterr()
        code = main(arguments)
        out, err = capsysbinary.readouterr()
        return Result(code, out, err.decode("utf-8"))

    return call


@pytest.fixture
def spawn() -> Run:
    """`run` in a process of its own, for what only a process shows; `environment` is added to a plain one."""

    def call(*arguments: str | bytes, stdin: bytes = b"", environment: dict[str, str] | None = None) -> Result:
        done = subprocess.run(
            [*COMMAND, *arguments],
            input=stdin,
            capture_output=True,
            timeout=60,
            check=False,
            env=plain_environment() | (environment or {}),
        )
        return Result(done.returncode, done.stdout, done.stderr.decode("utf-8"))

    return call


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, with `chair.shape`."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "chair.shape").write_text(CHAIR, encoding="utf-8")
    return tmp_path
