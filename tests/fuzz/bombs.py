"""Programs made to exhaust a machine: each must end in a typed error, in at most 2 s and 1.2 GB.

`python -m tests.fuzz.bombs` measures each in a process of its own; the suite only checks how they end.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from typing import Final

from shapelang.diagnostics import ProgramError
from shapelang.execution.simulate import simulate
from shapelang.representations.refusals import refuse_broken_solids
from shapelang.semantics.check import check_text

SECONDS: Final = 2.0
MEGABYTES: Final = 1200


def _nested(block: str, depth: int, core: str = "sphere(1)") -> str:
    return f"{block} {{ " * depth + core + " }" * depth


def _doubling(levels: int) -> str:
    parts = "\n".join(f"part p{k}() {{ a = p{k + 1}(); b = p{k + 1}() at (1, 0, 0) }}" for k in range(levels))
    return f"{parts}\npart p{levels}() {{ sphere(1) }}\np0()"


BOMBS: Final[dict[str, str]] = {
    "spheres united": "union { for i in 0..2000 { sphere(0.5) at (i * 0.3, 0, 0) } }",
    "spheres intersected": "intersection { for i in 0..1500 { sphere(3) at (i * 0.001, 0, 0) } }",
    "a thousand differences": "for i in 0..3000 { difference { sphere(1 + i * 0.001); cylinder(0.3, 3) } }",
    "loop of a billion": "for i in 0..1000000000 { sphere(1) }",
    "loop of 2^53": "for i in 0..9007199254740992 { sphere(1) }",
    "backward from minus 2^53": "for i in -9007199254740992..9007199254740992 { let x = i }",
    "nested loops": "for a in 0..1000 { for b in 0..1000 { for c in 0..1000 { sphere(1) } } }",
    "loops of nothing": "for a in 0..3000 { for b in 0..3000 { } }",
    "six loops": "".join(f"for {v} in 0..99 {{ " for v in "abcdef") + "sphere(1)" + " }" * 6,
    "array of a billion": "array 1000000000 by (1e-6, 0, 0) { sphere(1) }",
    "arrays in arrays": _nested("array 100 by (0.001, 0, 0)", 8),
    "rings in rings": _nested("ring 9 about y", 12),
    "mirrors in mirrors": _nested("mirror x, y, z", 12),
    "ring of 2^53": "ring 9007199254740992 about y { sphere(1) }",
    "repeat of nothing": "split x of (1000000, 1, 1) { repeat 1e-7: cuboid(_, _, _) }",
    "repeat of the least": "split x of (1, 1, 1) { repeat 5e-324: cuboid(_, _, _) }",
    "splits in splits": "".join("split x of (9, 9, 9) { repeat 0.1: " for _ in range(9)) + "sphere(1)" + " }" * 9,
    "repeat groups": "split x of (1e6, 1, 1) { repeat { 1e-4: cuboid(_, _, _); 1e-4: sphere(1) } }",
    "infinite split": "split x of (1e300 * 1e300, 1, 1) { repeat 1: cuboid(_, _, _) }",
    "endless recursion": "part a(n: int) { a(n + 1) }\na(0)",
    "two parts in a circle": "part a() { b() }\npart b() { a() }\na()",
    "binary recursion": "part t(n: int) { if n > 0 { a = t(n - 1); b = t(n - 1) at (1, 0, 0) } else { sphere(1) } }\nt(60)",
    "ternary draws": "part t() { u = choose { 1: a = t(); 1: b = t() }; v = choose { 1: c = t(); 1: d = t() } }\nt()",
    "recursion in a loop": "part t(n: int) { for i in 0..10 { a = t(n + 1) } }\nt(0)",
    "doubling by shared parts": _doubling(40),
    "the largest sizes": "cuboid(1e308, 1e308, 1e308)",
    "infinite sizes": "let x = 1e308 * 10\nsphere(x)",
    "no number": "let x = 1e308 * 10 - 1e308 * 10\ncuboid(1, 1, 1) at (x, x, x)",
    "scales of scales": _nested("", 0) + "\n" + "a = " + "{ " * 40 + "sphere(1)" + " } scale 1000" * 40,
    "far away": "for i in 0..9 { a = sphere(1) at (pow(10, i), 0, 0) }",
    "int blow-up": "let a = 1000000000\nlet b = a * a\nsphere(1)",
    "doubling ints": "part t(n: int, x: int) { if n > 0 { a = t(n - 1, x * x + 2) } }\nt(50, 3)",
    "floor of infinity": "for i in 0..floor(1e308 * 10) { sphere(1) }",
    "predicates on a thousand": "for i in 0..1000 { a = sphere(1) }\nfor i in 0..1000 { b = sphere(1) at (9, 0, 0) }\nrequire not overlaps(a, b)",
    "many operands": "union { for i in 0..30000 { sphere(1) at (i, 0, 0) } }",
    "solids in solids": "for i in 0..9999 { union { difference { sphere(1); sphere(0.5) } ; sphere(2) } }",
    "hopeless require": "for i in 0..300 { let x ~ uniform(0, 1); require x > 0.9999999 }\nsphere(1)",
    "hopeless nest": "part a() { let x ~ uniform(0, 1); b = c(); require x > 2 }\npart c() { let y ~ uniform(0, 1); d = e(); require y > 0.999 }\npart e() { let z ~ uniform(0, 1); require z > 0.99 }\na()",
    "brackets": "let a = " + "(" * 100_000 + "1" + ")" * 100_000,
    "operators": "let a = 1" + " + 1" * 300_000 + "\nsphere(a)",
    "nots": "let a = " + "not " * 100_000 + "true",
    "else if": "if 1 > 2 { sphere(1) }" + " else if 1 > 2 { sphere(1) }" * 20_000,
    "blocks": "{ " * 50_000 + "sphere(1)" + " }" * 50_000,
    "wide points": "lathe([" + ", ".join(f"(1, {k})" for k in range(200_000)) + "])",
    "wide choose": "choose { " + "; ".join(f"1: a{k} = sphere(-1)" for k in range(20_000)) + " }",
    "wide split": "split x of (1, 1, 1) { " + "; ".join("1: sphere(1)" for _ in range(20_000)) + " }",
    "many errors": "let = \n" * 100_000,
    "a long name": "a" * 1_000_000 + "()",
    "a use of itself": 'use "std/../legs.shape"\nsphere(1)',
    "many parts": "\n".join(f"part p{k}() {{ p{k + 1}() }}" for k in range(3000))
    + "\npart p3000() { sphere(1) }\np0()",
    "every axis at once": "array 1000 by (0.1, 0, 0) { array 1000 by (0, 0.1, 0) { array 1000 by (0, 0, 0.1) { sphere(0.01) } } }",
}


def ending(name: str) -> str:
    """The codes of the errors that a bomb ends in; empty when it runs."""
    try:
        refuse_broken_solids(simulate(check_text(BOMBS[name], name), 0).assembly)
    except ProgramError as error:
        return " ".join(sorted({d.code for d in error.diagnostics}))
    return ""


def main() -> int:
    """Measure all, each in its own process; the exit code is 1 when one breaks a limit."""
    if len(sys.argv) > 1:
        began = time.process_time()
        print(
            ending(sys.argv[1]),
            f"{time.process_time() - began:.2f}",
            resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        )
        return 0
    bad = 0
    for name in BOMBS:
        command = [sys.executable, "-m", "tests.fuzz.bombs", name]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
        *codes, seconds, megabytes = done.stdout.split() or ["-", "inf", "inf"]
        held = done.returncode == 0 and codes and float(seconds) <= SECONDS and float(megabytes) <= MEGABYTES
        bad += not held
        print(
            f"{'ok  ' if held else 'FAIL'} {name}: {' '.join(codes)} {seconds} s {megabytes} MB {done.stderr[-200:]}",
            flush=True,
        )
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())
