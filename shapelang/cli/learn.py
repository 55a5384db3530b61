"""`shapelang learn`: a readable grammar from examples."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from shapelang.cli.build import refuse_input, refuse_json_beside, write_output
from shapelang.cli.console import clean, emit_json, say, say_warning, table
from shapelang.cli.failures import OK
from shapelang.cli.learn_corpus import LISTED, Corpus, read_corpus, split, warn_left_out
from shapelang.cli.learn_library import write_library
from shapelang.cli.learn_programs import write_programs
from shapelang.cli.options import JsonFlag, Seed
from shapelang.cli.programs import MODEL, STDIN, is_model
from shapelang.cli.progress import progress_told
from shapelang.diagnostics import ShapelangError, UsageError, counted
from shapelang.io.atomic import refuse_unwritable

if TYPE_CHECKING:
    from grammars.learning.cheapest.program import Cheapest
    from grammars.learning.shapes.bodies import Body
    from grammars.learning.shapes.learned import Fit, Learned

EXAMPLES: Final = """\b
Examples:
  shapelang learn chairs/*.shape -o chairs.shape
  shapelang learn shapeassembly/chair -o chairs.shape --hold-out 0.1
  shapelang learn grass -o chairs.shape --families 12
  shapelang learn chair.shape --each 60 -o again.shape     60 runs of one program
  shapelang infer meshes/ -o programs/
  shapelang learn programs/ -o grammar.shape --json
  shapelang learn programs/ --each 10 --vary 0.2 -o grammar.shape
  shapelang learn programs/ --library -o shared/           parts that they share
  shapelang learn shapeassembly/chair -o chairs.programs   a model of programs

CORPUS is .shape files, ShapeAssembly programs (.txt), or folders of them, or a
folder of GRASS (box_data.mat, op_data.mat, sym_data.mat). A program of chance
is run with --seed; with --each N times. With --vary its real params that have
a default are drawn about it, so that few examples tell what hangs on what.

Of one to three examples the cheapest program is written that yields each of
them by its params and choices, which are printed; of more, with --families, or
where they have too many numbers, a grammar of what varies.

What is printed: of each step of the learning the examples that it explains, of
the training (500 at most) and of the held-out ones, the bits of one, on average, and how
many of these tell what the grammar does not explain: by histograms of the corpus,
as all of an example is before anything is learned. What is written makes only what
it explains. Numbers are told to a thousandth of the examples' size; what is written
as exact holds to within --tolerance, a share of that size.

With --hold-out, programs of ShapeAssembly that differ in numbers only are kept
apart together, and so are hierarchies of GRASS of one tree; .shape one by one.

With --library the programs stay what they are: parts that they share are written
to library.shape in the folder -o, beside the programs that use it now. Each makes
the same shapes as before; one that would not is written as it was.

Into a .programs file goes a model of ShapeAssembly's programs (.txt alone): no text
to read, but `sample` draws from it and `score` gives the bits of others.
"""

TOLERANCE: Final = 0.004

_SAMPLES: Final = 20
"""Runs of the grammar that are tried."""


def run(
    corpus: Annotated[list[str], typer.Argument(help="Programs, or folders of them.")],
    output: Annotated[
        str,
        typer.Option(
            "-o",
            "--output",
            metavar="PATH",
            help="The grammar (.shape; '-' is stdout), or a model of programs (.programs).",
        ),
    ],
    *,
    hold_out: Annotated[
        float,
        typer.Option("--hold-out", min=0.0, max=0.9, metavar="SHARE", help="Examples kept apart, by hash."),
    ] = 0.0,
    each: Annotated[int, typer.Option("--each", min=1, max=100_000, metavar="N", help="Runs of each program.")] = 1,
    vary: Annotated[
        float,
        typer.Option("--vary", min=0.0, max=0.9, metavar="SHARE", help="With --each: how far params go off defaults."),
    ] = 0.0,
    families: Annotated[
        int | None,
        typer.Option("--families", min=1, max=100, metavar="N", help="Kinds of shapes; default: of most posterior."),
    ] = None,
    tolerance: Annotated[
        float | None,
        typer.Option("--tolerance", min=0.0, max=0.1, metavar="SHARE", help="Within which numbers are equal: 0.004."),
    ] = None,
    library: Annotated[
        bool, typer.Option("--library", help="Write the parts that programs share, and the programs with them.")
    ] = False,
    rounds: Annotated[
        int | None, typer.Option("--rounds", min=1, max=1_000, metavar="N", help="Of --library: parts at most.")
    ] = None,
    holes: Annotated[
        int | None, typer.Option("--holes", min=0, max=12, metavar="K", help="Of --library: parameters of a part.")
    ] = None,
    seed: Seed = 0,
    json: JsonFlag = False,
) -> int:
    """Write a grammar that makes shapes like given examples.

    The grammar is a program to read, edit and sample. Parts are matched by name, place and kind; what stands in some
    examples only becomes a choice with weights, and numbers become equalities, dependences or distributions, by the
    shortest description.
    """
    if is_model(output):
        _refuse_for_models(each, vary, families, tolerance, library, rounds, holes)
        refuse_unwritable(output)
        return write_programs(corpus, output, hold_out, seed, json)
    if library:
        if each != 1 or vary or hold_out or families is not None:
            raise UsageError(
                "--each, --vary, --hold-out and --families are for grammars: leave them out with --library"
            )
        return write_library(corpus, output, rounds, holes, json)
    if rounds is not None or holes is not None:
        raise UsageError("--rounds and --holes are for --library")
    if vary and each == 1:
        raise UsageError("--vary is for further runs of each program: give --each N as well")
    refuse_json_beside([output], json)
    refuse_input(output, *corpus)
    refuse_unwritable(output)
    if Path(output).suffix not in ("", ".shape") and output != STDIN:
        raise UsageError(f"-o {clean(output)}: a grammar is a .shape file, and a model of programs a {MODEL} file")
    tolerance = TOLERANCE if tolerance is None else tolerance
    found = read_corpus(corpus, each, vary, seed, json)
    warn_left_out(found.refused)
    training, held_out = split(found.hashes, hold_out, seed)
    result = _learned(found, training, held_out, tolerance, families, seed, json)
    few = _cheapest([found.bodies[k] for k in training], tolerance) if families is None else None
    text = _checked(few.text if few is not None else result.grammar.text, len(training))
    write_output(output, text.encode())
    if few is not None:
        _tell_few(few, output, text, json, len(training))
        return OK
    missing = [(found.names[training[k]], list(causes)) for k, causes in result.unexplained]
    if json:
        emit_json(_row(found, result, text, missing))
    else:
        _tell(output, text, result, missing)
    return OK


def _refuse_for_models(
    each: int, vary: float, families: int | None, tolerance: float | None, library: bool, rounds: int | None,
    holes: int | None,
) -> None:  # fmt: skip
    given = {
        "--each": each != 1, "--vary": bool(vary), "--families": families is not None,
        "--tolerance": tolerance is not None, "--library": library, "--rounds": rounds is not None,
        "--holes": holes is not None,
    }  # fmt: skip
    for option, wrong in given.items():
        if wrong:
            raise UsageError(f"{option} is for grammars and libraries (.shape): a {MODEL} file is learned without it")


def _learned(
    found: Corpus,
    training: list[int],
    held_out: list[int],
    tolerance: float,
    families: int | None,
    seed: int,
    quiet: bool,
) -> Learned:
    from grammars.learning.shapes.learned import learned
    from grammars.learning.shapes.precision import precision_of

    bodies = [found.bodies[k] for k in training]
    with progress_told("learning", quiet) as tell:
        precision = precision_of(bodies, tolerance)
        return learned(bodies, [found.bodies[k] for k in held_out], precision, count=families, seed=seed, tell=tell)


def _cheapest(bodies: list[Body], tolerance: float) -> Cheapest | None:
    """Of at most three examples the cheapest program that yields each of them; None where there is none."""
    from grammars.learning.cheapest.program import MOST, cheapest_program
    from grammars.learning.shapes.precision import precision_of

    if len(bodies) > MOST:
        return None
    # Few examples hold to what they mean exactly: chance relations are many, and loose ones are more.
    few = cheapest_program(bodies, precision_of(bodies, tolerance).tolerance / 10.0)
    return few if few is not None and not few.missing else None


def _tell_few(few: Cheapest, output: str, text: str, json: bool, examples: int) -> None:
    if json:
        row = {"examples": examples, "params": list(few.params), "bits": few.bits, "proved": few.proved}
        emit_json({**row, "lines": len(text.splitlines()), "given": [dict(g) for g in few.given]})
        return
    name = clean(output) if output != STDIN else "stdout"
    say(f"{name}: {len(text.splitlines())} lines, {counted(len(few.params), 'param')}, {few.bits:.0f} bits")
    for k, given in enumerate(few.given):
        told = ", ".join(f"{n} = {v}" for n, v in given.items())
        say(f"example {k + 1}: {told or 'as it is'}")
    if not few.proved:
        say_warning("the search for a cheaper program was cut short")


def _checked(learned: str, examples: int) -> str:
    """The text, run a few times. Raises ProgramError where what was learned is no program."""
    from shapelang.execution.simulate import simulate
    from shapelang.semantics.check import check_text

    text = f"// Learned from {counted(examples, 'example')} by `shapelang learn`.\n\n{learned}"
    program = check_text(text, "learned.shape")
    failed = 0
    for seed in range(_SAMPLES):
        try:
            simulate(program, seed)
        except ShapelangError:
            failed += 1
    if failed:
        say_warning(f"{failed} of {_SAMPLES} samples cannot be made; try a larger --tolerance, or more --families")
    return text


def _tell(output: str, text: str, result: Learned, missing: list[tuple[str, list[str]]]) -> None:
    rows = [("step", "training", "bits", "unexplained", "held out", "bits", "unexplained")]
    rows += [(s.name, *_fit(s.training), *_fit(s.held_out)) for s in result.steps]
    for line in table(rows):
        say(line)
    for name, causes in missing[:LISTED]:
        say(f"not explained: {clean(name)}: {clean('; '.join(causes[:3]))}")
    if len(missing) > LISTED:
        say(f"not explained: {len(missing) - LISTED} more")
    name = clean(output) if output != STDIN else "stdout"
    say(f"{name}: {len(text.splitlines())} lines, {counted(len(result.grammar.families), 'family', 'families')}")


def _fit(fit: Fit) -> tuple[str, str, str]:
    if not fit.examples:
        return "–", "–", "–"
    return f"{fit.explained} of {fit.examples}", f"{fit.bits:.1f}", f"{fit.escaped:.1f}"


def _row(found: Corpus, result: Learned, text: str, missing: list[tuple[str, list[str]]]) -> dict[str, Any]:
    def row(fit: Fit) -> dict[str, Any]:
        bits = {"structure": fit.structure, "numbers": fit.numbers, "escaped": fit.escaped} if fit.examples else None
        return {"examples": fit.examples, "explained": fit.explained, "bits": bits}

    return {
        "examples": len(found.names),
        "refused": [{"file": name, "cause": cause} for name, cause in found.refused],
        "lines": len(text.splitlines()),
        "families": len(result.grammar.families),
        "steps": [{"step": s.name, "training": row(s.training), "held_out": row(s.held_out)} for s in result.steps],
        "not_explained": [{"example": name, "causes": causes} for name, causes in missing],
    }
