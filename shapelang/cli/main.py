"""`shapelang`: where a process of the command line begins and ends."""

from __future__ import annotations

import sys

# Nothing else is loaded here, nor in the packages above: Ctrl-C is heard in `main` alone.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line (by default, that of this process); returns the exit code.

    0: done; 1: the program or the mesh is at fault, or there are findings; 2: the command was called wrongly (an
    unknown option, a value that `--set` cannot give), or a file cannot be read or written; 130: interrupted; 141: the
    reader of the output went away; 143: told to end.
    """
    try:
        return _run(arguments)
    except KeyboardInterrupt:
        # Written out: what has the constant may be what was being loaded.
        return 130


def _run(arguments: Sequence[str] | None) -> int:
    from shapelang.cli.interrupts import Interrupts

    interrupts = Interrupts()
    try:
        if arguments is None:
            interrupts.listen()
        from shapelang.cli.app import command_line

        code = command_line(list(sys.argv[1:] if arguments is None else arguments), interrupts)
        if arguments is None:
            interrupts.too_late()
        return code
    finally:
        interrupts.rest()


if __name__ == "__main__":
    sys.exit(main())
