"""`python harness/second_opinion/run.py`: prepares the decoder that needs node, or asks it.

`prepare` installs it, once; `where` prints the folder; `listen FILE` prints what it hears.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

# The folder of this file would hide packages of the same names as its modules.
sys.path[0] = str(Path(__file__).resolve().parents[1])

from second_opinion.listeners import eventsource_parser  # noqa: E402
from second_opinion.place import OpinionError, folder, prepare  # noqa: E402


def main(arguments: Sequence[str] | None = None) -> int:
    """Do as asked; 2 with one line on stderr where that cannot be done here."""
    parser = argparse.ArgumentParser(prog="harness/second_opinion/run.py", description=__doc__)
    commands = parser.add_subparsers(required=True, dest="command", metavar="COMMAND")
    commands.add_parser("prepare", help="install the pinned package; again is at once")
    commands.add_parser("where", help="print the folder that it is kept in")
    listening = commands.add_parser("listen", help="print the events that it hears in a body")
    listening.add_argument("file", type=Path)
    given = parser.parse_args(arguments)
    try:
        return _do(given)
    except (OpinionError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2


def _do(given: argparse.Namespace) -> int:
    match given.command:
        case "prepare":
            print(prepare())
        case "where":
            print(folder())
        case _:
            body = given.file.read_bytes()
            with eventsource_parser() as listen:
                for heard in listen([body]):
                    print(ascii(tuple(heard)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
