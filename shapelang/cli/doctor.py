"""`shapelang doctor`: what is here, and what each thing is for."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Annotated, Final, Literal, TypeAlias, final

import typer

from shapelang.cli.console import GREEN, RED, YELLOW, emit, emit_json, painted, table, wants_colour
from shapelang.cli.failures import FINDINGS, OK
from shapelang.cli.options import JsonFlag
from shapelang.cli.version import version

EXAMPLES: Final = """\b
Examples:
  shapelang doctor
  shapelang doctor --json | jq '.checks[] | select(.state != "ok")'
  shapelang doctor --torch        also loads torch, which takes seconds
"""

State: TypeAlias = Literal["ok", "missing", "off"]
NEEDED: Final = {
    "numpy": "arrays",
    "scipy": "nearest points, optimisation",
    "typer": "this command line",
    "rich": "progress bars",
    "networkx": "graphs of parts",
    "manifold3d": "booleans of solids",
    "numba": "fast loops",
    "jaxtyping": "names of array shapes",
    "libigl": "inside tests, distances",
}
OPTIONAL: Final = {
    # what for, and the extra that brings it
    "scikit-robot-pyrender": ("quick pictures", "render"),
    "PyOpenGL": ("quick pictures", "render"),
    "torch": ("learning", "torch"),
    "safetensors": ("files of learned models", "torch"),
    "tensorboardX": ("logs of training for TensorBoard", "board"),
    "lightning-fabric": ("training on several GPUs", "several"),
    "trimesh": ("reading back what is written, in the tests", "test"),
    "lark": ("the parser's tables, where the grammar changes", "test"),
    "pillow": ("the letters of captions, where they change", "test"),
}
CPU_FEATURES: Final = ("sse4_2", "avx", "avx2", "fma", "avx512f")
PATIENCE: Final = 60.0
"""Seconds that a program asked about itself may take."""


@final
@dataclass(frozen=True, slots=True)
class Check:
    """One line: whether a thing is here, what exactly, and what it is for."""

    name: str
    state: State
    found: str
    purpose: str
    needed: bool = False


def run(
    torch: Annotated[bool, typer.Option("--torch", help="Load torch and look for CUDA.")] = False,
    json: JsonFlag = False,
) -> int:
    """Show what is installed, and what is missing for what.

    Exit code 1 when something is missing that everything needs.
    """
    checks = list(_checks(torch))
    if json:
        rows = [
            {"name": c.name, "state": c.state, "found": c.found, "for": c.purpose, "needed": c.needed} for c in checks
        ]
        emit_json({"shapelang": version(), "checks": rows})
    else:
        emit(f"shapelang {version()}")
        colour = wants_colour(sys.stdout)
        style = {"ok": GREEN, "missing": RED, "off": YELLOW}
        lines = table([(c.state, c.name, c.found, c.purpose) for c in checks], indent="")
        for check, line in zip(checks, lines, strict=True):
            emit(painted(check.state, style[check.state], colour) + line[len(check.state) :])
    return FINDINGS if any(c.needed and c.state != "ok" for c in checks) else OK


def _checks(with_torch: bool) -> Iterator[Check]:
    found = (
        f"{platform.python_version()} ({platform.python_implementation()}, {platform.system()} {platform.machine()})"
    )
    yield Check("python", "ok" if sys.version_info >= (3, 11) else "missing", found, "everything", needed=True)
    for name, purpose in NEEDED.items():
        yield _package(name, purpose)
    for name, (purpose, extra) in OPTIONAL.items():
        yield _package(name, purpose, extra)
    yield _opengl()
    yield _program("node", ["--version"], "the GLB validator of Khronos")
    yield _validator()
    yield _cpu()
    yield _writable("cache", Path(__file__).parents[1], "keeps compiled code between runs")
    yield _writable("temporary files", Path(tempfile.gettempdir()), "measuring and drawing")
    if with_torch:
        yield _torch()


def _package(name: str, purpose: str, extra: str | None = None) -> Check:
    needed = extra is None
    try:
        return Check(name, "ok", metadata.version(name), purpose, needed)
    except metadata.PackageNotFoundError:
        found = "not installed" if needed else f"not installed: pip install 'shapelang[{extra}]'"
        return Check(name, "missing" if needed else "off", found, purpose, needed)


def _opengl() -> Check:
    from shapelang.rendering.gl import NoGL, platform

    purpose = "quick pictures; without it they are drawn in software"
    try:
        return Check("OpenGL", "ok", platform(), purpose)
    except NoGL as reason:
        return Check("OpenGL", "off", " ".join(str(reason).split()), purpose)


def _program(name: str, arguments: list[str], purpose: str) -> Check:
    path = shutil.which(name)
    if path is None:
        return Check(name, "off", "not found", purpose)
    return Check(name, "ok", _answer([path, *arguments]) or path, purpose)


def _answer(command: list[str]) -> str:
    """The first line that a program prints; empty when it fails."""
    try:
        done = subprocess.run(command, capture_output=True, timeout=PATIENCE, check=False, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    lines = done.stdout.decode("utf-8", errors="replace").splitlines()
    return lines[0].strip() if done.returncode == 0 and lines else ""


def _validator() -> Check:
    folder = Path(__file__).parents[2] / "tools" / "gltf" / "node_modules" / "gltf-validator"
    purpose = "a second check of GLBs, in the tests"
    return Check(
        "gltf-validator", "ok" if folder.is_dir() else "off", "found" if folder.is_dir() else "not found", purpose
    )


def _cpu() -> Check:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        text = ""
    row = next((line for line in text.splitlines() if line.startswith("flags")), "")
    has = [feature for feature in CPU_FEATURES if feature in row.split()]
    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    return Check("cpu", "ok", f"{cores} cores, {' '.join(has) or 'features unknown'}", "speed alone: results are equal")


def _writable(name: str, folder: Path, purpose: str) -> Check:
    good = os.access(folder, os.W_OK)
    return Check(name, "ok" if good else "off", str(folder) if good else f"{folder} cannot be written to", purpose)


def _torch() -> Check:
    device = "c.get_device_name(0) if c.is_available() else 'no CUDA'"
    code = f"import torch; c = torch.cuda; print(torch.__version__, {device})"
    found = _answer([sys.executable, "-c", code])
    return Check("torch, loaded", "ok" if found else "off", found or "cannot be loaded", "learning")
