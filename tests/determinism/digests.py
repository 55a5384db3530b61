"""SHA-256 of the GLB of many (program, seed) pairs.

`python -m tests.determinism.digests` prints them as JSON; `--write` makes the golden list anew.
"""

from __future__ import annotations

import json
import sys
from hashlib import sha256
from pathlib import Path
from typing import Final

from shapelang.diagnostics import ShapelangError
from shapelang.execution.simulate import simulate
from shapelang.io.glb import glb_bytes
from shapelang.semantics.check import load

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
GOLDEN = HERE / "digests.json"
SEEDS: Final = (0, 1, 2, 3, 4)
COMMAND = "python -m tests.determinism.digests --write"


def programs() -> list[Path]:
    """The examples, and programs made for this test: solids and blends, all distributions and functions."""
    return [*sorted((ROOT / "examples").glob("*.shape")), *sorted((HERE / "programs").glob("*.shape"))]


def digests() -> dict[str, list[str]]:
    """For each program the digest of each seed; of a run that fails, the digest of its message."""
    found: dict[str, list[str]] = {}
    for path in programs():
        program = load(path)
        found[path.stem] = [
            _digest(lambda program=program, seed=seed: glb_bytes(simulate(program, seed).assembly)) for seed in SEEDS
        ]
    return found


def _digest(make: object) -> str:
    try:
        data: bytes = make()  # type: ignore[operator]
    except ShapelangError as error:
        data = str(error).replace(str(ROOT), "").encode()
    return sha256(data).hexdigest()


def main() -> None:
    """Print or write the list."""
    text = json.dumps(digests(), indent=1, sort_keys=True) + "\n"
    if "--write" in sys.argv[1:]:
        GOLDEN.write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)


if __name__ == "__main__":
    main()
