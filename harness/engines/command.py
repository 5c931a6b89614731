"""The command: builds the engines, or says where they are."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from engines import build_llama_cpp, build_transformers
from engines.place import EngineError, folder


def main(arguments: Sequence[str] | None = None) -> int:
    """Do as asked; 2 with one line on stderr where that cannot be done here."""
    given = _parser().parse_args(arguments)
    try:
        given.run(given)
    except EngineError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("stopped; the same command goes on where it was", file=sys.stderr)
        return 130
    return 0


BUILDS: dict[str, Callable[[int], Path]] = {
    build_llama_cpp.NAME: lambda jobs: build_llama_cpp.build(jobs).home,
    build_transformers.NAME: lambda _: build_transformers.build().home,
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="harness/engines/run.py", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    build = commands.add_parser("build", help="fetch and build engines; again is at once")
    build.add_argument("engines", nargs="*", choices=[*BUILDS, []], metavar="ENGINE")
    build.add_argument("-j", "--jobs", type=int, default=max(1, (os.cpu_count() or 2) // 2))
    build.set_defaults(run=_build)
    record = commands.add_parser("record", help="ask engines, and keep cassettes of the answers")
    record.add_argument("into", type=Path, metavar="FOLDER")
    record.add_argument("engines", nargs="*", choices=[*BUILDS, []], metavar="ENGINE")
    record.add_argument("--scenario", action="append", default=[], metavar="NAME")
    record.set_defaults(run=_record)
    where = commands.add_parser("where", help="print the folder that they are kept in")
    where.set_defaults(run=lambda _: print(folder()))
    return parser


def _build(given: argparse.Namespace) -> None:
    for name in given.engines or BUILDS:
        print(f"{name}: {BUILDS[name](given.jobs)}")


def _record(given: argparse.Namespace) -> None:
    """Every scenario on every engine, as `streamgauge record` keeps it."""
    # What asks and judges is only needed here; a build needs nothing but Python.
    from engines.casting import CASTS
    from engines.trying import Wanted, try_engine

    for name in given.engines or CASTS:
        with TemporaryDirectory() as runs:
            wanted = Wanted(
                runs=Path(runs), cassettes=given.into, scenarios=frozenset(given.scenario)
            )
            tried = try_engine(CASTS[name], wanted)
        print(f"{name}: {len(tried.records)} answers kept, {len(tried.skips)} scenarios skipped")
