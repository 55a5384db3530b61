"""`python -m tests.fuzz.solids --count N [--seed S] [--start K] [--workers W] [--keep DIR]`: the long fuzzing of solids."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from tests.fuzz.solids.run import Summary, chunks

CHUNK = 500


def main() -> int:
    """The exit code is 1 when anything failed. `--start` goes on where a run was stopped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--start", type=int, default=0)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--keep", type=Path, default=Path("out/fuzz-solids"))
    options = parser.parse_args()
    whole, began = Summary(), time.perf_counter()
    stop = options.start + options.count
    for done, summary in chunks(options.seed, options.start, stop, CHUNK, options.workers):
        whole.add(summary)
        for failure in summary.failures:
            failure.keep(options.keep)
            print(f"  {failure.seed}/{failure.number}: {failure.cause[:300]}", flush=True)
        each = (time.perf_counter() - began) / (done - options.start) * 1e3
        print(
            f"{done} of {stop}: {whole.ended['made']} made, {len(whole.failures)} failed, {each:.1f} ms each, "
            f"the slowest took {whole.slowest:.2f} s",
            flush=True,
        )
    print(", ".join(f"{code}: {count}" for code, count in whole.ended.most_common()))
    return int(bool(whole.failures))


if __name__ == "__main__":
    sys.exit(main())
