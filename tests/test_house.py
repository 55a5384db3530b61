"""The rules of the house, on the whole tree; and each scan on a planted offence, so that it is known to find one."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import house_scans as scans

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("shapelang", "grammars", "learners")
EVERYWHERE = (*PACKAGES, "tests", "benchmarks", "examples", "tools")

GEOMETRY_PATH = (
    *(f"shapelang/{room}" for room in ("geometry", "primitives", "execution", "chance", "assembly", "representations")),
    "shapelang/numbers.py",
    "shapelang/elementary",
)
# File → why what it computes may differ in its last bits. An entry that is no longer needed fails.
MAY_ROUND_FREELY: dict[str, str] = {}

# Package → where alone it may be imported.
CONFINED = {
    "torch": (
        "learners/",
        "shapelang/torch_numbers.py",
        "shapelang/execution/differentiate.py",
        "shapelang/fields/batched/",
        "shapelang/fitting/",
        "shapelang/inference/proposals/batched.py",
        "shapelang/inference/refine/batched.py",
        "shapelang/cli/devices.py",
    ),
    "lark": "shapelang/syntax/generate.py",
    "manifold3d": (
        "shapelang/representations/solids/",
        "shapelang/inference/contacts/",
        "shapelang/inference/solids/revolved.py",
    ),
}
# Slow to load (seconds), or not there without an extra: only inside the functions that need them.
ONLY_INSIDE_FUNCTIONS = frozenset({"trimesh", "pyrender", "OpenGL", "PIL"})


def sources(*places: str) -> Iterator[tuple[str, str]]:
    """(path from the root, text) of each Python file in the places."""
    for place in places:
        path = ROOT / place
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path] * path.is_file():
            if "node_modules" not in file.parts and "__pycache__" not in file.parts:
                yield file.relative_to(ROOT).as_posix(), file.read_text(encoding="utf-8")


def findings(scan: Callable[[str], list[str]], *places: str) -> list[str]:
    return [f"{path}:{finding}" for path, text in sources(*places) for finding in scan(text)]


def test_sources_are_found() -> None:
    assert len(list(sources("shapelang"))) > 20
    assert [path for path, _ in sources("tests/test_house.py")] == ["tests/test_house.py"]


def test_geometry_rounds_alike_everywhere() -> None:
    found = {path: lines for path, text in sources(*GEOMETRY_PATH) if (lines := scans.inexact_arithmetic(text))}
    assert {path: lines for path, lines in found.items() if path not in MAY_ROUND_FREELY} == {}
    assert [path for path in MAY_ROUND_FREELY if path not in found] == []


def test_nothing_runs_text_or_bytes_as_code() -> None:
    assert findings(scans.unsafe_calls, *EVERYWHERE) == []


def test_values_are_frozen_and_final() -> None:
    assert findings(scans.loose_dataclasses, "shapelang/syntax", "shapelang/assembly", "shapelang/primitives") == []


def test_every_test_can_fail() -> None:
    assert findings(scans.asserts_nothing, "tests") == []


def test_no_verdict_is_dropped() -> None:
    assert findings(scans.dropped_verdicts, *EVERYWHERE) == []


def test_packages_stay_where_they_belong() -> None:
    strays = [
        f"{path}:{line}: {package}"
        for path, text in sources(*PACKAGES)
        for line, package, _ in scans.imports_of(text)
        if package in CONFINED and not path.startswith(CONFINED[package])
    ]
    assert strays == []


def test_slow_packages_load_late() -> None:
    early = [
        f"{path}:{line}: {package}"
        for path, text in sources("shapelang", "grammars")
        for line, package, at_import in scans.imports_of(text)
        if at_import and package in ONLY_INSIDE_FUNCTIONS
    ]
    assert early == []


def test_every_room_stands_in_the_import_contract() -> None:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (layers,) = (c["layers"] for c in config["tool"]["importlinter"]["contracts"] if c["id"] == "layers")
    named = {name.strip(" ()") for layer in layers for name in re.split("[|:]", layer)}
    rooms = {
        f"shapelang.{entry.stem}"
        for entry in (ROOT / "shapelang").iterdir()
        if (entry / "__init__.py").is_file() or (entry.suffix == ".py" and entry.stem not in {"__init__", "__main__"})
    }
    assert rooms - named == set()


def test_every_room_of_inference_is_told_of() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rooms = sorted(entry.parent.name for entry in (ROOT / "shapelang" / "inference").glob("*/__init__.py"))
    assert len(rooms) > 10
    assert [room for room in rooms if f"`{room}/`" not in page.partition("## The rooms of inference")[2]] == []


def test_importing_the_packages_loads_nothing_heavy() -> None:
    heavy = ("torch", "trimesh", "pyrender", "scipy", "igl", "numba", "manifold3d")
    code = f"import shapelang, grammars, sys; print([m for m in {heavy!r} if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, env=dict(os.environ))
    assert (run.returncode, run.stdout.strip()) == (0, "[]"), run.stderr


# --- Each scan finds a planted offence, and leaves the innocent alone -------------------------------------------------


@pytest.mark.parametrize(
    ("text", "offence"),
    [
        ("c = a @ b", "1: @"),
        ("a @= b", "1: @"),
        ("c = np.dot(a, b)", "1: np.dot"),
        ("c = a.dot(b)", "1: dot"),
        ("c = np.linalg.norm(a)", "1: np.linalg"),
        ("c = np.exp(a)", "1: np.exp"),
        ("c = math.sin(a)", "1: math.sin"),
        ("c = a ** 0.5", "1: **"),
        ("c = 10.0**3", "1: **"),
        ("c = 10**-3", "1: **"),
        ("c = a**2", "1: **"),
        ("c = pow(a, b)", "1: pow"),
        ("from math import cos", "1: math.cos"),
        ("from numpy import matmul", "1: numpy.matmul"),
        ("from scipy.spatial import cKDTree", "1: scipy.spatial.cKDTree"),
        ("c = np.einsum('ij,jk', a, b, optimize=True)", "1: einsum with optimize"),
    ],
)
def test_inexact_arithmetic_is_found(text: str, offence: str) -> None:
    assert offence in scans.inexact_arithmetic(text)


def test_exact_arithmetic_is_left_alone() -> None:
    sums = "c = np.einsum('ij,jk', a, b) + np.sqrt(a) * math.floor(b) + 2**53 + 2.0**-600 + np.sum(a) + dot(a, b)"
    assert scans.inexact_arithmetic(f"{sums}\n@final\nclass A: ...") == []


@pytest.mark.parametrize(
    ("text", "offence"),
    [
        ("import pickle", "1: pickle"),
        ("from pickle import loads", "1: pickle"),
        ("import joblib", "1: joblib"),
        ("x = eval('1')", "1: eval"),
        ("exec('1')", "1: exec"),
        ("os.system('ls')", "1: os.system"),
        ("from os import system", "1: os.system"),
        ("subprocess.run('ls', shell=True)", "1: shell="),
        ("subprocess.run('ls', shell=flag)", "1: shell="),
        ("np.load(f, allow_pickle=True)", "1: allow_pickle="),
        ("torch.load(f)", "1: torch.load"),
    ],
)
def test_unsafe_calls_are_found(text: str, offence: str) -> None:
    assert scans.unsafe_calls(text) == [offence]


def test_safe_calls_are_left_alone() -> None:
    assert (
        scans.unsafe_calls(
            "np.load(f, allow_pickle=False)\nmodel.eval()\nre.compile('a')\nrun(['ls'], shell=False)\nPiece(shell=True)"
        )
        == []
    )


@pytest.mark.parametrize(
    ("decorators", "lacks"),
    [
        ("@final\n@dataclass(frozen=True)", ["slots"]),
        ("@final\n@dataclass(slots=True)", ["frozen"]),
        ("@final\n@dataclass(frozen=False, slots=True)", ["frozen"]),
        ("@dataclass(frozen=True, slots=True)", ["final"]),
        ("@dataclass", ["frozen", "slots", "final"]),
        ("@final\n@dataclasses.dataclass", ["frozen", "slots"]),
        ("@final\n@dataclass(frozen=True, slots=True)", []),
        ("@final", []),
    ],
)
def test_loose_dataclasses_are_found(decorators: str, lacks: list[str]) -> None:
    found = scans.loose_dataclasses(f"{decorators}\nclass A:\n    x: int")
    assert [finding.rsplit(" ", 1)[1] for finding in found] == lacks


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("pass", ["1: test_a"]),
        ("np.array_equal(a, b)", ["1: test_a"]),
        ("assert a == b", []),
        ("np.testing.assert_allclose(a, b)", []),
        ("check_law(a)", []),
        ("with pytest.raises(ValueError):\n        f()", []),
    ],
)
def test_tests_that_cannot_fail_are_found(body: str, found: list[str]) -> None:
    assert scans.asserts_nothing(f"def test_a():\n    {body}") == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("np.array_equal(a, b)", ["1: array_equal"]),
        ("a.equal(b)", ["1: equal"]),
        ("assert np.array_equal(a, b)", []),
        ("same = np.allclose(a, b)", []),
    ],
)
def test_dropped_verdicts_are_found(text: str, found: list[str]) -> None:
    assert scans.dropped_verdicts(text) == found


def test_imports_are_found_with_their_time() -> None:
    text = "import a.b\nif TYPE_CHECKING:\n    import c\nif x:\n    from d import e\ndef f():\n    import g\n"
    assert sorted(scans.imports_of(text)) == [(1, "a", True), (3, "c", False), (5, "d", True), (7, "g", False)]
