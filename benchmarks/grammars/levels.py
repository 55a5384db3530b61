"""Levels of 60 rooms and 1,500 props: time, and over many seeds all that must hold.

`python -m benchmarks.grammars.levels [--seeds 200] [--kit examples/dungeon] [--out rows.jsonl]`

Seconds are of the processor, one process: of the kit once, of a first level (cold: in a process of its own, imports and
kit included), and of the others (warm). With --out every seed is a line, and those that are there are not made again.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any, Final

from benchmarks.grammars.level_checks import verdict
from grammars.levels.export import level_glb
from grammars.levels.kit import Kit, load_kit
from grammars.levels.layout import plan_of
from grammars.levels.level import level_of
from grammars.levels.plan import LevelSpec

ROOMS: Final = 60
PROPS: Final = 1_500
TWICE: Final = 10
"""Every so many seeds the level is made again, and its bytes compared."""

SEAMS: Final = 200

COLD: Final = """\
from time import process_time
from grammars.levels import LevelSpec, level_glb, level_of, load_kit
level_glb(level_of(LevelSpec(seed=0, rooms={rooms}, props={props}), load_kit({kit!r})))
print(process_time())
"""

Row = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description="Levels: time, and what must hold.")
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("--kit", default="examples/dungeon")
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    code = COLD.format(rooms=ROOMS, props=PROPS, kit=asked.kit)
    cold = float(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout)
    kit = load_kit(asked.kit)
    level_of(LevelSpec(seed=2**63, rooms=4, props=60), kit)
    rows = list(rows_of(kit, asked.seeds, asked.out))
    print(table(rows, cold, seams()))


def rows_of(kit: Kit, seeds: int, out: Path | None) -> Iterator[Row]:
    """A row for each seed, read from the file where it is there."""
    known = {}
    if out is not None and out.exists():
        known = {row["seed"]: row for row in map(json.loads, out.read_text().splitlines())}
    for seed in range(seeds):
        if seed not in known:
            known[seed] = measured(kit, seed)
            if out is not None:
                with out.open("a") as file:
                    file.write(json.dumps(known[seed]) + "\n")
        yield known[seed]


def measured(kit: Kit, seed: int) -> Row:
    """One level, timed and judged."""
    spec = LevelSpec(seed=seed, rooms=ROOMS, props=PROPS)
    started = process_time()
    data = level_glb(level_of(spec, kit))
    seconds = process_time() - started
    same = seed % TWICE != 0 or level_glb(level_of(spec, kit)) == data
    found = verdict(data)
    return {"seed": seed, "seconds": seconds, "bytes": len(data), "same": same, "good": found.good, **asdict(found)}


def seams() -> int:
    """Of so many pairs of neighbours, made in either order, how many have gates that differ in place or height."""
    wrong = 0
    for seed in range(SEAMS):
        here, there = (LevelSpec(seed=seed, rooms=24, chunk=(seed % 7 - 3 + k, seed % 5 - 2)) for k in (0, 1))
        one = [plan_of(spec) for spec in (here, there)]
        other = [plan_of(spec) for spec in (there, here)]
        sides = [
            {(d.middle[0] + p.origin[0], d.height, d.middle[1] + p.origin[1]) for d in p.doors if d.second is None}
            for p in one
        ]
        wrong += one != other[::-1] or len(sides[0] & sides[1]) != 1
    return wrong


def table(rows: list[Row], cold: float, wrong_seams: int) -> str:
    """The figures in Markdown."""
    seconds = sorted(row["seconds"] for row in rows)
    bad = [row["seed"] for row in rows if not row["good"]]
    lines = [
        "| what | figure |",
        "| --- | --- |",
        f"| seeds | {len(rows)}, each {ROOMS} rooms and {PROPS:,} props |",
        f"| processor seconds to GLB, warm | median {median(seconds):.2f}, greatest {seconds[-1]:.2f} |",
        f"| the same, cold: a process of its own | {cold:.2f} |",
        f"| GLB | median {median(row['bytes'] for row in rows) / 1e6:.1f} MB |",
        f"| distinct prop geometries | least {min(row['distinct'] for row in rows)} |",
        f"| rooms; props | least {min(row['rooms'] for row in rows)}; {min(row['props'] for row in rows):,} |",
        f"| rooms not reached with keys in order | {sum(row['lost_rooms'] for row in rows)} |",
        f"| spawn points without a way of 0.3 m | {sum(row['lost_spawns'] for row in rows)} |",
        f"| rooms reached without a key that they need | {sum(row['open_locks'] for row in rows)} |",
        f"| deepest overlap of two props | {1000 * max(row['overlap'] for row in rows):.1f} mm |",
        f"| deepest reach into a wall | {1000 * max(row['in_walls'] for row in rows):.1f} mm |",
        f"| levels whose bytes differ when made again | {sum(not row['same'] for row in rows)} |",
        f"| seams of chunks that differ, of {SEAMS} | {wrong_seams} |",
        f"| seeds with anything wrong | {len(bad)} {bad[:10] if bad else ''} |",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
