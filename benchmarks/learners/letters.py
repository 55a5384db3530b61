"""The wandering letter of IM-NET by convolutional and implicit twins: `python -m benchmarks.learners.letters`.

    train --kinds ae,vae,wgan --steps N --seeds 5    goes on with what is there; all runs of a kind have equal steps
    measure                                          every run that has no row yet, then the table of all rows

Runs lie in out/learners/letters, a row a run in rows.jsonl beside them. The 4 middle rows of places are held out.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from statistics import mean, stdev
from typing import Final, Protocol, final

import numpy as np
import torch

from benchmarks.learners.kept import OUT as KEPT
from benchmarks.learners.there import no_run
from benchmarks.timing import commit
from learners.chance import generator
from learners.data.examples import Examples
from learners.data.letters import COLUMNS, HELD_OUT, SIDE, Letters, all_letters, held_out_letters
from learners.data.sets import LetterA
from learners.evaluation.overlap import nearest, overlaps
from learners.generation.model import Field, trained_model
from learners.generation.shapes import occupied
from learners.names import Named, Size
from learners.recipes import recipe
from learners.tensors import Codes, Grids
from learners.training.checkpoint import newest_checkpoint
from learners.training.run import Run
from learners.training.train import Pace, train
from shapelang.arrays import AnyArray

OUT: Final = Path("out/learners/letters")
BATCH: Final = 16
TWINS: Final = {
    "ae": (Named.CNN_AE, Named.IM_AE),
    "vae": (Named.CNN_VAE, Named.IM_VAE),
    "wgan": (Named.CNN_WGAN, Named.IM_WGAN),
}
TOLD: Final = 0.9
"""A drawn picture is a letter from this IoU with the best of the 1,295 templates on."""


@final
@dataclass(frozen=True, slots=True)
class Row:
    """What was found of one run; means over places or samples, None where the kind has no such figure.

    held_out: IoU of the reconstruction of held-out places. half_way: of the code between those of the rows beside the
    gap, with the better of its two middle rows. letters: share of drawn ones that are one; in_gap: share of these
    that stand in the gap, where 4 of 35 of all places are; nearest: IoU of drawn ones with the best template.
    """

    system: str
    seed: int
    step: int
    commit: str
    held_out: float | None = None
    half_way: float | None = None
    letters: float | None = None
    in_gap: float | None = None
    nearest: float | None = None


class Reading(Protocol):
    """What reads a picture and makes one of a code; `Model` is one."""

    def encoded(self, grids: Grids) -> Codes:
        """(b, c)."""
        ...

    def field(self, code: Codes) -> Field:
        """The picture of a code (1, c)."""
        ...


class Drawing(Protocol):
    """What makes pictures of codes from a prior; `Model` is one."""

    @property
    def draw(self) -> Callable[[int, torch.Generator], Codes] | None:
        """So many codes; None where it has no prior."""
        ...

    def field(self, code: Codes) -> Field:
        """The picture of a code (1, c)."""
        ...


def folder_of(out: Path, name: Named, seed: int) -> Path:
    """Where a run lies."""
    return out / f"{name.value}-{seed}"


def found_folder(out: Path, name: Named, seed: int, kept: Path = KEPT) -> Path:
    """The same of the kept run, which is of seed 0, where no other is there."""
    own = folder_of(out, name, seed)
    return kept / f"letters-{name.value}" if seed == 0 and not own.exists() else own


def measured(folder: Path, name: Named, seed: int, samples: int) -> Row:
    """The row of a run; raises UsageError where it has no checkpoint."""
    model = trained_model(folder)
    row = Row(name.value, seed, model.step, commit())
    if model.encode is None:
        return drawn_letters(model, samples, row)
    return Row(row.system, seed, row.step, row.commit, held_out(model), half_way(model))


def held_out(model: Reading) -> float:
    """Mean IoU of the reconstruction of the places that were held out."""
    places = held_out_letters()
    return float(np.mean(_overlap(model, _codes(model, places), places)))


def half_way(model: Reading) -> float:
    """Mean IoU over columns of what the code half-way across the gap gives, with the better of the two middle rows."""
    first, last = HELD_OUT.start - 1, HELD_OUT.stop
    codes = 0.5 * (_codes(model, _row(first)) + _codes(model, _row(last)))
    middle = ((first + last) // 2, (first + last + 1) // 2)
    return float(np.mean(np.maximum(*(_overlap(model, codes, _row(row)) for row in middle))))


def drawn_letters(model: Drawing, samples: int, row: Row) -> Row:
    """The row with what was found of so many drawn pictures; no share in the gap where none is a letter."""
    assert model.draw is not None, "what has no encoder is drawn from"
    with torch.no_grad():
        codes = model.draw(samples, generator(0, "letters"))
    found = nearest(np.stack([_picture(model, code[None]) for code in codes]), _packed(all_letters()))
    told = found.overlaps >= TOLD
    places = np.array(all_letters().rows)[found.indices[told]]
    in_gap = float(np.isin(places, list(HELD_OUT)).mean()) if told.any() else None
    return replace(row, letters=float(told.mean()), in_gap=in_gap, nearest=float(found.overlaps.mean()))


def table(rows: Sequence[Row]) -> str:
    """Mean ± standard error over seeds, a line a system and its steps, and what twins differ by at equal steps."""
    lines = [
        "| system | steps | seeds | held-out places | half-way codes | letters drawn | of these in the gap | best IoU |"
    ]
    lines.append("| --- " * 8 + "|")
    for twins in TWINS.values():
        for name in twins:
            for steps in sorted({row.step for row in rows if row.system == name.value}):
                own = [row for row in rows if (row.system, row.step) == (name.value, steps)]
                figures = (_told([getattr(row, field) for row in own]) for field in _FIGURES)
                lines.append(f"| {name.value} | {steps:,} | {len(own)} | {' | '.join(figures)} |")
        lines += _difference(rows, *twins)
    return "\n".join(lines)


_FIGURES: Final = ("held_out", "half_way", "letters", "in_gap", "nearest")


def _difference(rows: Sequence[Row], convolutional: Named, implicit: Named) -> list[str]:
    """IM − CNN, seed by seed."""
    ours = {(row.seed, row.step): row for row in rows if row.system == implicit.value}
    theirs = [row for row in rows if row.system == convolutional.value]
    pairs = [(ours[row.seed, row.step], row) for row in theirs if (row.seed, row.step) in ours]
    if not pairs:
        return []
    figures: list[str] = []
    for field in _FIGURES:
        both = [(getattr(im, field), getattr(cnn, field)) for im, cnn in pairs]
        figures.append(_told([None if im is None or cnn is None else im - cnn for im, cnn in both]))
    return [f"| {implicit.value} − {convolutional.value} | | {len(pairs)} | {' | '.join(figures)} |"]


def _told(values: Sequence[float | None]) -> str:
    known = [value for value in values if value is not None]
    if not known:
        return ""
    return f"{mean(known):.3f}" + (f" ± {stdev(known) / len(known) ** 0.5:.3f}" if len(known) > 1 else "")


def _row(row: int) -> Letters:
    return Letters((row,) * COLUMNS, tuple(range(COLUMNS)))


@torch.no_grad()
def _codes(model: Reading, places: Letters) -> Codes:
    return torch.cat([model.encoded(places.grids(some)) for some in torch.arange(len(places)).split(64)])


def _overlap(model: Reading, codes: Codes, places: Letters) -> AnyArray:
    """(n,) IoU of the picture of each code with the letter at its place."""
    wanted = _packed(places)
    pairs = zip(wanted, codes, strict=True)
    return np.array([float(overlaps(one, _picture(model, code[None])[None])[0]) for one, code in pairs])


def _picture(model: Reading | Drawing, code: Codes) -> AnyArray:
    """(512,) packed."""
    return np.packbits(occupied(model.field(code), 2, SIDE))


def _packed(places: Examples) -> AnyArray:
    return np.packbits(places.grids(torch.arange(len(places))).flatten(1).numpy(), axis=1)


def _train(asked: argparse.Namespace) -> None:
    for seed in range(asked.seeds):
        for kind in asked.kinds:
            for name in TWINS[kind]:
                run = Run(recipe(name, Size.SMALL, 2, 64), LetterA(), BATCH, seed)
                done = train(run, folder_of(asked.out, name, seed), Pace(asked.steps))
                print(f"{name.value}-{seed}: step {done.step}, {done.shown}", flush=True)


def _measure(asked: argparse.Namespace) -> None:
    file = asked.out / "rows.jsonl"
    rows = [Row(**json.loads(line)) for line in file.read_text().splitlines()] if file.exists() else []
    there = {(row.system, row.seed, row.step) for row in rows}
    for twins in TWINS.values():
        for name, seed in ((name, seed) for name in twins for seed in range(asked.seeds)):
            folder = found_folder(asked.out, name, seed)
            # What is being trained may have no checkpoint yet.
            kept, _ = newest_checkpoint(folder)
            if kept is None or (name.value, seed, kept.step) in there:
                continue
            rows.append(measured(folder, name, seed, asked.samples))
            asked.out.mkdir(parents=True, exist_ok=True)
            with file.open("a") as lines:
                lines.write(json.dumps(asdict(rows[-1])) + "\n")
    newest = {(row.system, row.seed): row for row in rows}
    for kind, twins in TWINS.items():
        for name in twins:
            if not any(row.system == name.value for row in rows):
                print(no_run(name.value, f"python -m benchmarks.learners.letters train --kinds {kind}"))
    print(table(list(newest.values())))


def _kinds(text: str) -> list[str]:
    """Kinds of twins by name, with commas between them."""
    kinds = text.split(",")
    for kind in kinds:
        if kind not in TWINS:
            raise argparse.ArgumentTypeError(f"no kind is called '{kind}'; there are {', '.join(TWINS)}")
    return kinds


def main(arguments: Sequence[str] | None = None) -> None:
    """One of the two."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("train", "measure"))
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--kinds", type=_kinds, default=list(TWINS))
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--samples", type=int, default=2000)
    asked = parser.parse_args(arguments)
    _train(asked) if asked.what == "train" else _measure(asked)


if __name__ == "__main__":
    main()
