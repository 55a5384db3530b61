"""`python -m tests.fuzz --programs N --meshes N [--seed 0] [--keep out/fuzz]`: the long fuzzing of both halves."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from tests.fuzz.programs import fuzz

CHUNK = 2000


def main() -> int:
    """The exit code is 1 when anything failed; failing texts are kept as files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", type=int, default=100_000)
    parser.add_argument("--meshes", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, default=Path("out/fuzz"))
    options = parser.parse_args()
    failed = _programs(options.programs, options.seed, options.keep)
    if options.meshes:
        command = [sys.executable, "-m", "tests.fuzz.mutate_mesh", "--count", str(options.meshes)]
        failed += subprocess.run(command, check=False).returncode != 0
    return int(failed > 0)


def _programs(count: int, seed: int, keep: Path) -> int:
    failed = 0
    for start in range(0, count, CHUNK):
        size = min(CHUNK, count - start)
        summary = fuzz(size, seed * 1_000_003 + start, keep)
        failed += len(summary.failures)
        print(
            f"{start + size} programs: {summary.made} of the last {size} made, {failed} failed, "
            f"the slowest took {summary.slowest:.2f} s",
            flush=True,
        )
        for failure in summary.failures[:3]:
            print(f"  {failure.cause}", flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main())
