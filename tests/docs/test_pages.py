"""Every `shape` block of the documentation does what the page says."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from shapelang.diagnostics import ProgramError
from shapelang.execution.simulate import simulate
from shapelang.geometry.invariants import faults
from shapelang.representations.surface import geometry_mesh
from shapelang.semantics.check import check_text
from tests.docs.blocks import Block, blocks, examples

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("docs/*.md"), ROOT / "README.md"])
CASES = [(page, block, error) for page in PAGES for block, error in examples(page)]


@pytest.mark.parametrize(("page", "block", "error"), CASES, ids=[f"{p.name}:{b.line}" for p, b, _ in CASES])
def test_block(page: Path, block: Block, error: str | None) -> None:
    """A block runs into closed meshes, or fails with exactly the message under it."""
    if error is not None:
        with pytest.raises(ProgramError) as caught:
            simulate(check_text(block.text, "<doc>"), 1)
        assert str(caught.value) == error
        return
    assembly = simulate(check_text(block.text, "<doc>"), 1).assembly
    leaves = list(assembly.leaves())
    assert leaves, f"{page.name}:{block.line} makes nothing"
    for leaf in leaves:
        assert faults(geometry_mesh(leaf.geometry, 16)) == ()


def test_pages_hold_blocks() -> None:
    """The reference shows at least one good and one bad program for each of its constructs."""
    reference = examples(ROOT / "docs" / "language.md")
    assert sum(error is None for _, error in reference) >= 20
    assert sum(error is not None for _, error in reference) >= 12


NOT_CONSTRUCTS = {"The `.shape` language", "Values", "Determinism", "Limits", "Warnings"}
"""Sections that tell of no construct of their own; the programs of values are under Expressions."""


def sections() -> dict[str, list[bool]]:
    """Each heading of the reference, with whether its programs run, in their order."""
    page = ROOT / "docs" / "language.md"
    lines = page.read_text(encoding="utf-8").split("\n")
    headings = [(k + 1, line.lstrip("# ")) for k, line in enumerate(lines) if re.match("#+ ", line)]
    found: dict[str, list[bool]] = {name: [] for _, name in headings}
    for block, error in examples(page):
        name = next(name for line, name in reversed(headings) if line < block.line)
        found[name].append(error is None)
    return found


def test_every_section_shows_good_and_bad() -> None:
    """A construct has its section, with a program that runs and one that is refused."""
    lacking = {
        name: shown for name, shown in sections().items() if name not in NOT_CONSTRUCTS and set(shown) != {True, False}
    }
    assert lacking == {}


PYTHON = [(page, block) for page in PAGES for block in blocks(page) if block.language == "python"]


@pytest.mark.parametrize(("page", "block"), PYTHON, ids=[f"{p.name}:{b.line}" for p, b in PYTHON])
def test_python(page: Path, block: Block) -> None:
    """A `python` block runs as it stands, from the root of the project."""
    done = subprocess.run([sys.executable, "-c", block.text], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, f"{page.name}:{block.line}\n{done.stderr}"
