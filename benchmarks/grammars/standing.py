"""Whether samples of learned grammars reach the ground: `python -m benchmarks.grammars.standing CORPUS...`.

A corpus is a program, a folder of programs, of ShapeAssembly's or of GRASS; of a folder the first `--first` examples.
What is learned of each is sampled by seed; a sample is rooted if the ground reaches all of its parts
(`shapelang.metrics.rooted`). What hangs in the others is told by its path. The first `--pushed` are pushed as well
(extra `physics`). `-o FOLDER` keeps the programs.
"""

from __future__ import annotations

import argparse
import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import process_time
from typing import Final, final

from benchmarks.grammars.samples.physics import has_physics, stable
from benchmarks.timing import commit, machine
from grammars.learning.shapes.bodies import Body
from grammars.learning.shapes.learned import Fit, Learned, learned
from grammars.learning.shapes.precision import precision_of
from shapelang.assembly.assembly import Assembly
from shapelang.cli.learn_corpus import read_corpus
from shapelang.diagnostics import ShapelangError
from shapelang.execution.simulate import simulate
from shapelang.metrics.rooted import NEAR, boxes_of, diagonal, hanging, reaches, rooted
from shapelang.semantics.check import check_text

_TOLERANCE: Final = 0.004

_LISTED: Final = 6

_CHOICE: Final = re.compile(r".*_(style|or_not)|whole|family_\d+")
"""Labels that name no part."""


@final
@dataclass(slots=True)
class Samples:
    """Samples of a grammar: how many are rooted, cannot be made, were pushed and stand, and what hangs, by its path."""

    made: int = 0
    rooted: int = 0
    failed: int = 0
    pushed: int = 0
    stable: int = 0
    hanging: Counter[str] = field(default_factory=Counter[str])


def parts_of(assembly: Assembly) -> list[str]:
    """What each leaf that has a volume is called, without choices and indices."""
    found: list[str] = []
    for leaf in assembly.leaves():
        if min(leaf.part.box.size) > 0.0:
            labels = [re.sub(r"(\[\d+\])+$", "", label) for label in leaf.path]
            found.append("/".join(label for label in labels if not _CHOICE.fullmatch(label)))
    return found


def hangs(assembly: Assembly) -> Iterator[str]:
    """What the ground does not reach."""
    boxes, names = boxes_of(assembly), parts_of(assembly)
    if not boxes:
        yield "nothing at all"
        return
    near = NEAR * diagonal(boxes)
    lowest = float(reaches(boxes)[0][1])
    for group in hanging(boxes, near):
        if min(boxes[k].centre[1] - boxes[k].reach()[1] for k in group) - lowest >= near:
            yield from sorted({names[k] for k in group})


def sampled(text: str, count: int, pushed: int = 0) -> Samples:
    """The first seeds of a program; of these the first are pushed."""
    program = check_text(text, "learned.shape")
    found = Samples()
    for seed in range(count):
        try:
            assembly = simulate(program, seed).assembly
        except ShapelangError:
            found.failed += 1
            continue
        found.made += 1
        stands = rooted(boxes_of(assembly))
        if stands:
            found.rooted += 1
        else:
            found.hanging.update(hangs(assembly))
        if seed < pushed:
            found.pushed += 1
            found.stable += stands and stable(boxes_of(assembly))
    return found


def bodies_of(corpus: str, each: int, first: int | None) -> tuple[Body, ...]:
    """The first examples of a corpus, or `each` runs of a program."""
    folder = Path(corpus)
    files = [corpus]
    if folder.is_dir() and not (folder / "box_data.mat").is_file():
        files = [str(f) for f in sorted(folder.rglob("*")) if f.suffix in (".shape", ".txt")][:first]
    return read_corpus(files, each, 0.0, 0, True).bodies[: None if each > 1 else first]


def grammar(corpus: str, each: int, first: int | None, hold_out: int) -> tuple[Learned, int]:
    """What is learned of a corpus but for every `hold_out`th example, and of how many; 0 holds nothing out."""
    bodies = bodies_of(corpus, each, first)
    held = bodies[::hold_out] if hold_out else ()
    training = [body for k, body in enumerate(bodies) if not hold_out or k % hold_out]
    return learned(training, held, precision_of(training, _TOLERANCE)), len(training)


def _told(fit: Fit) -> str:
    return f"{fit.explained} of {fit.examples}" + (f", {fit.bits:.1f}" if fit.examples else "")


def main(arguments: Sequence[str] | None = None) -> None:
    """A row for each corpus, then what hangs; seconds are of the processor."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpora", nargs="+")
    parser.add_argument("-n", type=int, default=150)
    parser.add_argument("--each", type=int, default=1)
    parser.add_argument("--first", type=int)
    parser.add_argument("--hold-out", type=int, default=0, metavar="EVERY")
    parser.add_argument("--pushed", type=int, default=0)
    parser.add_argument("-o", type=Path)
    given = parser.parse_args(arguments)
    if given.pushed and not has_physics():
        parser.error("--pushed needs pybullet: install 'shapelang[physics]'")
    print("| corpus | learned from | lines | explained, bits | held out, bits | rooted | stable | cannot be made | s |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    notes: list[str] = []
    for corpus in given.corpora:
        started = process_time()
        result, count = grammar(corpus, given.each, given.first, given.hold_out)
        seconds = process_time() - started
        text = result.grammar.text
        if given.o is not None:
            given.o.mkdir(parents=True, exist_ok=True)
            (given.o / f"{Path(corpus).stem}_{count}.shape").write_text(text, encoding="utf-8")
        samples = sampled(text, given.n, given.pushed)
        last = result.steps[-1]
        row = (Path(corpus).stem, f"{count}", f"{len(text.splitlines())}", _told(last.training), _told(last.held_out))
        pushed = f"{samples.stable} of {samples.pushed}" if samples.pushed else ""
        told = (f"{samples.rooted} of {samples.made}", pushed, f"{samples.failed}", f"{seconds:.0f}")
        print(f"| {' | '.join((*row, *told))} |", flush=True)
        notes += [f"{Path(corpus).stem}: {name} hangs in {k}" for name, k in samples.hanging.most_common(_LISTED)]
    print("\n" + "\n".join(notes))
    print(f"\n{machine()}, load {os.getloadavg()[0]:.0f}, commit {commit()}")


if __name__ == "__main__":
    main()
