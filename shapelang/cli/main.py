"""`shapelang`: where a process of the command line begins and ends."""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence
from typing import NoReturn

TERMINATED = 128 + signal.SIGTERM
INTERRUPTED = 128 + signal.SIGINT


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line (by default, that of this process); returns the exit code.

    0: done; 1: findings, a failed comparison, or a program or mesh that cannot be run; 2: wrong usage, unreadable
    files; 130: interrupted; 141: the reader of the output went away; 143: told to end.
    """
    try:
        if arguments is None:
            signal.signal(signal.SIGTERM, _end)
        # Here and not above: somebody may press Ctrl-C while the rest is loaded.
        from shapelang.cli.app import command_line

        return command_line(list(sys.argv[1:] if arguments is None else arguments))
    except KeyboardInterrupt:
        return INTERRUPTED


def _end(_signal: int, _frame: object) -> NoReturn:
    """End as by an error, so that files begun are removed."""
    sys.exit(TERMINATED)


if __name__ == "__main__":
    sys.exit(main())
