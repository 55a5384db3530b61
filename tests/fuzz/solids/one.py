"""One program of solids from text to meshes, looked at."""

from __future__ import annotations

import zlib

import numpy as np

from shapelang.assembly.part import Solid
from shapelang.diagnostics import ProgramError
from shapelang.execution.simulate import simulate
from shapelang.semantics.check import check_text
from tests.fuzz.solids.checks import Broken, Checker
from tests.fuzz.solids.texts import segments_of


def ending(text: str) -> str:
    """How a program ends: `made`, or the codes of its errors. Raises Broken, or whatever else should not happen."""
    try:
        assembly = simulate(check_text(text, "solid.shape"), 0).assembly
    except ProgramError as error:
        return " ".join(sorted({found.code for found in error.diagnostics}))
    checker = Checker(segments_of(text), np.random.default_rng(zlib.crc32(_without_comments(text))))
    solids = dict.fromkeys(leaf.geometry for leaf in assembly.leaves() if isinstance(leaf.geometry, Solid))
    if not solids:
        raise Broken("no solid came out")
    return " ".join(sorted({checker.solid(solid) for solid in solids}))


def _without_comments(text: str) -> bytes:
    """What a kept failure has in common with the program it was."""
    return "\n".join(line for line in text.split("\n") if not line.startswith("//")).encode()
