"""Learns the models of arrangements that come with the package: `python -m tools.learn_rooms [ROUNDS]`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from time import process_time
from typing import Final

from grammars.arrangement.learning import learned
from grammars.arrangement.matching import matched
from grammars.arrangement.reading import Furnished, rooms_of
from shapelang.execution.simulate import simulate
from shapelang.io.atomic import write_atomic
from shapelang.semantics.check import load

ROOT: Final = Path(__file__).parents[1]
SETS: Final = {"rooms": "rooms"}
"""Model → the folder of `examples/scenes` that it is learned from."""


def examples(folder: str) -> tuple[Furnished, ...]:
    """The furnished rooms of a folder of examples."""
    files = sorted((ROOT / "examples" / "scenes" / folder).glob("*.shape"))
    return tuple(room for file in files for room in rooms_of(simulate(load(file), 7).assembly))


def main() -> None:
    """Learns all models; seconds are of the processor."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 80
    for name, folder in SETS.items():
        rooms = examples(folder)
        started = process_time()
        first = learned(rooms)
        print(f"{name}: {len(rooms)} rooms, {len(first.kinds)} kinds, {process_time() - started:.0f} s", flush=True)
        model = matched(
            first, rooms, rounds, told=lambda k, off: print(k, f"{off:.3f}", flush=True) if k % 10 == 0 else None
        )
        text = json.dumps(model.json(), indent=1, ensure_ascii=False)
        write_atomic(str(ROOT / "grammars" / "arrangement" / "models" / f"{name}.json"), f"{text}\n".encode())
        print(f"{name}: {process_time() - started:.0f} s", flush=True)


if __name__ == "__main__":
    main()
