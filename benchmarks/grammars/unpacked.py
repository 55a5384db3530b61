"""Where the files of an archive lie, unpacked once: `python -m benchmarks.grammars.unpacked ARCHIVE`."""

from __future__ import annotations

import sys

from benchmarks.infer.sets import CACHE, DATA, unpacked


def main() -> None:
    """Print the folder; ends with a message where the archive is not there."""
    archive = DATA / sys.argv[1]
    if not archive.exists():
        raise SystemExit(f"{sys.argv[1]} is not in the folder of the shared data: what needs it is left out")
    print(unpacked(archive, CACHE))


if __name__ == "__main__":
    main()
