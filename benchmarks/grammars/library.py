"""Library learning beside stitch-core on the same terms: how much shorter programs with their library are.

    python -m benchmarks.grammars.library FOLDER... [--first N] [--rounds 10] [--holes 3]

A folder holds `.shape` programs or ShapeAssembly's `.txt`. `terms` is the search without the rules of the language:
what Stitch is given too. `parts` is what the language can say as parts. Ratios are heads before / (heads after + those
of the definitions, each with a name for itself and for every hole). Seconds are of the processor.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from time import process_time
from typing import Any

from grammars.learning.library.encoding import encoded
from grammars.learning.library.forms import Form
from grammars.learning.library.learned import Library, library
from grammars.learning.library.search import Limits
from grammars.learning.library.terms import Corpus, Head, Pool
from grammars.learning.library.writing import shared
from shapelang.semantics.loader import FileLoader
from shapelang.syntax.parser import parse
from shapelang.syntax.source import Source


def _texts(folders: list[Path], first: int | None) -> list[tuple[Source, FileLoader]]:
    from shapelang.io.read.shapeassembly import shape_program

    files = sorted(f for folder in folders for f in folder.iterdir() if f.suffix in (".shape", ".txt"))[:first]
    return [
        (Source(f.name, shape_program(f.read_text()) if f.suffix == ".txt" else f.read_text()), FileLoader(f.parent))
        for f in files
    ]


def _free(corpus: Corpus) -> Corpus:
    """The same terms, every one of which may be told once or handed over."""
    pool = Pool()
    numbers: list[int] = []
    for term in corpus.pool.terms:
        numbers.append(pool.add(_open(term.head.form), tuple(numbers[c] for c in term.children)))
    return Corpus(pool, tuple(numbers[r] for r in corpus.roots))


def _open(form: Any) -> Head:
    return Head(form, whole=True, argument=True)


def _words(corpus: Corpus, term: int) -> str:
    own = corpus.pool.terms[term]
    label = f"h{corpus.labels[term]}"
    return label if not own.children else f"({' '.join([label, *(_words(corpus, c) for c in own.children)])})"


def _count(text: str) -> int:
    return len(text.replace("(", " ").replace(")", " ").split())


def _stitch(corpus: Corpus, rounds: int, holes: int, **how: bool) -> tuple[float, int]:
    """The ratio, and how many abstractions; of what stitch-core has no types for."""
    import stitch_core  # pyright: ignore[reportMissingImports]

    core: Any = stitch_core
    found = core.compress(
        [_words(corpus, r) for r in corpus.roots], iterations=rounds, max_arity=holes, silent=True, **how
    )
    after = sum(_count(text) for text in found.rewritten)
    defined = sum(1 + a.arity + _count(a.body) for a in found.abstractions)
    return corpus.size / (after + defined), len(found.abstractions)


def _row(name: str, ratio: float, count: int, seconds: float | None, rest: str = "") -> None:
    told = "" if seconds is None else f"{seconds:.1f}"
    print(f"| {name} | {ratio:.3f} | {count} | {told} | {rest} |", flush=True)


def main() -> int:
    parser = ArgumentParser(description="Library learning beside stitch-core.")
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--first", type=int)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--holes", type=int, default=3)
    parser.add_argument("--steps", type=int, default=20_000)
    wanted = parser.parse_args()
    sys.setrecursionlimit(100_000)
    sources = _texts(wanted.folders, wanted.first)
    pool = Pool()
    corpus = Corpus(pool, tuple(encoded(parse(source).module, pool) for source, _ in sources))
    terms = _free(corpus)
    print(f"{len(sources)} programs, {corpus.size} heads, {len(pool.terms)} different terms")
    print("| how | ratio | abstractions | seconds | |\n| --- | --- | --- | --- | --- |")
    limits = Limits(wanted.holes, wanted.steps)
    started = process_time()
    own: Library = library(terms, wanted.rounds, limits, lambda k: _open(Form("call", k)))
    _row("terms", own.ratio, len(own.abstractions), process_time() - started, own.outcome.name)
    try:
        alike: dict[str, bool] = {"no_curried_bodies": True, "no_curried_metavars": True}
        for name, how in (("stitch-core, no functions handed over", alike), ("stitch-core as it comes", {})):
            started = process_time()
            ratio, count = _stitch(terms, wanted.rounds, wanted.holes, **how)
            _row(name, ratio, count, process_time() - started, f"terms / this: {own.ratio / ratio:.3f}")
    except ImportError:
        print("stitch-core is not installed: the extra `peers-grammars`")
    for holes in (wanted.holes, 5):
        started = process_time()
        found = shared(sources, wanted.rounds, Limits(holes, wanted.steps))
        kept = sum(p.kept is not None for p in found.programs)
        count = len(found.library.abstractions)
        same = f"{len(sources) - kept} of {len(sources)} make the same shapes; {found.library.outcome.name}"
        _row(f"parts, {holes} parameters", found.library.ratio, count, process_time() - started, same)
    return 0


if __name__ == "__main__":
    sys.exit(main())
