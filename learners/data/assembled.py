"""Shapes of ShapeAssembly programs (R. Jones et al., "ShapeAssembly", SIGGRAPH Asia 2020), split by their skeleton."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import final

from grammars.programs.corpus import HELD_OUT, fold
from grammars.programs.text import read
from learners.bounds import Cells
from learners.data.kept import kept
from learners.data.packed import PackedGrids, packed
from learners.data.solid_grids import solid_grid
from shapelang.diagnostics import UsageError
from shapelang.execution.simulate import simulate
from shapelang.io.read.shapeassembly import shape_program
from shapelang.semantics.check import check_text


@final
@dataclass(frozen=True, slots=True)
class Assembled:
    """The programs of a folder, each once; one skeleton of ten is held out, by its hash.

    folder: of `.txt` files. sha256: of their texts, so that a run goes on with nothing else. resolution: cells along
    each axis.
    """

    folder: str
    sha256: str
    resolution: Cells


def assembled(folder: Path, resolution: int) -> Assembled:
    """The set of a folder. Raises UsageError where it holds no program."""
    return Assembled(str(folder), _digest(_texts(folder)), resolution)


def assembled_grids(config: Assembled, held_out: bool) -> PackedGrids:
    """The shapes to learn from, or those held out. Raises UsageError where the folder has changed or holds none."""
    texts = _texts(Path(config.folder))
    if _digest(texts) != config.sha256:
        raise UsageError(f"{config.folder}: not the programs that the run began with")
    chosen = [text for text in texts if (fold(read(text), HELD_OUT) == 0) is held_out]
    if not chosen:
        raise UsageError(f"{config.folder}: no program is {'held out' if held_out else 'left to learn from'}")
    made_from = f"assembled {held_out} {config.sha256}"
    return kept(made_from, config.resolution, lambda: _made(chosen, config.resolution))


def _made(texts: Sequence[str], resolution: int) -> PackedGrids:
    programs = (check_text(shape_program(text), "assembled.shape") for text in texts)
    return packed((solid_grid(simulate(program).assembly, resolution) for program in programs), resolution)


def _texts(folder: Path) -> list[str]:
    """The programs in the order of their files' names, copies left out."""
    try:
        texts = [file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.txt"))]
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read the programs of {folder}: {error}") from None
    if not texts:
        raise UsageError(f"{folder}: no .txt file is in it")
    return list(dict.fromkeys(texts))


def _digest(texts: Sequence[str]) -> str:
    return sha256("\0".join(texts).encode()).hexdigest()
