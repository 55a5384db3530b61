"""Where the files of an archive lie, unpacked once: `python -m benchmarks.grammars.unpacked ARCHIVE`."""

from __future__ import annotations

import argparse

from benchmarks.infer.sets import CACHE, DATA, unpacked


def main() -> None:
    """Print the folder; ends with a message where the archive is not there."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("archive", metavar="ARCHIVE")
    asked = options.parse_args()
    archive = DATA / asked.archive
    if not archive.exists():
        raise SystemExit(f"{asked.archive} is not in the folder of the shared data: what needs it is left out")
    print(unpacked(archive, CACHE))


if __name__ == "__main__":
    main()
